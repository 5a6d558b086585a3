// When data of one type may stand where another is asked for.
#pragma once

#include <inlay/types.h>

namespace inlay {

// Equal parameters, and members equal in number, names, types and nullability. Metadata of members plays no part; nor
// do the names of the children that the format fixes by position (list items, map entries, dictionary values, run
// ends).
bool SameType(const DataType& a, const DataType& b);

// The same fields in the same order: names, types, nullability. Metadata plays no part.
bool SameSchema(const Schema& a, const Schema& b);

}  // namespace inlay
