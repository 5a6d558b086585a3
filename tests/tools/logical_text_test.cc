#include "tools/logical_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>

namespace inlay::tools {
namespace {

using parquet::format::ConvertedType;
using parquet::format::LogicalType;
using parquet::format::SchemaElement;
using parquet::format::Type;
using Kind = LogicalType::Kind;
using Unit = LogicalType::TimeUnit;

std::string Bytes(uint64_t value, int num_bytes) {
  std::string bytes;
  for (int i = 0; i < num_bytes; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}
std::string Of32(int32_t value) { return Bytes(static_cast<uint32_t>(value), 4); }
std::string Of64(int64_t value) { return Bytes(static_cast<uint64_t>(value), 8); }

std::string Text(Type type, const std::string& plain, LogicalType logical = {}) {
  return LogicalText(plain, {.type = type, .logical_type = logical});
}

TEST(LogicalText, NumbersAndBooleans) {
  EXPECT_EQ(Text(Type::kBoolean, std::string(1, '\0')), "false");
  EXPECT_EQ(Text(Type::kBoolean, "\x01"), "true");
  EXPECT_EQ(Text(Type::kInt32, Of32(-5)), "-5");
  EXPECT_EQ(Text(Type::kInt64, Of64(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(Text(Type::kInt32, Of32(-1), {.kind = Kind::kInteger, .bit_width = 32}), "4294967295");
  EXPECT_EQ(Text(Type::kInt64, Of64(-1), {.kind = Kind::kInteger, .bit_width = 64}), "18446744073709551615");
  EXPECT_EQ(Text(Type::kInt32, Of32(-1), {.kind = Kind::kInteger, .bit_width = 8, .is_signed = true}), "-1");
  EXPECT_EQ(Text(Type::kFloat, Of32(std::bit_cast<int32_t>(0.1F))), "0.1");
  EXPECT_EQ(Text(Type::kDouble, Of64(std::bit_cast<int64_t>(-0.0))), "-0");
  EXPECT_EQ(Text(Type::kDouble, Of64(std::bit_cast<int64_t>(1e300))), "1e+300");
}

TEST(LogicalText, Halves) {
  const auto half = [](uint16_t bits) {
    return Text(Type::kFixedLenByteArray, Bytes(bits, 2), {.kind = Kind::kFloat16});
  };
  EXPECT_EQ(half(0x3C00), "1");
  EXPECT_EQ(half(0xC000), "-2");
  EXPECT_EQ(half(0x0001), "5.9604645e-08");
  EXPECT_EQ(half(0x7BFF), "65504");
  EXPECT_EQ(half(0x7C00), "inf");
  EXPECT_EQ(half(0x8000), "-0");
  EXPECT_EQ(half(0x7E00), "NaN");
}

TEST(LogicalText, Decimals) {
  const auto decimal = [](int32_t scale) {
    return LogicalType{.kind = Kind::kDecimal, .scale = scale, .precision = 9};
  };
  EXPECT_EQ(Text(Type::kInt32, Of32(-5), decimal(2)), "-0.05");
  EXPECT_EQ(Text(Type::kInt32, Of32(12345), decimal(2)), "123.45");
  EXPECT_EQ(Text(Type::kInt64, Of64(INT64_MIN), decimal(0)), "-9223372036854775808");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, std::string("\x01\x00\x00", 3), decimal(1)), "6553.6");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, "\xFF\xFF\xFE", decimal(0)), "-2");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, std::string("\x80\x00", 2), decimal(0)), "-32768");
  EXPECT_EQ(Text(Type::kByteArray, "", decimal(0)), "0");
  // 10^38 - 1, the largest number of 38 digits.
  EXPECT_EQ(
      Text(Type::kFixedLenByteArray, "\x4B\x3B\x4C\xA8\x5A\x86\xC4\x7A\x09\x8A\x22\x3F\xFF\xFF\xFF\xFF", decimal(0)),
      "99999999999999999999999999999999999999");
}

