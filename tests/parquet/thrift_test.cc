#include "engine/parquet/thrift.h"

#include <gtest/gtest.h>

#include <vector>

namespace inlay::parquet {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Written(const ThriftWriter& writer) { return {writer.bytes().begin(), writer.bytes().end()}; }

// Expected bytes worked out by hand from the protocol's description.
TEST(ThriftWriter, FieldsAreShortFormUpToADeltaOf15) {
  ThriftWriter writer;
  writer.BeginStruct();
  writer.Field(1, WireType::kI32);
  writer.I64(-1);
  writer.Field(16, WireType::kI64);
  writer.I64(150);
  writer.Field(32, WireType::kI16);  // a delta of 16
  writer.I64(1);
  writer.Field(3, WireType::kI8);  // backwards
  writer.I8(-2);
  writer.BoolField(4, true);
  writer.BoolField(5, false);
  writer.EndStruct();
  EXPECT_EQ(Written(writer), (Bytes{0x15, 0x01, 0xF6, 0xAC, 0x02, 0x04, 0x40, 0x02, 0x03, 0x06, 0xFE, 0x11, 0x12, 0}));
}

TEST(ThriftWriter, ListsHaveAShortFormBelow15) {
  ThriftWriter writer;
  writer.List(WireType::kI32, 14);
  EXPECT_EQ(Written(writer), (Bytes{0xE5}));
  writer.Clear();
  writer.List(WireType::kBinary, 15);
  EXPECT_EQ(Written(writer), (Bytes{0xF8, 0x0F}));
  writer.Clear();
  writer.List(WireType::kStruct, 300);
  EXPECT_EQ(Written(writer), (Bytes{0xFC, 0xAC, 0x02}));
}

TEST(ThriftWriter, ExtremeIntegers) {
  ThriftWriter writer;
  writer.I64(INT64_MIN);
  EXPECT_EQ(Written(writer), (Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));
  ThriftReader reader(writer.bytes());
  EXPECT_EQ(reader.I64(), INT64_MIN);
  writer.Clear();
  writer.I64(INT32_MAX);
  ThriftReader again(writer.bytes());
  EXPECT_EQ(again.I32(), INT32_MAX);
  EXPECT_TRUE(again.ok());
}

TEST(ThriftWriter, StaysInTheCallersBufferWhileItFits) {
  uint8_t scratch[32];
  ThriftWriter writer(scratch);
  writer.BeginStruct();
  writer.Field(1, WireType::kBinary);
  writer.Binary("abc");
  writer.EndStruct();
  EXPECT_EQ(writer.bytes().data(), scratch);
  const Bytes small = Written(writer);
  EXPECT_EQ(small, (Bytes{0x18, 0x03, 'a', 'b', 'c', 0x00}));
  writer.Binary(std::string(1000, 'x'));
  EXPECT_NE(writer.bytes().data(), scratch);
  ASSERT_EQ(writer.bytes().size(), small.size() + 1002);
  EXPECT_EQ(Bytes(writer.bytes().begin(), writer.bytes().begin() + 6), small);
  EXPECT_EQ(writer.bytes().back(), 'x');
}

TEST(ThriftReader, SkipsValuesOfEveryType) {
  ThriftWriter writer;
  writer.BeginStruct();
  writer.Field(1, WireType::kDouble);
  for (int i = 0; i < 8; ++i) writer.I8(0x11);
  writer.Field(2, WireType::kSet);
  writer.List(WireType::kTrue, 2);
  writer.I8(1);
  writer.I8(2);
  writer.Field(3, WireType::kMap);
  writer.I8(2);             // two pairs
  writer.I8(int8_t(0x58));  // i32 to binary
  for (int i = 0; i < 2; ++i) writer.I64(i), writer.Binary("v");
  writer.Field(4, WireType::kMap);
  writer.I8(0);  // an empty map has no type byte
  writer.Field(5, WireType::kUuid);
  for (int i = 0; i < 16; ++i) writer.I8(0x22);
  writer.Field(6, WireType::kStruct);
  writer.BeginStruct();
  writer.BoolField(1, true);
  writer.Field(2, WireType::kI8);
  writer.I8(5);
  writer.EndStruct();
  writer.Field(40, WireType::kI32);
  writer.I64(77);
  writer.EndStruct();

  ThriftReader reader(writer.bytes());
  int32_t last = 0;
  reader.BeginStruct();
  while (reader.NextField()) {
    if (reader.field_id() == 40) {
      last = reader.I32();
    } else {
      reader.Skip(reader.field_type(), false);
    }
  }
  EXPECT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_EQ(last, 77);
  EXPECT_EQ(reader.position(), static_cast<int64_t>(writer.bytes().size()));
}

Status SkipStruct(const Bytes& bytes, ThriftReader::Limits limits = {}) {
  ThriftReader reader(bytes, limits);
  reader.Skip(WireType::kStruct, false);
  return reader.status();
}

TEST(ThriftReader, RefusesWhatBreaksTheProtocol) {
  const struct {
    Bytes bytes;
    const char* message;
  } cases[] = {
      {{}, "data ends"},
      {{0x15}, "data ends"},
      {{0x1E, 0x00}, "unknown field type"},
      {{0x10, 0x00}, "unknown field type"},
      {{0x18, 0x05, 'a', 0x00}, "reaches past the end"},
      {{0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00}, "reaches past the end"},
      {{0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0x00}, "integer too large"},
      {{0x19, 0xF5, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00}, "list reaches past the end"},
      {{0x19, 0x10, 0x00, 0x00}, "unknown list element type"},
      {{0x1B, 0xFF, 0xFF, 0xFF, 0x7F, 0x55}, "map reaches past the end"},
      {{0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x00}, "integer too large"},
      {{0x05, 0xFE, 0xFF, 0x03, 0x00, 0xF5, 0x00, 0x00}, "field id too large"},
  };
  for (const auto& c : cases) {
    const Status status = SkipStruct(c.bytes);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << c.message;
    EXPECT_NE(status.message().find(c.message), std::string::npos) << status.message() << ", not: " << c.message;
    EXPECT_NE(status.message().find("at byte"), std::string::npos);
  }
}

TEST(ThriftReader, DepthIsLimitedForEveryContainer) {
  for (const uint8_t nested : {uint8_t{0x1C}, uint8_t{0x19}}) {  // structs in structs, lists in lists
    Bytes bytes(100'000, nested);
    const Status status = SkipStruct(bytes);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_NE(status.message().find("too deeply"), std::string::npos) << status.message();
  }
  Bytes ten(10, 0x1C);
  ten.insert(ten.end(), 11, 0x00);
  EXPECT_TRUE(SkipStruct(ten).ok());
  EXPECT_FALSE(SkipStruct(ten, {.max_depth = 10}).ok());
}

TEST(ThriftReader, ListsInListsCountAsDepthToo) {
  Bytes bytes{0x19};
  bytes.insert(bytes.end(), 100'000, 0x19);  // each: one element, a list
  EXPECT_NE(SkipStruct(bytes).message().find("too deeply"), std::string::npos);
}

TEST(ThriftReader, TheFirstErrorStaysAndStopsEverything) {
  const Bytes bytes{0x05};
  ThriftReader reader(bytes);
  reader.Fail("first");
  reader.Fail("second");
  EXPECT_NE(reader.status().message().find("first"), std::string::npos);
  WireType element;
  EXPECT_EQ(reader.BeginList(&element), 0);
  EXPECT_EQ(reader.I64(), 0);
  EXPECT_EQ(reader.Binary(), "");
  reader.BeginStruct();
  EXPECT_FALSE(reader.NextField());
}

TEST(ThriftReader, DecodedStringsAreBoundedInMemory) {
  ThriftWriter writer;
  writer.Binary(std::string(100, 'x'));
  ThriftReader allowed(writer.bytes(), {.max_allocated_bytes = 100});
  EXPECT_EQ(allowed.Binary().size(), 100u);
  ThriftReader refused(writer.bytes(), {.max_allocated_bytes = 99});
  EXPECT_EQ(refused.Binary().size(), 0u);
  EXPECT_EQ(refused.status().code(), StatusCode::kCorruptData);
}

}  // namespace
}  // namespace inlay::parquet
