// CRC-32 as zlib, gzip, Parquet pages and Ethernet have it: polynomial 0xEDB88320 (reflected), begun and ended with an
// inversion.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// The checksum of what `crc` covers (0: nothing yet) followed by data[0, size). Reads exactly those bytes, needs no
// alignment, allocates nothing. Carry-less multiplication where the target has it, else 8 table look-ups for 8 bytes.
uint32_t Crc32(uint32_t crc, const uint8_t* data, int64_t size);

uint32_t Crc32Targets();

}  // namespace inlay::kernels
