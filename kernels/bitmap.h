// Validity and boolean bitmaps, Arrow layout: bit i of the bitmap is bit i % 8, counted from the least significant, of
// byte i / 8. All functions take a bit offset, read only the bytes that hold the named bits, and allocate nothing.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Number of ones among bits [bit_offset, bit_offset + num_bits).
int64_t CountSetBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits);

// The functions below write exactly ceil(n / 8) bytes for n bits of output, the bits past the end zero; `out` does not
// overlap the input.

// Copies bits [bit_offset, bit_offset + num_bits) to `out`, from its bit 0 on.
void CopyBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out);

// Bit i of `out` = bit a_offset + i of `a` and bit b_offset + i of `b`.
void AndBits(const uint8_t* a, int64_t a_offset, const uint8_t* b, int64_t b_offset, int64_t num_bits, uint8_t* out);

// Bit i of `out` = whether byte i is not 0.
void PackBools(const uint8_t* bytes, int64_t num_values, uint8_t* out);

// The bits of `values` at the positions where `validity` has a one, one after the other: a boolean column without its
// nulls. Returns their number. `out` has room for (num_bits + 7) / 8 + 8 bytes; those past the result are undefined.
int64_t CompactBits(const uint8_t* values, int64_t values_offset, const uint8_t* validity, int64_t validity_offset,
                    int64_t num_bits, uint8_t* out);

uint32_t BitmapTargets();

}  // namespace inlay::kernels
