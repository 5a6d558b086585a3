// RLE for booleans (Encodings.md, RLE): length of the stream (4 bytes LE), then the hybrid stream of width 1.
#pragma once

#include <cstdint>

namespace inlay::encoding {

// Room that EncodeRleBooleans needs at most.
int64_t MaxRleBooleanBytes(int64_t num_values);

// Values as bits. Returns the bytes written.
int64_t EncodeRleBooleans(const uint8_t* bits, int64_t bit_offset, int64_t num_values, uint8_t* out);

}  // namespace inlay::encoding
