// Bits gathered from pieces: validity of a page, booleans of a page.
#pragma once

#include <cstdint>

#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"

namespace inlay::encoding {

class BitBuilder {
 public:
  explicit BitBuilder(const Allocator* allocator) : buffer_(allocator) {}

  // Appends bits [bit_offset, bit_offset + num_bits) of `bits`.
  Status Append(const uint8_t* bits, int64_t bit_offset, int64_t num_bits);
  // Appends the same bit `num_bits` times.
  Status AppendRun(bool bit, int64_t num_bits);
  void Clear() { num_bits_ = 0; }

  const uint8_t* bits() const { return buffer_.data(); }
  int64_t num_bits() const { return num_bits_; }
  int64_t reserved_bytes() const { return buffer_.capacity(); }

 private:
  Status Reserve(int64_t num_bits);

  AlignedBuffer buffer_;
  int64_t num_bits_ = 0;  // bits behind the last one of its byte are zero
};

}  // namespace inlay::encoding
