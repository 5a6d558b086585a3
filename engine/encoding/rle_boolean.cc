#include "engine/encoding/rle_boolean.h"

#include "engine/encoding/levels.h"

namespace inlay::encoding {

// The bytes of levels of width 1 and of booleans are the same by the format.
int64_t MaxRleBooleanBytes(int64_t num_values) { return MaxDefinitionLevelBytesV1(num_values); }

int64_t EncodeRleBooleans(const uint8_t* bits, int64_t bit_offset, int64_t num_values, uint8_t* out) {
  return EncodeDefinitionLevelsV1(bits, bit_offset, num_values, out);
}

}  // namespace inlay::encoding
