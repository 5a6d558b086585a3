// Unaligned loads of machine words in a named byte order.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace inlay::kernels {

inline uint32_t LoadNative32(const uint8_t* p) {
  uint32_t word;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

inline uint64_t LoadNative64(const uint8_t* p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

inline uint32_t LoadBig32(const uint8_t* p) {
  return std::endian::native == std::endian::big ? LoadNative32(p) : __builtin_bswap32(LoadNative32(p));
}

inline uint64_t LoadBig64(const uint8_t* p) {
  return std::endian::native == std::endian::big ? LoadNative64(p) : __builtin_bswap64(LoadNative64(p));
}

inline uint32_t LoadLittle32(const uint8_t* p) {
  return std::endian::native == std::endian::little ? LoadNative32(p) : __builtin_bswap32(LoadNative32(p));
}

}  // namespace inlay::kernels
