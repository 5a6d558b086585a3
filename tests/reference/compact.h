// Compaction one value at a time: the oracle of kernels/compact.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace inlay::reference {

inline bool BitAt(const uint8_t* bits, int64_t i) { return ((bits[i / 8] >> (i % 8)) & 1) != 0; }

// The bytes of the values at set bits, one after the other.
inline std::vector<uint8_t> Compact(const uint8_t* values, int64_t value_bytes, const uint8_t* validity,
                                    int64_t bit_offset, int64_t num_values) {
  std::vector<uint8_t> kept;
  for (int64_t i = 0; i < num_values; ++i) {
    if (!BitAt(validity, bit_offset + i)) continue;
    kept.insert(kept.end(), values + i * value_bytes, values + (i + 1) * value_bytes);
  }
  return kept;
}

struct Spans {
  std::vector<uint32_t> starts, lengths;
};

template <typename Offset>
Spans CompactOffsets(const Offset* offsets, Offset base, const uint8_t* validity, int64_t bit_offset,
                     int64_t num_values) {
  Spans kept;
  for (int64_t i = 0; i < num_values; ++i) {
    if (validity != nullptr && !BitAt(validity, bit_offset + i)) continue;
    kept.starts.push_back(static_cast<uint32_t>(offsets[i] - base));
    kept.lengths.push_back(static_cast<uint32_t>(offsets[i + 1] - offsets[i]));
  }
  return kept;
}

}  // namespace inlay::reference
