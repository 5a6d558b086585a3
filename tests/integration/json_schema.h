// Schemas of the integration JSON (Arrow's "Integration Testing", JSON test data format).
#pragma once

#include <map>

#include <inlay/types.h>

#include "tests/integration/json_values.h"

namespace inlay::integration {

// The `schema` of a document. Throws JsonError.
Schema SchemaOfJson(const Json& schema);

// The identity of each dictionary type of a schema, by the address of the type: 0, 1, 2... in the order of the fields,
// inner ones before the outer.
std::map<const DataType*, int64_t> NumberDictionaries(const Schema& schema);

Json SchemaJson(const Schema& schema, const std::map<const DataType*, int64_t>& ids);

}  // namespace inlay::integration
