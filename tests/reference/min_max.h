// Min and max by plain comparisons of whole values.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace inlay::reference {

struct FloatBounds {
  int64_t nan_count = 0;
  double min = 0, max = 0;  // meaningful when nan_count is less than the number of values
};

inline FloatBounds MinMax(const std::vector<double>& values) {
  FloatBounds bounds;
  bool any = false;
  for (double value : values) {
    if (std::isnan(value)) {
      ++bounds.nan_count;
      continue;
    }
    bounds.min = any ? std::min(bounds.min, value) : value;
    bounds.max = any ? std::max(bounds.max, value) : value;
    any = true;
  }
  if (bounds.min == 0) bounds.min = -0.0;
  if (bounds.max == 0) bounds.max = 0.0;
  return bounds;
}

// IEEE binary16, from its definition: sign, five bits of exponent, ten of mantissa.
inline double Float16Value(uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F, mantissa = bits & 0x3FF;
  double magnitude;
  if (exponent == 0x1F) {
    magnitude = mantissa != 0 ? NAN : INFINITY;
  } else if (exponent == 0) {
    magnitude = std::ldexp(mantissa, -24);
  } else {
    magnitude = std::ldexp(1024 + mantissa, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// Indexes of the first smallest and the first greatest.
template <typename Value>
std::pair<int64_t, int64_t> FirstMinMax(const std::vector<Value>& values) {
  const auto min = std::min_element(values.begin(), values.end());
  const auto max = std::max_element(values.begin(), values.end());  // the first of equals
  return {min - values.begin(), max - values.begin()};
}

// std::string_view compares as unsigned char.
inline std::pair<int64_t, int64_t> MinMaxStrings(const std::vector<std::string_view>& values) {
  return FirstMinMax(values);
}

// An integer of this machine's byte order as bytes that compare lexicographically: most significant first, sign
// inverted.
inline std::vector<uint8_t> OrderedDecimal(const uint8_t* value, int64_t value_bytes) {
  std::vector<uint8_t> bytes(value, value + value_bytes);
  if (std::endian::native == std::endian::little) std::reverse(bytes.begin(), bytes.end());
  bytes[0] ^= 0x80;
  return bytes;
}

}  // namespace inlay::reference
