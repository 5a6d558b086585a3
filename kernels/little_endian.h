// Little-endian words in byte buffers, on every machine and at every alignment.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace inlay::kernels {

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

}  // namespace inlay::kernels
