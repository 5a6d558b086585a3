// Streams of other makers: old forms, dictionaries, views, the other byte order, and messages that lie.
#include <algorithm>
#include <bit>
#include <functional>

#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"
#include "tests/ipc/random_batch.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

using Values = std::vector<std::optional<std::string>>;

// The first column of the next batch, or the error.
Result<Values> NextColumn(StreamReader& reader) {
  const auto batch = reader.Next();
  if (!batch.ok()) return batch.status();
  EXPECT_TRUE(batch->has_value());
  return reference::ValuesOf((*batch)->columns()[0]);
}

Status ReadAll(const Blob& bytes, const ReadOptions& options = {}) {
  auto reader = OpenStream(bytes, options);
  if (!reader.ok()) return reader.status();
  while (true) {
    const auto batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return {};
  }
}

const Schema kInt32Schema{{{"a", Int32()}}};

TEST(StreamReader, LegacyFramesAndV4) {
  for (bool legacy : {false, true}) {
    for (bool has_end : {false, true}) {
      StreamMaker maker;
      maker.legacy = legacy;
      maker.version = flatbuf::MetadataVersion::V4;
      maker.AddSchema(kInt32Schema);
      maker.AddBatch(Int32s({1, 2}));
      maker.AddBatch(Int32s({3}));
      if (has_end) maker.AddEnd();
      auto reader = OpenStream(maker.bytes());
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      EXPECT_EQ(*NextColumn(*reader), (Values{Little(1), Little(2)}));
      EXPECT_EQ(*NextColumn(*reader), Values{Little(3)});
      EXPECT_FALSE((*reader->Next()).has_value());
    }
  }
}

TEST(StreamReader, OtherVersionsAreRefused) {
  for (int version : {0, 2, 5, 100}) {
    StreamMaker maker;
    maker.version = static_cast<flatbuf::MetadataVersion>(version);
    maker.AddSchema(kInt32Schema);
    EXPECT_EQ(OpenStream(maker.bytes()).status().code(), StatusCode::kNotImplemented) << version;
  }
}

TEST(StreamReader, ArraysWithoutValuesMayLackTheirOffset) {
  StreamMaker maker;
  maker.AddSchema({{{"a", Utf8()}}});
  maker.AddBatch({.num_rows = 0, .nodes = {{0, 0}}, .buffers = {{}, {}, {}}});
  auto reader = OpenStream(maker.bytes());
  const auto batch = reader->Next();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ((*batch)->columns()[0].buffers[1].size_bytes, 4);
}

TEST(StreamReader, DictionariesGrowAndAreReplaced) {
  StreamMaker maker;
  maker.AddSchema({{{"a", Dictionary(TypeId::kInt32, Utf8())}}});
  maker.AddBatch({.num_rows = 1, .nodes = {{1, 1}}, .buffers = {Blob{0}, BlobOf(std::vector<int32_t>{7})}});
  maker.AddDictionary(0, Strings({"A", "BB"}));
  maker.AddBatch(Int32s({1, 0}));
  maker.AddDictionary(0, Strings({"C", "", "D"}), /*is_delta=*/true);
  maker.AddBatch(Int32s({4, 0, 2, 3}));
  maker.AddDictionary(0, Strings({"new"}));
  maker.AddBatch(Int32s({0}));
  maker.AddBatch(Int32s({1}));
  auto reader = OpenStream(maker.bytes());
  EXPECT_EQ(*NextColumn(*reader), Values{std::nullopt}) << "nulls need no dictionary yet";
  EXPECT_EQ(*NextColumn(*reader), (Values{"BB", "A"}));
  const auto grown = reader->Next();
  ASSERT_TRUE(grown.ok() && grown->has_value());
  EXPECT_EQ(*NextColumn(*reader), Values{"new"});
  EXPECT_EQ(reference::ValuesOf((*grown)->columns()[0]), (Values{"D", "A", "C", ""})) << "older batches keep theirs";
  EXPECT_EQ(NextColumn(*reader).status().code(), StatusCode::kCorruptData) << "an index past the dictionary";
  EXPECT_EQ(reader->Next().status().code(), StatusCode::kCorruptData) << "errors stick";
}

