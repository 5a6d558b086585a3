#include "engine/ipc/column_jobs.h"

#include <optional>

#include "engine/columns/field_path.h"
#include "engine/columns/validate.h"

namespace inlay::ipc {

Status ColumnJobs::RunJobs(size_t begin, size_t end) const {
  std::optional<Decompressor> decompressor;
  Codec codec = Codec::kNone;
  Status status;
  for (size_t i = begin; i < end && status.ok(); ++i) {
    if (jobs_[i].codec != Codec::kNone && !decompressor.has_value()) {
      codec = jobs_[i].codec;
      auto taken = decompressors_.Take(codec);
      if (!taken.ok()) return taken.status();
      decompressor.emplace(std::move(*taken));
    }
    status = RunJob(jobs_[i], decompressor.has_value() ? &*decompressor : nullptr);
  }
  if (decompressor.has_value()) decompressors_.GiveBack(codec, std::move(*decompressor));
  return status;
}

Status ColumnJobs::Check(size_t column, Validation validation) const {
  Status status = ValidateDecodedArray(arrays_[column], *plans_[column].field, validation);
  // What validation calls a wrong argument is wrong input here.
  return status.code() == StatusCode::kInvalidArgument ? Status::CorruptData(status.message()) : status;
}

Status ColumnJobs::Run(const ReadOptions& options) {
  size_t begin = 0;
  for (size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
    if (Status status = RunJobs(begin, ends_[i]); !status.ok()) {
      const FieldPath path{nullptr, plans_[i].field->name};
      return status.WithContext("column '" + PathText(&path) + "'");
    }
    if (Status status = Check(i, options.validation); !status.ok()) return status;
  }
  return {};
}

}  // namespace inlay::ipc
