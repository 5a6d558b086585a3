// The dense values of a nullable column: those at set validity bits, in order.
//
// Bit bit_offset + i of `validity` says whether value i is there; only the bytes that hold the named bits are read, and
// only values [0, num_values). `out` has room for num_values values and kCompactSlackBytes more, which may be
// overwritten. All functions return the number of values kept and allocate nothing.
#pragma once

#include <cstdint>

namespace inlay::kernels {

inline constexpr int64_t kCompactSlackBytes = 64;

int64_t Compact8(const uint8_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values, uint8_t* out);
int64_t Compact16(const uint16_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint16_t* out);
int64_t Compact32(const uint32_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint32_t* out);
int64_t Compact64(const uint64_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint64_t* out);

// Values of any fixed width of at least 1 byte: decimal128, fixed-size binaries. Widths 1, 2, 4 and 8 are quickest when
// `values` is aligned to the width; no alignment is required.
int64_t CompactFixed(const uint8_t* values, int64_t value_bytes, const uint8_t* validity, int64_t bit_offset,
                     int64_t num_values, uint8_t* out);

// Strings, from num_values + 1 offsets: for each value kept starts[k] = offsets[i] - base, lengths[k] = offsets[i + 1]
// - offsets[i]. Null slots may span bytes; these are left out. validity == nullptr: all are kept. offsets[num_values] -
// base must fit 32 bits. starts and lengths have room for num_values + 16 values each.
int64_t CompactOffsets32(const int32_t* offsets, int32_t base, const uint8_t* validity, int64_t bit_offset,
                         int64_t num_values, uint32_t* starts, uint32_t* lengths);
int64_t CompactOffsets64(const int64_t* offsets, int64_t base, const uint8_t* validity, int64_t bit_offset,
                         int64_t num_values, uint32_t* starts, uint32_t* lengths);

uint32_t CompactTargets();

}  // namespace inlay::kernels
