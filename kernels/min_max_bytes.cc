// Byte strings and decimals: the index of the first smallest and of the first greatest.
#include "kernels/min_max.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/min_max_bytes.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_MIN_MAX_BYTES_TABLE
#define INLAY_KERNELS_MIN_MAX_BYTES_TABLE
namespace inlay::kernels {
struct MinMaxBytesTable {
  void (*bytes)(const uint8_t*, const uint32_t*, const uint32_t*, int64_t, int64_t*, int64_t*);
  void (*fixed)(const uint8_t*, int64_t, int64_t, int64_t*, int64_t*);
  void (*decimal)(const uint8_t*, int64_t, int64_t, int64_t*, int64_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

// A string's first eight bytes as a big-endian number, zeros after its end; numbers are ordered as the strings are, and
// when two are equal, so are the strings up to the eighth byte or the end of the shorter one.
HWY_INLINE uint64_t PrefixOf(const uint8_t* data, uint64_t length) {
  if (length >= 8) return LoadBig64(data);
  if (length >= 4) {  // two loads that overlap
    return (uint64_t{LoadBig32(data)} << 32) | (uint64_t{LoadBig32(data + length - 4)} << (64 - 8 * length));
  }
  if (length == 0) return 0;
  return (uint64_t{data[0]} << 56) | (uint64_t{data[length / 2]} << (56 - 8 * (length / 2))) |
         (uint64_t{data[length - 1]} << (64 - 8 * length));
}

struct Candidate {
  uint64_t prefix;
  const uint8_t* data;
  uint64_t length;
  int64_t index;
};

// Whether a < b, given that the prefixes are equal.
HWY_INLINE bool LessAfterPrefix(const Candidate& a, const Candidate& b) {
  const uint64_t shared = a.length < b.length ? a.length : b.length;
  if (shared > 8) {
    const int order = std::memcmp(a.data + 8, b.data + 8, shared - 8);
    if (order != 0) return order < 0;
  }
  return a.length < b.length;
}

// What a candidate does to the best two so far.
HWY_INLINE void Meet(const Candidate& candidate, Candidate& min, Candidate& max) {
  if (candidate.prefix <= min.prefix && (candidate.prefix < min.prefix || LessAfterPrefix(candidate, min))) {
    min = candidate;
  }
  if (candidate.prefix >= max.prefix && (candidate.prefix > max.prefix || LessAfterPrefix(max, candidate))) {
    max = candidate;
  }
}

void Bytes(const uint8_t* base, const uint32_t* starts, const uint32_t* lengths, int64_t n, int64_t* min_index,
           int64_t* max_index) {
  Candidate min = {PrefixOf(base + starts[0], lengths[0]), base + starts[0], lengths[0], 0};
  Candidate max = min;
  for (int64_t i = 1; i < n; ++i) {
    const uint8_t* data = base + starts[i];
    Meet({PrefixOf(data, lengths[i]), data, lengths[i], i}, min, max);
  }
  *min_index = min.index;
  *max_index = max.index;
}

void Fixed(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  const uint64_t length = static_cast<uint64_t>(value_bytes);
  Candidate min = {PrefixOf(values, length), values, length, 0};
  Candidate max = min;
  for (int64_t i = 1; i < n; ++i) {
    const uint8_t* data = values + i * value_bytes;
    Meet({PrefixOf(data, length), data, length, i}, min, max);
  }
  *min_index = min.index;
  *max_index = max.index;
}

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

void Decimal(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  if (value_bytes == 16) {
    Decimals<2>(values, n, min_index, max_index);
  } else {
    Decimals<4>(values, n, min_index, max_index);
  }
}

constexpr MinMaxBytesTable kTable = {&Bytes, &Fixed, &Decimal};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<MinMaxBytesTable> kRows = MakeRows<MinMaxBytesTable>({INLAY_ROWS(kTable)});

uint32_t MinMaxBytesTargets() { return kRows.own; }

void MinMaxBytes(const uint8_t* base, const uint32_t* starts, const uint32_t* lengths, int64_t n, int64_t* min_index,
                 int64_t* max_index) {
  kRows.Active().bytes(base, starts, lengths, n, min_index, max_index);
}
void MinMaxFixed(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  kRows.Active().fixed(values, value_bytes, n, min_index, max_index);
}
void MinMaxDecimal(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  kRows.Active().decimal(values, value_bytes, n, min_index, max_index);
}

}  // namespace inlay::kernels
#endif
