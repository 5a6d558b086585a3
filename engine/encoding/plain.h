// PLAIN (Encodings.md): booleans are packed bits, least significant first; numbers are little-endian; fixed-length byte
// arrays stand as they are; byte arrays follow their 4-byte little-endian lengths.
#pragma once

#include <cstdint>

#include "engine/encoding/page_values.h"

namespace inlay::encoding {

// Room that EncodePlain may overwrite behind what it writes.
inline constexpr int64_t kPlainSlackBytes = 64;

// Exact size of the encoding. Byte arrays: adds up the lengths.
int64_t PlainBytes(const PageValues& values);

// Writes PlainBytes(values) bytes to `out`, which has kPlainSlackBytes more; returns them.
int64_t EncodePlain(const PageValues& values, uint8_t* out);

// True when the values in memory are their own PLAIN encoding, so that no copy is needed.
bool IsPlainInMemory(const PageValues& values);

}  // namespace inlay::encoding