TEST(StreamReader, DeltasOfEveryLayout) {
  const auto expect = [](const DataType& type, const BatchParts& first, const BatchParts& delta, const Values& wanted) {
    StreamMaker maker;
    maker.AddSchema({{{"a", Dictionary(TypeId::kInt32, type)}}});
    maker.AddDictionary(0, first);
    maker.AddDictionary(0, delta, /*is_delta=*/true);
    std::vector<int32_t> all;
    for (size_t i = 0; i < wanted.size(); ++i) all.push_back(static_cast<int32_t>(i));
    maker.AddBatch(Int32s(all));
    auto reader = OpenStream(maker.bytes());
    const auto values = NextColumn(*reader);
    ASSERT_TRUE(values.ok()) << values.status().ToString();
    EXPECT_EQ(*values, wanted) << type.ToString();
  };
  expect(Int32(), Int32s({1}),
         {.num_rows = 2, .nodes = {{2, 1}}, .buffers = {Blob{0b10}, BlobOf(std::vector<int32_t>{2, 3})}},
         {Little(1), std::nullopt, Little(3)});
  expect(Bool(), {.num_rows = 3, .nodes = {{3, 0}}, .buffers = {{}, Blob{0b101}}},
         {.num_rows = 2, .nodes = {{2, 0}}, .buffers = {{}, Blob{0b10}}}, {"1", "0", "1", "0", "1"});
  expect(LargeBinary(),
         {.num_rows = 2, .nodes = {{2, 0}}, .buffers = {{}, BlobOf(std::vector<int64_t>{0, 1, 3}), BlobOf("xyz")}},
         {.num_rows = 1, .nodes = {{1, 0}}, .buffers = {{}, BlobOf(std::vector<int64_t>{0, 2}), BlobOf("uv")}},
         {"x", "yz", "uv"});
  const auto view = [](int32_t size, const std::string& prefix, int32_t buffer, int32_t offset) {
    std::string text = Little(size) + prefix;
    if (size > 12) text += Little(buffer) + Little(offset);
    text.resize(16);
    return text;
  };
  const std::string long_text = "more than twelve bytes";
  expect(Utf8View(),
         {.num_rows = 1,
          .nodes = {{1, 0}},
          .buffers = {{}, BlobOf(view(22, "more", 0, 1)), BlobOf("-" + long_text)},
          .variadic_counts = {1}},
         {.num_rows = 2,
          .nodes = {{2, 0}},
          .buffers = {{}, BlobOf(view(3, "few", 0, 0) + view(22, "more", 1, 0)), {}, BlobOf(long_text)},
          .variadic_counts = {2}},
         {long_text, "few", long_text});
}

