#include "engine/ipc/column_jobs.h"

#include <inlay/executor.h>

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "engine/columns/field_path.h"
#include "engine/columns/validate.h"

namespace inlay::ipc {
namespace {

// Less than this is done before another thread has woken up.
constexpr int64_t kMinTaskBytes = 128 << 10;
constexpr size_t kMaxCheckTasks = 64;

}  // namespace

Status ColumnJobs::RunJobs(Range jobs) const {
  std::optional<Decompressor> decompressor;
  Codec codec = Codec::kNone;
  Status status;
  size_t next = jobs.begin;
  for (; next < jobs.end && status.ok(); ++next) {
    const BufferJob& job = jobs_[next];
    if (job.codec != Codec::kNone && !decompressor.has_value()) {
      codec = job.codec;
      auto taken = decompressors_.Take(codec);
      if (!taken.ok()) return taken.status();
      decompressor.emplace(std::move(*taken));
    }
    status = RunJob(job, decompressor.has_value() ? &*decompressor : nullptr);
  }
  if (decompressor.has_value()) decompressors_.GiveBack(codec, std::move(*decompressor));
  if (status.ok()) return status;
  const auto column = std::upper_bound(ends_.begin(), ends_.end(), next - 1) - ends_.begin();
  const FieldPath path{nullptr, plans_[static_cast<size_t>(column)].field->name};
  return status.WithContext("column '" + PathText(&path) + "'");
}

Status ColumnJobs::CheckColumns(Range columns) const {
  for (size_t i = columns.begin; i < columns.end; ++i) {
    Status status = ValidateDecodedArray(arrays_[i], *plans_[i].field, options_.validation);
    // What validation calls a wrong argument is wrong input here.
    if (status.code() == StatusCode::kInvalidArgument) return Status::CorruptData(status.message());
    if (!status.ok()) return status;
  }
  return {};
}

Status ColumnJobs::RunInTurn() const {
  size_t begin = 0;
  for (size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
    if (Status status = RunJobs({begin, ends_[i]}); !status.ok()) return status;
    if (Status status = CheckColumns({i, i + 1}); !status.ok()) return status;
  }
  return {};
}

Status ColumnJobs::ForEach(const std::vector<Range>& ranges, Status (ColumnJobs::*work)(Range) const) const {
  struct Context {
    const ColumnJobs& jobs;
    const std::vector<Range>& ranges;
    Status (ColumnJobs::*work)(Range) const;
    std::vector<Status> statuses;
  } context{*this, ranges, work, std::vector<Status>(ranges.size())};
  options_.executor->Run(
      static_cast<int64_t>(ranges.size()),
      [](void* shared, int64_t index) {
        auto& task = *static_cast<Context*>(shared);
        const auto i = static_cast<size_t>(index);
        try {
          task.statuses[i] = (task.jobs.*task.work)(task.ranges[i]);
        } catch (const std::bad_alloc&) {
          task.statuses[i] = Status::OutOfMemory();
        }
      },
      &context);
  for (Status& status : context.statuses) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

Status ColumnJobs::RunOnExecutor() const {
  std::vector<Range> ranges;
  int64_t task_bytes = 0;
  for (size_t i = 0; i < jobs_.size(); ++i) {
    if (ranges.empty() || task_bytes >= kMinTaskBytes) {
      ranges.push_back({i, i});
      task_bytes = 0;
    }
    ranges.back().end = i + 1;
    task_bytes += jobs_[i].to_bytes;
  }
  if (Status status = ForEach(ranges, &ColumnJobs::RunJobs); !status.ok()) return status;
  ranges.clear();
  const size_t columns_a_task = plans_.size() / kMaxCheckTasks + 1;
  for (size_t begin = 0; begin < plans_.size(); begin += columns_a_task) {
    ranges.push_back({begin, std::min(begin + columns_a_task, plans_.size())});
  }
  return ForEach(ranges, &ColumnJobs::CheckColumns);
}

Status ColumnJobs::Run() {
  int64_t num_bytes = body_bytes_;
  for (const BufferJob& job : jobs_) num_bytes += job.to_bytes;
  const bool is_worth_it = options_.executor != nullptr && num_bytes >= 2 * kMinTaskBytes;
  return is_worth_it ? RunOnExecutor() : RunInTurn();
}

}  // namespace inlay::ipc
