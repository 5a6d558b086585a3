// The work that follows when a message's buffers were found: filling them and checking the columns.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/buffer_job.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

class ColumnJobs {
 public:
  // All of it outlives this; `arrays` begins with the columns, in the order of `plans`.
  ColumnJobs(std::span<const ColumnPlan> plans, std::span<const ArrayView> arrays, const std::vector<BufferJob>* jobs,
             DecompressorPool* decompressors)
      : plans_(plans), arrays_(arrays), jobs_(*jobs), decompressors_(*decompressors) {
    ends_.reserve(plans.size());
  }

  // The jobs since the last call, if any, are those of the next column.
  void EndColumn() { ends_.push_back(jobs_.size()); }
  // Runs every job and checks every column as far as options.validation asks: column by column, while its bytes are in
  // the cache. The error is that of the first column that has one.
  Status Run(const ReadOptions& options);

 private:
  Status RunJobs(size_t begin, size_t end) const;
  Status Check(size_t column, Validation validation) const;

  std::span<const ColumnPlan> plans_;
  std::span<const ArrayView> arrays_;
  const std::vector<BufferJob>& jobs_;
  DecompressorPool& decompressors_;
  std::vector<size_t> ends_;
};

}  // namespace inlay::ipc
