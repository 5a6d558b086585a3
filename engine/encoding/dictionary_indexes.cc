#include "engine/encoding/dictionary_indexes.h"

#include <bit>

#include "kernels/rle.h"

namespace inlay::encoding {

int DictionaryIndexWidth(int64_t num_entries) {
  return num_entries <= 2 ? 1 : static_cast<int>(std::bit_width(static_cast<uint64_t>(num_entries - 1)));
}

int64_t MaxDictionaryIndexBytes(int64_t num_values, int bit_width) {
  return 1 + kernels::RleHybridMaxBytes(num_values, bit_width);
}

int64_t EncodeDictionaryIndexes(const uint32_t* indexes, int64_t num_values, int bit_width, uint8_t* out) {
  out[0] = static_cast<uint8_t>(bit_width);
  return 1 + kernels::RleHybridEncode32(indexes, num_values, bit_width, out + 1);
}

}  // namespace inlay::encoding
