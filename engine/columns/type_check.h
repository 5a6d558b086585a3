#pragma once

#include <inlay/types.h>

namespace inlay {

// DataType::Validate of the field's type, its name and metadata; messages carry the path.
Status CheckFieldType(const Field& field);

}  // namespace inlay
