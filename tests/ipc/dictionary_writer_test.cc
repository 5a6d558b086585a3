// Dictionaries as they are sent: when, whole or as a delta, and what becomes of the indexes.
#include <gmock/gmock.h>

#include <inlay/ipc.h>

#include "tests/ipc/dictionary_batches.h"
#include "tests/ipc/expect_equal.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr DictionaryPolicy kPolicies[] = {DictionaryPolicy::kReplace, DictionaryPolicy::kDelta,
                                          DictionaryPolicy::kUnify};

// What the messages are, with the number of values of dictionaries: "schema", "new 3", "more 2", "batch".
std::vector<std::string> Kinds(const std::vector<reference::IpcMessage>& messages) {
  std::vector<std::string> kinds;
  for (const reference::IpcMessage& message : messages) {
    if (message.kind == 2) {
      kinds.push_back((message.is_delta ? "more " : "new ") + std::to_string(message.num_rows));
    } else {
      kinds.push_back(message.kind == 1 ? "schema" : "batch");
    }
  }
  return kinds;
}

// Writes the batches to a stream, reads them back, and says what the messages were.
std::vector<std::string> WriteStream(const std::vector<RecordBatchView>& batches, const WriteOptions& options) {
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, *batches[0].schema, options);
  EXPECT_TRUE(writer.ok()) << writer.status().ToString();
  for (const RecordBatchView& batch : batches) {
    const int64_t before = writer->bytes_written();
    const auto size = writer->EncodedSize(batch);
    EXPECT_TRUE(size.ok()) << size.status().ToString();
    EXPECT_EQ(writer->bytes_written(), before);
    const Status status = writer->Write(batch);
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(writer->bytes_written() - before, *size);
  }
  EXPECT_TRUE(writer->Finish().ok());
  auto reader = OpenStream(sink.bytes());
  EXPECT_TRUE(reader.ok()) << reader.status().ToString();
  for (const RecordBatchView& batch : batches) {
    const auto read = reader->Next();
    EXPECT_TRUE(read.ok() && read->has_value()) << read.status().ToString();
    if (!read.ok() || !read->has_value()) return {};
    ExpectEqual(**read, batch);
  }
  return Kinds(reference::ReadMessages(sink.bytes(), 0, options.alignment_bytes));
}

TEST(DictionaryWriter, EqualOnesAreSentOnce) {
  for (DictionaryPolicy policy : kPolicies) {
    DictionaryBatches make;
    const std::vector<RecordBatchView> batches = {
        make.Batch({0, 1, std::nullopt, 2}, {"a", "bb", ""}), make.Batch({2, 2, 0}, {"a", "bb", ""}),
        make.Batch({}, {"a", "bb", ""}), make.Batch({std::nullopt}, {"a", "bb", ""})};
    EXPECT_THAT(WriteStream(batches, {.dictionaries = policy}),
                ElementsAre("schema", "new 3", "batch", "batch", "batch", "batch"));
  }
}

TEST(DictionaryWriter, NullsAmongTheValuesCount) {
  for (DictionaryPolicy policy : kPolicies) {
    DictionaryBatches make;
    const std::vector<RecordBatchView> batches = {make.Batch({0, 1, 2}, {"a", std::nullopt, ""}),
                                                  make.Batch({2, 1, 0}, {"a", std::nullopt, ""})};
    EXPECT_THAT(WriteStream(batches, {.dictionaries = policy}), ElementsAre("schema", "new 3", "batch", "batch"));
  }
  DictionaryBatches make;
  const std::vector<RecordBatchView> batches = {make.Batch({0, 1, 2}, {"a", std::nullopt, ""}),
                                                make.Batch({2, 1, 0}, {"a", "", ""}),
                                                make.Batch({2, 1, 0}, {"a", "", std::nullopt})};
  EXPECT_THAT(WriteStream(batches, {}), ElementsAre("schema", "new 3", "batch", "new 3", "batch", "new 3", "batch"));
  EXPECT_THAT(WriteStream(batches, {.dictionaries = DictionaryPolicy::kUnify}),
              ElementsAre("schema", "new 3", "batch", "batch", "batch"));
}

