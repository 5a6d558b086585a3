// Byte strings: the index of the first smallest and of the first greatest.
#include "kernels/min_max.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/min_max_bytes.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <limits>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_MIN_MAX_BYTES_TABLE
#define INLAY_KERNELS_MIN_MAX_BYTES_TABLE
namespace inlay::kernels {
struct MinMaxBytesTable {
  void (*bytes)(const uint8_t*, const uint32_t*, const uint32_t*, int64_t, int64_t*, int64_t*);
  void (*fixed)(const uint8_t*, int64_t, int64_t, int64_t*, int64_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

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
    uint64_t at = 8;
    for (; at + 8 < shared; at += 8) {
      const uint64_t word_a = LoadBig64(a.data + at), word_b = LoadBig64(b.data + at);
      if (word_a != word_b) return word_a < word_b;
    }
    // The last eight shared bytes, some of them known to be equal.
    const uint64_t word_a = LoadBig64(a.data + shared - 8), word_b = LoadBig64(b.data + shared - 8);
    if (word_a != word_b) return word_a < word_b;
  }
  return a.length < b.length;
}

// The best two so far, and what a scan needs to pass over strings that are neither.
//
// All strings so far share what the two share: its whole words, at most kMaxSharedBytes, are compared for equality
// alone, and the eight bytes after them decide. Columns of URLs or of one repeated value are scanned as fast as others
// so.
class Bounds {
 public:
  explicit Bounds(const Candidate& first) : min_(first), max_(first) { Refresh(); }

  const Candidate& min() const { return min_; }
  const Candidate& max() const { return max_; }
  uint64_t shared_bytes() const { return shared_bytes_; }
  uint64_t SharedWord(uint64_t at) const { return LoadNative64(min_.data + at); }
  uint64_t min_key() const { return min_key_; }
  uint64_t max_key() const { return max_key_; }
  // A string whose key is min_key is no new min unless it is shorter than this; one whose key is max_key no new max
  // unless it is longer than that.
  uint64_t min_length_limit() const { return min_length_limit_; }
  uint64_t max_length_limit() const { return max_length_limit_; }

  // Compares in full; true when a bound changed.
  HWY_INLINE bool Meet(const Candidate& candidate) {
    bool changed = false;
    if (candidate.prefix <= min_.prefix && (candidate.prefix < min_.prefix || LessAfterPrefix(candidate, min_))) {
      min_ = candidate;
      changed = true;
    }
    if (candidate.prefix >= max_.prefix && (candidate.prefix > max_.prefix || LessAfterPrefix(max_, candidate))) {
      max_ = candidate;
      changed = true;
    }
    return changed;
  }

  void Refresh() {
    constexpr uint64_t kMaxSharedBytes = 32;
    const uint64_t shorter = min_.length < max_.length ? min_.length : max_.length;
    shared_bytes_ = 0;
    while (shared_bytes_ < kMaxSharedBytes && shared_bytes_ + 8 <= shorter &&
           LoadNative64(min_.data + shared_bytes_) == LoadNative64(max_.data + shared_bytes_)) {
      shared_bytes_ += 8;
    }
    min_key_ = PrefixOf(min_.data + shared_bytes_, min_.length - shared_bytes_);
    max_key_ = PrefixOf(max_.data + shared_bytes_, max_.length - shared_bytes_);
    const uint64_t known = shared_bytes_ + 8;
    min_length_limit_ = min_.length <= known ? min_.length : ~uint64_t{0} >> 1;
    max_length_limit_ = max_.length <= known ? max_.length : known;
  }

 private:
  Candidate min_, max_;
  uint64_t shared_bytes_ = 0, min_key_ = 0, max_key_ = 0, min_length_limit_ = 0, max_length_limit_ = 0;
};

// Strings of one base. Those at [0, num_loadable) allow loads of eight bytes at `shared_bytes`, beyond their own ends
// perhaps, but not beyond those of others.
struct Chunk {
  const uint8_t* base;
  const uint32_t* starts;
  const uint32_t* lengths;
  int64_t count;
  int64_t first_index;
  uint64_t shortest;
  uint64_t readable_end;  // when they lie one after the other: where the last one ends; else 0

