// RLE_DICTIONARY data pages (Encodings.md, Dictionary): 1 byte of bit width, then the hybrid stream without a length.
#pragma once

#include <cstdint>

namespace inlay::encoding {

// Smallest width that holds the indexes of `num_entries` entries; at least 1, since readers are rarely tested with 0.
int DictionaryIndexWidth(int64_t num_entries);

int64_t MaxDictionaryIndexBytes(int64_t num_values, int bit_width);

// Returns the bytes written.
int64_t EncodeDictionaryIndexes(const uint32_t* indexes, int64_t num_values, int bit_width, uint8_t* out);

}  // namespace inlay::encoding
