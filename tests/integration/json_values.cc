#include "tests/integration/json_values.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace inlay::integration {
namespace {

template <typename T>
T Load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T>
void Store(T value, uint8_t* out) {
  std::memcpy(out, &value, sizeof(T));
}

template <typename T>
T ParseInteger(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_unsigned()) {
    const auto number = value.get<uint64_t>();
    if (number > static_cast<uint64_t>(std::numeric_limits<T>::max())) throw JsonError("too large: " + value.dump());
    return static_cast<T>(number);
  }
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    if (number < 0 && std::is_unsigned_v<T>) throw JsonError("negative: " + value.dump());
    return static_cast<T>(number);
  }
  if (!value.is_string()) throw JsonError("not an integer: " + value.dump());
  const std::string& text = value.get_ref<const std::string&>();
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) throw JsonError("not an integer: " + text);
  return number;
}

template <typename Wide, typename Narrow>
void StoreNarrow(Wide value, uint8_t* out) {
  const auto narrow = static_cast<Narrow>(value);
  if (static_cast<Wide>(narrow) != value) throw JsonError("does not fit its type: " + std::to_string(value));
  Store(narrow, out);
}

template <typename Wide, typename N1, typename N2, typename N4>
void StoreAs(Wide value, int64_t byte_width, uint8_t* out) {
  switch (byte_width) {
    case 1:
      return StoreNarrow<Wide, N1>(value, out);
    case 2:
      return StoreNarrow<Wide, N2>(value, out);
    case 4:
      return StoreNarrow<Wide, N4>(value, out);
    default:
      return Store(value, out);
  }
}

// IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of mantissa.
double DoubleOfHalf(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return mantissa != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * HUGE_VAL;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

// The nearest, ties to even.
uint16_t HalfOfDouble(double value) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const double magnitude = std::fabs(value);
  if (magnitude >= 65520) throw JsonError("too large for 16 bits: " + std::to_string(value));
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const int scale = std::max(exponent - 11, -24);  // of the last bit of the mantissa
  const double steps = std::nearbyint(std::ldexp(magnitude, -scale));
  // A mantissa that is rounded up to 2048 carries into the exponent by itself.
  return static_cast<uint16_t>(sign + ((scale + 24) << 10) + static_cast<int>(steps));
}

Json ShortestHalf(double value) {
  for (int digits = 1;; ++digits) {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::general, digits).ptr;
    double read = 0;
    std::from_chars(text, end, read);
    // Rounding to few digits may lead beyond the largest number.
    if (digits >= 6 || (std::fabs(read) < 65520 && HalfOfDouble(read) == HalfOfDouble(value))) return read;
  }
}

double AsDouble(const uint8_t* from, int64_t byte_width) {
  if (byte_width == 2) return DoubleOfHalf(Load<uint16_t>(from));
  return byte_width == 4 ? Load<float>(from) : Load<double>(from);
}

}  // namespace

const Json& Member(const Json& object, const char* name) {
  if (!object.is_object()) throw JsonError(std::string("no object that has '") + name + "'");
  const auto found = object.find(name);
  if (found == object.end()) throw JsonError(std::string("'") + name + "' is missing");
  return *found;
}

std::string HexOf(const uint8_t* bytes, int64_t size_bytes) {
  std::string hex;
  for (int64_t i = 0; i < size_bytes; ++i) {
    hex += "0123456789ABCDEF"[bytes[i] >> 4];
    hex += "0123456789ABCDEF"[bytes[i] & 15];
  }
  return hex;
}

std::vector<uint8_t> BytesOfHex(const std::string& hex) {
  if (hex.size() % 2 != 0) throw JsonError("half a byte of hexadecimal: " + hex);
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    uint8_t byte = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (error != std::errc() || end != hex.data() + i + 2) throw JsonError("not hexadecimal: " + hex);
    bytes.push_back(byte);
  }
  return bytes;
}

