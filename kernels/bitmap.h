// Validity and boolean bitmaps, Arrow layout: bit i of the bitmap is bit i % 8, counted from the least significant, of
// byte i / 8. All functions take a bit offset, read only the bytes that hold the named bits, and allocate nothing.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Number of ones among bits [bit_offset, bit_offset + num_bits).
int64_t CountSetBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits);

uint32_t BitmapTargets();

}  // namespace inlay::kernels
