#include "kernels/bitmap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bitmap.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BITMAP_TABLE
#define INLAY_KERNELS_BITMAP_TABLE
namespace inlay::kernels {
struct BitmapTable {
  int64_t (*count_set_bits)(const uint8_t*, int64_t, int64_t);
  void (*copy_bits)(const uint8_t*, int64_t, int64_t, uint8_t*);
  void (*and_bits)(const uint8_t*, int64_t, const uint8_t*, int64_t, int64_t, uint8_t*);
  void (*pack_bools)(const uint8_t*, int64_t, uint8_t*);
  int64_t (*compact_bits)(const uint8_t*, int64_t, const uint8_t*, int64_t, int64_t, uint8_t*);
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

// A bitmap from some bit on, read 64 bits at a time.
class BitReader {
 public:
  BitReader(const uint8_t* bits, int64_t bit_offset) : bytes_(bits + bit_offset / 8), shift_(bit_offset % 8) {}

  // Bits [64 * i, 64 * i + 64).
  HWY_INLINE uint64_t Word(int64_t i) const {
    const uint8_t* from = bytes_ + 8 * i;
    const uint64_t low = LoadLe64(from) >> shift_;
    // The ninth byte is read only where it holds one of the bits.
    return shift_ == 0 ? low : low | uint64_t{from[8]} << (64 - shift_);
  }

  // Bits [64 * i, 64 * i + num_bits), num_bits < 64; zeros above.
  uint64_t LastWord(int64_t i, int64_t num_bits) const {
    if (num_bits == 0) return 0;
    const uint8_t* from = bytes_ + 8 * i;
    const int64_t num_bytes = (shift_ + num_bits + 7) / 8;
    uint64_t word = LoadLePartial(from, num_bytes < 8 ? num_bytes : 8) >> shift_;
    if (num_bytes > 8) word |= uint64_t{from[8]} << (64 - shift_);
    return word & ((uint64_t{1} << num_bits) - 1);
  }

 private:
  const uint8_t* bytes_;
  int64_t shift_;
};

void CopyBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out) {
  if (num_bits <= 0) return;
  const BitReader reader(bits, bit_offset);
  const int64_t num_words = num_bits / 64, rest = num_bits % 64;
  for (int64_t i = 0; i < num_words; ++i) StoreLe64(reader.Word(i), out + 8 * i);
  StoreLePartial(reader.LastWord(num_words, rest), (rest + 7) / 8, out + 8 * num_words);
}

void AndBits(const uint8_t* a, int64_t a_offset, const uint8_t* b, int64_t b_offset, int64_t num_bits, uint8_t* out) {
  if (num_bits <= 0) return;
  const BitReader first(a, a_offset), second(b, b_offset);
  const int64_t num_words = num_bits / 64, rest = num_bits % 64;
  for (int64_t i = 0; i < num_words; ++i) StoreLe64(first.Word(i) & second.Word(i), out + 8 * i);
  const uint64_t last = first.LastWord(num_words, rest) & second.LastWord(num_words, rest);
  StoreLePartial(last, (rest + 7) / 8, out + 8 * num_words);
}

// Eight bytes of a word to eight bits: sets the top bit of every byte that is not 0, then one multiplication gathers
// them in the top byte.
HWY_INLINE uint8_t PackEightBools(uint64_t bytes) {
  constexpr uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  const uint64_t top = (((bytes & kLow7) + kLow7) | bytes) & ~kLow7;
  return static_cast<uint8_t>(((top >> 7) * 0x0102040810204080) >> 56);
}

// As many bytes as make whole bytes of output, by vectors; returns how many bytes of output are done.
HWY_INLINE int64_t PackBoolsByVector(const uint8_t* bytes, int64_t num_bytes, uint8_t* out) {
  int64_t i = 0;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  for (; i + 8 <= num_bytes; i += 8) {
    const __m512i x = _mm512_loadu_si512(bytes + 8 * i);
    StoreLe64(_mm512_test_epi8_mask(x, x), out + i);
  }
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  for (; i + 4 <= num_bytes; i += 4) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 8 * i));
    const int bits = ~_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, _mm256_setzero_si256()));
    std::memcpy(out + i, &bits, 4);
  }
#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4
  for (; i + 2 <= num_bytes; i += 2) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 8 * i));
    const int bits = ~_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128()));
    std::memcpy(out + i, &bits, 2);
  }
#else
  (void)bytes, (void)num_bytes, (void)out;
#endif
  return i;
}

