// Parquet's PLAIN encoding of BYTE_ARRAY: each value is its length (4 bytes, little-endian) followed by its bytes.
// Value i is base[starts[i] .. starts[i] + lengths[i]), as CompactOffsets32/64 make them. Nothing is allocated.
#pragma once

#include <cstdint>

namespace inlay::kernels {

inline constexpr int64_t kByteArraySlackBytes = 32;

// Writes the values to `out` and returns the number of bytes written, 4 * num_values + SumLengths(lengths, num_values).
// `out` has room for that and kByteArraySlackBytes more, which may be overwritten. Reads the values, and bytes after a
// value but before readable_end (the end of the whole values buffer); none after readable_end.
int64_t PlainByteArray(const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                       const uint32_t* lengths, int64_t num_values, uint8_t* out);

int64_t SumLengths(const uint32_t* lengths, int64_t num_values);

uint32_t ByteArrayTargets();

}  // namespace inlay::kernels
