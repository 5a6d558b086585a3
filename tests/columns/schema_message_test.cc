#include "engine/columns/schema_message.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>

#include "engine/columns/data_type_builder.h"

namespace inlay {
namespace {

BufferView View(const std::vector<uint8_t>& bytes) { return {bytes.data(), static_cast<int64_t>(bytes.size())}; }

Schema EveryType() {
  Schema schema;
  int column = 0;
  const auto add = [&](DataType type, bool nullable = true) {
    schema.fields.push_back({"column " + std::to_string(column++), std::move(type), nullable});
  };
  for (int id = 0; id <= static_cast<int>(TypeId::kFloat64); ++id) add(DataType(static_cast<TypeId>(id)), id % 2 == 0);
  add(Decimal32(9, 2));
  add(Decimal64(18, -3));
  add(Decimal128(38, 10));
  add(Decimal256(76, 0), false);
  add(Date32());
  add(Date64());
  for (TimeUnit unit : {TimeUnit::kSecond, TimeUnit::kMilli, TimeUnit::kMicro, TimeUnit::kNano}) {
    add(unit <= TimeUnit::kMilli ? Time32(unit) : Time64(unit));
    add(Timestamp(unit));
    add(Timestamp(unit, "Europe/Rome"));
    add(Duration(unit));
  }
  for (const DataType& type :
       {IntervalYearMonth(), IntervalDayTime(), IntervalMonthDayNano(), Utf8(), LargeUtf8(), Utf8View(), Binary(),
        LargeBinary(), BinaryView(), FixedSizeBinary(0), FixedSizeBinary(17)}) {
    add(type);
  }
  const Field item{"item", Int16(), false, {{"of", "items"}}};
  for (const DataType& type : {List(item), LargeList(item), ListView(item), LargeListView(item), FixedSizeList(item, 3),
                               Struct({}), Struct({item, {"b", Utf8()}}), Map({"key", Utf8(), false}, item),
                               Map({"key", Utf8(), false}, item, true), DenseUnion({item, {"b", Utf8()}}, {5, 100}),
                               SparseUnion({item, {"b", Null()}}, {1, 0}), Dictionary(TypeId::kInt8, Utf8()),
                               Dictionary(TypeId::kUInt64, List(item), true), RunEndEncoded(TypeId::kInt32, item)}) {
    add(type, type.id() != TypeId::kFixedSizeList);
  }
  // What the public functions cannot make: another name for a map's entries.
  add(DataTypeBuilder(TypeId::kMap)
          .Child({"pairs", Struct({{"k", Int8(), false}, {"v", Dictionary(TypeId::kInt32, Utf8())}}), false})
          .type);
  schema.fields.push_back({"", Int32(), true, {{"key", "value"}, {"key", ""}, {"", std::string("a\0b", 3)}}});
  schema.fields.push_back({"column 1", Int32(), true});
  schema.metadata = {{"schema", "metadata"}, {"schema", "again"}};
  return schema;
}

TEST(SchemaMessage, EveryTypeSurvives) {
  const Schema schema = EveryType();
  const auto message = EncodeSchemaMessage(schema);
  ASSERT_TRUE(message.ok()) << message.status().ToString();
  const auto decoded = DecodeSchemaMessage(View(*message));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  ASSERT_EQ(decoded->fields.size(), schema.fields.size());
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    EXPECT_EQ(decoded->fields[i], schema.fields[i])
        << schema.fields[i].type.ToString() << " became " << decoded->fields[i].type.ToString();
  }
  EXPECT_EQ(decoded->metadata, schema.metadata);
}

TEST(SchemaMessage, EndsOnTheAlignmentAndPadsWithZeros) {
  for (int64_t start : {0, 8}) {
    for (int64_t alignment : {8, 16, 32, 64}) {
      for (size_t name = 0; name < 70; name += 5) {
        const Schema schema{{{std::string(name, 'x'), Int64()}}};
        const auto message = EncodeSchemaMessage(schema, {.start_bytes = start, .alignment_bytes = alignment});
        ASSERT_TRUE(message.ok());
        EXPECT_EQ((start + static_cast<int64_t>(message->size())) % alignment, 0);
        int32_t prefix[2];
        std::memcpy(prefix, message->data(), 8);
        EXPECT_EQ(prefix[0], -1);
        EXPECT_EQ(prefix[1], static_cast<int32_t>(message->size()) - 8);
      }
    }
  }
}

TEST(SchemaMessage, LegacyPrefixAndTrailingBytesAreRead) {
  const Schema schema = EveryType();
  auto message = *EncodeSchemaMessage(schema);
  std::vector<uint8_t> legacy(message.begin() + 4, message.end());
  legacy.resize(legacy.size() + 13, 0xCC);
  const auto decoded = DecodeSchemaMessage(View(legacy));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(*decoded, schema);
}

TEST(SchemaMessage, AnyAddressWillDo) {
  const Schema schema = EveryType();
  const auto message = *EncodeSchemaMessage(schema);
  for (size_t shift = 1; shift < 8; ++shift) {
    std::vector<uint8_t> moved(shift);
    moved.insert(moved.end(), message.begin(), message.end());
    const auto decoded = DecodeSchemaMessage({moved.data() + shift, static_cast<int64_t>(message.size())});
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, schema);
  }
}

