// Decimals as Arrow stores them: the index of the first smallest and of the first greatest.
#include "kernels/min_max.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/min_max_decimal.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_MIN_MAX_DECIMAL_TABLE
#define INLAY_KERNELS_MIN_MAX_DECIMAL_TABLE
namespace inlay::kernels {
struct MinMaxDecimalTable {
  void (*decimal)(const uint8_t*, int64_t, int64_t, int64_t*, int64_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Word w of a decimal, counted from the least significant.
template <int kWords>
HWY_INLINE uint64_t DecimalWord(const uint8_t* decimal, int w) {
  return LoadNative64(decimal + 8 * (std::endian::native == std::endian::little ? w : kWords - 1 - w));
}

template <int kWords>
HWY_INLINE bool DecimalLess(const uint8_t* a, const uint8_t* b) {
  const auto high_a = static_cast<int64_t>(DecimalWord<kWords>(a, kWords - 1));
  const auto high_b = static_cast<int64_t>(DecimalWord<kWords>(b, kWords - 1));
  if (high_a != high_b) return high_a < high_b;
  for (int w = kWords - 2; w > 0; --w) {
    if (DecimalWord<kWords>(a, w) != DecimalWord<kWords>(b, w)) {
      return DecimalWord<kWords>(a, w) < DecimalWord<kWords>(b, w);
    }
  }
  return DecimalWord<kWords>(a, 0) < DecimalWord<kWords>(b, 0);
}

template <int kWords>
HWY_INLINE void Decimals(const uint8_t* values, int64_t n, int64_t* min_index, int64_t* max_index) {
  int64_t min = 0, max = 0;
  for (int64_t i = 1; i < n; ++i) {
    const uint8_t* value = values + i * kWords * 8;
    if (DecimalLess<kWords>(value, values + min * kWords * 8)) min = i;
    if (DecimalLess<kWords>(values + max * kWords * 8, value)) max = i;
  }
  *min_index = min;
  *max_index = max;
}

#if HWY_TARGET != HWY_SCALAR && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

// A vector's 128-bit integers as unsigned ones of the same order, or back: the sign is inverted.
template <class D>
HWY_INLINE hn::Vec<D> InvertSign(D d, hn::Vec<D> v) {
  alignas(16) static constexpr uint64_t kSign[2] = {0, uint64_t{1} << 63};
  return hn::Xor(v, hn::LoadDup128(d, kSign));
}

// The low words of values that fit 64 bits, smallest and greatest; false when one does not fit.
HWY_INLINE bool NarrowBounds(const uint8_t* values, int64_t n, uint8_t* min, uint8_t* max) {
  const hn::ScalableTag<int64_t> d;
  const hn::ScalableTag<uint8_t> d8;
  const int64_t vector_bytes = static_cast<int64_t>(hn::Lanes(d8));
  alignas(16) static constexpr int64_t kHighWord[2] = {0, -1};
  const auto high_word = hn::LoadDup128(d, kHighWord);
  auto low = hn::DupEven(hn::BitCast(d, hn::LoadU(d8, values)));
  auto high = low, wide = hn::Zero(d);
  const int64_t size = n * 16;
  const auto meet = [&](int64_t at) HWY_ATTR {
    const auto v = hn::BitCast(d, hn::LoadU(d8, values + at));
    const auto word = hn::DupEven(v);
    wide = hn::Or(wide, hn::Xor(v, hn::BroadcastSignBit(word)));
    low = hn::Min(low, word);
    high = hn::Max(high, word);
  };
  for (int64_t at = 0; at + vector_bytes <= size; at += vector_bytes) meet(at);
  meet(size - vector_bytes);  // some of them for the second time
  if (!hn::AllTrue(d, hn::Eq(hn::And(wide, high_word), hn::Zero(d)))) return false;
  const int64_t lowest = hn::GetLane(hn::MinOfLanes(d, low)), highest = hn::GetLane(hn::MaxOfLanes(d, high));
  const int64_t min_words[2] = {lowest, lowest >> 63}, max_words[2] = {highest, highest >> 63};
  std::memcpy(min, min_words, 16);
  std::memcpy(max, max_words, 16);
  return true;
}

// The same for values of any size.
HWY_INLINE void WideBounds(const uint8_t* values, int64_t n, uint8_t* min, uint8_t* max) {
  const hn::ScalableTag<uint64_t> d;
  const hn::ScalableTag<uint8_t> d8;
  const int64_t vector_bytes = static_cast<int64_t>(hn::Lanes(d8));
  auto low = InvertSign(d, hn::BitCast(d, hn::LoadU(d8, values))), high = low;
  const int64_t size = n * 16;
  const auto meet = [&](int64_t at) HWY_ATTR {
    const auto v = InvertSign(d, hn::BitCast(d, hn::LoadU(d8, values + at)));
    low = hn::Min128(d, v, low);
    high = hn::Max128(d, v, high);
  };
  for (int64_t at = 0; at + vector_bytes <= size; at += vector_bytes) meet(at);
  meet(size - vector_bytes);
  alignas(64) uint8_t lanes[2 * HWY_MAX_BYTES];
  hn::StoreU(hn::BitCast(d8, InvertSign(d, low)), d8, lanes);
  hn::StoreU(hn::BitCast(d8, InvertSign(d, high)), d8, lanes + vector_bytes);
  int64_t smallest = 0, greatest = 0;
  Decimals<2>(lanes, 2 * vector_bytes / 16, &smallest, &greatest);
  std::memcpy(min, lanes + smallest * 16, 16);
  std::memcpy(max, lanes + greatest * 16, 16);
}

HWY_INLINE int64_t FindDecimal(const uint8_t* values, int64_t from, const uint8_t* wanted) {
  while (std::memcmp(values + from * 16, wanted, 16) != 0) ++from;
  return from;
}

// Values first, without their places; the places are looked up in the chunk that brought the last change.
HWY_INLINE void Decimals128(const uint8_t* values, int64_t n, int64_t* min_index, int64_t* max_index) {
  constexpr int64_t kDecimalChunk = 512;
  static_assert(kDecimalChunk * 16 >= HWY_MAX_BYTES);
  if (n * 16 < static_cast<int64_t>(hn::Lanes(hn::ScalableTag<uint8_t>()))) {
    return Decimals<2>(values, n, min_index, max_index);
  }
  alignas(16) uint8_t min[16], max[16], chunk_min[16], chunk_max[16];
  int64_t min_chunk = 0, max_chunk = 0;
  for (int64_t first = 0; first < n; first += kDecimalChunk) {
    const int64_t count = n - first < kDecimalChunk ? n - first : kDecimalChunk;
    // A short last chunk begins earlier: no harm, as equal values change nothing.
    const int64_t begin = first > 0 && count < kDecimalChunk ? n - kDecimalChunk : first;
    const uint8_t* chunk = values + begin * 16;
    const int64_t chunk_values = n - begin < kDecimalChunk ? n - begin : kDecimalChunk;
    if (!NarrowBounds(chunk, chunk_values, chunk_min, chunk_max)) {
      WideBounds(chunk, chunk_values, chunk_min, chunk_max);
    }
    if (first == 0 || DecimalLess<2>(chunk_min, min)) {
      std::memcpy(min, chunk_min, 16);
      min_chunk = begin;
    }
    if (first == 0 || DecimalLess<2>(max, chunk_max)) {
      std::memcpy(max, chunk_max, 16);
      max_chunk = begin;
    }
  }
  *min_index = FindDecimal(values, min_chunk, min);
  *max_index = FindDecimal(values, max_chunk, max);
}

#else

HWY_INLINE void Decimals128(const uint8_t* values, int64_t n, int64_t* min_index, int64_t* max_index) {
  Decimals<2>(values, n, min_index, max_index);
}

#endif

void Decimal(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  if (value_bytes == 16) {
    Decimals128(values, n, min_index, max_index);
  } else {
    Decimals<4>(values, n, min_index, max_index);
  }
}

constexpr MinMaxDecimalTable kTable = {&Decimal};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<MinMaxDecimalTable> kRows = MakeRows<MinMaxDecimalTable>({INLAY_ROWS(kTable)});

uint32_t MinMaxDecimalTargets() { return kRows.own; }

void MinMaxDecimal(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  kRows.Active().decimal(values, value_bytes, n, min_index, max_index);
}

}  // namespace inlay::kernels
#endif
