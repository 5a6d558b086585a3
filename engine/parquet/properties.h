// WriterProperties checked and spread over the columns.
#pragma once

#include <vector>

#include <inlay/parquet.h>
#include <inlay/status.h>

#include "engine/parquet/column_chunk_writer.h"
#include "engine/parquet/leaf_column.h"

namespace inlay::parquet {

// One ColumnSettings a leaf. kInvalidArgument names the property (and column) that is wrong.
Result<std::vector<ColumnSettings>> ResolveProperties(const WriterProperties& properties,
                                                      const std::vector<LeafColumn>& leaves);

}  // namespace inlay::parquet
