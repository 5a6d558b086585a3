// Nested columns of every layout, from hand-made messages.
#include <algorithm>

#include "tests/ipc/nested_batch.h"

namespace inlay::ipc {
namespace {

std::string Int(int32_t value) {
  std::string text(4, '\0');
  std::memcpy(text.data(), &value, 4);
  return "4:" + text;
}

std::optional<std::string> Bare(int32_t value) { return Int(value).substr(2); }

// As Int, but inside of something else.
std::string Quoted(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

std::vector<Values> NestedValues() {
  const auto list = [](const std::vector<int32_t>& items) {
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : ",") + Int(items[i]);
    return text + "]";
  };
  const auto entry = [](int32_t key, int32_t value) {
    return "[" + Quoted("{" + Int(key) + "," + Int(value) + ",}") + "]";
  };
  const auto row = [&](int32_t a, const std::vector<int32_t>& b) {
    return "{" + Int(a) + "," + Quoted(list(b)) + ",}";
  };
  return {{list({1, 2}), std::nullopt, list({3})},
          {"[]", list({2}), list({3, 4})},
          {list({7}), list({5, 6}), "[]"},
          {std::nullopt, list({7}), list({5, 6, 7})},
          {list({1, 2}), list({3, 4}), std::nullopt},
          {row(1, {8}), std::nullopt, row(3, {})},
          {entry(1, 10), "[]", entry(2, 20)},
          {"3=" + *Bare(200), "7=" + *Bare(100), "3=" + *Bare(300)},
          {"0=" + *Bare(1), std::nullopt, "0=" + *Bare(3)},
          {Bare(4), Bare(4), Bare(5)},
          {"[1:p,1:q]", "[1:q]", std::nullopt},
          {std::nullopt, std::nullopt, std::nullopt},
          {std::nullopt, "{}", "{}"}};
}

void ExpectNestedValues(const RecordBatchView& batch) {
  const std::vector<Values> wanted = NestedValues();
  ASSERT_EQ(batch.columns.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(reference::ValuesOf(batch.columns[i]), wanted[i]) << batch.schema->fields[i].name;
  }
}

TEST(NestedReader, EveryLayoutInBothByteOrders) {
  for (bool swapped : {false, true}) {
    StreamMaker maker;
    AddNestedHead(swapped, &maker);
    maker.AddBatch(NestedParts(swapped));
    auto reader = OpenStream(maker.bytes());
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    EXPECT_EQ(reader->schema(), NestedSchema());
    const auto batch = reader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ExpectNestedValues(**batch);
    EXPECT_TRUE(ValidateBatch(**batch, Validation::kFull).ok()) << "dictionaries included";
  }
}

// Bytes that lie anywhere are copied to where their elements may be read.
TEST(NestedReader, MisalignedInput) {
  StreamMaker maker;
  AddNestedHead(false, &maker);
  maker.AddBatch(NestedParts());
  for (size_t shift = 1; shift < 8; ++shift) {
    Blob moved(shift, 0);
    moved.insert(moved.end(), maker.bytes().begin(), maker.bytes().end());
    auto reader =
        StreamReader::Open(MakeBufferSource({moved.data() + shift, static_cast<int64_t>(maker.bytes().size())}));
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    const auto batch = reader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ExpectNestedValues(**batch);
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*batch)->columns()[1].buffers[1].data) % 8, 0u);
  }
}

TEST(NestedReader, NoRowsWithoutAnyBuffers) {
  const Schema schema = NestedSchema();
  BatchParts parts = NestedParts();
  for (Blob& buffer : parts.buffers) buffer.clear();
  for (flatbuf::FieldNode& node : parts.nodes) node = {0, 0};
  parts.num_rows = 0;
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddBatch(parts);
  auto reader = OpenStream(maker.bytes());
  const auto batch = reader->Next();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ((*batch)->columns()[0].buffers[1].size_bytes, 4) << "one zero offset, as the format has it";
  EXPECT_TRUE(ValidateBatch(**batch, Validation::kFull).ok()) << "dictionaries that never came are empty";
}

// Until V4 unions had a bitmap.
TEST(NestedReader, UnionsOfV4) {
  const Schema schema{{{"before", Int32()},
                       {"dense", DenseUnion({{"x", Int32()}}, {0})},
                       {"sparse", SparseUnion({{"x", Int32()}}, {0})},
                       {"after", Int32()}}};
  const auto bytes = [&](const Blob& bitmap, int64_t null_count) {
    StreamMaker maker;
    maker.version = flatbuf::MetadataVersion::V4;
    maker.AddSchema(schema);
    PartsMaker parts(2);
    parts.Ints({1, 2});
    parts.Add(2, null_count, {bitmap, Blob{0, 0}, BlobOf(std::vector<int32_t>{0, 1})}).Ints({3, 4});
    parts.Add(2, 0, {{}, Blob{0, 0}}).Ints({5, 6});
    parts.Ints({7, 8});
    maker.AddBatch(parts.parts);
    return maker.bytes();
  };
  for (const Blob& bitmap : {Blob{}, Blob{0b11}}) {
    const Blob good = bytes(bitmap, 0);
    auto reader = OpenStream(good);
    const auto batch = reader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    EXPECT_EQ(reference::ValuesOf((*batch)->columns()[1]), (Values{"0=" + *Bare(3), "0=" + *Bare(4)}));
    EXPECT_EQ(reference::ValuesOf((*batch)->columns()[2]), (Values{"0=" + *Bare(5), "0=" + *Bare(6)}));
    EXPECT_EQ(reference::ValuesOf((*batch)->columns()[3]), (Values{Bare(7), Bare(8)}));
  }
  const Status status = ReadAll(bytes({0b01}, 1));
  EXPECT_EQ(status.code(), StatusCode::kNotImplemented);
  EXPECT_NE(status.message().find("'dense'"), std::string::npos) << status.ToString();
}