// The same values in the byte order of the other half of the world.
TEST(StreamReader, TheOtherByteOrder) {
  const Schema schema{{{"int16", Int16()},
                       {"int64", Int64()},
                       {"decimal256", Decimal256(76, 0)},
                       {"day time", IntervalDayTime()},
                       {"month day nano", IntervalMonthDayNano()},
                       {"text", LargeUtf8()},
                       {"view", Utf8View()},
                       {"fixed", FixedSizeBinary(3)},
                       {"bits", Bool()},
                       {"dictionary", Dictionary(TypeId::kUInt16, Utf8())}}};
  const auto reversed = [](std::string text, size_t width) {
    for (size_t at = 0; at + width <= text.size(); at += width)
      std::reverse(text.begin() + static_cast<ptrdiff_t>(at), text.begin() + static_cast<ptrdiff_t>(at + width));
    return text;
  };
  const std::string int16 = "abcd", int64 = "abcdefghijklmnop", day_time = "abcdefghijklmnop";
  const std::string decimal(64, '\1'), month_day_nano =
                                           "aaaabbbbccccdddd"
                                           "efghijklmnopqrst";
  std::string offsets(24, '\0');
  offsets[8] = 2;
  offsets[16] = 3;
  const std::string inline_view = Little(2) + "hi" + std::string(10, '\0');
  const std::string far_view = Little(14) + "more" + Little(0) + Little(1);
  const auto far_swapped = reversed(Little(14), 4) + "more" + reversed(Little(0) + Little(1), 4);
  std::string mdn_swapped;
  for (size_t at : {size_t{0}, size_t{16}}) {
    mdn_swapped += reversed(month_day_nano.substr(at, 8), 4) + reversed(month_day_nano.substr(at + 8, 8), 8);
  }
  std::vector<Values> columns[2];
  for (bool swapped : {false, true}) {
    const auto blob = [&](const std::string& text, size_t width) {
      return BlobOf(swapped ? reversed(text, width) : text);
    };
    const bool big_endian = (std::endian::native == std::endian::little) == swapped;
    StreamMaker maker;
    maker.AddSchema(schema, big_endian);
    maker.AddDictionary(
        0,
        {.num_rows = 2, .nodes = {{2, 0}}, .buffers = {{}, blob(Little(0) + Little(1) + Little(3), 4), BlobOf("pqr")}});
    BatchParts parts{.num_rows = 2, .nodes = {}, .buffers = {}, .variadic_counts = {1}};
    for (size_t i = 0; i < schema.fields.size(); ++i) parts.nodes.emplace_back(2, 0);
    parts.buffers = {
        {},
        blob(int16, 2),
        {},
        blob(int64, 8),
        {},
        blob(decimal, 32),
        {},
        blob(day_time, 4),
        {},
        BlobOf(swapped ? mdn_swapped : month_day_nano),
        {},
        blob(offsets, 8),
        BlobOf("xyz"),
        {},
        BlobOf(swapped ? reversed(Little(2), 4) + inline_view.substr(4) + far_swapped : inline_view + far_view),
        BlobOf("-more and more."),
        {},
        BlobOf("fixedd"),
        {},
        Blob{0b10},
        {},
        blob(std::string("\1\0\0\0", 4), 2)};
    maker.AddBatch(parts);
    auto reader = OpenStream(maker.bytes());
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    const auto batch = reader->Next();
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    for (const ArrayView& column : (*batch)->columns()) columns[swapped].push_back(reference::ValuesOf(column));
  }
  EXPECT_EQ(columns[0], columns[1]);
  EXPECT_EQ(columns[1][6], (Values{"hi", "more and more."}));
  EXPECT_EQ(columns[1][9], (Values{"qr", "p"}));
}

TEST(StreamReader, MessagesOutOfPlace) {
  StreamMaker batch_first;
  batch_first.AddBatch(Int32s({1}));
  EXPECT_EQ(ReadAll(batch_first.bytes()).code(), StatusCode::kCorruptData);
  StreamMaker two_schemas;
  two_schemas.AddSchema(kInt32Schema);
  two_schemas.AddSchema(kInt32Schema);
  EXPECT_EQ(ReadAll(two_schemas.bytes()).code(), StatusCode::kCorruptData);
  StreamMaker stray_dictionary;
  stray_dictionary.AddSchema(kInt32Schema);
  stray_dictionary.AddDictionary(0, Strings({"A"}));
  EXPECT_EQ(ReadAll(stray_dictionary.bytes()).code(), StatusCode::kCorruptData);
  StreamMaker no_dictionary;
  no_dictionary.AddSchema({{{"a", Dictionary(TypeId::kInt32, Utf8())}}});
  no_dictionary.AddBatch(Int32s({0}));
  EXPECT_EQ(ReadAll(no_dictionary.bytes()).code(), StatusCode::kCorruptData);
  EXPECT_EQ(ReadAll({}).code(), StatusCode::kCorruptData);
}

