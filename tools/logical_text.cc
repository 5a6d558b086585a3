#include "tools/logical_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace inlay::tools {
namespace {

using parquet::format::ConvertedType;
using parquet::format::LogicalType;
using parquet::format::SchemaElement;
using parquet::format::Type;
using Kind = LogicalType::Kind;
using Unit = LogicalType::TimeUnit;

std::string Hex(std::string_view bytes) {
  std::string text = "0x";
  for (const char c : bytes) {
    char pair[4];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(static_cast<uint8_t>(c)));
    text += pair;
  }
  return text;
}

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t{static_cast<uint8_t>(bytes[i])} << 8 * i;
  return value;
}

template <typename Float>
std::string FloatText(Float value) {
  if (std::isnan(value)) return "NaN";
  char text[40];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return {text, result.ptr};
}

// IEEE 754 binary16.
float HalfToFloat(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int fraction = half & 1023;
  float magnitude;
  if (exponent == 31) {
    magnitude = fraction == 0 ? HUGE_VALF : std::nanf("");
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return std::copysign(magnitude, half >> 15 != 0 ? -1.0F : 1.0F);
}

// Two's complement, most significant byte first, in decimal.
std::string BigEndianDigits(std::string_view bytes, bool* is_negative) {
  std::vector<uint8_t> magnitude(bytes.begin(), bytes.end());
  *is_negative = !magnitude.empty() && magnitude[0] >= 0x80;
  if (*is_negative) {
    for (uint8_t& byte : magnitude) byte = static_cast<uint8_t>(~byte);
    for (size_t i = magnitude.size(); i-- > 0 && ++magnitude[i] == 0;) {
    }
  }
  std::string digits;
  while (std::any_of(magnitude.begin(), magnitude.end(), [](uint8_t byte) { return byte != 0; })) {
    int remainder = 0;
    for (uint8_t& byte : magnitude) {
      const int value = remainder * 256 + byte;
      byte = static_cast<uint8_t>(value / 10);
      remainder = value % 10;
    }
    digits += static_cast<char>('0' + remainder);
  }
  std::reverse(digits.begin(), digits.end());
  return digits.empty() ? "0" : digits;
}

std::string DecimalText(std::string_view big_endian, int32_t scale) {
  if (big_endian.size() > 64 || scale < 0 || scale > 1000) return Hex(big_endian);
  bool is_negative;
  std::string digits = BigEndianDigits(big_endian, &is_negative);
  const auto fraction = static_cast<size_t>(scale);
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  if (fraction > 0) digits.insert(digits.size() - fraction, 1, '.');
  return is_negative ? "-" + digits : digits;
}

int64_t FloorDivide(int64_t value, int64_t divisor) { return value / divisor - (value % divisor < 0 ? 1 : 0); }

int64_t FloorRemainder(int64_t value, int64_t divisor) {
  const int64_t remainder = value % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

// ISO 8601; days outside the years 0 to 9999 as their number.
std::string DateText(int64_t days) {
  if (days < -719'528 || days > 2'932'896) return std::to_string(days) + " days";
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

int64_t UnitsPerSecond(Unit unit) {
  return unit == Unit::kMillis ? 1'000 : unit == Unit::kMicros ? 1'000'000 : 1'000'000'000;
}

// Requires 0 <= value < a day.
std::string TimeOfDayText(int64_t value, Unit unit) {
  const int64_t per_second = UnitsPerSecond(unit);
  const int64_t seconds = value / per_second;
  char text[48];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%0*d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                unit == Unit::kMillis   ? 3
                : unit == Unit::kMicros ? 6
                                        : 9,
                static_cast<int>(value % per_second));
  return text;
}

std::string TimeText(int64_t value, Unit unit) {
  const bool is_time = value >= 0 && value < 86'400 * UnitsPerSecond(unit);
  return is_time ? TimeOfDayText(value, unit) : std::to_string(value);
}

std::string TimestampText(int64_t value, const LogicalType& type) {
  const int64_t per_day = 86'400 * UnitsPerSecond(type.unit);
  const int64_t days = FloorDivide(value, per_day);
  if (days < -719'528 || days > 2'932'896) return std::to_string(value);
  return DateText(days) + "T" + TimeOfDayText(FloorRemainder(value, per_day), type.unit) +
         (type.is_adjusted_to_utc ? "Z" : "");
}

// The logical type; where only a converted type stands, as in older files, the one that it means.
LogicalType MeaningOf(const SchemaElement& element) {
  LogicalType type = element.logical_type;
  if (type.kind != Kind::kNone || !element.converted_type) return type;
  const auto integer = [&](int bit_width, bool is_signed) {
    type = {.kind = Kind::kInteger, .bit_width = static_cast<int8_t>(bit_width), .is_signed = is_signed};
  };
  const auto instant = [&](Kind kind, Unit unit) { type = {.kind = kind, .is_adjusted_to_utc = true, .unit = unit}; };
  switch (*element.converted_type) {
    case ConvertedType::kUtf8:
      type.kind = Kind::kString;
      break;
    case ConvertedType::kEnum:
      type.kind = Kind::kEnum;
      break;
    case ConvertedType::kJson:
      type.kind = Kind::kJson;
      break;
    case ConvertedType::kDate:
      type.kind = Kind::kDate;
      break;
    case ConvertedType::kDecimal:
      type = {.kind = Kind::kDecimal, .scale = element.scale.value_or(0)};
      break;
    case ConvertedType::kTimeMillis:
      instant(Kind::kTime, Unit::kMillis);
      break;
    case ConvertedType::kTimeMicros:
      instant(Kind::kTime, Unit::kMicros);
      break;
    case ConvertedType::kTimestampMillis:
      instant(Kind::kTimestamp, Unit::kMillis);
      break;
    case ConvertedType::kTimestampMicros:
      instant(Kind::kTimestamp, Unit::kMicros);
      break;
    case ConvertedType::kUint8:
      integer(8, false);
      break;
    case ConvertedType::kUint16:
      integer(16, false);
      break;
    case ConvertedType::kUint32:
      integer(32, false);
      break;
    case ConvertedType::kUint64:
      integer(64, false);
      break;
    default:
      break;
  }
  return type;
}

std::string IntegerText(std::string_view plain, const LogicalType& type) {
  const bool is_32 = plain.size() == 4;
  const uint64_t bits = LittleEndian(plain);
  const int64_t value = is_32 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
  switch (type.kind) {
    case Kind::kInteger:
      return type.is_signed ? std::to_string(value) : std::to_string(bits);
    case Kind::kDecimal:
      return DecimalText(std::string(plain.rbegin(), plain.rend()), type.scale);
    case Kind::kDate:
      return DateText(value);
    case Kind::kTime:
      return TimeText(value, type.unit);
    case Kind::kTimestamp:
      return TimestampText(value, type);
    default:
      return std::to_string(value);
  }
}

std::string UuidText(std::string_view bytes) {
  std::string text = Hex(bytes).substr(2);
  for (const size_t dash : {20, 16, 12, 8}) text.insert(dash, 1, '-');
  return text;
}

std::string BytesText(std::string_view plain, const LogicalType& type) {
  switch (type.kind) {
    case Kind::kString:
    case Kind::kJson:
    case Kind::kEnum:
      return std::string(plain);
    case Kind::kDecimal:
      return DecimalText(plain, type.scale);
    case Kind::kUuid:
      return plain.size() == 16 ? UuidText(plain) : Hex(plain);
    case Kind::kFloat16:
      return plain.size() == 2 ? FloatText(HalfToFloat(static_cast<uint16_t>(LittleEndian(plain)))) : Hex(plain);
    default:
      return Hex(plain);
  }
}

}  // namespace

std::string LogicalText(std::string_view plain, const SchemaElement& element) {
  const LogicalType type = MeaningOf(element);
  const Type physical = element.type.value_or(Type::kByteArray);
  switch (physical) {
    case Type::kBoolean:
      return plain.size() != 1 ? Hex(plain) : plain[0] != 0 ? "true" : "false";
    case Type::kInt32:
      return plain.size() == 4 ? IntegerText(plain, type) : Hex(plain);
    case Type::kInt64:
      return plain.size() == 8 ? IntegerText(plain, type) : Hex(plain);
    case Type::kFloat:
      return plain.size() == 4 ? FloatText(std::bit_cast<float>(static_cast<uint32_t>(LittleEndian(plain))))
                               : Hex(plain);
    case Type::kDouble:
      return plain.size() == 8 ? FloatText(std::bit_cast<double>(LittleEndian(plain))) : Hex(plain);
    case Type::kByteArray:
    case Type::kFixedLenByteArray:
      return BytesText(plain, type);
    default:
      return Hex(plain);
  }
}

}  // namespace inlay::tools
