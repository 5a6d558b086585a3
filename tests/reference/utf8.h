// UTF-8 from its definition: decode a code point, encode it again, compare. Slow and plain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inlay::reference {

// The bit pattern of UTF-8, for any number below 2^21, code point or not.
inline std::string EncodeUtf8(uint32_t code) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

inline int64_t ValidUtf8Prefix(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const uint8_t lead = static_cast<uint8_t>(text[at]);
    size_t size = 1;
    if (lead >= 0xF0) {
      size = 4;
    } else if (lead >= 0xE0) {
      size = 3;
    } else if (lead >= 0x80) {
      size = 2;
    }
    if (at + size > text.size()) break;
    uint32_t code = size == 1 ? lead : lead & (0x7Fu >> size);
    for (size_t i = 1; i < size; ++i) code = (code << 6) | (static_cast<uint8_t>(text[at + i]) & 0x3F);
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) break;
    if (text.substr(at, size) != EncodeUtf8(code)) break;  // overlong, or not a continuation
    at += size;
  }
  return static_cast<int64_t>(at);
}

}  // namespace inlay::reference