TEST(DictionaryWriter, ReplaceSendsAnotherOneWhole) {
  DictionaryBatches make;
  const std::vector<RecordBatchView> batches = {make.Batch({0, 1}, {"a", "b"}), make.Batch({0, 2}, {"a", "b", "c"}),
                                                make.Batch({0, 1}, {"a", "b"}), make.Batch({1}, {"x", "y"})};
  EXPECT_THAT(WriteStream(batches, {}),
              ElementsAre("schema", "new 2", "batch", "new 3", "batch", "new 2", "batch", "new 2", "batch"));
}

TEST(DictionaryWriter, DeltaSendsTheRest) {
  DictionaryBatches make;
  const std::vector<RecordBatchView> batches = {
      make.Batch({0, 1}, {"a", "b"}), make.Batch({0, 3}, {"a", "b", "c", "d"}), make.Batch({0, 1}, {"a", "b"}),
      make.Batch({4}, {"a", "b", "c", "d", std::nullopt}), make.Batch({1, 0}, {"a", "x", "c"})};
  EXPECT_THAT(WriteStream(batches, {.dictionaries = DictionaryPolicy::kDelta}),
              ElementsAre("schema", "new 2", "batch", "more 2", "batch", "batch", "more 1", "batch", "new 3", "batch"));
}

TEST(DictionaryWriter, UnifyRewritesIndexesAndSendsWhatIsNew) {
  for (TypeId index_type : {TypeId::kInt8, TypeId::kUInt8, TypeId::kInt16, TypeId::kUInt16, TypeId::kInt32,
                            TypeId::kUInt32, TypeId::kInt64, TypeId::kUInt64}) {
    DictionaryBatches make(index_type);
    const std::vector<RecordBatchView> batches = {
        make.Batch({0, 1, 2}, {"a", "b", "a"}),                  // a value that comes twice
        make.Batch({1, 0, std::nullopt}, {"b", "a"}),            // another order
        make.Batch({0, 1, 2, 3, 4}, {"x", "b", "y", "a", "z"}),  // new ones apart
        make.Batch({0, 1, 2}, {"b", "n", "m"}),                  // new ones side by side
        make.Batch({0, 1, 2, 3}, {std::nullopt, "b", "", std::nullopt}),
        make.Batch({}, Words{})};
    EXPECT_THAT(WriteStream(batches, {.dictionaries = DictionaryPolicy::kUnify}),
                ElementsAre("schema", "new 2", "batch", "batch", "more 3", "batch", "more 2", "batch", "more 2",
                            "batch", "batch"));
  }
}

TEST(DictionaryWriter, ValuesOfFixedWidthAreToldApartByTheirBits) {
  DictionaryBatches make(TypeId::kInt32, Float64());
  const std::vector<RecordBatchView> batches = {make.Batch({0, 1}, make.Numbers<double>({0.0, 1.0})),
                                                make.Batch({0, 1}, make.Numbers<double>({-0.0, 1.0}))};
  for (DictionaryPolicy policy : kPolicies) {
    const auto kinds = WriteStream(batches, {.dictionaries = policy});
    EXPECT_EQ(kinds.size(), 5u);
  }
}

TEST(DictionaryWriter, MemoryThatIsFilledAnewIsNoticed) {
  DictionaryBatches make(TypeId::kInt8, Int32());
  std::vector<int32_t> values = {1, 2, 3};
  const ArrayView dictionary{.type = &make.type().children()[0].type,
                             .length = 3,
                             .buffers = {{}, {reinterpret_cast<const uint8_t*>(values.data()), 12}}};
  const RecordBatchView batch = make.Batch({0, 1, 2}, &dictionary);
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, make.schema());
  ASSERT_TRUE(writer->Write(batch).ok());
  values[1] = 7;
  ASSERT_TRUE(writer->Write(batch).ok());
  ASSERT_TRUE(writer->Finish().ok());
  auto reader = OpenStream(sink.bytes());
  const RecordBatch first = **reader->Next();
  ExpectEqual(**reader->Next(), batch);
  values[1] = 2;
  ExpectEqual(first, batch);
}