  int64_t NumLoadable(uint64_t shared_bytes) const {
    if (shortest >= shared_bytes + 8) return count;
    int64_t n = count;
    while (n > 0 && starts[n - 1] + shared_bytes + 8 > readable_end) --n;
    return n;
  }
  Candidate Get(int64_t i) const {
    const uint8_t* data = base + starts[i];
    return {PrefixOf(data, lengths[i]), data, lengths[i], first_index + i};
  }
};

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2

// What a vector of strings is compared with. Keys are signed here, their top bit inverted.
struct Thresholds {
  using D = hn::ScalableTag<int64_t>;
  using V = hn::Vec<D>;

  explicit Thresholds(const Bounds& bounds) {
    const D d;
    constexpr uint64_t kTop = uint64_t{1} << 63;
    min_key = hn::Set(d, static_cast<int64_t>(bounds.min_key() ^ kTop));
    max_key = hn::Set(d, static_cast<int64_t>(bounds.max_key() ^ kTop));
    min_length = hn::Set(d, static_cast<int64_t>(bounds.min_length_limit()));
    max_length = hn::Set(d, static_cast<int64_t>(bounds.max_length_limit()));
    shared_bytes = hn::Set(d, static_cast<int64_t>(bounds.shared_bytes()));
  }
  V min_key, max_key, min_length, max_length, shared_bytes;
};

// Eight bytes from data + starts[i] for each lane i. On CPUs without AVX-512 single loads are faster than a gather.
HWY_INLINE Thresholds::V LoadEach(const uint8_t* data, const uint32_t* starts) {
#if HWY_TARGET == HWY_AVX2
  const auto word = [=](int lane) HWY_ATTR { return static_cast<int64_t>(LoadNative64(data + starts[lane])); };
  return Thresholds::V{_mm256_set_epi64x(word(3), word(2), word(1), word(0))};
#else
  const Thresholds::D d;
  const auto offsets =
      hn::PromoteTo(hn::RebindToUnsigned<Thresholds::D>(), hn::LoadU(hn::Rebind<uint32_t, Thresholds::D>(), starts));
  return hn::GatherOffset(d, reinterpret_cast<const int64_t*>(data), hn::BitCast(d, offsets));
#endif
}

// One bit for each of the strings at `i` that may be a new bound.
HWY_INLINE uint64_t Suspects(const Chunk& chunk, int64_t i, const Bounds& bounds, const Thresholds& than) {
  const Thresholds::D d;
  const hn::RebindToUnsigned<Thresholds::D> du;
  const hn::Rebind<uint32_t, Thresholds::D> d32;
  alignas(16) static constexpr uint8_t kReverse[16] = {7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8};
  const auto reverse = hn::LoadDup128(hn::Repartition<uint8_t, Thresholds::D>(), kReverse);

  const auto lengths = hn::BitCast(d, hn::PromoteTo(du, hn::LoadU(d32, chunk.lengths + i)));
  auto suspect = hn::Lt(lengths, than.shared_bytes);
  for (uint64_t at = 0; at < bounds.shared_bytes(); at += 8) {
    const auto word = LoadEach(chunk.base + at, chunk.starts + i);
    suspect = hn::Or(suspect, hn::Ne(word, hn::Set(d, static_cast<int64_t>(bounds.SharedWord(at)))));
  }
  const auto swapped = hn::TableLookupBytes(LoadEach(chunk.base + bounds.shared_bytes(), chunk.starts + i), reverse);
  // Clears what lies beyond the string's end. The instruction gives 0 for a shift of 64; a suspect's may be anything.
  const auto own_bytes = hn::Sub(lengths, than.shared_bytes);
  const auto shift = hn::BitCast(du, hn::Max(hn::Sub(hn::Set(d, 64), hn::ShiftLeft<3>(own_bytes)), hn::Zero(d)));
  const auto key = hn::BitCast(d, hn::Shl(hn::Shr(hn::BitCast(du, swapped), shift), shift));
  const auto ordered = hn::Xor(key, hn::Set(d, std::numeric_limits<int64_t>::min()));
  const auto less =
      hn::Or(hn::Lt(ordered, than.min_key), hn::And(hn::Eq(ordered, than.min_key), hn::Lt(lengths, than.min_length)));
  const auto greater =
      hn::Or(hn::Gt(ordered, than.max_key), hn::And(hn::Eq(ordered, than.max_key), hn::Gt(lengths, than.max_length)));
  suspect = hn::Or(suspect, hn::Or(less, greater));
  if (HWY_LIKELY(hn::AllFalse(d, suspect))) return 0;
  uint8_t bits[8] = {};
  hn::StoreMaskBits(d, suspect, bits);
  return bits[0];
}

// Returns how many strings it dealt with.
HWY_INLINE int64_t ScanLoadable(const Chunk& chunk, Bounds& bounds) {
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(Thresholds::D()));
  int64_t num_loadable = chunk.NumLoadable(bounds.shared_bytes());
  Thresholds than(bounds);
  int64_t i = 0;
  for (; i + lanes <= num_loadable; i += lanes) {
    uint64_t suspects = Suspects(chunk, i, bounds, than);
    if (HWY_LIKELY(suspects == 0)) continue;
    bool changed = false;
    for (; suspects != 0; suspects &= suspects - 1) {
      changed |= bounds.Meet(chunk.Get(i + std::countr_zero(suspects)));
    }
    if (changed) {
      bounds.Refresh();
      than = Thresholds(bounds);
      num_loadable = chunk.NumLoadable(bounds.shared_bytes());
    }
  }
  return i;
}

