// Bit-packing of unsigned integers (Parquet Encodings.md, "Run Length Encoding / Bit-Packing Hybrid", bit-packed runs;
// also the miniblocks of DELTA_BINARY_PACKED): value i takes the bits [i * bit_width, (i + 1) * bit_width) of the
// output, the least significant first. Values stand in the machine's byte order, the output is the same on every one.
//
// The functions read exactly `num_values` values, write exactly BitPackedBytes(num_values, bit_width) bytes and
// allocate nothing. One choice by bit width is made per call, so call them with whole runs.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Bytes of `num_values` packed values: whole groups of 8, the last one padded with zeros.
constexpr int64_t BitPackedBytes(int64_t num_values, int bit_width) { return (num_values + 7) / 8 * bit_width; }

// Requires every value < 2^bit_width and bit_width at most the number of bits of the type. `out` does not overlap
// `values`.
void BitPack8(const uint8_t* values, int64_t num_values, int bit_width, uint8_t* out);
void BitPack16(const uint16_t* values, int64_t num_values, int bit_width, uint8_t* out);
void BitPack32(const uint32_t* values, int64_t num_values, int bit_width, uint8_t* out);
void BitPack64(const uint64_t* values, int64_t num_values, int bit_width, uint8_t* out);

// Packs `num_groups` times 8 values: what the functions above call for all but the last few values. For callers with
// many short runs of one width; valid for as long as the target in use is not changed.
template <typename T>
using PackGroups = void (*)(const T* values, int64_t num_groups, uint8_t* out);
PackGroups<uint8_t> PackGroups8(int bit_width);
PackGroups<uint16_t> PackGroups16(int bit_width);
PackGroups<uint32_t> PackGroups32(int bit_width);

uint32_t BitPackTargets();

}  // namespace inlay::kernels
