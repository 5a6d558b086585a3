#pragma once

#include <cstdint>

namespace inlay {

/// A run of bytes that somebody else owns.
struct BufferView {
  const uint8_t* data = nullptr;
  int64_t size_bytes = 0;
};

}  // namespace inlay
