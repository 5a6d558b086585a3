// A source that is not in memory, and one that remembers what was read of it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <inlay/source.h>

namespace inlay::ipc {

class UnmappedSource : public Source {
 public:
  explicit UnmappedSource(BufferView bytes) : bytes_(MakeBufferSource(bytes)) {}
  int64_t size_bytes() const override { return bytes_->size_bytes(); }
  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override {
    return bytes_->ReadAt(offset_bytes, out);
  }

 private:
  std::unique_ptr<Source> bytes_;
};

// What was read, as offset and size.
struct ReadLog {
  std::mutex mutex;
  std::vector<std::pair<int64_t, int64_t>> reads;
};

class LoggingSource final : public UnmappedSource {
 public:
  LoggingSource(BufferView bytes, ReadLog* log) : UnmappedSource(bytes), log_(*log) {}
  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override {
    const std::lock_guard lock(log_.mutex);
    log_.reads.emplace_back(offset_bytes, static_cast<int64_t>(out.size()));
    return UnmappedSource::ReadAt(offset_bytes, out);
  }

 private:
  ReadLog& log_;
};

}  // namespace inlay::ipc
