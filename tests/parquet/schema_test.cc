#include "engine/parquet/schema.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inlay::parquet {
namespace {

using format::ConvertedType;
using format::LogicalType;
using format::SchemaElement;
using Kind = format::LogicalType::Kind;
using Physical = format::Type;

struct Case {
  DataType type;
  Physical physical;
  int32_t physical_bytes;
  std::string logical;    // format::Name
  std::string converted;  // "" for none
  Conversion conversion;
  SortOrder order;
};

std::vector<Case> Cases() {
  using C = Conversion;
  using S = SortOrder;
  return {
      {Bool(), Physical::kBoolean, 0, "", "", C::kBits, S::kBool},
      {Int8(), Physical::kInt32, 4, "INTEGER(8, signed)", "INT_8", C::kInt8ToInt32, S::kInt32},
      {UInt8(), Physical::kInt32, 4, "INTEGER(8, unsigned)", "UINT_8", C::kUInt8ToInt32, S::kUInt32},
      {Int16(), Physical::kInt32, 4, "INTEGER(16, signed)", "INT_16", C::kInt16ToInt32, S::kInt32},
      {UInt16(), Physical::kInt32, 4, "INTEGER(16, unsigned)", "UINT_16", C::kUInt16ToInt32, S::kUInt32},
      {Int32(), Physical::kInt32, 4, "", "", C::kNone, S::kInt32},
      {UInt32(), Physical::kInt32, 4, "INTEGER(32, unsigned)", "UINT_32", C::kNone, S::kUInt32},
      {Int64(), Physical::kInt64, 8, "", "", C::kNone, S::kInt64},
      {UInt64(), Physical::kInt64, 8, "INTEGER(64, unsigned)", "UINT_64", C::kNone, S::kUInt64},
      {Float16(), Physical::kFixedLenByteArray, 2, "FLOAT16", "", C::kFloat16ToFixed, S::kFloat16},
      {Float32(), Physical::kFloat, 4, "", "", C::kNone, S::kFloat},
      {Float64(), Physical::kDouble, 8, "", "", C::kNone, S::kDouble},
      {Decimal32(9, 2), Physical::kInt32, 4, "DECIMAL(9, 2)", "DECIMAL", C::kNone, S::kInt32},
      {Decimal64(9, 2), Physical::kInt32, 4, "DECIMAL(9, 2)", "DECIMAL", C::kDecimalToInt32, S::kInt32},
      {Decimal64(10, 0), Physical::kInt64, 8, "DECIMAL(10, 0)", "DECIMAL", C::kNone, S::kInt64},
      {Decimal128(9, 9), Physical::kInt32, 4, "DECIMAL(9, 9)", "DECIMAL", C::kDecimalToInt32, S::kInt32},
      {Decimal128(18, 1), Physical::kInt64, 8, "DECIMAL(18, 1)", "DECIMAL", C::kDecimalToInt64, S::kInt64},
      {Decimal128(19, 1), Physical::kFixedLenByteArray, 9, "DECIMAL(19, 1)", "DECIMAL", C::kDecimalToFixed,
       S::kDecimal},
      {Decimal128(38, 1), Physical::kFixedLenByteArray, 16, "DECIMAL(38, 1)", "DECIMAL", C::kDecimalToFixed,
       S::kDecimal},
      {Decimal256(39, 1), Physical::kFixedLenByteArray, 17, "DECIMAL(39, 1)", "DECIMAL", C::kDecimalToFixed,
       S::kDecimal},
      {Decimal256(76, 1), Physical::kFixedLenByteArray, 32, "DECIMAL(76, 1)", "DECIMAL", C::kDecimalToFixed,
       S::kDecimal},
      {Decimal256(1, 0), Physical::kInt32, 4, "DECIMAL(1, 0)", "DECIMAL", C::kDecimalToInt32, S::kInt32},
      {Date32(), Physical::kInt32, 4, "DATE", "DATE", C::kNone, S::kInt32},
      {Date64(), Physical::kInt32, 4, "DATE", "DATE", C::kMillisToDays32, S::kInt32},
      {Time32(TimeUnit::kSecond), Physical::kInt32, 4, "TIME(MILLIS, local)", "TIME_MILLIS", C::kSecondsToMillis32,
       S::kInt32},
      {Time32(TimeUnit::kMilli), Physical::kInt32, 4, "TIME(MILLIS, local)", "TIME_MILLIS", C::kNone, S::kInt32},
      {Time64(TimeUnit::kMicro), Physical::kInt64, 8, "TIME(MICROS, local)", "TIME_MICROS", C::kNone, S::kInt64},
      {Time64(TimeUnit::kNano), Physical::kInt64, 8, "TIME(NANOS, local)", "", C::kNone, S::kInt64},
      {Timestamp(TimeUnit::kSecond), Physical::kInt64, 8, "TIMESTAMP(MILLIS, local)", "TIMESTAMP_MILLIS",
       C::kSecondsToMillis64, S::kInt64},
      {Timestamp(TimeUnit::kMilli, "UTC"), Physical::kInt64, 8, "TIMESTAMP(MILLIS, UTC)", "TIMESTAMP_MILLIS", C::kNone,
       S::kInt64},
      {Timestamp(TimeUnit::kMicro, "Asia/Tokyo"), Physical::kInt64, 8, "TIMESTAMP(MICROS, UTC)", "TIMESTAMP_MICROS",
       C::kNone, S::kInt64},
      {Timestamp(TimeUnit::kNano), Physical::kInt64, 8, "TIMESTAMP(NANOS, local)", "", C::kNone, S::kInt64},
      {Duration(TimeUnit::kMicro), Physical::kInt64, 8, "", "", C::kNone, S::kInt64},
      {Utf8(), Physical::kByteArray, 0, "STRING", "UTF8", C::kByteArrays, S::kBytes},
      {LargeUtf8(), Physical::kByteArray, 0, "STRING", "UTF8", C::kLargeByteArrays, S::kBytes},
      {Binary(), Physical::kByteArray, 0, "", "", C::kByteArrays, S::kBytes},
      {LargeBinary(), Physical::kByteArray, 0, "", "", C::kLargeByteArrays, S::kBytes},
      {FixedSizeBinary(5), Physical::kFixedLenByteArray, 5, "", "", C::kNone, S::kFixedBytes},
      {Null(), Physical::kInt32, 4, "UNKNOWN", "", C::kAllNull, S::kNone},
  };
}

TEST(FileSchema, EveryFlatTypeHasItsPhysicalAndLogicalType) {
  for (const bool nullable : {false, true}) {
    for (const Case& c : Cases()) {
      SCOPED_TRACE(c.type.ToString());
      const Result<FileSchema> file = MakeFileSchema({.fields = {{"x", c.type, nullable}}});
      ASSERT_TRUE(file.ok()) << file.status().ToString();
      ASSERT_EQ(file->elements.size(), 2u);
      ASSERT_EQ(file->leaves.size(), 1u);
      const SchemaElement& element = file->elements[1];
      const LeafColumn& leaf = file->leaves[0];
      const bool optional = nullable || c.type.id() == TypeId::kNull;
      EXPECT_EQ(element.type, c.physical);
      EXPECT_EQ(Name(element.logical_type), c.logical);
      EXPECT_EQ(element.converted_type ? Name(*element.converted_type) : "", c.converted);
      EXPECT_EQ(element.repetition_type,
                optional ? format::FieldRepetitionType::kOptional : format::FieldRepetitionType::kRequired);
      EXPECT_EQ(element.type_length.has_value(), c.physical == Physical::kFixedLenByteArray);
      EXPECT_EQ(element.type_length.value_or(c.physical_bytes), c.physical_bytes);
      EXPECT_EQ(element.num_children, std::nullopt);
      EXPECT_EQ(element.precision.has_value(), c.converted == "DECIMAL");
      EXPECT_EQ(leaf.physical_type, c.physical);
      EXPECT_EQ(leaf.physical_bytes, c.physical_bytes);
      EXPECT_EQ(leaf.arrow_bytes, FixedByteWidth(c.type));
      EXPECT_EQ(leaf.conversion, c.conversion);
      EXPECT_EQ(leaf.sort_order, c.order);
      EXPECT_EQ(leaf.max_definition_level, optional ? 1 : 0);
      EXPECT_EQ(leaf.is_utf8, c.logical == "STRING");
    }
  }
}

TEST(FileSchema, DecimalsOfBytesAreAsShortAsTheFormatSays) {
  // 2^(8n - 1) - 1 >= 10^precision - 1, worked out in decimal for each precision.
  for (int32_t precision = 19; precision <= 76; ++precision) {
    const Result<FileSchema> file = MakeFileSchema({.fields = {{"x", Decimal256(precision, 0)}}});
    ASSERT_TRUE(file.ok());
    // log2(10) = 3.3219280948873626, and no power of ten comes close enough to one of two to matter here.
    const double bits = precision * 3.3219280948873626 + 1;
    const auto expected = static_cast<int32_t>((bits + 7.999999) / 8);
    EXPECT_EQ(file->leaves[0].physical_bytes, expected) << precision;
  }
}

TEST(FileSchema, ColumnsStandInOrderUnderTheRoot) {
  const Result<FileSchema> file = MakeFileSchema({.fields = {{"a", Int64(), false}, {"b.c", Utf8()}, {"a", Bool()}}});
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->elements.size(), 4u);
  EXPECT_EQ(file->elements[0].name, "schema");
  EXPECT_EQ(file->elements[0].num_children, 3);
  EXPECT_EQ(file->elements[0].type, std::nullopt);
  EXPECT_EQ(file->elements[0].repetition_type, std::nullopt);
  const char* const names[] = {"a", "b.c", "a"};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(file->elements[i + 1].name, names[i]);
    EXPECT_EQ(file->leaves[i].path, names[i]);
    EXPECT_EQ(file->leaves[i].column, static_cast<int64_t>(i));
    EXPECT_EQ(file->leaves[i].field.name, names[i]);
  }
}