TEST(DictionaryWriter, SlicesOfIndexesAndOfDictionaries) {
  for (DictionaryPolicy policy : kPolicies) {
    DictionaryBatches make;
    const RecordBatchView whole = make.Batch({0, std::nullopt, 1, 2, std::nullopt, 1, 0, 2, 1}, {"no", "a", "b", "c"});
    const ArrayView dictionary = whole.columns[0].dictionary->Slice(1, 3);
    std::vector<ArrayView> columns;
    std::vector<RecordBatchView> batches;
    for (int64_t start = 0; start < 6; ++start) {
      columns.push_back(whole.columns[0].Slice(start, 3));
      columns.back().dictionary = &dictionary;
    }
    for (const ArrayView& column : columns) batches.push_back({&make.schema(), 3, {&column, 1}});
    batches.push_back(make.Batch({0}, {"b"}));
    const auto kinds = WriteStream(batches, {.dictionaries = policy});
    EXPECT_EQ(kinds[1], "new 3");
    EXPECT_EQ(kinds[3], "batch");
  }
}

TEST(DictionaryWriter, FilesTakeDeltasAndRefuseReplacements) {
  for (DictionaryPolicy policy : kPolicies) {
    DictionaryBatches make;
    const RecordBatchView first = make.Batch({0, 1}, {"a", "b"});
    const RecordBatchView grown = make.Batch({2, 0}, {"a", "b", "c"});
    const RecordBatchView other = make.Batch({1, 0}, {"c", "d"});
    BufferSink sink;
    auto writer = FileWriter::Open(&sink, make.schema(), {.dictionaries = policy});
    std::vector<RecordBatchView> written;
    for (const RecordBatchView& batch : {first, grown, other, first}) {
      const auto before = sink.bytes();
      const Status status = writer->Write(batch);
      if (status.ok()) {
        written.push_back(batch);
        continue;
      }
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
      EXPECT_THAT(status.message(), HasSubstr("'word'"));
      EXPECT_THAT(status.message(), HasSubstr("kUnify"));
      EXPECT_EQ(sink.bytes(), before);
    }
    EXPECT_EQ(written.size(), policy == DictionaryPolicy::kReplace ? 2u : policy == DictionaryPolicy::kDelta ? 3u : 4u);
    ASSERT_TRUE(writer->Finish().ok());
    const auto reader = OpenFile(sink.bytes());
    ASSERT_TRUE(reader.ok());
    ASSERT_EQ(reader->num_batches(), static_cast<int64_t>(written.size()));
    for (size_t i = 0; i < written.size(); ++i) ExpectEqual(*reader->ReadBatch(static_cast<int64_t>(i)), written[i]);
    const auto messages = reference::ReadFile(sink.bytes(), 64).messages;
    int64_t dictionaries = 0;
    for (const auto& message : messages) dictionaries += message.kind == 2 ? 1 : 0;
    EXPECT_EQ(reader->num_dictionary_batches(), dictionaries);
  }
}

TEST(DictionaryWriter, UnifiedDictionariesThatOutgrowTheirIndexesAreRefused) {
  DictionaryBatches make(TypeId::kInt8);
  const auto words = [](int64_t from, int64_t count) {
    Words result;
    for (int64_t i = from; i < from + count; ++i) result.emplace_back(std::to_string(i));
    return result;
  };
  const RecordBatchView first = make.Batch({0, 99}, words(0, 100));
  const RecordBatchView fits = make.Batch({0, 27}, words(100, 28));
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, make.schema(), {.dictionaries = DictionaryPolicy::kUnify});
  ASSERT_TRUE(writer->Write(first).ok());
  const Status status = writer->Write(make.Batch({0}, words(1000, 29)));
  EXPECT_EQ(status.code(), StatusCode::kLimitExceeded);
  EXPECT_THAT(status.message(), HasSubstr("'word'"));
  ASSERT_TRUE(writer->Write(fits).ok()) << "the refused values took no place";
  ASSERT_TRUE(writer->Write(make.Batch({127}, words(0, 128))).ok());
  ASSERT_TRUE(writer->Finish().ok());
  auto reader = OpenStream(sink.bytes());
  ExpectEqual(**reader->Next(), first);
  ExpectEqual(**reader->Next(), fits);
}