void PackBools(const uint8_t* bytes, int64_t num_values, uint8_t* out) {
  const int64_t num_bytes = num_values / 8, rest = num_values % 8;
  for (int64_t i = PackBoolsByVector(bytes, num_bytes, out); i < num_bytes; ++i) {
    out[i] = PackEightBools(LoadLe64(bytes + 8 * i));
  }
  if (rest > 0) out[num_bytes] = PackEightBools(LoadLePartial(bytes + 8 * num_bytes, rest));
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
// The bits of `word` at the ones of `mask`, moved down to be neighbours. Every CPU with AVX-512 has this in silicon;
// early ones with AVX2 take hundreds of cycles.
HWY_INLINE uint64_t ExtractBits(uint64_t word, uint64_t mask) { return _pext_u64(word, mask); }
#else
// The bits of `word` at the ones of `mask`, moved down to be neighbours: in bytes by a table of where each goes, then
// byte after byte.
struct ExtractTable {
  // Up to three steps that move bits down by 1, 2 and 4; which bits move, by the byte of the mask.
  uint8_t moves[256][4];
};
constexpr ExtractTable MakeExtractTable() {
  ExtractTable table{};
  for (int m = 0; m < 256; ++m) {
    int to = 0;
    int place[8] = {}, by[8] = {};
    for (int bit = 0; bit < 8; ++bit) {
      if (((m >> bit) & 1) == 0) continue;
      place[to] = bit;
      by[to] = bit - to;
      ++to;
    }
    for (int step = 0; step < 3; ++step) {
      for (int i = 0; i < to; ++i) {
        if (((by[i] >> step) & 1) == 0) continue;
        table.moves[m][step] = static_cast<uint8_t>(table.moves[m][step] | 1 << place[i]);
        place[i] -= 1 << step;
      }
    }
  }
  return table;
}
constexpr ExtractTable kExtractTable = MakeExtractTable();

HWY_INLINE uint32_t ExtractByte(uint32_t bits, uint32_t mask) {
  const uint8_t* moves = kExtractTable.moves[mask];
  bits &= mask;
  for (int step = 0; step < 3; ++step) {
    const uint32_t moved = bits & moves[step];
    bits ^= moved ^ (moved >> (1 << step));
  }
  return bits;
}

HWY_INLINE uint64_t ExtractBits(uint64_t word, uint64_t mask) {
  if (mask == ~uint64_t{0}) return word;
  uint64_t out = 0;
  int filled = 0;
  for (int i = 0; i < 64; i += 8) {
    const uint32_t byte_mask = (mask >> i) & 0xFF;
    out |= uint64_t{ExtractByte((word >> i) & 0xFF, byte_mask)} << (filled & 63);
    filled += std::popcount(byte_mask);
  }
  return out;
}
#endif

// Appends groups of up to 64 bits.
class BitAppender {
 public:
  explicit BitAppender(uint8_t* out) : out_(out) {}

  // `bits` above num_bits are zero; 0 <= num_bits <= 64.
  HWY_INLINE void Append(uint64_t bits, int num_bits) {
    pending_ |= bits << filled_;
    StoreLe64(pending_, out_);
    // The part of `bits` that did not fit is the next word. By masks: a branch on whether a word is full, which is what
    // compilers make of a choice here, cannot be predicted.
    const uint64_t next = bits >> 1 >> (63 - filled_);
    filled_ += static_cast<uint64_t>(num_bits);
    const uint64_t full = filled_ / 64;
    pending_ = (pending_ & (full - 1)) | (next & (0 - full));
    out_ += 8 * full;
    filled_ %= 64;
  }

  void Finish() { StoreLe64(pending_, out_); }

 private:
  uint8_t* out_;
  uint64_t pending_ = 0;
  uint64_t filled_ = 0;
};

int64_t CompactBits(const uint8_t* values, int64_t values_offset, const uint8_t* validity, int64_t validity_offset,
                    int64_t num_bits, uint8_t* out) {
  const BitReader value_bits(values, values_offset), validity_bits(validity, validity_offset);
  BitAppender appender(out);
  int64_t count = 0;
  const int64_t num_words = num_bits / 64, rest = num_bits % 64;
  const auto compact = [&](uint64_t word, uint64_t mask) HWY_ATTR {
    const int ones = std::popcount(mask);
    appender.Append(ExtractBits(word, mask), ones);
    count += ones;
  };
  for (int64_t i = 0; i < num_words; ++i) compact(value_bits.Word(i), validity_bits.Word(i));
  if (rest > 0) compact(value_bits.LastWord(num_words, rest), validity_bits.LastWord(num_words, rest));
  appender.Finish();
  return count;
}

constexpr BitmapTable kTable = {&CountSetBits, &CopyBits, &AndBits, &PackBools, &CompactBits};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<BitmapTable> kRows = MakeRows<BitmapTable>({INLAY_ROWS(kTable)});

uint32_t BitmapTargets() { return kRows.own; }

int64_t CountSetBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits) {
  return kRows.Active().count_set_bits(bits, bit_offset, num_bits);
}

void CopyBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out) {
  kRows.Active().copy_bits(bits, bit_offset, num_bits, out);
}

void AndBits(const uint8_t* a, int64_t a_offset, const uint8_t* b, int64_t b_offset, int64_t num_bits, uint8_t* out) {
  kRows.Active().and_bits(a, a_offset, b, b_offset, num_bits, out);
}

void PackBools(const uint8_t* bytes, int64_t num_values, uint8_t* out) {
  kRows.Active().pack_bools(bytes, num_values, out);
}

int64_t CompactBits(const uint8_t* values, int64_t values_offset, const uint8_t* validity, int64_t validity_offset,
                    int64_t num_bits, uint8_t* out) {
  return kRows.Active().compact_bits(values, values_offset, validity, validity_offset, num_bits, out);
}

}  // namespace inlay::kernels
#endif
