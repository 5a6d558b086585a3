#include <inlay/batch_operations.h>

#include <exception>
#include <string>

#include "engine/base/arena.h"
#include "engine/columns/batch_assembly.h"
#include "kernels/bitmap.h"

namespace inlay {

Result<RecordBatch> Filter(const RecordBatchView& batch, const ArrayView& mask, const Allocator* allocator) try {
  if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) return status;
  if (Status status = ValidateArray(mask, {"mask", Bool()}, Validation::kBasic); !status.ok()) return status;
  if (mask.length != batch.num_rows) {
    return Status::InvalidArgument("a mask of " + std::to_string(mask.length) + " values for a batch of " +
                                   std::to_string(batch.num_rows) + " rows");
  }
  const uint8_t* bits = mask.buffers[1].data;
  int64_t first_bit = mask.offset;
  Arena both(allocator);
  if (mask.buffers[0].size_bytes > 0 && mask.null_count != 0) {
    const auto memory = both.Allocate((mask.length + 7) / 8);
    if (!memory.ok()) return memory.status();
    kernels::AndBits(bits, mask.offset, mask.buffers[0].data, mask.offset, mask.length, *memory);
    bits = *memory;
    first_bit = 0;
  }
  const int64_t num_kept = kernels::CountSetBits(bits, first_bit, mask.length);
  // All or nothing is one run or none.
  if (num_kept == 0 || num_kept == mask.length) {
    const RowRun all{0, num_kept, 0};
    return AssembleBatch({&batch, 1}, Selection::OfRuns({&all, 1}, num_kept), allocator);
  }
  return AssembleBatch({&batch, 1}, Selection::OfMask(bits, first_bit, mask.length, num_kept), allocator);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
