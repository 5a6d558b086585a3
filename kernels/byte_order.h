// Machine words in a named byte order, at any alignment.
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

inline uint32_t LoadLe32(const uint8_t* p) {
  return std::endian::native == std::endian::little ? LoadNative32(p) : __builtin_bswap32(LoadNative32(p));
}

// The word whose little-endian bytes are those of `word` in memory; its own inverse.
constexpr uint64_t LittleEndian64(uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(word);
  return word;
}

inline uint64_t LoadLe64(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, 8);
  return LittleEndian64(word);
}

inline void StoreLe64(uint64_t word, uint8_t* to) {
  word = LittleEndian64(word);
  std::memcpy(to, &word, 8);
}

// The low `num_bytes` bytes alone, 0..8.
inline uint64_t LoadLePartial(const uint8_t* from, int64_t num_bytes) {
  uint64_t word = 0;
  std::memcpy(&word, from, static_cast<size_t>(num_bytes));
  return LittleEndian64(word);
}

inline void StoreLePartial(uint64_t word, int64_t num_bytes, uint8_t* to) {
  word = LittleEndian64(word);
  std::memcpy(to, &word, static_cast<size_t>(num_bytes));
}

inline void StoreLe32(uint32_t word, uint8_t* to) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  std::memcpy(to, &word, 4);
}

}  // namespace inlay::kernels
