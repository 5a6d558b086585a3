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

// For each set of eight values, the indices of those kept, in order.
struct Kept8Table {
  uint8_t indices[256][8];
};
constexpr Kept8Table MakeKept8() {
  Kept8Table table{};
  for (int set = 0; set < 256; ++set) {
    int kept = 0;
    for (int i = 0; i < 8; ++i) {
      if ((set >> i) & 1) table.indices[set][kept++] = static_cast<uint8_t>(i);
    }
  }
  return table;
}
inline constexpr Kept8Table kKept8 = MakeKept8();

// For each set of four 8-byte values, the indices of the 4-byte halves of those kept.
struct Kept4HalvesTable {
  uint8_t indices[16][8];
};
constexpr Kept4HalvesTable MakeKept4Halves() {
  Kept4HalvesTable table{};
  for (int set = 0; set < 16; ++set) {
    int kept = 0;
    for (int half = 0; half < 8; ++half) {
      if ((set >> (half / 2)) & 1) table.indices[set][kept++] = static_cast<uint8_t>(half);
    }
  }
  return table;
}
inline constexpr Kept4HalvesTable kKept4Halves = MakeKept4Halves();
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

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

// The step that every width without a quicker one takes: always stores and moves on by the bit, so there is no branch
// to mispredict. Writes up to one value past those kept.
template <size_t kBytes>
HWY_INLINE uint8_t* CompactOneByOne(const uint8_t* values, uint64_t bits, int64_t size, uint8_t* out) {
  for (int64_t i = 0; i < size; ++i) {
    std::memcpy(out, values + i * static_cast<int64_t>(kBytes), kBytes);
    out += kBytes * (bits & 1);
    bits >>= 1;
  }
  return out;
}

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_NEON || HWY_TARGET == HWY_SVE || \
    HWY_TARGET == HWY_SVE2 || HWY_TARGET == HWY_AVX3
// Eight values at a time: which of them are kept, in order, one byte each.
HWY_INLINE const uint8_t* Kept8(uint64_t bits) { return kKept8.indices[bits & 0xFF]; }

// Byte shuffles of eight values, and of four of 4 bytes.
HWY_INLINE uint8_t* GroupOf1(const uint8_t* values, uint64_t bits, uint8_t* out) {
  const hn::FixedTag<uint8_t, 8> d;
  for (int i = 0; i < 64; i += 8, values += 8, bits >>= 8) {
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, values), hn::LoadU(d, Kept8(bits))), d, out);
    out += std::popcount(bits & 0xFF);
  }
  return out;
}

HWY_INLINE uint8_t* GroupOf2(const uint8_t* values, uint64_t bits, uint8_t* out) {
  const hn::FixedTag<uint8_t, 16> d;
  const hn::FixedTag<uint16_t, 8> d16;
  const hn::FixedTag<uint8_t, 8> d8;
  for (int i = 0; i < 64; i += 8, values += 16, bits >>= 8) {
    const auto kept = hn::PromoteTo(d16, hn::LoadU(d8, Kept8(bits)));
    const auto bytes = hn::Add(hn::Mul(kept, hn::Set(d16, uint16_t{0x0202})), hn::Set(d16, uint16_t{0x0100}));
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, values), hn::BitCast(d, bytes)), d, out);
    out += 2 * std::popcount(bits & 0xFF);
  }
  return out;
}
#endif

#if HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_NEON
HWY_INLINE uint8_t* GroupOf4(const uint8_t* values, uint64_t bits, uint8_t* out) {
  const hn::FixedTag<uint8_t, 16> d;
  const hn::FixedTag<uint32_t, 4> d32;
  const hn::FixedTag<uint8_t, 4> d8;
  for (int i = 0; i < 64; i += 4, values += 16, bits >>= 4) {
    const auto kept = hn::PromoteTo(d32, hn::LoadU(d8, Kept8(bits & 15)));
    const auto bytes = hn::Add(hn::Mul(kept, hn::Set(d32, 0x04040404u)), hn::Set(d32, 0x03020100u));
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, values), hn::BitCast(d, bytes)), d, out);
    out += 4 * std::popcount(bits & 15);
  }
  return out;
}
#elif HWY_TARGET == HWY_AVX2
HWY_INLINE uint8_t* GroupOf4(const uint8_t* values, uint64_t bits, uint8_t* out) {
  for (int i = 0; i < 64; i += 8, values += 32, bits >>= 8) {
    const __m256i kept = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(Kept8(bits))));
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_permutevar8x32_epi32(v, kept));
    out += 4 * std::popcount(bits & 0xFF);
  }
  return out;
}

