// The work that follows when a message's buffers were found: filling them and checking the columns.
#pragma once

#include <cstddef>
#include <cstdint>
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
  // All of it outlives this; `arrays` begins with the columns, in the order of `plans`. `body_bytes`: of the message.
  ColumnJobs(std::span<const ColumnPlan> plans, std::span<const ArrayView> arrays, const std::vector<BufferJob>* jobs,
             int64_t body_bytes, const ReadOptions& options, DecompressorPool* decompressors)
      : plans_(plans),
        arrays_(arrays),
        jobs_(*jobs),
        body_bytes_(body_bytes),
        options_(options),
        decompressors_(*decompressors) {
    ends_.reserve(plans.size());
  }

  // The jobs since the last call, if any, are those of the next column.
  void EndColumn() { ends_.push_back(jobs_.size()); }
  // Runs every job and checks every column as far as options.validation asks: column by column, while its bytes are in
  // the cache; or buffers and then columns side by side, when there is an executor and work for it.
  Status Run();

 private:
  struct Range {
    size_t begin;
    size_t end;
  };
  Status RunInTurn() const;
  Status RunOnExecutor() const;
  // The first error of the ranges, which are worked on side by side.
  Status ForEach(const std::vector<Range>& ranges, Status (ColumnJobs::*work)(Range) const) const;
  Status RunJobs(Range jobs) const;
  Status CheckColumns(Range columns) const;

  std::span<const ColumnPlan> plans_;
  std::span<const ArrayView> arrays_;
  const std::vector<BufferJob>& jobs_;
  const int64_t body_bytes_;
  const ReadOptions& options_;
  DecompressorPool& decompressors_;
  std::vector<size_t> ends_;
};

}  // namespace inlay::ipc