TEST(StreamReader, BatchesThatLie) {
  const BatchParts good = Int32s({1, 2, 3, 4});
  const auto expect_corrupt = [&](const char* what, const std::function<void(BatchParts&)>& change,
                                  StatusCode code = StatusCode::kCorruptData) {
    BatchParts parts = good;
    change(parts);
    StreamMaker maker;
    maker.AddSchema(kInt32Schema);
    maker.AddBatch(parts);
    EXPECT_EQ(ReadAll(maker.bytes()).code(), code) << what << ": " << ReadAll(maker.bytes()).ToString();
  };
  expect_corrupt(
      "nothing", [](BatchParts&) {}, StatusCode::kOk);
  expect_corrupt("negative rows", [](BatchParts& p) { p.num_rows = -1; });
  expect_corrupt("other rows", [](BatchParts& p) { p.num_rows = 3; });
  expect_corrupt(
      "all rows",
      [](BatchParts& p) {
        p.num_rows = INT64_MAX;
        p.nodes = {{INT64_MAX, 0}};
      },
      StatusCode::kLimitExceeded);
  expect_corrupt("too many rows", [](BatchParts& p) {
    p.num_rows = int64_t{1} << 35;
    p.nodes = {{p.num_rows, 0}};
  });
  expect_corrupt("no nodes", [](BatchParts& p) { p.nodes.clear(); });
  expect_corrupt("more nodes", [](BatchParts& p) { p.nodes.emplace_back(4, 0); });
  expect_corrupt("unknown nulls", [](BatchParts& p) { p.nodes = {{4, -1}}; });
  expect_corrupt("more nulls than values", [](BatchParts& p) { p.nodes = {{4, 5}}; });
  expect_corrupt("nulls without bits", [](BatchParts& p) { p.nodes = {{4, 1}}; });
  expect_corrupt("wrong nulls", [](BatchParts& p) {
    p.nodes = {{4, 2}};
    p.buffers[0] = {0b0001};
  });
  expect_corrupt("fewer buffers", [](BatchParts& p) { p.buffers.pop_back(); });
  expect_corrupt("more buffers", [](BatchParts& p) { p.buffers.push_back({}); });
  expect_corrupt("variadic buffers", [](BatchParts& p) { p.variadic_counts = {0}; });
  expect_corrupt("short values", [](BatchParts& p) { p.buffers[1].pop_back(); });
  for (const flatbuf::Buffer& lie :
       {flatbuf::Buffer(0, 17), flatbuf::Buffer(8, 16), flatbuf::Buffer(-8, 16), flatbuf::Buffer(0, -16),
        flatbuf::Buffer(INT64_MAX, 16), flatbuf::Buffer(INT64_MAX - 7, INT64_MAX),
        flatbuf::Buffer(INT64_MIN, INT64_MIN)}) {
    expect_corrupt("a buffer elsewhere", [&](BatchParts& p) { p.lies = {{0, 0}, lie}; });
  }
  const auto compressed = [](int64_t declared, size_t frame_bytes) {
    return [=](BatchParts& p) {
      p.compression = flatbuf::CompressionType::ZSTD;
      p.buffers[1].assign(8 + frame_bytes, 0x28);
      std::memcpy(p.buffers[1].data(), &declared, 8);
    };
  };
  expect_corrupt("not a frame", compressed(16, 20));
  expect_corrupt("declares too little", compressed(15, 20));
  expect_corrupt("declares more than a frame can hold", compressed(int64_t{1} << 40, 20));
  expect_corrupt("declares a negative size", compressed(-2, 20));
  expect_corrupt("stored, but short", compressed(-1, 12));
  expect_corrupt("no room for the length", [](BatchParts& p) {
    p.compression = flatbuf::CompressionType::LZ4_FRAME;
    p.buffers[1].resize(7);
  });
  expect_corrupt(
      "an unknown codec", [](BatchParts& p) { p.compression = static_cast<flatbuf::CompressionType>(9); },
      StatusCode::kNotImplemented);
}

