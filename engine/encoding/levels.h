// Definition levels of flat nullable columns (Encodings.md, RLE; README, Data Pages). The levels are 0 or 1 and thus
// the validity bits themselves; they are never materialised.
//
//   V1:  length of the stream (4 bytes LE) | RLE / bit-packing hybrid stream of width 1
#pragma once

#include <cstdint>

namespace inlay::encoding {

// Room that the two functions below need at most.
int64_t MaxDefinitionLevelBytesV1(int64_t num_levels);

// Levels from validity bits. Returns the bytes written.
int64_t EncodeDefinitionLevelsV1(const uint8_t* validity, int64_t bit_offset, int64_t num_levels, uint8_t* out);

// `num_levels` times the same level.
int64_t EncodeConstantLevelsV1(uint32_t level, int64_t num_levels, uint8_t* out);

}  // namespace inlay::encoding
