#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "bench/ipc/sides.h"

namespace inlay::bench {
namespace {

Status WriteAll(int fd, BufferView bytes) {
  while (bytes.size_bytes > 0) {
    const ssize_t written = write(fd, bytes.data, static_cast<size_t>(bytes.size_bytes));
    if (written <= 0) return Status::IoError("write", errno);
    bytes.data += written;
    bytes.size_bytes -= written;
  }
  return {};
}

}  // namespace

Result<int64_t> WritePlainly(const WriteJob& job) {
  const int fd = open(job.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return Status::IoError("open", errno);
  int64_t num_bytes = 0;
  Status status;
  for (int64_t round = 0; round < job.num_rounds; ++round) {
    for (const RecordBatch& batch : job.batches) {
      for (const ArrayView& column : batch.columns()) {
        for (const BufferView& buffer : column.buffers) {
          if (status.ok()) status = WriteAll(fd, buffer);
          num_bytes += buffer.size_bytes;
        }
      }
    }
  }
  close(fd);
  if (!status.ok()) return status;
  return num_bytes;
}

}  // namespace inlay::bench