TEST(StreamReader, TextThatLies) {
  const auto expect_corrupt = [](BatchParts parts, const DataType& type) {
    StreamMaker maker;
    maker.AddSchema({{{"a", type}}});
    maker.AddBatch(parts);
    EXPECT_EQ(ReadAll(maker.bytes()).code(), StatusCode::kCorruptData) << type.ToString();
  };
  const auto with_offsets = [](const std::vector<int32_t>& offsets, const std::string& text) {
    const auto rows = static_cast<int64_t>(offsets.size()) - 1;
    return BatchParts{.num_rows = rows, .nodes = {{rows, 0}}, .buffers = {{}, BlobOf(offsets), BlobOf(text)}};
  };
  expect_corrupt(with_offsets({0, 4}, "abc"), Utf8());
  expect_corrupt(with_offsets({0, -1}, "abc"), Utf8());
  expect_corrupt(with_offsets({-1, 2}, "abc"), Binary());
  expect_corrupt(with_offsets({0, 3, 2}, "abc"), Binary());
  expect_corrupt(with_offsets({0, 100, 2}, "abc"), Binary());
  expect_corrupt(with_offsets({0, 2}, "\xC3\x28"), Utf8());
  BatchParts short_offsets = with_offsets({0, 1, 2}, "ab");
  short_offsets.buffers[1].resize(8);
  expect_corrupt(short_offsets, Utf8());
  BatchParts view{.num_rows = 1,
                  .nodes = {{1, 0}},
                  .buffers = {{}, BlobOf(Little(13) + "abcd" + Little(1) + Little(0)), BlobOf("abcdefghijklm")},
                  .variadic_counts = {1}};
  expect_corrupt(view, Utf8View());
  view.variadic_counts = {-1};
  expect_corrupt(view, Utf8View());
  view.variadic_counts = {2};
  expect_corrupt(view, Utf8View());
  view.variadic_counts = {};
  expect_corrupt(view, Utf8View());
}

TEST(StreamReader, LimitsHoldBeforeMemoryIsTaken) {
  StreamMaker maker;
  maker.AddSchema(kInt32Schema);
  maker.body_length_lie = int64_t{1} << 40;
  maker.AddBatch(Int32s({1}));
  EXPECT_EQ(ReadAll(maker.bytes()).code(), StatusCode::kLimitExceeded);
  EXPECT_EQ(ReadAll(maker.bytes(), {.max_message_bytes = INT64_MAX}).code(), StatusCode::kCorruptData);
  StreamMaker small;
  small.AddSchema(kInt32Schema);
  small.AddBatch(Int32s(std::vector<int32_t>(1000)));
  EXPECT_EQ(ReadAll(small.bytes(), {.max_message_bytes = 4000}).code(), StatusCode::kLimitExceeded);
  EXPECT_TRUE(ReadAll(small.bytes(), {.max_message_bytes = 5000}).ok());

  const Schema schema{{{"zeros", Int64(), false}}};
  const Blob zeros(8 * 5000, 0);
  const ArrayView column{.type = &schema.fields[0].type, .length = 5000, .buffers = {{}, ViewOf(zeros)}};
  for (const Compression& compression : {Lz4(), Zstd()}) {
    BufferSink sink;
    auto writer = StreamWriter::Open(&sink, schema, {.compression = compression});
    ASSERT_TRUE(writer->Write({&schema, 5000, {&column, 1}}).ok());
    EXPECT_TRUE(ReadAll(sink.bytes(), {.max_uncompressed_bytes = 40000}).ok());
    EXPECT_EQ(ReadAll(sink.bytes(), {.max_uncompressed_bytes = 39999}).code(), StatusCode::kLimitExceeded);
  }
}

TEST(FileReader, BytesThatAreNoFile) {
  const auto code = [](const Blob& bytes) { return OpenFile(bytes).status().code(); };
  EXPECT_EQ(code({}), StatusCode::kCorruptData);
  EXPECT_EQ(code(BlobOf("ARROW1")), StatusCode::kCorruptData);
  EXPECT_EQ(code(Blob(100, 0)), StatusCode::kCorruptData);
  for (int32_t length : {0, -1, 12, 13, INT32_MAX, INT32_MIN}) {
    EXPECT_EQ(code(BlobOf(std::string("ARROW1\0\0", 8) + std::string(12, '\0') + Little(length) + "ARROW1")),
              StatusCode::kCorruptData);
  }
}

}  // namespace
}  // namespace inlay::ipc
