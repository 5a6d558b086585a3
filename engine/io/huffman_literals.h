// Bytes as a literals section of a compressed zstd block (RFC 8878, 3.1.1.3.1): Huffman codes of at most 11 bits.
#pragma once

#include <cstdint>

#include <inlay/buffer_view.h>

namespace inlay {

// A block holds no more.
constexpr int64_t kMaxLiterals = 128 << 10;
constexpr int64_t kLiteralsSlackBytes = 64;

// Header, tree and streams of up to kMaxLiterals bytes. Returns their size, or 0 when they would be `limit_bytes` or
// more, whereupon `out` holds anything: it has room for limit_bytes + kLiteralsSlackBytes.
int64_t WriteHuffmanLiterals(BufferView literals, int64_t limit_bytes, uint8_t* out);
// The same, stored as they are.
int64_t WriteRawLiterals(BufferView literals, uint8_t* out);

}  // namespace inlay