void StoreInteger(const Json& value, int64_t byte_width, bool is_signed, uint8_t* out) {
  if (is_signed) {
    StoreAs<int64_t, int8_t, int16_t, int32_t>(ParseInteger<int64_t>(value), byte_width, out);
  } else {
    StoreAs<uint64_t, uint8_t, uint16_t, uint32_t>(ParseInteger<uint64_t>(value), byte_width, out);
  }
}

Json IntegerJson(const uint8_t* from, int64_t byte_width, bool is_signed) {
  switch (byte_width) {
    case 1:
      return is_signed ? Json(Load<int8_t>(from)) : Json(*from);
    case 2:
      return is_signed ? Json(Load<int16_t>(from)) : Json(Load<uint16_t>(from));
    case 4:
      return is_signed ? Json(Load<int32_t>(from)) : Json(Load<uint32_t>(from));
    default:
      return is_signed ? std::to_string(Load<int64_t>(from)) : std::to_string(Load<uint64_t>(from));
  }
}

int64_t IntegerOf(const Json& value) { return ParseInteger<int64_t>(value); }

void StoreDecimal(const std::string& digits, int64_t byte_width, uint8_t* out) {
  std::vector<uint8_t> number(static_cast<size_t>(byte_width), 0);  // the magnitude, little-endian
  const bool negative = digits.starts_with('-');
  if (digits.size() == (negative ? 1u : 0u)) throw JsonError("not a decimal: '" + digits + "'");
  for (size_t i = negative ? 1 : 0; i < digits.size(); ++i) {
    if (digits[i] < '0' || digits[i] > '9') throw JsonError("not a decimal: '" + digits + "'");
    int carry = digits[i] - '0';
    for (uint8_t& byte : number) {
      carry += byte * 10;
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    if (carry != 0 || number.back() >= 0x80) throw JsonError("does not fit its type: " + digits);
  }
  if (negative) {
    int carry = 1;
    for (uint8_t& byte : number) {
      carry += static_cast<uint8_t>(~byte);
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
  }
  if constexpr (std::endian::native == std::endian::big) std::reverse(number.begin(), number.end());
  std::copy(number.begin(), number.end(), out);
}

std::string DecimalText(const uint8_t* from, int64_t byte_width) {
  std::vector<uint8_t> number(from, from + byte_width);  // big-endian
  if constexpr (std::endian::native == std::endian::little) std::reverse(number.begin(), number.end());
  const bool negative = number.front() >= 0x80;
  if (negative) {
    int carry = 1;
    for (auto byte = number.rbegin(); byte != number.rend(); ++byte) {
      carry += static_cast<uint8_t>(~*byte);
      *byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
  }
  std::string text;
  do {
    int remainder = 0;
    for (uint8_t& byte : number) {
      remainder = remainder << 8 | byte;
      byte = static_cast<uint8_t>(remainder / 10);
      remainder %= 10;
    }
    text += static_cast<char>('0' + remainder);
  } while (std::any_of(number.begin(), number.end(), [](uint8_t byte) { return byte != 0; }));
  if (negative) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

void StoreFloat(const Json& value, int64_t byte_width, uint8_t* out) {
  if (!value.is_number()) throw JsonError("not a number: " + value.dump());
  const auto number = value.get<double>();
  if (byte_width == 2) return Store(HalfOfDouble(number), out);
  byte_width == 4 ? Store(static_cast<float>(number), out) : Store(number, out);
}

Json FloatJson(const uint8_t* from, int64_t byte_width) {
  if (!IsFinite(from, byte_width)) throw JsonError("JSON has no number that is not finite");
  if (byte_width == 8) return AsDouble(from, 8);
  if (byte_width == 2) return ShortestHalf(AsDouble(from, 2));
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), Load<float>(from)).ptr;
  double value = 0;
  std::from_chars(text, end, value);
  return value;
}

bool IsFinite(const uint8_t* from, int64_t byte_width) { return std::isfinite(AsDouble(from, byte_width)); }

}  // namespace inlay::integration
