// Parquet's RLE / bit-packing hybrid (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"): levels, dictionary
// indexes, booleans. A stream, without the length that some pages put before it, is a sequence of
//
//   RLE run:      ULEB128(num_values << 1)      value, ceil(bit_width / 8) bytes, little-endian
//   literal run:  ULEB128(num_groups << 1 | 1)  num_groups * 8 values, bit-packed (kernels/bit_pack.h)
//
// Which runs are chosen depends on the values and the width alone, so every target writes the same bytes:
//
// - Bit width 0: one RLE run.
// - Bit width 1: the values are looked at 8 at a time, as whole bytes of a bitmap, in blocks of 4096 bytes. Eight
//   or more equal bytes 0x00 or 0xFF within a block become an RLE run; one that follows another of the same value
//   directly is joined to it. What lies between becomes literal runs. A stream of one value only is one RLE run.
// - Other widths: from the end of the last run on, values are looked at in groups of 8. Values equal to each other from
//   the begin of a group on become an RLE run, of all that are equal, when there are RleMinRunValues(bit_width) of
//   them, or when nothing but them is left. The groups before it become a literal run, cut after 4096 values.
//
// An RLE run is cut at 2^31 - 8 values. All functions read nothing past the values, write nothing past
// RleHybridMaxBytes, and allocate nothing. The bytes between the returned size and that bound are undefined.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// The shortest run worth an RLE run within literals: whole groups of 8 that cost more bytes bit-packed than the run
// and the headers around it.
constexpr int64_t RleMinRunValues(int bit_width) { return ((3 + (bit_width + 7) / 8) / bit_width + 1) * 8; }

// Room that the functions below need in `out`. bit_width 0..32.
constexpr int64_t RleHybridMaxBytes(int64_t num_values, int bit_width) {
  return (num_values + 7) / 8 * bit_width + num_values / 2048 + 64;
}

// Encodes a page's values, each < 2^bit_width; returns the bytes written. bit_width is 0..8, 0..16 and 0..32.
int64_t RleHybridEncode8(const uint8_t* values, int64_t num_values, int bit_width, uint8_t* out);
int64_t RleHybridEncode16(const uint16_t* values, int64_t num_values, int bit_width, uint8_t* out);
int64_t RleHybridEncode32(const uint32_t* values, int64_t num_values, int bit_width, uint8_t* out);

// The same bytes as of values 0 and 1 with bit width 1, from bits of a bitmap: the definition levels of a flat nullable
// column are its validity bits.
int64_t RleHybridEncodeBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out);

// The same bytes as of num_values times `value`.
int64_t RleHybridEncodeRun(uint32_t value, int64_t num_values, int bit_width, uint8_t* out);

uint32_t RleTargets();

}  // namespace inlay::kernels
