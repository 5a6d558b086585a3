// The sinks without state worth a file: descriptor, memory, callback, nothing.
#include <inlay/sink.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>

#include "engine/io/write_fully.h"

namespace inlay {
namespace {

Status NegativeSize() {
  return Status::InvalidArgument(
      "Append: a piece has a negative size, or all together exceed 2^63 bytes; pass sizes >= 0");
}

}  // namespace

Status FdSink::Append(std::span<const BufferView> pieces) try {
  if (!first_error_.ok()) return first_error_;
  if (TotalBytes(pieces) < 0) return first_error_ = NegativeSize();
  const WriteOutcome outcome = WriteFully(fd_, {}, pieces);
  num_bytes_ += outcome.num_bytes;
  if (outcome.os_errno != 0) {
    first_error_ = Status::IoError(
        "cannot write to descriptor " + std::to_string(fd_) + " after " + std::to_string(num_bytes_) + " bytes",
        outcome.os_errno);
  }
  return first_error_;
} catch (const std::bad_alloc&) {
  return first_error_ = Status::OutOfMemory();
}

Status FdSink::Sync() try {
  if (!first_error_.ok()) return first_error_;
  const int error = SyncDescriptorIfPossible(fd_);
  if (error != 0) first_error_ = Status::IoError("cannot sync descriptor " + std::to_string(fd_), error);
  return first_error_;
} catch (const std::bad_alloc&) {
  return first_error_ = Status::OutOfMemory();
}

Status BufferSink::Append(std::span<const BufferView> pieces) try {
  const int64_t total = TotalBytes(pieces);
  if (total < 0) return NegativeSize();
  if (static_cast<uint64_t>(total) > bytes_.max_size() - bytes_.size()) return Status::OutOfMemory();
  const size_t needed = bytes_.size() + static_cast<size_t>(total);
  if (needed > bytes_.capacity()) bytes_.reserve(std::max(needed, std::min(2 * bytes_.size(), bytes_.max_size())));
  for (const BufferView& piece : pieces) bytes_.insert(bytes_.end(), piece.data, piece.data + piece.size_bytes);
  return {};
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status CallbackSink::Append(std::span<const BufferView> pieces) {
  if (!first_error_.ok()) return first_error_;
  if (!callback_) return Status::InvalidArgument("CallbackSink: no callback; construct it with a function");
  if (TotalBytes(pieces) < 0) return first_error_ = NegativeSize();
  for (const BufferView& piece : pieces) {
    if (piece.size_bytes == 0) continue;
    first_error_ = callback_(piece);
    if (!first_error_.ok()) break;
  }
  return first_error_;
}

Status NullSink::Append(std::span<const BufferView> pieces) {
  const int64_t total = TotalBytes(pieces);
  if (total < 0) return NegativeSize();
  num_bytes_ += total;
  return {};
}

}  // namespace inlay
