// PLAIN, levels, RLE booleans, dictionary indexes: bytes by hand, and read back by the reference.
#include <gtest/gtest.h>

#include <array>

#include "engine/encoding/bit_builder.h"
#include "engine/encoding/dictionary_indexes.h"
#include "engine/encoding/levels.h"
#include "engine/encoding/plain.h"
#include "engine/encoding/rle_boolean.h"
#include "tests/encoding/values.h"
#include "tests/reference/rle_hybrid.h"

namespace inlay::encoding {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Plain(const PageValues& values) {
  Bytes out(static_cast<size_t>(PlainBytes(values) + kPlainSlackBytes));
  const int64_t written = EncodePlain(values, out.data());
  EXPECT_EQ(written, PlainBytes(values));
  out.resize(static_cast<size_t>(written));
  return out;
}

TEST(Plain, NumbersAreLittleEndian) {
  EXPECT_EQ(Plain(NumbersOf<uint32_t>({1, 0x01020304})), (Bytes{1, 0, 0, 0, 4, 3, 2, 1}));
  EXPECT_EQ(Plain(NumbersOf<uint64_t>({0x0102030405060708})), (Bytes{8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(Plain, ByteArraysFollowTheirLength) {
  const Strings strings({"ab", "", "c"});
  EXPECT_EQ(Plain(strings.page()), (Bytes{2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0, 1, 0, 0, 0, 'c'}));
  EXPECT_EQ(Plain(strings.page().Slice(2, 1)), (Bytes{1, 0, 0, 0, 'c'}));
}

TEST(Plain, FixedBytesStandAsTheyAre) {
  PageValues values;
  const Bytes bytes = {1, 2, 3, 4, 5, 6};
  values.layout = ValueLayout::kFixedBytes;
  values.value_bytes = 3;
  values.num_values = 2;
  values.data = bytes.data();
  EXPECT_EQ(Plain(values), bytes);
  EXPECT_EQ(Plain(values.Slice(1, 1)), (Bytes{4, 5, 6}));
  EXPECT_TRUE(IsPlainInMemory(values));
}

TEST(Plain, BooleansAreBitsFromTheLeastSignificant) {
  PageValues values;
  const Bytes bits = {0b11110000, 0b00000101};
  values.layout = ValueLayout::kBits;
  values.num_values = 9;
  values.data = bits.data();
  values.bit_offset = 4;
  EXPECT_EQ(Plain(values), (Bytes{0b01011111, 0}));
  EXPECT_FALSE(IsPlainInMemory(values));
}

TEST(Plain, NothingIsNothing) { EXPECT_EQ(Plain(NumbersOf<uint32_t>({})), Bytes{}); }

// Checks the length in front and decodes what follows.
std::vector<uint32_t> DecodeLevels(const Bytes& out, int64_t written, int64_t num_levels) {
  const uint32_t length = static_cast<uint32_t>(out[0] | out[1] << 8 | out[2] << 16 | out[3] << 24);
  EXPECT_EQ(length, written - 4);
  return reference::RleHybridDecode({out.data() + 4, length}, num_levels, 1).value_or(std::vector<uint32_t>{});
}

TEST(Levels, AreTheValidityBits) {
  for (int64_t n : {1, 7, 8, 9, 100, 1000}) {
    Bytes bits(200);
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<uint8_t>(i * 73 + (i / 50) * 255);
    std::vector<uint32_t> expected;
    for (int64_t i = 3; i < 3 + n; ++i) expected.push_back((bits[static_cast<size_t>(i / 8)] >> (i % 8)) & 1);
    Bytes out(static_cast<size_t>(MaxDefinitionLevelBytesV1(n)));
    const int64_t written = EncodeDefinitionLevelsV1(bits.data(), 3, n, out.data());
    ASSERT_LE(written, MaxDefinitionLevelBytesV1(n));
    EXPECT_EQ(DecodeLevels(out, written, n), expected);
    Bytes booleans(static_cast<size_t>(MaxRleBooleanBytes(n)));
    EXPECT_EQ(DecodeLevels(booleans, EncodeRleBooleans(bits.data(), 3, n, booleans.data()), n), expected);
  }
}

TEST(Levels, OfOneKindAreOneRun) {
  Bytes out(static_cast<size_t>(MaxDefinitionLevelBytesV1(100)));
  EXPECT_EQ(EncodeConstantLevelsV1(1, 100, out.data()), 7);
  EXPECT_EQ((Bytes{out.begin(), out.begin() + 7}), (Bytes{3, 0, 0, 0, 0xC8, 0x01, 1}));  // 100 << 1, then the value
}

TEST(DictionaryIndexes, WidthHoldsTheLastIndexAndIsNeverZero) {
  const std::array<std::pair<int64_t, int>, 8> widths = {
      {{1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 3}, {256, 8}, {257, 9}, {65536, 16}}};
  for (const auto& [entries, width] : widths) EXPECT_EQ(DictionaryIndexWidth(entries), width) << entries;
}

TEST(DictionaryIndexes, FollowTheirWidth) {
  std::vector<uint32_t> indexes;
  for (uint32_t i = 0; i < 1000; ++i) indexes.push_back(i < 500 ? i % 37 : 36);
  Bytes out(static_cast<size_t>(MaxDictionaryIndexBytes(1000, 6)));
  const int64_t written = EncodeDictionaryIndexes(indexes.data(), 1000, 6, out.data());
  EXPECT_EQ(out[0], 6);
  EXPECT_EQ(reference::RleHybridDecode({out.data() + 1, static_cast<size_t>(written - 1)}, 1000, 6), indexes);
}

TEST(BitBuilder, PiecesOfAnyLengthAndOffset) {
  Bytes source(64);
  for (size_t i = 0; i < source.size(); ++i) source[i] = static_cast<uint8_t>(i * 151 + 7);
  BitBuilder builder(&DefaultAllocator());
  std::vector<bool> expected;
  for (int64_t round = 0; round < 200; ++round) {
    const int64_t offset = round * 7 % 61, count = round * 13 % 40;
    ASSERT_TRUE(builder.Append(source.data(), offset, count).ok());
    for (int64_t i = offset; i < offset + count; ++i)
      expected.push_back(((source[static_cast<size_t>(i / 8)] >> (i % 8)) & 1) != 0);
    const bool bit = round % 3 == 0;
    ASSERT_TRUE(builder.AppendRun(bit, round % 19).ok());
    expected.insert(expected.end(), static_cast<size_t>(round % 19), bit);
  }
  ASSERT_EQ(builder.num_bits(), static_cast<int64_t>(expected.size()));
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(((builder.bits()[i / 8] >> (i % 8)) & 1) != 0, expected[i]) << i;
  for (size_t i = expected.size(); i % 8 != 0; ++i) EXPECT_EQ((builder.bits()[i / 8] >> (i % 8)) & 1, 0) << "padding";
  builder.Clear();
  EXPECT_EQ(builder.num_bits(), 0);
}

}  // namespace
}  // namespace inlay::encoding