TEST(NestedReader, DictionariesSharedByColumns) {
  const DataType text = Dictionary(TypeId::kInt8, Utf8());
  StreamMaker maker;
  maker.shares_dictionary = true;
  maker.AddSchema({{{"other", text}, {"a", text}, {"b", List({"item", text})}}});
  maker.AddDictionary(0, TextParts({"other"}));
  maker.AddDictionary(1, TextParts({"one", "two"}));
  PartsMaker parts(1);
  parts.Add(1, 0, {{}, Blob{0}}).Add(1, 0, {{}, Blob{1}});
  parts.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 2})}).Add(2, 0, {{}, Blob{0, 1}});
  maker.AddBatch(parts.parts);
  auto reader = OpenStream(maker.bytes());
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  const auto batch = reader->Next();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(reference::ValuesOf((*batch)->columns()[1]), Values{"two"});
  EXPECT_EQ(reference::ValuesOf((*batch)->columns()[2]), Values{"[3:one,3:two]"});

  StreamMaker different;
  different.shares_dictionary = true;
  different.AddSchema({{{"other", text}, {"a", text}, {"b", Dictionary(TypeId::kInt8, Int32())}}});
  EXPECT_EQ(OpenStream(different.bytes()).status().code(), StatusCode::kCorruptData);
}

TEST(NestedReader, InnerDictionariesComeFirst) {
  StreamMaker maker;
  maker.AddSchema({{{"a", Dictionary(TypeId::kInt8, List({"item", Dictionary(TypeId::kInt8, Utf8())}))}}});
  PartsMaker lists(1);
  lists.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 1})}).Add(1, 0, {{}, Blob{0}});
  maker.AddDictionary(0, lists.parts);
  maker.AddDictionary(1, TextParts({"late"}));
  EXPECT_EQ(ReadAll(maker.bytes()).code(), StatusCode::kCorruptData);
}

TEST(NestedReader, DeltasOfNestedValues) {
  for (Validation validation : {Validation::kFull, Validation::kBasic}) {
    StreamMaker maker;
    AddNestedHead(false, &maker);
    maker.AddDictionary(1, TextParts({"r"}), /*is_delta=*/true);
    PartsMaker lists(1);
    lists.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 2})}).Add(2, 0, {{}, BlobOf(std::vector<uint32_t>{2, 0})});
    maker.AddDictionary(0, lists.parts, /*is_delta=*/true);
    BatchParts parts = NestedParts();
    parts.buffers[parts.buffers.size() - 2] = BlobOf(std::vector<int16_t>{2, 1, 0});
    maker.AddBatch(parts);
    auto reader = OpenStream(maker.bytes(), {.validation = validation});
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    const auto batch = reader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    EXPECT_EQ(reference::ValuesOf((*batch)->columns()[10]), (Values{"[1:r,1:p]", "[1:p,1:q]", std::nullopt}));
    EXPECT_TRUE(ValidateBatch(**batch, Validation::kFull).ok());
  }
  StreamMaker unchecked;
  unchecked.AddSchema({{{"a", Dictionary(TypeId::kInt8, List({"item", Int32()}))}}});
  for (bool is_delta : {false, true}) {
    PartsMaker lists(2);
    lists.Add(2, 0, {{}, BlobOf(std::vector<int32_t>{0, 900000, 1})}).Ints({7});
    unchecked.AddDictionary(0, lists.parts, is_delta);
  }
  EXPECT_EQ(ReadAll(unchecked.bytes(), {.validation = Validation::kBasic}).code(), StatusCode::kCorruptData);
}

// Batches are checked against how many values a dictionary has; the values were checked once, as they came.
TEST(NestedReader, DictionariesAreCheckedWhenTheyCome) {
  const Schema schema{{{"a", List({"item", Dictionary(TypeId::kInt8, Utf8())})}}};
  StreamMaker bad_text;
  bad_text.AddSchema(schema);
  bad_text.AddDictionary(0, TextParts({"\xC3\x28"}));
  EXPECT_EQ(ReadAll(bad_text.bytes()).code(), StatusCode::kCorruptData);
  for (int index : {0, 1, 2, -1}) {
    StreamMaker maker;
    maker.AddSchema(schema);
    maker.AddDictionary(0, TextParts({"x", "y"}));
    PartsMaker parts(1);
    parts.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 1})}).Add(1, 0, {{}, Blob{static_cast<uint8_t>(index)}});
    maker.AddBatch(parts.parts);
    EXPECT_EQ(ReadAll(maker.bytes()).ok(), index == 0 || index == 1) << index;
  }
}

}  // namespace
}  // namespace inlay::ipc