TEST(DictionaryWriter, UnifyRefusesIndexesIntoNowhere) {
  DictionaryBatches make(TypeId::kInt16);
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, make.schema(), {.dictionaries = DictionaryPolicy::kUnify});
  ASSERT_TRUE(writer->Write(make.Batch({0}, {"a", "b"})).ok());
  for (int64_t bad : {-1, 2, 32767, -32768}) {
    const Status status = writer->Write(make.Batch({0, bad}, {"b", "a"}));
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("row 1"));
  }
  ASSERT_TRUE(writer->Write(make.Batch({0, std::nullopt}, {"b", "a"})).ok());
}

TEST(DictionaryWriter, ColumnsWithoutADictionaryAreRefused) {
  DictionaryBatches make;
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, make.schema());
  EXPECT_EQ(writer->Write(make.Batch({0}, nullptr)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->Write(make.Batch({0}, {"\xFF"})).code(), StatusCode::kInvalidArgument) << "its values are checked";
  EXPECT_TRUE(writer->Write(make.Batch({0}, {"a"})).ok());
}

TEST(DictionaryWriter, RefusedBatchesLeaveDictionariesAsTheyWere) {
  const Schema schema{{{"word", Dictionary(TypeId::kInt32, Utf8())}, {"n", Int32(), false}}};
  for (DictionaryPolicy policy : kPolicies) {
    DictionaryBatches make;
    const auto with_number = [&](const RecordBatchView& batch, const ArrayView& number, std::vector<ArrayView>* out) {
      *out = {batch.columns[0], number};
      (*out)[0].type = &schema.fields[0].type;
      return RecordBatchView{&schema, 1, *out};
    };
    const int32_t seven = 7;
    const uint8_t zero = 0;
    const BufferView values{reinterpret_cast<const uint8_t*>(&seven), 4};
    const ArrayView good{.type = &schema.fields[1].type, .length = 1, .buffers = {{}, values}};
    const ArrayView bad{.type = &schema.fields[1].type, .length = 1, .buffers = {{&zero, 1}, values}};
    BufferSink sink;
    auto writer = StreamWriter::Open(&sink, schema, {.dictionaries = policy});
    std::vector<ArrayView> columns[4];
    const RecordBatchView first = with_number(make.Batch({0}, {"a"}), good, &columns[0]);
    const RecordBatchView refused = with_number(make.Batch({1}, {"a", "lost"}), bad, &columns[1]);
    const RecordBatchView second = with_number(make.Batch({1}, {"a", "b"}), good, &columns[2]);
    EXPECT_FALSE(writer->Write(refused).ok());
    ASSERT_TRUE(writer->Write(first).ok());
    EXPECT_FALSE(writer->Write(refused).ok());
    EXPECT_FALSE(writer->Write(refused, {{"k", "\xFF"}}).ok());
    ASSERT_TRUE(writer->EncodedSize(with_number(make.Batch({1}, {"a", "never sent"}), good, &columns[3])).ok());
    ASSERT_TRUE(writer->Write(second).ok());
    ASSERT_TRUE(writer->Finish().ok());
    auto reader = OpenStream(sink.bytes());
    ExpectEqual(**reader->Next(), first);
    ExpectEqual(**reader->Next(), second);
    const std::string text(sink.bytes().begin(), sink.bytes().end());
    EXPECT_EQ(text.find("lost"), std::string::npos);
    EXPECT_EQ(text.find("never sent"), std::string::npos);
  }
}

}  // namespace
}  // namespace inlay::ipc
