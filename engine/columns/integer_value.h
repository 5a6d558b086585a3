// Integers whose width is known only at run time: indexes and run ends.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/columns/layout.h"

namespace inlay {

// Value `at` of a buffer of integers of that type. Of uint64 the bits.
inline int64_t LoadInteger(TypeId type, const BufferView& buffer, int64_t at) {
  switch (type) {
    case TypeId::kInt8:
      return LoadAt<int8_t>(buffer, at);
    case TypeId::kUInt8:
      return LoadAt<uint8_t>(buffer, at);
    case TypeId::kInt16:
      return LoadAt<int16_t>(buffer, at);
    case TypeId::kUInt16:
      return LoadAt<uint16_t>(buffer, at);
    case TypeId::kInt32:
      return LoadAt<int32_t>(buffer, at);
    case TypeId::kUInt32:
      return LoadAt<uint32_t>(buffer, at);
    default:
      return LoadAt<int64_t>(buffer, at);
  }
}

// The low `width` bytes of the value: 1, 2, 4 or 8.
inline void StoreInteger(int64_t value, int64_t width, uint8_t* out) {
  switch (width) {
    case 1:
      *out = static_cast<uint8_t>(value);
      return;
    case 2: {
      const auto narrow = static_cast<uint16_t>(value);
      std::memcpy(out, &narrow, sizeof(narrow));
      return;
    }
    case 4: {
      const auto narrow = static_cast<uint32_t>(value);
      std::memcpy(out, &narrow, sizeof(narrow));
      return;
    }
    default:
      std::memcpy(out, &value, sizeof(value));
  }
}

}  // namespace inlay
