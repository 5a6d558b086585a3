// Bits in whole words: reading bitmaps from any bit on, and writing them piece by piece.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernels/byte_order.h"

namespace inlay {

// Bits [first, first + count) of a bitmap, zeros above; 0 < count <= 64. Reads only the bytes that hold them.
inline uint64_t LoadBits(const uint8_t* bits, int64_t first, int64_t count) {
  const uint8_t* const from = bits + first / 8;
  const int64_t shift = first % 8;
  const int64_t num_bytes = (shift + count + 7) / 8;
  uint64_t word = (num_bytes >= 8 ? kernels::LoadLe64(from) : kernels::LoadLePartial(from, num_bytes)) >> shift;
  if (num_bytes > 8) word |= uint64_t{from[8]} << (64 - shift);
  return count == 64 ? word : word & ((uint64_t{1} << count) - 1);
}

// Calls f(start, count) for each run of ones among bits [first, first + num_bits), counted from `first`.
template <typename F>
void ForEachRunOfOnes(const uint8_t* bits, int64_t first, int64_t num_bits, F&& f) {
  int64_t run_start = -1;
  for (int64_t base = 0; base < num_bits; base += 64) {
    const int64_t count = std::min<int64_t>(64, num_bits - base);
    const uint64_t word = LoadBits(bits, first + base, count);
    for (int64_t at = 0; at < count;) {
      const uint64_t rest = word >> at;
      if (run_start < 0) {
        if (rest == 0) break;
        at += std::countr_zero(rest);
        run_start = base + at;
        continue;
      }
      at += std::countr_one(rest);
      if (at >= count) break;  // the run may go on in the next word
      f(run_start, base + at - run_start);
      run_start = -1;
    }
  }
  if (run_start >= 0) f(run_start, num_bits - run_start);
}

// Writes a bitmap from its first bit on: exactly the bytes that hold bits, after Finish.
class BitAppender {
 public:
  explicit BitAppender(uint8_t* out) : out_(out) {}

  // The low `count` bits of `bits`, which has zeros above them; 0 < count <= 64.
  void Append(uint64_t bits, int64_t count) {
    word_ |= bits << used_;
    used_ += count;
    if (used_ < 64) return;
    kernels::StoreLe64(word_, out_);
    out_ += 8;
    used_ -= 64;
    word_ = used_ == 0 ? 0 : bits >> (count - used_);
  }
  void AppendRun(const uint8_t* bits, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; i += 64) {
      const int64_t n = std::min<int64_t>(64, count - i);
      Append(LoadBits(bits, first + i, n), n);
    }
  }
  void AppendSame(bool bit, int64_t count) {
    for (int64_t i = 0; i < count; i += 64) {
      const int64_t n = std::min<int64_t>(64, count - i);
      Append(bit ? ~uint64_t{0} >> (64 - n) : 0, n);
    }
  }
  void Finish() { kernels::StoreLePartial(word_, (used_ + 7) / 8, out_); }

 private:
  uint8_t* out_;
  uint64_t word_ = 0;
  int64_t used_ = 0;
};

}  // namespace inlay
