// Byte order changes one byte at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace inlay::reference {

inline std::vector<uint8_t> ByteSwap(const uint8_t* in, int64_t n, int64_t width) {
  std::vector<uint8_t> out(static_cast<size_t>(n * width));
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t b = 0; b < width; ++b) out[static_cast<size_t>(i * width + b)] = in[i * width + (width - 1 - b)];
  }
  return out;
}

// Byte b of the output stands for the power 256 ^ (out_bytes - 1 - b).
inline std::vector<uint8_t> DecimalToFlba(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes) {
  std::vector<uint8_t> out;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t power = out_bytes - 1; power >= 0; --power) {
      const int64_t at = std::endian::native == std::endian::little ? power : in_bytes - 1 - power;
      out.push_back(in[i * in_bytes + at]);
    }
  }
  return out;
}

}  // namespace inlay::reference