#else

// The bytes of a prefix that belong to a string of fewer than eight.
constexpr uint64_t kKeep[9] = {0,
                               uint64_t{0xFF} << 56,
                               uint64_t{0xFFFF} << 48,
                               uint64_t{0xFFFFFF} << 40,
                               uint64_t{0xFFFFFFFF} << 32,
                               uint64_t{0xFFFFFFFFFF} << 24,
                               uint64_t{0xFFFFFFFFFFFF} << 16,
                               uint64_t{0xFFFFFFFFFFFFFF} << 8,
                               ~uint64_t{0}};

HWY_INLINE bool Shares(const uint8_t* data, uint64_t length, const Bounds& bounds) {
  if (length < bounds.shared_bytes()) return false;
  for (uint64_t at = 0; at < bounds.shared_bytes(); at += 8) {
    if (LoadNative64(data + at) != bounds.SharedWord(at)) return false;
  }
  return true;
}

// The first string from `i` on that may be a new bound, or num_loadable. kSharing: the strings so far share bytes.
template <bool kSharing>
HWY_INLINE int64_t NextSuspect(const Chunk& chunk, int64_t i, int64_t num_loadable, const Bounds& bounds) {
  const uint64_t shared = kSharing ? bounds.shared_bytes() : 0;
  const uint64_t min_key = bounds.min_key(), max_key = bounds.max_key();
  for (; i < num_loadable; ++i) {
    const uint64_t length = chunk.lengths[i];
    const uint8_t* data = chunk.base + chunk.starts[i];
    if (kSharing && !Shares(data, length, bounds)) return i;
    const uint64_t own_bytes = length - shared;
    const uint64_t key = LoadBig64(data + shared) & kKeep[own_bytes < 8 ? own_bytes : 8];
    if (HWY_LIKELY((key > min_key) & (key < max_key))) continue;
    if (key < min_key || (key == min_key && length < bounds.min_length_limit())) return i;
    if (key > max_key || (key == max_key && length > bounds.max_length_limit())) return i;
  }
  return i;
}

