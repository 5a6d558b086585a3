#include "engine/encoding/bit_builder.h"

#include <algorithm>
#include <cstring>

#include "kernels/bitmap.h"

namespace inlay::encoding {

Status BitBuilder::Reserve(int64_t num_bits) {
  return buffer_.ReserveKeeping((num_bits_ + num_bits + 7) / 8, (num_bits_ + 7) / 8);
}

Status BitBuilder::Append(const uint8_t* bits, int64_t bit_offset, int64_t num_bits) {
  if (num_bits == 0) return {};
  if (Status s = Reserve(num_bits); !s.ok()) return s;
  // Fill up the last byte, then whole bytes.
  if (const int64_t used = num_bits_ % 8; used != 0) {
    const int64_t first = std::min(8 - used, num_bits);
    uint8_t head;
    kernels::CopyBits(bits, bit_offset, first, &head);
    uint8_t& last = buffer_.data()[num_bits_ / 8];
    last = static_cast<uint8_t>(last | head << used);
    num_bits_ += first;
    bit_offset += first;
    num_bits -= first;
  }
  if (num_bits > 0) kernels::CopyBits(bits, bit_offset, num_bits, buffer_.data() + num_bits_ / 8);
  num_bits_ += num_bits;
  return {};
}

Status BitBuilder::AppendRun(bool bit, int64_t num_bits) {
  if (num_bits == 0) return {};
  if (Status s = Reserve(num_bits); !s.ok()) return s;
  const int64_t old_bytes = (num_bits_ + 7) / 8, used = num_bits_ % 8;
  num_bits_ += num_bits;
  const int64_t new_bytes = (num_bits_ + 7) / 8;
  std::memset(buffer_.data() + old_bytes, bit ? 0xFF : 0, static_cast<size_t>(new_bytes - old_bytes));
  if (!bit) return {};
  uint8_t* data = buffer_.data();
  if (used != 0) data[old_bytes - 1] = static_cast<uint8_t>(data[old_bytes - 1] | 0xFF << used);
  if (const int64_t end = num_bits_ % 8; end != 0) {
    data[new_bytes - 1] = static_cast<uint8_t>(data[new_bytes - 1] & ((1 << end) - 1));
  }
  return {};
}

}  // namespace inlay::encoding