TEST(SchemaMessage, InvalidSchemasAreRefused) {
  EXPECT_EQ(EncodeSchemaMessage({{{"d", Decimal128(39, 0)}}}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(
      EncodeSchemaMessage({{{"d", Dictionary(TypeId::kInt8, Dictionary(TypeId::kInt8, Utf8()))}}}).status().code(),
      StatusCode::kInvalidArgument);
  DataType deep = Int8();
  for (int i = 0; i < 63; ++i) deep = List({"item", std::move(deep)});
  const auto message = EncodeSchemaMessage({{{"deep", deep}}});
  ASSERT_TRUE(message.ok()) << message.status().ToString();
  EXPECT_TRUE(DecodeSchemaMessage(View(*message)).ok());
  EXPECT_EQ(EncodeSchemaMessage({{{"deeper", List({"item", deep})}}}).status().code(), StatusCode::kInvalidArgument);
}

TEST(SchemaMessage, TruncationsAreErrors) {
  const auto message = *EncodeSchemaMessage(EveryType());
  for (size_t size = 0; size + 8 < message.size(); ++size) {
    // A copy of that size, so that a sanitizer sees a read past its end.
    const std::vector<uint8_t> cut(message.begin(), message.begin() + static_cast<ptrdiff_t>(size));
    const auto decoded = DecodeSchemaMessage(View(cut));
    ASSERT_FALSE(decoded.ok()) << size;
    EXPECT_EQ(decoded.status().code(), StatusCode::kCorruptData);
  }
}

TEST(SchemaMessage, FlippedBitsNeverCrash) {
  const auto message = *EncodeSchemaMessage(EveryType());
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    auto damaged = message;
    for (int flips = 1 + round % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] ^= static_cast<uint8_t>(1u << (random() % 8));
    }
    const auto decoded = DecodeSchemaMessage(View(damaged));
    if (decoded.ok()) {
      EXPECT_TRUE(decoded->Validate().ok());
    } else {
      ++refused;
      EXPECT_THAT(decoded.status().code(),
                  testing::AnyOf(StatusCode::kCorruptData, StatusCode::kNotImplemented, StatusCode::kLimitExceeded));
    }
  }
  EXPECT_GT(refused, 100);
}

// Tables that are shared by reference: a small flatbuffer that would become gigabytes.
TEST(SchemaMessage, SharedStringsDoNotMultiply) {
  Schema schema;
  schema.metadata.assign(4000, {"key", std::string(8, 'v')});
  schema.metadata[0].second.assign(1 << 20, 'v');
  auto message = *EncodeSchemaMessage(schema);
  // Entry i of the vector of pairs: a relative offset to a pair. Let all of them point to the first pair.
  const uint32_t count = 4000;
  const auto* found = static_cast<const uint8_t*>(memmem(message.data(), message.size(), &count, sizeof(count)));
  ASSERT_NE(found, nullptr);
  uint8_t* entries = message.data() + (found - message.data()) + 4;
  uint32_t first;
  std::memcpy(&first, entries, 4);
  for (uint32_t i = 1; i < count; ++i) {
    const uint32_t relative = first - 4 * i;
    if (first < 4 * i) break;
    std::memcpy(entries + 4 * i, &relative, 4);
  }
  const auto decoded = DecodeSchemaMessage(View(message));
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.status().code(), StatusCode::kLimitExceeded);
}

}  // namespace
}  // namespace inlay