HWY_INLINE uint8_t* GroupOf8(const uint8_t* values, uint64_t bits, uint8_t* out) {
  for (int i = 0; i < 64; i += 4, values += 32, bits >>= 4) {
    const uint8_t* halves = kKept4Halves.indices[bits & 15];
    const __m256i kept = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(halves)));
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_permutevar8x32_epi32(v, kept));
    out += 8 * std::popcount(bits & 15);
  }
  return out;
}
#elif HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
// Compress in the register and store it whole: the masked store that compresses is slow on some CPUs.
HWY_INLINE uint8_t* GroupOf4(const uint8_t* values, uint64_t bits, uint8_t* out) {
  for (int i = 0; i < 64; i += 16, values += 64, bits >>= 16) {
    const __mmask16 mask = static_cast<__mmask16>(bits);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(mask, _mm512_loadu_si512(values)));
    out += 4 * std::popcount(bits & 0xFFFF);
  }
  return out;
}

HWY_INLINE uint8_t* GroupOf8(const uint8_t* values, uint64_t bits, uint8_t* out) {
  for (int i = 0; i < 64; i += 8, values += 64, bits >>= 8) {
    const __mmask8 mask = static_cast<__mmask8>(bits);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi64(mask, _mm512_loadu_si512(values)));
    out += 8 * std::popcount(bits & 0xFF);
  }
  return out;
}
#elif HWY_TARGET == HWY_SVE || HWY_TARGET == HWY_SVE2
// The instruction `compact`. Vectors are capped at the 64 bytes of slack that a full store may need.
template <typename T>
HWY_INLINE uint8_t* GroupOf(const uint8_t* values, uint64_t bits, uint8_t* out) {
  const hn::CappedTag<T, 64 / sizeof(T)> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const uint64_t lane_bits = (uint64_t{1} << lanes) - 1;
  const auto bit_of_lane = hn::Shl(hn::Set(d, T{1}), hn::Iota(d, T{0}));
  for (int i = 0; i < 64; i += lanes, values += static_cast<size_t>(lanes) * sizeof(T), bits >>= lanes) {
    const auto mask = hn::TestBit(hn::Set(d, static_cast<T>(bits)), bit_of_lane);
    const auto v = hn::LoadU(d, reinterpret_cast<const T*>(values));
    hn::StoreU(hn::Compress(v, mask), d, reinterpret_cast<T*>(out));
    out += sizeof(T) * static_cast<size_t>(std::popcount(bits & lane_bits));
  }
  return out;
}
HWY_INLINE uint8_t* GroupOf4(const uint8_t* values, uint64_t bits, uint8_t* out) {
  return GroupOf<uint32_t>(values, bits, out);
}
HWY_INLINE uint8_t* GroupOf8(const uint8_t* values, uint64_t bits, uint8_t* out) {
  return GroupOf<uint64_t>(values, bits, out);
}
#endif

#if HWY_TARGET == HWY_AVX3_DL
HWY_INLINE uint8_t* GroupOf1(const uint8_t* values, uint64_t bits, uint8_t* out) {
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(values)));
  return out + std::popcount(bits);
}

HWY_INLINE uint8_t* GroupOf2(const uint8_t* values, uint64_t bits, uint8_t* out) {
  for (int i = 0; i < 64; i += 32, values += 64, bits >>= 32) {
    const __mmask32 mask = static_cast<__mmask32>(bits);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(mask, _mm512_loadu_si512(values)));
    out += 2 * std::popcount(bits & 0xFFFFFFFF);
  }
  return out;
}
#endif

// Whether CompactGroup takes the slow step. Only then is it worth a branch to copy full groups.
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
template <size_t kBytes>
inline constexpr bool kOneByOne = true;
#elif HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_NEON
template <size_t kBytes>
inline constexpr bool kOneByOne = kBytes > 4;
#else
template <size_t kBytes>
inline constexpr bool kOneByOne = kBytes > 8;
#endif

// 64 values, of which some are kept. Writes up to 64 bytes past them.
template <size_t kBytes>
HWY_INLINE uint8_t* CompactGroup(const uint8_t* values, uint64_t bits, uint8_t* out) {
  if constexpr (kOneByOne<kBytes>) {
    return CompactOneByOne<kBytes>(values, bits, 64, out);
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  } else if constexpr (kBytes == 1) {
    return GroupOf1(values, bits, out);
  } else if constexpr (kBytes == 2) {
    return GroupOf2(values, bits, out);
  } else if constexpr (kBytes == 4) {
    return GroupOf4(values, bits, out);
#if HWY_TARGET != HWY_SSE4 && HWY_TARGET != HWY_NEON
  } else {
    return GroupOf8(values, bits, out);
#endif
#endif
  }
}

// A fixed number of values: g++ would call or use string instructions for one large memcpy.
template <size_t kBytes>
HWY_INLINE void Copy64(const uint8_t* values, uint8_t* out) {
  constexpr size_t kChunk = kBytes < 8 ? 8 * kBytes : 64;
  for (size_t i = 0; i < 64 * kBytes; i += kChunk) std::memcpy(out + i, values + i, kChunk);
}