TEST(LogicalText, DatesAndTimes) {
  EXPECT_EQ(Text(Type::kInt32, Of32(0), {.kind = Kind::kDate}), "1970-01-01");
  EXPECT_EQ(Text(Type::kInt32, Of32(-1), {.kind = Kind::kDate}), "1969-12-31");
  EXPECT_EQ(Text(Type::kInt32, Of32(19'782), {.kind = Kind::kDate}), "2024-02-29");
  EXPECT_EQ(Text(Type::kInt32, Of32(INT32_MIN), {.kind = Kind::kDate}), "-2147483648 days");
  EXPECT_EQ(Text(Type::kInt32, Of32(86'399'999), {.kind = Kind::kTime, .unit = Unit::kMillis}), "23:59:59.999");
  EXPECT_EQ(Text(Type::kInt64, Of64(1), {.kind = Kind::kTime, .unit = Unit::kNanos}), "00:00:00.000000001");
  EXPECT_EQ(Text(Type::kInt64, Of64(-1), {.kind = Kind::kTime, .unit = Unit::kMicros}), "-1");
  const auto stamp = [](Unit unit, bool utc) {
    return LogicalType{.kind = Kind::kTimestamp, .is_adjusted_to_utc = utc, .unit = unit};
  };
  EXPECT_EQ(Text(Type::kInt64, Of64(1'700'000'000'000'250), stamp(Unit::kMicros, true)), "2023-11-14T22:13:20.000250Z");
  EXPECT_EQ(Text(Type::kInt64, Of64(-1), stamp(Unit::kMillis, false)), "1969-12-31T23:59:59.999");
  EXPECT_EQ(Text(Type::kInt64, Of64(INT64_MIN), stamp(Unit::kNanos, false)), "1677-09-21T00:12:43.145224192");
  EXPECT_EQ(Text(Type::kInt64, Of64(INT64_MAX), stamp(Unit::kMillis, true)), "9223372036854775807");
}

TEST(LogicalText, TextAndBytes) {
  EXPECT_EQ(Text(Type::kByteArray, "caf\xC3\xA9", {.kind = Kind::kString}), "caf\xC3\xA9");
  EXPECT_EQ(Text(Type::kByteArray, "{}", {.kind = Kind::kJson}), "{}");
  EXPECT_EQ(Text(Type::kByteArray, "\x01\xFF"), "0x01ff");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, "\x01\x23\x45\x67\x89\xAB\xCD\xEF\x01\x23\x45\x67\x89\xAB\xCD\xEF",
                 {.kind = Kind::kUuid}),
            "01234567-89ab-cdef-0123-456789abcdef");
}

TEST(LogicalText, ConvertedTypesOfOlderFiles) {
  const auto text = [](Type type, const std::string& plain, ConvertedType converted) {
    return LogicalText(plain, {.type = type, .converted_type = converted, .scale = 1});
  };
  EXPECT_EQ(text(Type::kByteArray, "a", ConvertedType::kUtf8), "a");
  EXPECT_EQ(text(Type::kInt32, Of32(1), ConvertedType::kDate), "1970-01-02");
  EXPECT_EQ(text(Type::kInt32, Of32(-1), ConvertedType::kUint32), "4294967295");
  EXPECT_EQ(text(Type::kInt32, Of32(15), ConvertedType::kDecimal), "1.5");
  EXPECT_EQ(text(Type::kInt64, Of64(0), ConvertedType::kTimestampMillis), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text(Type::kInt32, Of32(0), ConvertedType::kTimeMillis), "00:00:00.000");
}

TEST(LogicalText, BytesOfTheWrongLengthAreShownAsTheyAre) {
  EXPECT_EQ(Text(Type::kInt32, "abc"), "0x616263");
  EXPECT_EQ(Text(Type::kInt64, ""), "0x");
  EXPECT_EQ(Text(Type::kDouble, "abc"), "0x616263");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, "abc", {.kind = Kind::kUuid}), "0x616263");
  EXPECT_EQ(Text(Type::kFixedLenByteArray, "abc", {.kind = Kind::kFloat16}), "0x616263");
  EXPECT_EQ(Text(Type::kBoolean, ""), "0x");
  EXPECT_EQ(Text(Type::kInt96, "abcdefghijkl"), "0x6162636465666768696a6b6c");
  EXPECT_EQ(Text(Type::kByteArray, std::string(100, 'a'), {.kind = Kind::kDecimal}).substr(0, 4), "0x61");
}

}  // namespace
}  // namespace inlay::tools
