// Bits from the low end of each byte on, as the bit streams of zstd have them: readers begin at the end.
#pragma once

#include <cstdint>

#include "kernels/byte_order.h"

namespace inlay {

// Each Flush stores 8 bytes, of which those that are whole count.
class BitWriter {
 public:
  explicit BitWriter(uint8_t* to) : to_(to) {}

  // At most 56 bits between two calls of Flush; `value` has no bits above `num_bits`.
  void Add(uint64_t value, unsigned num_bits) {
    bits_ |= value << num_pending_;
    num_pending_ += num_bits;
  }
  void Flush() {
    kernels::StoreLe64(bits_, to_);
    to_ += num_pending_ / 8;
    bits_ >>= num_pending_ / 8 * 8;
    num_pending_ %= 8;
  }
  const uint8_t* position() const { return to_; }
  // Pads the last byte with zeros. Returns the end.
  uint8_t* Finish() {
    Flush();
    return to_ + (num_pending_ > 0);
  }
  // The same after a one, by which readers find the last bit.
  uint8_t* FinishMarked() {
    Add(1, 1);
    return Finish();
  }

 private:
  uint8_t* to_;
  uint64_t bits_ = 0;
  unsigned num_pending_ = 0;
};

}  // namespace inlay