// Returns how many strings it dealt with.
HWY_INLINE int64_t ScanLoadable(const Chunk& chunk, Bounds& bounds) {
  int64_t num_loadable = chunk.NumLoadable(bounds.shared_bytes());
  int64_t i = 0;
  while (true) {
    i = bounds.shared_bytes() == 0 ? NextSuspect<false>(chunk, i, num_loadable, bounds)
                                   : NextSuspect<true>(chunk, i, num_loadable, bounds);
    if (i >= num_loadable) return i;
    if (bounds.Meet(chunk.Get(i++))) {
      bounds.Refresh();
      num_loadable = chunk.NumLoadable(bounds.shared_bytes());
    }
  }
}

#endif

void Scan(const Chunk& chunk, Bounds& bounds) {
  bool changed = false;
  for (int64_t i = ScanLoadable(chunk, bounds); i < chunk.count; ++i) changed |= bounds.Meet(chunk.Get(i));
  if (changed) bounds.Refresh();
}

// Whether each string begins where the one before it ends; *shortest gets the least length.
HWY_INLINE bool OneAfterTheOther(const uint32_t* starts, const uint32_t* lengths, int64_t count, uint64_t* shortest) {
  const hn::ScalableTag<uint32_t> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  auto apart = hn::Zero(d), least = hn::Set(d, ~uint32_t{0});
  int64_t i = 0;
  for (; i + lanes < count; i += lanes) {
    const auto length = hn::LoadU(d, lengths + i);
    const auto end = hn::Add(hn::LoadU(d, starts + i), length);
    apart = hn::Or(apart, hn::Xor(end, hn::LoadU(d, starts + i + 1)));
    least = hn::Min(least, length);
  }
  bool adjacent = hn::AllTrue(d, hn::Eq(apart, hn::Zero(d)));
  uint32_t minimum = hn::GetLane(hn::MinOfLanes(d, least));
  for (; i < count; ++i) {
    if (i + 1 < count) adjacent &= starts[i] + lengths[i] == starts[i + 1];
    minimum = lengths[i] < minimum ? lengths[i] : minimum;
  }
  *shortest = minimum;
  return adjacent;
}

constexpr int64_t kChunk = 512;

void Bytes(const uint8_t* base, const uint32_t* starts, const uint32_t* lengths, int64_t n, int64_t* min_index,
           int64_t* max_index) {
  Bounds bounds({PrefixOf(base + starts[0], lengths[0]), base + starts[0], lengths[0], 0});
  for (int64_t first = 0; first < n; first += kChunk) {
    const int64_t count = n - first < kChunk ? n - first : kChunk;
    Chunk chunk = {base, starts + first, lengths + first, count, first, 0, 0};
    if (OneAfterTheOther(chunk.starts, chunk.lengths, count, &chunk.shortest)) {
      chunk.readable_end = uint64_t{chunk.starts[count - 1]} + chunk.lengths[count - 1];
    }
    Scan(chunk, bounds);
  }
  *min_index = bounds.min().index;
  *max_index = bounds.max().index;
}

// As byte strings whose starts and lengths are the same for every chunk.
void Fixed(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index) {
  constexpr int64_t kFixedChunk = 256;
  const uint64_t length = static_cast<uint64_t>(value_bytes);
  const int64_t chunk_values = length < (1 << 20) ? kFixedChunk : 1;
  uint32_t starts[kFixedChunk], lengths[kFixedChunk];
  for (int64_t i = 0; i < chunk_values; ++i) {
    starts[i] = static_cast<uint32_t>(i * value_bytes);
    lengths[i] = static_cast<uint32_t>(value_bytes);
  }
  Bounds bounds({PrefixOf(values, length), values, length, 0});
  for (int64_t first = 0; first < n; first += chunk_values) {
    const int64_t count = n - first < chunk_values ? n - first : chunk_values;
    Scan({values + first * value_bytes, starts, lengths, count, first, length, static_cast<uint64_t>(count) * length},
         bounds);
  }
  *min_index = bounds.min().index;
  *max_index = bounds.max().index;
}

constexpr MinMaxBytesTable kTable = {&Bytes, &Fixed};

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

}  // namespace inlay::kernels
#endif
