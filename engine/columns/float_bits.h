// Floating-point numbers by their bits (IEEE 754).
#pragma once

#include <cstdint>

#include <inlay/types.h>

#include "engine/columns/layout.h"

namespace inlay {

// Whether a value of that type, any fixed-width one, is a floating-point number that is none.
inline bool IsNan(TypeId type, const uint8_t* value) {
  const BufferView bytes{value, 0};
  switch (type) {
    case TypeId::kFloat16:
      return (LoadAt<uint16_t>(bytes, 0) & 0x7FFF) > 0x7C00;
    case TypeId::kFloat32:
      return (LoadAt<uint32_t>(bytes, 0) & 0x7FFFFFFF) > 0x7F800000;
    case TypeId::kFloat64:
      return (LoadAt<uint64_t>(bytes, 0) & 0x7FFFFFFFFFFFFFFF) > 0x7FF0000000000000;
    default:
      return false;
  }
}

}  // namespace inlay