template <size_t kBytes>
HWY_INLINE uint8_t* CompactBytes(const uint8_t* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values,
                                 uint8_t* out) {
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t size) {
    const uint8_t* group = values + i * static_cast<int64_t>(kBytes);
    if (kOneByOne<kBytes> && bits == ~uint64_t{0}) {
      Copy64<kBytes>(group, out);
      out += 64 * kBytes;
    } else if (size == 64) {
      out = CompactGroup<kBytes>(group, bits, out);
    } else {
      out = CompactOneByOne<kBytes>(group, bits, size, out);
    }
  });
  return out;
}

template <typename T>
int64_t Compact(const T* values, const uint8_t* validity, int64_t bit_offset, int64_t num_values, T* out) {
  uint8_t* begin = reinterpret_cast<uint8_t*>(out);
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(values);
  return (CompactBytes<sizeof(T)>(bytes, validity, bit_offset, num_values, begin) - begin) / int64_t{sizeof(T)};
}

// A stretch of ones in one copy.
uint8_t* CompactStretches(const uint8_t* values, int64_t value_bytes, const uint8_t* validity, int64_t bit_offset,
                          int64_t num_values, uint8_t* out) {
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t) {
    while (bits != 0) {
      const int skip = std::countr_zero(bits);
      const int run = std::countr_one(bits >> skip);
      std::memcpy(out, values + (i + skip) * value_bytes, static_cast<size_t>(run * value_bytes));
      out += run * value_bytes;
      bits = skip + run == 64 ? 0 : bits >> (skip + run) << (skip + run);
    }
  });
  return out;
}

int64_t CompactFixed(const uint8_t* values, int64_t value_bytes, const uint8_t* validity, int64_t bit_offset,
                     int64_t num_values, uint8_t* out) {
  const auto end = [&] {
    switch (value_bytes) {
      case 1:
        return CompactBytes<1>(values, validity, bit_offset, num_values, out);
      case 2:
        return CompactBytes<2>(values, validity, bit_offset, num_values, out);
      case 4:
        return CompactBytes<4>(values, validity, bit_offset, num_values, out);
      case 8:
        return CompactBytes<8>(values, validity, bit_offset, num_values, out);
      case 16:
        return CompactBytes<16>(values, validity, bit_offset, num_values, out);
      case 32:
        return CompactBytes<32>(values, validity, bit_offset, num_values, out);
      default:
        return CompactStretches(values, value_bytes, validity, bit_offset, num_values, out);
    }
  };
  return (end() - out) / value_bytes;
}

template <typename Offset>
HWY_INLINE void OffsetsToSpans(const Offset* HWY_RESTRICT offsets, Offset base, int64_t size,
                               uint32_t* HWY_RESTRICT starts, uint32_t* HWY_RESTRICT lengths) {
  for (int64_t i = 0; i < size; ++i) {
    starts[i] = static_cast<uint32_t>(offsets[i] - base);
    lengths[i] = static_cast<uint32_t>(offsets[i + 1] - offsets[i]);
  }
}

// 64 starts and lengths at a time, in L1, then compacted like any 4-byte values: 64 bytes of slack are 16 of them.
template <typename Offset>
int64_t CompactOffsets(const Offset* offsets, Offset base, const uint8_t* validity, int64_t bit_offset,
                       int64_t num_values, uint32_t* starts, uint32_t* lengths) {
  if (validity == nullptr) {
    OffsetsToSpans(offsets, base, num_values, starts, lengths);
    return num_values;
  }
  int64_t kept = 0;
  ForEachGroup(validity, bit_offset, num_values, [&](int64_t i, uint64_t bits, int64_t size) {
    if (bits == ~uint64_t{0}) {
      OffsetsToSpans(offsets + i, base, 64, starts + kept, lengths + kept);
    } else {
      uint32_t group_starts[64], group_lengths[64];
      const auto* start_bytes = reinterpret_cast<const uint8_t*>(group_starts);
      const auto* length_bytes = reinterpret_cast<const uint8_t*>(group_lengths);
      auto* to_starts = reinterpret_cast<uint8_t*>(starts + kept);
      auto* to_lengths = reinterpret_cast<uint8_t*>(lengths + kept);
      OffsetsToSpans(offsets + i, base, size, group_starts, group_lengths);
      if (size == 64) {
        CompactGroup<4>(start_bytes, bits, to_starts);
        CompactGroup<4>(length_bytes, bits, to_lengths);
      } else {
        CompactOneByOne<4>(start_bytes, bits, size, to_starts);
        CompactOneByOne<4>(length_bytes, bits, size, to_lengths);
      }
    }
    kept += std::popcount(bits);
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
