// Assembler for the columns of batches.
#pragma once

#include <span>

#include <inlay/array.h>
#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/columns/selection.h"

namespace inlay {

// The selected rows of the batches, which are of one schema. Requires at least one batch. Throws std::bad_alloc.
Result<RecordBatch> AssembleBatch(std::span<const RecordBatchView> batches, const Selection& selection,
                                  const Allocator* allocator);

}  // namespace inlay
