// Where the values of nested arrays are among those of their children. All require arrays that have passed
// ValidateArray(kFull).
#pragma once

#include <cstddef>
#include <cstdint>

#include <inlay/array.h>

namespace inlay {

// A list's items, or the bytes of text that is not in views.
struct ListPlace {
  int64_t start;
  int64_t size;
};
ListPlace ListAt(const ArrayView& array, int64_t row);

// The member that a union's row is in, and the row of its child.
struct UnionPlace {
  size_t member;
  int64_t row;
};
UnionPlace UnionAt(const ArrayView& array, int64_t row);

}  // namespace inlay
