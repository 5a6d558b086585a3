#pragma once

#include <inlay/types.h>

#include "engine/columns/field_path.h"

namespace inlay {

// DataType::Validate of the field's type, its name and metadata; messages carry the path.
Status CheckFieldType(const Field& field);

// kInvalidArgument when a key or value is not UTF-8; the message begins with the path, if there is one.
Status CheckMetadata(const KeyValueMetadata& metadata, const FieldPath* path = nullptr);

}  // namespace inlay
