// Bit-packing and its reverse, one bit at a time, as Parquet's Encodings.md states them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inlay::reference {

inline bool BitAt(const uint8_t* bits, int64_t i) { return ((bits[i / 8] >> (i % 8)) & 1) != 0; }

template <typename T>
std::vector<uint8_t> BitPack(std::span<const T> values, int bit_width) {
  std::vector<uint8_t> out((values.size() + 7) / 8 * static_cast<size_t>(bit_width));
  size_t at = 0;
  for (T value : values) {
    for (int bit = 0; bit < bit_width; ++bit, ++at) {
      if ((uint64_t{value} >> bit) & 1) out[at / 8] = static_cast<uint8_t>(out[at / 8] | 1 << (at % 8));
    }
  }
  return out;
}

inline uint64_t UnpackOne(const uint8_t* packed, int64_t index, int bit_width) {
  uint64_t value = 0;
  for (int bit = 0; bit < bit_width; ++bit) {
    if (BitAt(packed, index * bit_width + bit)) value |= uint64_t{1} << bit;
  }
  return value;
}

}  // namespace inlay::reference
