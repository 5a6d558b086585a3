// Byte order changes of whole buffers. No alignment is needed; exactly the named bytes are read and written; nothing is
// allocated.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Reverses the bytes of each of `n` elements of 2, 4, 8, 16 or 32 bytes. `in` may equal `out`, else they do not
// overlap.
void ByteSwap16(const uint8_t* in, int64_t n, uint8_t* out);
void ByteSwap32(const uint8_t* in, int64_t n, uint8_t* out);
void ByteSwap64(const uint8_t* in, int64_t n, uint8_t* out);
void ByteSwap128(const uint8_t* in, int64_t n, uint8_t* out);
void ByteSwap256(const uint8_t* in, int64_t n, uint8_t* out);

// Decimals as Arrow stores them (integers of `in_bytes` 4, 8, 16 or 32 bytes, two's complement, in this machine's byte
// order) to Parquet's FIXED_LEN_BYTE_ARRAY decimals: the low `out_bytes` (1..in_bytes) bytes, most significant first.
// Writes exactly n * out_bytes bytes. `in` and `out` do not overlap.
void DecimalToFlba(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out);

uint32_t ByteSwapTargets();

}  // namespace inlay::kernels
