#include "engine/parquet/metadata.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace inlay::parquet::format {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Write(const PageHeader& header) {
  ThriftWriter writer;
  WritePageHeader(header, &writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}
Bytes Write(const FileMetaData& metadata) {
  ThriftWriter writer;
  WriteFileMetaData(metadata, &writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}

LogicalType Logical(LogicalType::Kind kind) { return {.kind = kind}; }

// Every member set, each to a value of its own.
FileMetaData FullMetaData() {
  using Kind = LogicalType::Kind;
  FileMetaData file;
  file.num_rows = 12345678901;
  file.schema.push_back({.name = "schema", .num_children = 25});
  file.schema.push_back({.type = Type::kFixedLenByteArray,
                         .type_length = 9,
                         .repetition_type = FieldRepetitionType::kOptional,
                         .name = "decimal",
                         .converted_type = ConvertedType::kDecimal,
                         .scale = -3,
                         .precision = 20,
                         .field_id = 7,
                         .logical_type = {.kind = Kind::kDecimal, .scale = -3, .precision = 20}});
  for (Kind kind : {Kind::kString, Kind::kMap, Kind::kList, Kind::kEnum, Kind::kDate, Kind::kUnknown, Kind::kJson,
                    Kind::kBson, Kind::kUuid, Kind::kFloat16, Kind::kVariant, Kind::kGeometry, Kind::kGeography}) {
    file.schema.push_back({.type = Type::kByteArray, .name = Name(Logical(kind)), .logical_type = Logical(kind)});
  }
  for (Kind kind : {Kind::kTime, Kind::kTimestamp}) {
    for (auto unit : {LogicalType::TimeUnit::kMillis, LogicalType::TimeUnit::kMicros, LogicalType::TimeUnit::kNanos}) {
      file.schema.push_back(
          {.name = "t", .logical_type = {.kind = kind, .is_adjusted_to_utc = kind == Kind::kTime, .unit = unit}});
    }
  }
  file.schema.push_back({.name = "u8", .logical_type = {.kind = Kind::kInteger, .bit_width = 8}});
  file.schema.push_back({.name = "i64", .logical_type = {.kind = Kind::kInteger, .bit_width = 64, .is_signed = true}});
  file.schema.push_back({.name = "v", .logical_type = {.kind = Kind::kVariant, .specification_version = int8_t{1}}});
  file.schema.push_back({.name = "g", .logical_type = {.kind = Kind::kGeography, .crs = "OGC:CRS84", .algorithm = 2}});

  ColumnMetaData column{.type = Type::kInt64,
                        .encodings = {Encoding::kRle, Encoding::kPlain, Encoding::kRleDictionary},
                        .path_in_schema = {"a", "b.c", ""},
                        .codec = CompressionCodec::kZstd,
                        .num_values = 1000,
                        .total_uncompressed_size = int64_t{1} << 40,
                        .total_compressed_size = int64_t{1} << 33,
                        .key_value_metadata = {{"k", "v"}, {"none", {}}},
                        .data_page_offset = 400,
                        .index_page_offset = 5,
                        .dictionary_page_offset = 4,
                        .statistics = Statistics{.max = "M",
                                                 .min = "m",
                                                 .null_count = 3,
                                                 .distinct_count = 44,
                                                 .max_value = std::string("\xFF\0z", 3),
                                                 .min_value = "",
                                                 .is_max_value_exact = false,
                                                 .is_min_value_exact = true,
                                                 .nan_count = 0},
                        .encoding_stats = {{PageType::kDictionaryPage, Encoding::kPlain, 1},
                                           {PageType::kDataPage, Encoding::kRleDictionary, 17}},
                        .bloom_filter_offset = 99,
                        .bloom_filter_length = 100};
  ColumnChunk chunk{.file_path = "other",
                    .file_offset = 11,
                    .meta_data = column,
                    .offset_index_offset = 1,
                    .offset_index_length = 2,
                    .column_index_offset = 3,
                    .column_index_length = 4};
  for (int16_t i = 0; i < 20; ++i) {  // more than a short list holds
    file.row_groups.push_back({.columns = {chunk, ColumnChunk{}},
                               .total_byte_size = 10 + i,
                               .num_rows = i,
                               .file_offset = 4,
                               .total_compressed_size = 5 + i,
                               .ordinal = i});
  }
  file.key_value_metadata = {{"ARROW:schema", std::string(70'000, 'q')}, {"", ""}};
  file.created_by = "inlay version 0.1.0 (build 0)";
  file.column_orders = {ColumnOrder::kTypeOrder, ColumnOrder::kIeee754TotalOrder, ColumnOrder::kInt96TimestampOrder};
  return file;
}

TEST(PageHeaderBytes, V1DataPageIsWhatTheProtocolSays) {
  const PageHeader header{.type = PageType::kDataPage,
                          .uncompressed_page_size = 100,
                          .compressed_page_size = 64,
                          .crc = -1,
                          .data_page_header = DataPageHeader{.num_values = 10, .encoding = Encoding::kRleDictionary}};
  EXPECT_EQ(Write(header), (Bytes{0x15, 0x00,              // 1: type
                                  0x15, 0xC8, 0x01,        // 2: 100
                                  0x15, 0x80, 0x01,        // 3: 64
                                  0x15, 0x01,              // 4: crc
                                  0x1C,                    // 5: data page header
                                  0x15, 0x14, 0x15, 0x10,  //    10 values, RLE_DICTIONARY
                                  0x15, 0x06, 0x15, 0x06,  //    levels RLE
                                  0x00, 0x00}));
}

TEST(PageHeaderBytes, DictionaryPageIsWhatTheProtocolSays) {
  const PageHeader header{.type = PageType::kDictionaryPage,
                          .uncompressed_page_size = 8,
                          .compressed_page_size = 8,
                          .dictionary_page_header = DictionaryPageHeader{.num_values = 2, .is_sorted = false}};
  EXPECT_EQ(Write(header), (Bytes{0x15, 0x04, 0x15, 0x10, 0x15, 0x10,        // 1..3
                                  0x4C, 0x15, 0x04, 0x15, 0x00, 0x12, 0x00,  // 7
                                  0x00}));
}

TEST(PageHeaderBytes, V2DataPageWithStatisticsIsWhatTheProtocolSays) {
  const PageHeader header{
      .type = PageType::kDataPageV2,
      .uncompressed_page_size = 1,
      .compressed_page_size = 1,
      .data_page_header_v2 = DataPageHeaderV2{
          .num_values = 3,
          .num_nulls = 1,
          .num_rows = 3,
          .definition_levels_byte_length = 2,
          .is_compressed = true,
          .statistics = Statistics{
              .null_count = 1, .max_value = "b", .min_value = "a", .is_max_value_exact = true, .nan_count = 2}}};
  EXPECT_EQ(Write(header),
            (Bytes{0x15, 0x06, 0x15, 0x02, 0x15, 0x02,              // 1..3
                   0x5C,                                            // 8
                   0x15, 0x06, 0x15, 0x02, 0x15, 0x06, 0x15, 0x00,  // 3 values, 1 null, 3 rows, PLAIN
                   0x15, 0x04, 0x15, 0x00, 0x11,                    // level lengths, compressed
                   0x1C, 0x36, 0x02, 0x28, 1,    'b',  0x18, 1,    'a', 0x11, 0x26, 0x04, 0x00,  // statistics
                   0x00, 0x00}));
}

TEST(FileMetaDataBytes, ASmallFooterIsWhatTheProtocolSays) {
  FileMetaData file;
  file.num_rows = 1;
  file.schema.push_back({.name = "s", .num_children = 1});
  file.schema.push_back(
      {.type = Type::kInt64,
       .repetition_type = FieldRepetitionType::kRequired,
       .name = "t",
       .logical_type = {
           .kind = LogicalType::Kind::kTimestamp, .is_adjusted_to_utc = true, .unit = LogicalType::TimeUnit::kMicros}});
  file.column_orders = {ColumnOrder::kTypeOrder};
  EXPECT_EQ(Write(file), (Bytes{0x15, 0x02,                                            // version 1
                                0x19, 0x2C,                                            // two schema elements
                                0x48, 1,    's',  0x15, 0x02, 0x00,                    // the root, one child
                                0x15, 0x04, 0x25, 0x00, 0x18, 1,    't',               // INT64 required t
                                0x6C, 0x8C, 0x11, 0x1C, 0x2C, 0x00, 0x00, 0x00, 0x00,  // TIMESTAMP(true, MICROS)
                                0x00,                                                  //
                                0x16, 0x02,                                            // one row
                                0x19, 0x0C,                                            // no row groups
                                0x39, 0x1C, 0x1C, 0x00, 0x00,                          // column orders
                                0x00}));
}

TEST(FileMetaDataBytes, EveryMemberSurvives) {
  const FileMetaData file = FullMetaData();
  const Bytes bytes = Write(file);
  int64_t num_bytes = 0;
  const Result<FileMetaData> read = ReadFileMetaData(bytes, &num_bytes);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(*read, file);
  EXPECT_EQ(num_bytes, static_cast<int64_t>(bytes.size()));
}

TEST(PageHeaderBytes, EveryMemberSurvivesAndTheLengthIsTold) {
  const Statistics statistics{.null_count = 1, .max_value = "b", .min_value = "a", .nan_count = 2};
  const PageHeader headers[] = {
      {.type = PageType::kDataPage,
       .uncompressed_page_size = INT32_MAX,
       .compressed_page_size = 1,
       .crc = INT32_MIN,
       .data_page_header = DataPageHeader{.num_values = 5, .encoding = Encoding::kAlp, .statistics = statistics}},
      {.type = PageType::kDictionaryPage, .dictionary_page_header = DictionaryPageHeader{.num_values = 3}},
      {.type = PageType::kDataPageV2,
       .data_page_header_v2 = DataPageHeaderV2{.num_values = 5, .is_compressed = false, .statistics = statistics}},
  };
  for (const PageHeader& header : headers) {
    Bytes bytes = Write(header);
    const auto header_bytes = static_cast<int64_t>(bytes.size());
    bytes.insert(bytes.end(), 50, 0xAA);  // the page's body
    int64_t num_bytes = 0;
    const Result<PageHeader> read = ReadPageHeader(bytes, &num_bytes);
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_EQ(*read, header);
    EXPECT_EQ(num_bytes, header_bytes);
  }
}

TEST(MetadataReader, RequiredMembersAreMissed) {
  const Result<PageHeader> header = ReadPageHeader(Bytes{0x15, 0x00, 0x25, 0x02, 0x00});
  EXPECT_EQ(header.status().code(), StatusCode::kCorruptData);
  EXPECT_NE(header.status().message().find("required field 2 is missing"), std::string::npos);
}

TEST(MetadataReader, AMemberOfAnotherTypeIsNotThatMember) {
  // Required: the page type as i64.
  const Result<PageHeader> header = ReadPageHeader(Bytes{0x16, 0x00, 0x15, 0x00, 0x15, 0x00, 0x00});
  EXPECT_NE(header.status().message().find("required field 1 is missing"), std::string::npos);
  // Optional: the CRC as a list.
  const Result<PageHeader> skipped = ReadPageHeader(Bytes{0x15, 0x00, 0x15, 0x00, 0x15, 0x00, 0x19, 0x15, 0x02, 0x00});
  ASSERT_TRUE(skipped.ok()) << skipped.status().ToString();
  EXPECT_EQ(skipped->crc, std::nullopt);
  const Result<FileMetaData> file = ReadFileMetaData(Bytes{0x29, 0x15, 0x00, 0x00});
  EXPECT_NE(file.status().message().find("elements of the wrong type"), std::string::npos);
}

TEST(MetadataReader, UnknownFieldsAndUnionMembersAreSkipped) {
  ThriftWriter writer;
  writer.BeginStruct();
  writer.Field(4, WireType::kBinary);
  writer.Binary("x");
  writer.Field(10, WireType::kStruct);
  writer.BeginStruct();
  writer.Field(30, WireType::kStruct);  // a logical type of the future
  writer.BeginStruct();
  writer.Field(1, WireType::kI32);
  writer.I64(5);
  writer.EndStruct();
  writer.EndStruct();
  writer.Field(100, WireType::kList);
  writer.List(WireType::kI64, 2);
  writer.I64(1);
  writer.I64(2);
  writer.EndStruct();
  const Bytes element(writer.bytes().begin(), writer.bytes().end());

  Bytes file{0x29, 0x1C};  // schema: one element
  file.insert(file.end(), element.begin(), element.end());
  file.insert(file.end(), {0x16, 0x00, 0x19, 0x0C, 0x39, 0x1C, 0x9C, 0x00, 0x00, 0x00});  // ColumnOrder with member 9
  const Result<FileMetaData> read = ReadFileMetaData(file);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  ASSERT_EQ(read->schema.size(), 1u);
  EXPECT_EQ(read->schema[0].logical_type.kind, LogicalType::Kind::kNone);
  EXPECT_EQ(read->column_orders, std::vector<ColumnOrder>{ColumnOrder::kUndefined});
}

TEST(MetadataReader, EveryTruncationIsAnError) {
  FileMetaData file = FullMetaData();
  file.row_groups.resize(2);
  file.key_value_metadata[0].value = "short";
  const Bytes bytes = Write(file);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Bytes part(bytes.begin(),
                     bytes.begin() + static_cast<int64_t>(size));  // its own block: reading past it shows
    ASSERT_EQ(ReadFileMetaData(part).status().code(), StatusCode::kCorruptData) << size;
  }
}

TEST(MetadataReader, DamagedBytesNeverDoMoreThanFail) {
  FileMetaData file = FullMetaData();
  file.row_groups.resize(3);
  file.key_value_metadata[0].value = "short";
  const Bytes bytes = Write(file);
  std::mt19937 random(20260801);
  int num_refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes damaged = bytes;
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
    }
    const Result<FileMetaData> read = ReadFileMetaData(damaged);
    if (read.ok()) {
      // What was accepted can be written again.
      EXPECT_FALSE(Write(*read).empty());
    } else {
      EXPECT_EQ(read.status().code(), StatusCode::kCorruptData);
      ++num_refused;
    }
  }
  EXPECT_GT(num_refused, 5'000);
}

TEST(MetadataReader, MemoryGrowsWithTheInputNotWithDeclaredCounts) {
  // Row groups: 2^31 - 1 of them declared, none there.
  const Bytes few{0x49, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00};
  EXPECT_NE(ReadFileMetaData(few).status().message().find("list reaches past the end"), std::string::npos);
  // 100,000 key/value pairs of three bytes each: 300 kB here, megabytes in memory.
  Bytes many{0x15, 0x02, 0x19, 0x0C, 0x16, 0x00, 0x19, 0x0C, 0x19, 0xFC, 0xA0, 0x8D, 0x06};
  for (int i = 0; i < 100'000; ++i) many.insert(many.end(), {0x18, 0x00, 0x00});
  many.push_back(0x00);
  EXPECT_TRUE(ReadFileMetaData(many).ok());
  EXPECT_NE(ReadFileMetaData(many, nullptr, 1 << 20).status().message().find("memory limit"), std::string::npos);
}

TEST(MetadataNames, AreTheFormatsOwn) {
  EXPECT_EQ(Name(Type::kFixedLenByteArray), "FIXED_LEN_BYTE_ARRAY");
  EXPECT_EQ(Name(ConvertedType::kUint8), "UINT_8");
  EXPECT_EQ(Name(ConvertedType::kInterval), "INTERVAL");
  EXPECT_EQ(Name(Encoding::kRleDictionary), "RLE_DICTIONARY");
  EXPECT_EQ(Name(Encoding::kAlp), "ALP");
  EXPECT_EQ(Name(static_cast<Encoding>(1)), "1");
  EXPECT_EQ(Name(static_cast<Encoding>(-5)), "-5");
  EXPECT_EQ(Name(CompressionCodec::kLz4Raw), "LZ4_RAW");
  EXPECT_EQ(Name(PageType::kDataPageV2), "DATA_PAGE_V2");
  EXPECT_EQ(Name(Logical(LogicalType::Kind::kGeography)), "GEOGRAPHY");
  EXPECT_EQ(Name(LogicalType{.kind = LogicalType::Kind::kTimestamp, .is_adjusted_to_utc = true}),
            "TIMESTAMP(MILLIS, UTC)");
  EXPECT_EQ(Name(LogicalType{.kind = LogicalType::Kind::kInteger, .bit_width = 16, .is_signed = true}),
            "INTEGER(16, signed)");
  EXPECT_EQ(Name(LogicalType{.kind = LogicalType::Kind::kDecimal, .scale = 2, .precision = 9}), "DECIMAL(9, 2)");
}

}  // namespace
}  // namespace inlay::parquet::format
