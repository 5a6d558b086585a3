#include "kernels/bitmap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bitmap.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/little_endian.h"
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

void PackBools(const uint8_t* bytes, int64_t num_values, uint8_t* out) {
  const int64_t num_bytes = num_values / 8, rest = num_values % 8;
  for (int64_t i = 0; i < num_bytes; ++i) out[i] = PackEightBools(LoadLe64(bytes + 8 * i));
  if (rest > 0) out[num_bytes] = PackEightBools(LoadLePartial(bytes + 8 * num_bytes, rest));
}

// The bits of `word` at the ones of `mask`, moved down to be neighbours; six steps, each of which moves by a power of
// two the bits that have an odd number of such steps' zeros below them.
HWY_INLINE uint64_t ExtractBits(uint64_t word, uint64_t mask) {
  word &= mask;
  uint64_t zeros_below = ~mask << 1;
  for (int step = 0; step < 6; ++step) {
    uint64_t parity = zeros_below;
    for (int shift = 1; shift < 64; shift *= 2) parity ^= parity << shift;
    const uint64_t moved = parity & mask;
    const int by = 1 << step;
    mask = (mask ^ moved) | (moved >> by);
    const uint64_t bits = word & moved;
    word = (word ^ bits) | (bits >> by);
    zeros_below &= ~parity;
  }
  return word;
}

// Appends groups of up to 64 bits.
class BitAppender {
 public:
  explicit BitAppender(uint8_t* out) : out_(out) {}

  // `bits` above num_bits are zero; 0 <= num_bits <= 64.
  HWY_INLINE void Append(uint64_t bits, int num_bits) {
    pending_ |= bits << filled_;
    filled_ += num_bits;
    StoreLe64(pending_, out_);
    if (filled_ >= 64) {
      out_ += 8;
      filled_ -= 64;
      // The part of `bits` that did not fit; nothing of it when the word was empty before.
      pending_ = filled_ == 0 ? 0 : bits >> (num_bits - filled_);
    }
  }

  void Finish() { StoreLe64(pending_, out_); }

 private:
  uint8_t* out_;
  uint64_t pending_ = 0;
  int filled_ = 0;
};

int64_t CompactBits(const uint8_t* values, int64_t values_offset, const uint8_t* validity, int64_t validity_offset,
                    int64_t num_bits, uint8_t* out) {
  const BitReader value_bits(values, values_offset), validity_bits(validity, validity_offset);
  BitAppender appender(out);
  int64_t count = 0;
  const int64_t num_words = num_bits / 64, rest = num_bits % 64;
  for (int64_t i = 0; i <= num_words; ++i) {
    const bool last = i == num_words;
    const uint64_t mask = last ? validity_bits.LastWord(i, rest) : validity_bits.Word(i);
    const uint64_t word = last ? value_bits.LastWord(i, rest) : value_bits.Word(i);
    const int ones = std::popcount(mask);
    appender.Append(ExtractBits(word, mask), ones);
    count += ones;
  }
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
