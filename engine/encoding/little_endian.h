// Integers of the formats in memory: least significant byte first, on every machine.
#pragma once

#include <cstdint>

namespace inlay::encoding {

inline void StoreLittleEndian32(uint32_t value, uint8_t* out) {
  out[0] = static_cast<uint8_t>(value);
  out[1] = static_cast<uint8_t>(value >> 8);
  out[2] = static_cast<uint8_t>(value >> 16);
  out[3] = static_cast<uint8_t>(value >> 24);
}

}  // namespace inlay::encoding
