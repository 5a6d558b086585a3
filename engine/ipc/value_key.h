// Values of any type as bytes that can be compared and hashed.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/array.h>

namespace inlay::ipc {

// Appends a text of value `row` (0: the first of the view) that two values of one type have in common only when they
// are equal: nulls, bits of numbers, bytes of strings and views, members, items, runs. Of a dictionary-encoded member
// it is the index. What hides under a null plays no part. Requires an array that passed the full validation. Throws
// std::bad_alloc.
void AppendValueKey(const ArrayView& array, int64_t row, std::vector<uint8_t>* key);

}  // namespace inlay::ipc