TEST(FileSchema, NoColumnsAreASchemaToo) {
  const Result<FileSchema> file = MakeFileSchema({});
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->elements.size(), 1u);
  EXPECT_EQ(file->elements[0].num_children, 0);
}

Field Extended(DataType type, std::string extension) {
  return {"x", std::move(type), true, {{"other", "1"}, {"ARROW:extension:name", std::move(extension)}}};
}

TEST(FileSchema, ExtensionTypesThatParquetKnows) {
  const struct {
    Field field;
    Kind logical;
    bool is_utf8;
  } cases[] = {
      {Extended(FixedSizeBinary(16), "arrow.uuid"), Kind::kUuid, false},
      {Extended(FixedSizeBinary(15), "arrow.uuid"), Kind::kNone, false},
      {Extended(Utf8(), "arrow.json"), Kind::kJson, true},
      {Extended(LargeUtf8(), "arrow.json"), Kind::kJson, true},
      {Extended(Utf8(), "example.other"), Kind::kString, true},
      {Extended(Binary(), "arrow.json"), Kind::kNone, false},
  };
  for (const auto& c : cases) {
    const Result<FileSchema> file = MakeFileSchema({.fields = {c.field}});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->elements[1].logical_type.kind, c.logical);
    EXPECT_EQ(file->elements[1].converted_type == ConvertedType::kJson, c.logical == Kind::kJson);
    EXPECT_EQ(file->leaves[0].is_utf8, c.is_utf8);
  }
}

