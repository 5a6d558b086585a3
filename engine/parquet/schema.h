// From an Arrow schema to the schema of a Parquet file (parquet.thrift, SchemaElement; LogicalTypes.md).
#pragma once

#include <vector>

#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/parquet/leaf_column.h"
#include "engine/parquet/metadata.h"

namespace inlay::parquet {

struct FileSchema {
  std::vector<format::SchemaElement> elements;  // depth first, the root in front
  std::vector<LeafColumn> leaves;               // in the order of their elements
};

// Flat columns. A ConvertedType stands beside the LogicalType wherever the format knows one, local times and timestamps
// included. Times are written as local (isAdjustedToUTC false), as Arrow's have no time zone; timestamps as UTC when
// they have one. Extension types arrow.uuid and arrow.json (in the field's metadata) become UUID and JSON;
// "PARQUET:field_id" there becomes the field id.
//
// Requires a schema that was validated. kNotImplemented with the column's name for types that are not written yet,
// kInvalidArgument for those that Parquet cannot hold.
Result<FileSchema> MakeFileSchema(const Schema& schema);

}  // namespace inlay::parquet
