#include "kernels/compact.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/compact.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_COMPACT_TABLE
#define INLAY_KERNELS_COMPACT_TABLE
namespace inlay::kernels {
struct CompactTable {
  int64_t (*compact8)(const uint8_t*, const uint8_t*, int64_t, int64_t, uint8_t*);
  int64_t (*compact16)(const uint16_t*, const uint8_t*, int64_t, int64_t, uint16_t*);
  int64_t (*compact32)(const uint32_t*, const uint8_t*, int64_t, int64_t, uint32_t*);
  int64_t (*compact64)(const uint64_t*, const uint8_t*, int64_t, int64_t, uint64_t*);
  int64_t (*compact_fixed)(const uint8_t*, int64_t, const uint8_t*, int64_t, int64_t, uint8_t*);
  int64_t (*compact_offsets32)(const int32_t*, int32_t, const uint8_t*, int64_t, int64_t, uint32_t*, uint32_t*);
  int64_t (*compact_offsets64)(const int64_t*, int64_t, const uint8_t*, int64_t, int64_t, uint32_t*, uint32_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

// Bits [offset, offset + num_bits), 1 to 64 of them, least significant first; zeros above.
HWY_INLINE uint64_t LoadBits(const uint8_t* bits, int64_t offset, int64_t num_bits) {
  bits += offset / 8;
  const int shift = static_cast<int>(offset % 8);
  const int64_t num_bytes = (shift + num_bits + 7) / 8;
  uint64_t word = 0;
  if (num_bytes >= 8) {
    std::memcpy(&word, bits, 8);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    word >>= shift;
    if (num_bytes == 9) word |= uint64_t{bits[8]} << (64 - shift);
  } else {
    for (int64_t i = 0; i < num_bytes; ++i) word |= uint64_t{bits[i]} << (8 * i);
    word >>= shift;
  }
  return num_bits == 64 ? word : word & ((uint64_t{1} << num_bits) - 1);
}

// Calls group(i, bits, size) for values [i, i + size), 64 at a time but for the last, leaving out groups without a
// value.
template <typename Group>
HWY_INLINE void ForEachGroup(const uint8_t* validity, int64_t bit_offset, int64_t num_values, Group group) {
  for (int64_t i = 0; i < num_values; i += 64) {
    const int64_t size = num_values - i < 64 ? num_values - i : 64;
    const uint64_t bits = LoadBits(validity, bit_offset + i, size);
    if (bits != 0) group(i, bits, size);
  }
}

// Always stores and steps by the bit: no branch to mispredict. Writes up to one value past those kept.
template <typename T>
HWY_INLINE T* CompactGroup(const T* values, uint64_t bits, int64_t size, T* out) {
  for (int64_t i = 0; i < size; ++i) {
    std::memcpy(out, values + i, sizeof(T));
    out += bits & 1;
    bits >>= 1;
  }
  return out;
}

template <typename T>
int64_t Compact(const T* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values, T* out) {
  T* const begin = out;
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t size) {
    if (bits == ~uint64_t{0}) {
      std::memcpy(out, values + i, 64 * sizeof(T));
      out += 64;
    } else {
      out = CompactGroup(values + i, bits, size, out);
    }
  });
  return out - begin;
}

int64_t CompactFixed(const uint8_t* values, int64_t value_bytes, const uint8_t* validity, int64_t bit_offset,
                     int64_t num_values, uint8_t* out) {
  uint8_t* const begin = out;
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t) {
    while (bits != 0) {
      // A stretch of ones in one copy.
      const int skip = std::countr_zero(bits);
      const int run = std::countr_one(bits >> skip);
      std::memcpy(out, values + (i + skip) * value_bytes, static_cast<size_t>(run * value_bytes));
      out += run * value_bytes;
      bits = skip + run == 64 ? 0 : bits >> (skip + run) << (skip + run);
    }
  });
  return (out - begin) / value_bytes;
}

template <typename Offset>
int64_t CompactOffsets(const Offset* offsets, Offset base, const uint8_t* validity, int64_t bit_offset,
                       int64_t num_values, uint32_t* starts, uint32_t* lengths) {
  if (validity == nullptr) {
    for (int64_t i = 0; i < num_values; ++i) {
      starts[i] = static_cast<uint32_t>(offsets[i] - base);
      lengths[i] = static_cast<uint32_t>(offsets[i + 1] - offsets[i]);
    }
    return num_values;
  }
  int64_t kept = 0;
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t size) {
    for (int64_t j = i; j < i + size; ++j) {
      starts[kept] = static_cast<uint32_t>(offsets[j] - base);
      lengths[kept] = static_cast<uint32_t>(offsets[j + 1] - offsets[j]);
      kept += static_cast<int64_t>(bits & 1);
      bits >>= 1;
    }
  });
  return kept;
}

constexpr CompactTable kTable = {&Compact<uint8_t>,       &Compact<uint16_t>, &Compact<uint32_t>,
                                 &Compact<uint64_t>,      &CompactFixed,      &CompactOffsets<int32_t>,
                                 &CompactOffsets<int64_t>};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<CompactTable> kRows = MakeRows<CompactTable>({INLAY_ROWS(kTable)});

uint32_t CompactTargets() { return kRows.own; }

int64_t Compact8(const uint8_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values, uint8_t* out) {
  return kRows.Active().compact8(values, validity, bit_offset, num_values, out);
}

int64_t Compact16(const uint16_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint16_t* out) {
  return kRows.Active().compact16(values, validity, bit_offset, num_values, out);
}

int64_t Compact32(const uint32_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint32_t* out) {
  return kRows.Active().compact32(values, validity, bit_offset, num_values, out);
}

int64_t Compact64(const uint64_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                  uint64_t* out) {
  return kRows.Active().compact64(values, validity, bit_offset, num_values, out);
}

int64_t CompactFixed(const uint8_t* values, int64_t value_bytes, const uint8_t* validity, int64_t bit_offset,
                     int64_t num_values, uint8_t* out) {
  return kRows.Active().compact_fixed(values, value_bytes, validity, bit_offset, num_values, out);
}

int64_t CompactOffsets32(const int32_t* offsets, int32_t base, const uint8_t* validity, int64_t bit_offset,
                         int64_t num_values, uint32_t* starts, uint32_t* lengths) {
  return kRows.Active().compact_offsets32(offsets, base, validity, bit_offset, num_values, starts, lengths);
}

int64_t CompactOffsets64(const int64_t* offsets, int64_t base, const uint8_t* validity, int64_t bit_offset,
                         int64_t num_values, uint32_t* starts, uint32_t* lengths) {
  return kRows.Active().compact_offsets64(offsets, base, validity, bit_offset, num_values, starts, lengths);
}

}  // namespace inlay::kernels
#endif
