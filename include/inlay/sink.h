// Where encoded bytes go: append only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <inlay/buffer_view.h>
#include <inlay/export.h>
#include <inlay/status.h>

namespace inlay {

/// Append-only bytes. One thread at a time. A writer takes the first error of a sink for good and calls nothing but the
/// destructor after it. A piece with a negative size is kInvalidArgument.
class INLAY_EXPORT Sink {
 public:
  virtual ~Sink() = default;
  /// Appends all pieces in order, or fails. Done with their memory when it returns.
  virtual Status Append(std::span<const BufferView> pieces) = 0;
  /// Hands buffered bytes to the operating system. Not durable: see Sync.
  virtual Status Flush() { return {}; }
  /// Flush, and the bytes survive a power cut.
  virtual Status Sync() { return Flush(); }
  /// Everything was appended: make it complete and visible. A writer calls it once, in its Finish. A sink that is
  /// destroyed before that gives up what it can give up.
  virtual Status Finish() { return Flush(); }
};

/// A file that appears under its name complete or not at all. Bytes go to a temporary file beside the target, named
/// `.NAME.PID-N.tmp`; Finish syncs it, renames it and syncs the folder. Destroyed before that, or after the first
/// error, it removes the temporary file, and an older file of that name stays as it was. Only a process that is killed
/// leaves its temporary file behind.
/// - A symbolic link stays one: the file it points at is replaced or, where there is none, made.
/// - A new file gets the mode 0666 less the umask; a file that is replaced passes on its permission bits, not its
/// owner.
///   Replacing needs write permission on the folder, not on the file.
/// - A target that exists and is no regular file (a device, a FIFO) and names of open descriptors (/dev/stdout,
///   /dev/fd/N) are written straight, without a temporary file: what is written there cannot be taken back.
/// - The folder is held open: changing the working directory meanwhile does no harm.
/// The first error is returned by all later calls. Finish or Append after Finish is kInvalidArgument.
class INLAY_EXPORT FileSink final : public Sink {
 public:
  struct Options {
    bool replace = true;               // false: an existing target is kIoError with EEXIST, at Open and again at Finish
    bool durable = true;               // false: no fsync; after a power cut the file may be absent, old, or empty
    int64_t buffer_bytes = 256 << 10;  // small appends are gathered up to this size; 0 writes each at once
  };
  static Result<std::unique_ptr<FileSink>> Open(const std::string& path, const Options& options);
  static Result<std::unique_ptr<FileSink>> Open(const std::string& path) { return Open(path, Options()); }
  ~FileSink() override;
  Status Append(std::span<const BufferView> pieces) override;
  Status Flush() override;
  Status Sync() override;
  Status Finish() override;

 private:
  struct State;
  explicit FileSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A file descriptor of the caller's: file, pipe or socket. Gathered writes; short writes and EINTR are handled, and a
/// non-blocking descriptor is waited for. The descriptor stays open and is the caller's to close. The first error is
/// returned by all later calls. A reader that goes away raises SIGPIPE unless the program ignores that signal. Sync of
/// what cannot be synced (a pipe, a socket, a terminal) is Ok.
class INLAY_EXPORT FdSink final : public Sink {
 public:
  explicit FdSink(int fd) : fd_(fd) {}
  Status Append(std::span<const BufferView> pieces) override;
  Status Flush() override { return first_error_; }
  Status Sync() override;

 private:
  int fd_;
  int64_t num_bytes_ = 0;
  Status first_error_;
};

/// Memory that grows. kOutOfMemory leaves it as it was.
class INLAY_EXPORT BufferSink final : public Sink {
 public:
  Status Append(std::span<const BufferView> pieces) override;
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  /// Takes the bytes out and leaves the sink empty.
  std::vector<uint8_t> Release() { return std::exchange(bytes_, {}); }

 private:
  std::vector<uint8_t> bytes_;
};

/// Calls back for each piece that is not empty. The callback does not throw; its first error is returned by all later
/// calls, and it is not called again.
class INLAY_EXPORT CallbackSink final : public Sink {
 public:
  using Callback = std::function<Status(BufferView piece)>;
  explicit CallbackSink(Callback callback) : callback_(std::move(callback)) {}
  Status Append(std::span<const BufferView> pieces) override;
  Status Flush() override { return first_error_; }

 private:
  Callback callback_;
  Status first_error_;
};

/// Counts and forgets.
class INLAY_EXPORT NullSink final : public Sink {
 public:
  Status Append(std::span<const BufferView> pieces) override;
  int64_t num_bytes() const { return num_bytes_; }

 private:
  int64_t num_bytes_ = 0;
};

}  // namespace inlay
