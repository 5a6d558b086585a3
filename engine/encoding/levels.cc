#include "engine/encoding/levels.h"

#include "kernels/byte_order.h"
#include "kernels/rle.h"

namespace inlay::encoding {
namespace {

constexpr int64_t kPrefixBytes = 4;

int64_t WithPrefix(int64_t stream_bytes, uint8_t* out) {
  kernels::StoreLe32(static_cast<uint32_t>(stream_bytes), out);
  return kPrefixBytes + stream_bytes;
}

}  // namespace

int64_t MaxDefinitionLevelBytesV1(int64_t num_levels) {
  return kPrefixBytes + kernels::RleHybridMaxBytes(num_levels, 1);
}

int64_t EncodeDefinitionLevelsV1(const uint8_t* validity, int64_t bit_offset, int64_t num_levels, uint8_t* out) {
  return WithPrefix(kernels::RleHybridEncodeBits(validity, bit_offset, num_levels, out + kPrefixBytes), out);
}

int64_t EncodeConstantLevelsV1(uint32_t level, int64_t num_levels, uint8_t* out) {
  return WithPrefix(kernels::RleHybridEncodeRun(level, num_levels, 1, out + kPrefixBytes), out);
}

}  // namespace inlay::encoding
