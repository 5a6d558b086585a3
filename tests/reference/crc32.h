// CRC-32 one bit at a time.
#pragma once

#include <cstdint>

namespace inlay::reference {

inline uint32_t Crc32(uint32_t crc, const uint8_t* data, int64_t size) {
  uint32_t r = ~crc;
  for (int64_t i = 0; i < size; ++i) {
    r ^= data[i];
    for (int bit = 0; bit < 8; ++bit) r = (r & 1) != 0 ? (r >> 1) ^ 0xEDB88320u : r >> 1;
  }
  return ~r;
}

}  // namespace inlay::reference
