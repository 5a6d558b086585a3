// Whether a decimal keeps to its precision.
#pragma once

#include <cstdint>

namespace inlay {

// The integers of at most `precision` (1..76) digits.
class DecimalRange {
 public:
  explicit DecimalRange(int32_t precision);

  // `value`: a two's complement integer of 4, 8, 16 or 32 bytes in the machine's byte order, of any alignment.
  bool Holds(const uint8_t* value, int32_t byte_width) const;

 private:
  uint64_t limit_[4];  // 10^precision, least significant word first
};

}  // namespace inlay
