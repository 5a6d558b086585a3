#include "kernels/byte_array.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/byte_array.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BYTE_ARRAY_TABLE
#define INLAY_KERNELS_BYTE_ARRAY_TABLE
namespace inlay::kernels {
struct ByteArrayTable {
  int64_t (*plain_byte_array)(const uint8_t*, const uint8_t*, const uint32_t*, const uint32_t*, int64_t, uint8_t*);
  int64_t (*sum_lengths)(const uint32_t*, int64_t);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

HWY_INLINE void StoreLength(uint32_t length, uint8_t* out) {
  if constexpr (std::endian::native == std::endian::big) length = __builtin_bswap32(length);
  std::memcpy(out, &length, 4);
}

// Copies 16 or 32 bytes, whatever the length, where that stays readable: what is too much is overwritten by the next
// value. Only longer values, and those at the very end of the buffer, are copied exactly.
int64_t PlainByteArray(const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                       const uint32_t* lengths, int64_t num_values, uint8_t* out) {
  constexpr int64_t kStep = 16;
  static_assert(2 * kStep <= kByteArraySlackBytes);
  uint8_t* const begin = out;
  // The last start from which 32 bytes are readable; negative where there is none.
  const int64_t last_start = readable_end - base - 2 * kStep;
  for (int64_t i = 0; i < num_values; ++i) {
    const uint32_t length = lengths[i];
    const int64_t start = starts[i];
    StoreLength(length, out);
    out += 4;
    if (HWY_LIKELY(length <= kStep && start <= last_start)) {
      std::memcpy(out, base + start, kStep);
    } else if (length <= 2 * kStep && start <= last_start) {
      std::memcpy(out, base + start, 2 * kStep);
    } else if (length != 0) {
      std::memcpy(out, base + start, length);
    }
    out += length;
  }
  return out - begin;
}

int64_t SumLengths(const uint32_t* lengths, int64_t num_values) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < num_values; ++i) sum += lengths[i];
  return static_cast<int64_t>(sum);
}

constexpr ByteArrayTable kTable = {&PlainByteArray, &SumLengths};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<ByteArrayTable> kRows = MakeRows<ByteArrayTable>({INLAY_ROWS(kTable)});

uint32_t ByteArrayTargets() { return kRows.own; }

int64_t PlainByteArray(const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                       const uint32_t* lengths, int64_t num_values, uint8_t* out) {
  return kRows.Active().plain_byte_array(base, readable_end, starts, lengths, num_values, out);
}

int64_t SumLengths(const uint32_t* lengths, int64_t num_values) {
  return kRows.Active().sum_lengths(lengths, num_values);
}

}  // namespace inlay::kernels
#endif
