// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Reads exactly the named bytes, allocates
// nothing.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Whether all bytes are below 0x80.
bool IsAscii(const uint8_t* data, int64_t size);

// Length of the longest prefix that is whole, valid UTF-8: `size` when all of it is. ASCII goes by vectors, other text
// character by character.
int64_t ValidUtf8Prefix(const uint8_t* data, int64_t size);

uint32_t Utf8Targets();

}  // namespace inlay::kernels
