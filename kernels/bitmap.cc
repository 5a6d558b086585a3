#include "kernels/bitmap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bitmap.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BITMAP_TABLE
#define INLAY_KERNELS_BITMAP_TABLE
namespace inlay::kernels {
struct BitmapTable {
  int64_t (*count_set_bits)(const uint8_t*, int64_t, int64_t);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

// Eight bytes a step. `popcnt` is an instruction on every target above the scalar one.
int64_t CountSetBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits) {
  if (num_bits <= 0) return 0;
  bits += bit_offset / 8;
  const int64_t first = bit_offset % 8;
  const int64_t num_bytes = (first + num_bits + 7) / 8;
  int64_t count = 0;
  int64_t i = 0;
  for (; i + 8 <= num_bytes; i += 8) {
    uint64_t word;
    std::memcpy(&word, bits + i, 8);
    count += std::popcount(word);
  }
  for (; i < num_bytes; ++i) count += std::popcount(bits[i]);
  // The bits before and after the range, in the first and the last byte.
  count -= std::popcount(static_cast<uint8_t>(bits[0] & ((1u << first) - 1)));
  const int64_t end = (first + num_bits) % 8;
  if (end != 0) count -= std::popcount(static_cast<uint8_t>(bits[num_bytes - 1] >> end));
  return count;
}

constexpr BitmapTable kTable = {&CountSetBits};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<BitmapTable> kRows = MakeRows<BitmapTable>({INLAY_ROWS(kTable)});

uint32_t BitmapTargets() { return kRows.own; }

int64_t CountSetBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits) {
  return kRows.Active().count_set_bits(bits, bit_offset, num_bits);
}

}  // namespace inlay::kernels
#endif
