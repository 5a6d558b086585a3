// The dense values of one block or page in their physical form: what every encoding takes.
#pragma once

#include <cstdint>

namespace inlay::encoding {

enum class ValueLayout : uint8_t {
  kBits,        // booleans, one bit each
  kNumbers,     // 4 or 8 bytes in the machine's byte order: INT32, INT64, FLOAT, DOUBLE
  kFixedBytes,  // value_bytes each, as they stand in the file: FIXED_LEN_BYTE_ARRAY
  kByteArrays,  // BYTE_ARRAY
};

// Borrowed. Nulls are not among the values.
struct PageValues {
  ValueLayout layout = ValueLayout::kNumbers;
  int32_t value_bytes = 0;  // kNumbers, kFixedBytes
  int64_t num_values = 0;
  // kBits: the bitmap, from bit_offset on. kNumbers, kFixedBytes: the values. kByteArrays: value i is
  // data[starts[i] .. starts[i] + lengths[i]), and data may be read up to readable_end.
  const uint8_t* data = nullptr;
  int64_t bit_offset = 0;
  const uint8_t* readable_end = nullptr;
  const uint32_t* starts = nullptr;
  const uint32_t* lengths = nullptr;

  // The values [first, first + count).
  PageValues Slice(int64_t first, int64_t count) const {
    PageValues slice = *this;
    slice.num_values = count;
    switch (layout) {
      case ValueLayout::kBits:
        slice.bit_offset += first;
        break;
      case ValueLayout::kNumbers:
      case ValueLayout::kFixedBytes:
        slice.data += first * value_bytes;
        break;
      case ValueLayout::kByteArrays:
        slice.starts += first;
        slice.lengths += first;
        break;
    }
    return slice;
  }
};

}  // namespace inlay::encoding
