// Types as format strings of the C Data Interface ("Data type description - format strings").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <inlay/types.h>

namespace inlay {

// "tsu:UTC". A dictionary type gives its index's.
std::string FormatOf(const DataType& type);

// The type without what stands in other members of the structure (flags, dictionary); `children` become its children.
// kInvalidArgument for a string that is no format.
Result<DataType> TypeOfFormat(std::string_view format, std::vector<Field> children);

}  // namespace inlay
