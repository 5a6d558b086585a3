// Arrays of any type, one after the other.
#pragma once

#include <span>

#include <inlay/array.h>
#include <inlay/status.h>

#include "engine/base/arena.h"
#include "engine/columns/field_path.h"

namespace inlay {

// The values of `arrays` as one array in memory of `arena`, which points to nothing of them. All are of the type of
// `field`, which outlives the result, and have passed ValidateArray(kFull). One array: a copy of what its window shows.
// Dictionaries are kept when one begins with the values of all others, else unified and the indexes rewritten.
//
// kLimitExceeded with the field's path when 32-bit offsets, run ends or an index type cannot hold the result;
// kInvalidArgument when ordered dictionaries disagree about the order. Throws std::bad_alloc for small things.
Status ConcatenateArrays(const Field& field, const FieldPath* parent, std::span<const ArrayView> arrays, Arena* arena,
                         ArrayView* out);

}  // namespace inlay
