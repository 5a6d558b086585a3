#include "engine/encoding/plain.h"

#include <bit>
#include <cstring>

#include "kernels/bitmap.h"
#include "kernels/byte_array.h"
#include "kernels/byte_swap.h"

namespace inlay::encoding {

static_assert(kPlainSlackBytes >= kernels::kByteArraySlackBytes);

int64_t PlainBytes(const PageValues& values) {
  switch (values.layout) {
    case ValueLayout::kBits:
      return (values.num_values + 7) / 8;
    case ValueLayout::kNumbers:
    case ValueLayout::kFixedBytes:
      return values.num_values * values.value_bytes;
    case ValueLayout::kByteArrays:
      break;
  }
  return 4 * values.num_values + kernels::SumLengths(values.lengths, values.num_values);
}

bool IsPlainInMemory(const PageValues& values) {
  return values.layout == ValueLayout::kFixedBytes ||
         (values.layout == ValueLayout::kNumbers && std::endian::native == std::endian::little);
}

int64_t EncodePlain(const PageValues& values, uint8_t* out) {
  if (values.num_values == 0) return 0;
  if (values.layout == ValueLayout::kByteArrays) {
    return kernels::PlainByteArray(values.data, values.readable_end, values.starts, values.lengths, values.num_values,
                                   out);
  }
  const int64_t size = PlainBytes(values);
  if (values.layout == ValueLayout::kBits) {
    kernels::CopyBits(values.data, values.bit_offset, values.num_values, out);
  } else if (IsPlainInMemory(values)) {
    std::memcpy(out, values.data, static_cast<size_t>(size));
  } else if (values.value_bytes == 4) {
    kernels::ByteSwap32(values.data, values.num_values, out);
  } else {
    kernels::ByteSwap64(values.data, values.num_values, out);
  }
  return size;
}

}  // namespace inlay::encoding
