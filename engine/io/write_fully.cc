#include "engine/io/write_fully.h"

#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace inlay {
namespace {

constexpr size_t kMaxPiecesPerCall = 1024;            // IOV_MAX of Linux and the BSDs
constexpr size_t kMaxBytesPerCall = size_t{1} << 30;  // below the 2 GiB at which Linux cuts, far below SSIZE_MAX

// Walks over the pieces of one WriteFully.
class Pending {
 public:
  Pending(BufferView first, std::span<const BufferView> rest) : current_(first), rest_(rest) { SkipEmpty(); }

  bool done() const { return current_.size_bytes == 0; }

  // The next pieces for one call. Returns how many entries of `out` it filled.
  int Fill(std::array<iovec, kMaxPiecesPerCall>& out) const {
    size_t count = 0;
    size_t budget = kMaxBytesPerCall;
    BufferView piece = current_;
    for (size_t i = 0; budget > 0 && count < out.size(); piece = rest_[i++]) {
      const size_t size = std::min(static_cast<size_t>(piece.size_bytes), budget);
      if (size > 0) out[count++] = {const_cast<uint8_t*>(piece.data), size};
      budget -= size;
      if (i == rest_.size()) break;
    }
    return static_cast<int>(count);
  }

  void Advance(int64_t num_bytes) {
    while (num_bytes > 0) {
      const int64_t step = std::min(num_bytes, current_.size_bytes);
      current_.data += step;
      current_.size_bytes -= step;
      num_bytes -= step;
      SkipEmpty();
    }
  }

 private:
  void SkipEmpty() {
    while (current_.size_bytes == 0 && !rest_.empty()) {
      current_ = rest_.front();
      rest_ = rest_.subspan(1);
    }
  }

  BufferView current_;
  std::span<const BufferView> rest_;
};

// Until a non-blocking descriptor takes bytes again. An error of the descriptor itself shows in the next write.
int WaitUntilWritable(int fd) {
  pollfd waiting = {.fd = fd, .events = POLLOUT, .revents = 0};
  while (poll(&waiting, 1, -1) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

int64_t TotalBytes(std::span<const BufferView> pieces) {
  int64_t total = 0;
  for (const BufferView& piece : pieces) {
    if (piece.size_bytes < 0 || piece.size_bytes > INT64_MAX - total) return -1;
    total += piece.size_bytes;
  }
  return total;
}

WriteOutcome WriteFully(int fd, BufferView first, std::span<const BufferView> rest) {
  WriteOutcome outcome;
  std::array<iovec, kMaxPiecesPerCall> vectors;
  for (Pending pending(first, rest); !pending.done();) {
    const ssize_t written = writev(fd, vectors.data(), pending.Fill(vectors));
    if (written > 0) {
      outcome.num_bytes += written;
      pending.Advance(written);
      continue;
    }
    int error = written < 0 ? errno : EIO;  // no progress without an error would loop for ever
    if (error == EINTR) continue;
    if (error == EAGAIN || error == EWOULDBLOCK) error = WaitUntilWritable(fd);
    if (error == 0) continue;
    outcome.os_errno = error;
    break;
  }
  return outcome;
}

int SyncDescriptor(int fd) {
  while (fsync(fd) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int SyncDescriptorIfPossible(int fd) {
  const int error = SyncDescriptor(fd);
  return error == EINVAL || error == ENOTSUP ? 0 : error;
}

}  // namespace inlay
