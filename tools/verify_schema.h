// Rules about schemas that readers forgive (Schema.fbs).
#pragma once

#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::tools {

// Requires a schema that ReadSchema takes, which bounds how much there is to look at.
Status CheckSchema(const flatbuf::Schema& schema);

}  // namespace inlay::tools
