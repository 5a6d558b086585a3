// Whole batches: concatenated, copied, sliced.
#include <inlay/batch_operations.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "engine/columns/batch_assembly.h"
#include "engine/columns/type_match.h"

namespace inlay {

Result<RecordBatch> Concatenate(std::span<const RecordBatchView> batches, const Allocator* allocator) try {
  if (batches.empty()) return Status::InvalidArgument("Concatenate: no batches, and so no schema");
  std::vector<RowRun> runs;
  runs.reserve(batches.size());
  int64_t num_rows = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    const std::string which = "batch " + std::to_string(i);
    if (Status status = ValidateBatch(batches[i], Validation::kBasic); !status.ok()) return status.WithContext(which);
    if (!SameSchema(*batches[i].schema, *batches[0].schema)) {
      return Status::InvalidArgument(which + " has another schema than batch 0");
    }
    runs.push_back({0, batches[i].num_rows, i});
    if (__builtin_add_overflow(num_rows, batches[i].num_rows, &num_rows)) {
      return Status::LimitExceeded("more rows than can be counted");
    }
  }
  return AssembleBatch(batches, Selection::OfRuns(runs, num_rows), allocator);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

Result<RecordBatch> Copy(const RecordBatchView& batch, const Allocator* allocator) try {
  if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) return status;
  const RowRun all{0, batch.num_rows, 0};
  return AssembleBatch({&batch, 1}, Selection::OfRuns({&all, 1}, batch.num_rows), allocator);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

namespace {

struct SlicedBatch {
  RecordBatch whole;  // or nothing, when the memory is the caller's
  std::vector<ArrayView> columns;
};

Result<RecordBatch> SliceOf(const RecordBatchView& batch, RecordBatch whole, int64_t start, int64_t count) try {
  if (batch.error != nullptr && !batch.error->ok()) return *batch.error;
  if (batch.schema == nullptr) return Status::InvalidArgument("a batch without a schema");
  if (start < 0 || count < 0 || start > batch.num_rows || count > batch.num_rows - start) {
    return Status::InvalidArgument("a slice of " + std::to_string(count) + " rows from row " + std::to_string(start) +
                                   " of a batch of " + std::to_string(batch.num_rows));
  }
  const auto result = std::make_shared<SlicedBatch>();
  result->whole = std::move(whole);
  result->columns.reserve(batch.columns.size());
  for (const ArrayView& column : batch.columns) result->columns.push_back(column.Slice(start, count));
  return RecordBatch(result, {.schema = batch.schema, .num_rows = count, .columns = result->columns});
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace

Result<RecordBatch> Slice(const RecordBatch& batch, int64_t start, int64_t count) {
  return SliceOf(batch.view(), batch, start, count);
}

Result<RecordBatch> Slice(const RecordBatchView& batch, int64_t start, int64_t count) {
  return SliceOf(batch, RecordBatch(), start, count);
}

}  // namespace inlay
