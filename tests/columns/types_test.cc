#include <inlay/types.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/columns/data_type_builder.h"
#include "engine/columns/type_match.h"

namespace inlay {
namespace {

using testing::HasSubstr;

// One of each, with the text it has.
const std::pair<DataType, std::string> kGoodTypes[] = {
    {Null(), "null"},
    {Bool(), "bool"},
    {Int8(), "int8"},
    {UInt64(), "uint64"},
    {Float16(), "float16"},
    {Decimal32(9, 2), "decimal32(9, 2)"},
    {Decimal64(18, -3), "decimal64(18, -3)"},
    {Decimal128(38, 40), "decimal128(38, 40)"},
    {Decimal256(76, 0), "decimal256(76, 0)"},
    {Date32(), "date32"},
    {Time32(TimeUnit::kSecond), "time32[s]"},
    {Time64(TimeUnit::kNano), "time64[ns]"},
    {Timestamp(TimeUnit::kMicro, "UTC"), "timestamp[us, UTC]"},
    {Timestamp(TimeUnit::kMilli), "timestamp[ms]"},
    {Duration(TimeUnit::kSecond), "duration[s]"},
    {IntervalMonthDayNano(), "interval_month_day_nano"},
    {FixedSizeBinary(0), "fixed_size_binary(0)"},
    {LargeUtf8(), "large_utf8"},
    {BinaryView(), "binary_view"},
    {List({"item", Int32()}), "list<item: int32>"},
    {LargeListView({"item", Int32(), false}), "large_list_view<item: int32 not null>"},
    {FixedSizeList({"item", Float32()}, 3), "fixed_size_list<item: float32>[3]"},
    {Struct({{"a", Int8()}, {"b", Utf8()}}), "struct<a: int8, b: utf8>"},
    {Struct({}), "struct<>"},
    {Map({"key", Utf8()}, {"value", Int64()}, true), "map<key: utf8 not null, value: int64>[keys sorted]"},
    {DenseUnion({{"a", Int8()}, {"b", Utf8()}}, {0, 127}), "dense_union<0=a: int8, 127=b: utf8>"},
    {SparseUnion({}, {}), "sparse_union<>"},
    {Dictionary(TypeId::kUInt8, Utf8(), true), "dictionary<uint8, utf8>[ordered]"},
    {RunEndEncoded(TypeId::kInt16, {"values", Int64()}), "run_end_encoded<run_ends: int16 not null, values: int64>"},
};

TEST(Types, GoodOnesValidateAndReadWell) {
  for (const auto& [type, text] : kGoodTypes) {
    EXPECT_TRUE(type.Validate().ok()) << type.Validate().ToString();
    EXPECT_EQ(type.ToString(), text);
  }
}

TEST(Types, EqualOnlyToThemselves) {
  for (const auto& a : kGoodTypes) {
    for (const auto& b : kGoodTypes) {
      EXPECT_EQ(a.first == b.first, &a == &b) << a.second << " and " << b.second;
      EXPECT_EQ(SameType(a.first, b.first), &a == &b) << a.second << " and " << b.second;
    }
  }
}

TEST(Types, BrokenParametersAreErrors) {
  DataTypeBuilder nullable_entries(TypeId::kMap);
  nullable_entries.Child({"entries", Struct({{"key", Utf8(), false}, {"value", Utf8()}}), true});
  DataTypeBuilder nullable_key(TypeId::kMap);
  nullable_key.Child({"entries", Struct({{"key", Utf8()}, {"value", Utf8()}}), false});
  DataTypeBuilder flat_entries(TypeId::kMap);
  flat_entries.Child({"entries", Int8(), false});
  DataTypeBuilder nullable_run_ends(TypeId::kRunEndEncoded);
  nullable_run_ends.Child({"run_ends", Int32()}).Child({"values", Int32()});
  const std::pair<DataType, std::string> cases[] = {
      {Decimal32(10, 0), "precision must be 1 to 9"},
      {Decimal64(19, 0), "precision must be 1 to 18"},
      {Decimal128(39, 0), "precision must be 1 to 38"},
      {Decimal256(77, 0), "precision must be 1 to 76"},
      {Decimal128(0, 0), "precision must be 1 to 38"},
      {Time32(TimeUnit::kMicro), "unit"},
      {Time64(TimeUnit::kMilli), "unit"},
      {Timestamp(TimeUnit::kMicro, "\xFF"), "timezone is not UTF-8"},
      {FixedSizeBinary(-1), "width"},
      {FixedSizeList({"item", Int8()}, -1), "list size"},
      {DataType(TypeId::kList), "0 children, not 1"},
      {DataTypeBuilder(TypeId::kInt8).Child({"a", Int8()}).Build(), "1 children, not 0"},
      {DataTypeBuilder(TypeId::kUtf8).Child({"a", Int8()}).Build(), "1 children, not 0"},
      {flat_entries.type, "struct of key and value"},
      {nullable_entries.type, "entries must not be nullable"},
      {nullable_key.type, "key must not be nullable"},
      {DenseUnion({{"a", Int8()}}, {}), "one type id for each member"},
      {DenseUnion({{"a", Int8()}}, {-1}), "0 to 127"},
      {SparseUnion({{"a", Int8()}, {"b", Int8()}}, {4, 4}), "type id 4 stands for two members"},
      {Dictionary(TypeId::kFloat32, Utf8()), "index must be an integer"},
      {Dictionary(TypeId::kInt8, Dictionary(TypeId::kInt8, Utf8())), "dictionary-encoded themselves"},
      {RunEndEncoded(TypeId::kUInt16, {"values", Int8()}), "run ends must be"},
      {nullable_run_ends.type, "run ends must not be nullable"},
  };
  for (const auto& [type, message] : cases) {
    const Status status = type.Validate();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << type.ToString();
    EXPECT_THAT(status.message(), HasSubstr(message));
  }
}

TEST(Types, DepthIsLimited) {
  const auto nested = [](int depth) {
    DataType type = Int32();
    for (int i = 1; i < depth; ++i) type = List({"item", type});
    return type;
  };
  EXPECT_TRUE(nested(64).Validate().ok());
  EXPECT_THAT(nested(65).Validate().message(), HasSubstr("more than 64 deep"));
  const Schema schema{{{"deep", nested(64)}}};
  EXPECT_TRUE(schema.Validate().ok());
}

TEST(Types, MapMakesItsKeyRequired) {
  const DataType map = Map({"key", Utf8(), true}, {"value", Utf8()});
  EXPECT_FALSE(map.children()[0].type.children()[0].nullable);
}

TEST(Types, ByteWidths) {
  EXPECT_EQ(FixedByteWidth(Bool()), 0);
  EXPECT_EQ(FixedByteWidth(UInt8()), 1);
  EXPECT_EQ(FixedByteWidth(Float16()), 2);
  EXPECT_EQ(FixedByteWidth(Date32()), 4);
  EXPECT_EQ(FixedByteWidth(IntervalDayTime()), 8);
  EXPECT_EQ(FixedByteWidth(IntervalMonthDayNano()), 16);
  EXPECT_EQ(FixedByteWidth(Decimal256(40, 1)), 32);
  EXPECT_EQ(FixedByteWidth(FixedSizeBinary(7)), 7);
  EXPECT_EQ(FixedByteWidth(Dictionary(TypeId::kUInt16, Utf8())), 2);
  EXPECT_EQ(FixedByteWidth(Utf8()), 0);
}

TEST(Schema, MessagesCarryThePath) {
  const Schema schema{{{"id", Int64()}, {"user", Struct({{"tags", List({"item", Decimal32(12, 1)})}})}}};
  EXPECT_THAT(schema.Validate().message(), HasSubstr("column 'user.tags.item': type decimal32(12, 1): precision"));
}

TEST(Schema, TextMustBeUtf8) {
  EXPECT_FALSE((Schema{{{"\xC0\x80", Int8()}}}).Validate().ok());
  EXPECT_FALSE((Schema{{{"a", Int8(), true, {{"key", "\x80"}}}}}).Validate().ok());
  EXPECT_FALSE((Schema{{}, {{"\x80", "value"}}}).Validate().ok());
  EXPECT_TRUE((Schema{{{"größe", Int8()}, {"größe", Int8()}}}).Validate().ok());
}

TEST(Schema, FindsTheFirstOfAName) {
  const Schema schema{{{"a", Int8()}, {"b", Int8()}, {"b", Utf8()}}};
  EXPECT_EQ(schema.FieldIndex("b"), 1);
  EXPECT_EQ(schema.FieldIndex("c"), -1);
  EXPECT_EQ(schema.ToString(), "a: int8\nb: int8\nb: utf8\n");
}

TEST(Schema, SameSchemaLooksPastMetadata) {
  const Schema a{{{"a", List({"item", Int8()}), true, {{"k", "v"}}}}, {{"k", "v"}}};
  const Schema b{{{"a", List({"element", Int8()})}}};
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(SameSchema(a, b));
  EXPECT_FALSE(SameSchema(a, {{{"a", List({"item", Int8(), false})}}}));
  EXPECT_FALSE(SameSchema(a, {{{"b", List({"item", Int8()})}}}));
}

}  // namespace
}  // namespace inlay
