// What an encoder made, as a stream.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <inlay/buffer_view.h>

namespace inlay::ipc {

inline std::vector<uint8_t> Join(std::span<const BufferView> pieces) {
  std::vector<uint8_t> bytes;
  for (const BufferView& piece : pieces) bytes.insert(bytes.end(), piece.data, piece.data + piece.size_bytes);
  return bytes;
}

// Behind it the mark of a stream's end.
inline std::vector<uint8_t> WithEnd(std::vector<uint8_t> bytes) {
  bytes.insert(bytes.end(), {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0});
  return bytes;
}

}  // namespace inlay::ipc