TEST(FileSchema, FieldIdsComeFromMetadata) {
  const struct {
    std::string text;
    std::optional<int32_t> id;
  } cases[] = {{"7", 7}, {"0", 0}, {"-1", {}}, {"7x", {}}, {"", {}}, {"99999999999", {}}};
  for (const auto& c : cases) {
    const Result<FileSchema> file = MakeFileSchema({.fields = {{"x", Int64(), true, {{"PARQUET:field_id", c.text}}}}});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->elements[1].field_id, c.id) << c.text;
  }
}

TEST(FileSchema, WhatCannotBeWrittenIsSaidWithTheColumn) {
  const struct {
    DataType type;
    StatusCode code;
  } cases[] = {
      {List({"item", Int64()}), StatusCode::kNotImplemented},
      {Struct({{"a", Int64()}}), StatusCode::kNotImplemented},
      {IntervalMonthDayNano(), StatusCode::kNotImplemented},
      {Dictionary(TypeId::kInt32, Utf8()), StatusCode::kNotImplemented},
      {Decimal128(10, -1), StatusCode::kInvalidArgument},
      {Decimal128(10, 11), StatusCode::kInvalidArgument},
      {FixedSizeBinary(0), StatusCode::kInvalidArgument},
  };
  for (const auto& c : cases) {
    const Status status = MakeFileSchema({.fields = {{"fine", Int64()}, {"broken", c.type}}}).status();
    EXPECT_EQ(status.code(), c.code) << c.type.ToString();
    EXPECT_EQ(status.message().find("column 'broken': "), 0u) << status.message();
  }
}

// What is made here survives the footer.
TEST(FileSchema, ElementsSurviveAFooter) {
  Schema schema;
  for (const Case& c : Cases()) schema.fields.push_back({c.type.ToString(), c.type});
  const Result<FileSchema> file = MakeFileSchema(schema);
  ASSERT_TRUE(file.ok());
  format::FileMetaData metadata;
  metadata.schema = file->elements;
  ThriftWriter writer;
  WriteFileMetaData(metadata, &writer);
  const Result<format::FileMetaData> read = format::ReadFileMetaData(writer.bytes());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->schema, file->elements);
}

}  // namespace
}  // namespace inlay::parquet
