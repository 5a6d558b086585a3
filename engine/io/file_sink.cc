// A file that appears complete or not at all: write beside the target, sync, rename, sync the folder.
#include <fcntl.h>
#include <inlay/sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "engine/base/aligned_buffer.h"
#include "engine/io/target_path.h"
#include "engine/io/write_fully.h"

namespace inlay {
namespace {

constexpr int kMaxTemporaryNames = 10000;
constexpr size_t kMaxKeptNameBytes =
    200;  // a file name holds 255 bytes, and the temporary one is longer than the target's

const char* WhatToDo(int os_errno) {
  switch (os_errno) {
    case ENOSPC:
      return " (free space on its file system)";
    case EDQUOT:
      return " (free space or raise the quota)";
    case EFBIG:
      return " (raise the file size limit, or write several files)";
    case ENOENT:
      return " (make the folder first)";
    case EACCES:
    case EPERM:
      return " (the folder must be writable)";
    case EEXIST:
      return " (remove it, choose another name or set replace)";
    case EMFILE:
    case ENFILE:
      return " (close files or raise the limit of open files)";
    default:
      return "";
  }
}

Status FileError(std::string_view doing, const std::string& path, std::string_view where, int os_errno) {
  std::string message("cannot ");
  message.append(doing).append(" '").append(path).append("'").append(where).append(WhatToDo(os_errno));
  return Status::IoError(std::move(message), os_errno);
}

template <typename Call>
int RetryOnEintr(Call call) {
  int result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

// ".NAME.PID-N.tmp": hidden, so that nobody who lists data files meets it. A long NAME is cut, not inside a UTF-8
// character.
std::string TemporaryName(const std::string& name, int attempt) {
  size_t kept = name.size();
  if (kept > kMaxKeptNameBytes) {
    kept = kMaxKeptNameBytes;
    while (kept > 0 && (static_cast<uint8_t>(name[kept]) & 0xC0) == 0x80) --kept;
  }
  std::string temporary(1, '.');
  temporary.append(name, 0, kept).append(1, '.').append(std::to_string(getpid()));
  return temporary.append(1, '-').append(std::to_string(attempt)).append(".tmp");
}

// Renames unless there is a target already. Returns 0 or errno.
int RenameWithoutReplacing(int folder_fd, const char* from, const char* to) {
#ifdef RENAME_NOREPLACE
  if (renameat2(folder_fd, from, folder_fd, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  // A file system without that call: a second name is never given over an existing one.
  if (linkat(folder_fd, from, folder_fd, to, 0) != 0) return errno;
  unlinkat(folder_fd, from, 0);  // if this fails the file has two names, and the one that counts is right
  return 0;
}

}  // namespace

struct FileSink::State {
  ~State() { Abandon(); }

  Status OpenStraight(int opened_fd);
  Status OpenTemporary(const TargetPath& target, mode_t mode, bool keep_mode);
  Status OpenFolder(const std::string& folder);
  Status Write(std::span<const BufferView> pieces);
  Status Complete();
  Status Publish();
  Status Fail(std::string_view doing, std::string_view where, int os_errno);
  Status Fail(Status status);
  void Abandon();
  bool is_straight() const { return folder_fd < 0; }
  int SyncBytes() const { return is_straight() ? SyncDescriptorIfPossible(fd) : SyncDescriptor(fd); }

  std::string path;  // as the caller spelt it
  Options options;
  AlignedBuffer buffer;
  int64_t buffered_bytes = 0;
  int64_t written_bytes = 0;
  int fd = -1;
  int folder_fd = -1;          // -1: written straight
  std::string name;            // in the folder
  std::string temporary_name;  // in the folder; empty when there is nothing to remove
  bool finished = false;
  Status first_error;
};

Status FileSink::State::Fail(Status status) {
  first_error = std::move(status);
  Abandon();  // at once: after ENOSPC the room is needed
  return first_error;
}

Status FileSink::State::Fail(std::string_view doing, std::string_view where, int os_errno) {
  try {
    return Fail(FileError(doing, path, where, os_errno));
  } catch (const std::bad_alloc&) {
    return Fail(Status::IoError({}, os_errno));
  }
}

// Takes back what was not finished.
void FileSink::State::Abandon() {
  if (fd >= 0) close(std::exchange(fd, -1));
  if (!temporary_name.empty()) unlinkat(folder_fd, temporary_name.c_str(), 0);
  temporary_name.clear();
  if (folder_fd >= 0) close(std::exchange(folder_fd, -1));
  buffered_bytes = 0;
}

Status FileSink::State::OpenStraight(int opened_fd) {
  if (opened_fd < 0) return FileError("open", path, "", errno);
  fd = opened_fd;
  return {};
}

Status FileSink::State::OpenFolder(const std::string& folder) {
  const int flags = O_DIRECTORY | O_CLOEXEC;
  folder_fd = RetryOnEintr([&] { return open(folder.c_str(), flags | O_RDONLY); });
#ifdef O_PATH
  // A folder that may be written but not listed can hold the file; only syncing it needs the right to read.
  if (folder_fd < 0 && errno == EACCES && !options.durable) {
    folder_fd = RetryOnEintr([&] { return open(folder.c_str(), flags | O_PATH); });
  }
#endif
  return folder_fd < 0 ? FileError("open the folder of", path, "", errno) : Status();
}

Status FileSink::State::OpenTemporary(const TargetPath& target, mode_t mode, bool keep_mode) {
  if (Status status = OpenFolder(target.folder); !status.ok()) return status;
  name = target.name;
  for (int attempt = 0; fd < 0; ++attempt) {
    std::string candidate = TemporaryName(name, attempt);
    fd = RetryOnEintr([&] {
      return openat(folder_fd, candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    });
    if (fd >= 0) {
      temporary_name = std::move(candidate);
    } else if (errno != EEXIST) {
      return FileError("create a temporary file beside", path, "", errno);
    } else if (attempt == kMaxTemporaryNames) {
      return Status::IoError(
          "cannot create a temporary file beside '" + path + "': all names are taken, remove old ones", EEXIST);
    }
  }
  struct stat made;
  if (fstat(fd, &made) != 0) return FileError("look at the temporary file of", path, "", errno);
  if (keep_mode && (made.st_mode & 0777) != mode && fchmod(fd, mode) != 0) {
    return FileError("keep the permissions of", path, "", errno);
  }
  return {};
}

Status FileSink::State::Write(std::span<const BufferView> pieces) {
  const WriteOutcome outcome = WriteFully(fd, {buffer.data(), buffered_bytes}, pieces);
  written_bytes += outcome.num_bytes;
  if (outcome.os_errno != 0) {
    char where[40];
    std::snprintf(where, sizeof(where), " at byte %lld", static_cast<long long>(written_bytes));
    return Fail("write", where, outcome.os_errno);
  }
  buffered_bytes = 0;
  return {};
}

Status FileSink::State::Publish() {
  const int error = options.replace
                        ? (renameat(folder_fd, temporary_name.c_str(), folder_fd, name.c_str()) == 0 ? 0 : errno)
                        : RenameWithoutReplacing(folder_fd, temporary_name.c_str(), name.c_str());
  if (error != 0) return Fail("rename the temporary file to", "", error);
  temporary_name.clear();
  if (options.durable) {
    if (const int sync_error = SyncDescriptorIfPossible(folder_fd); sync_error != 0) {
      return Fail("sync the folder of", "", sync_error);
    }
  }
  close(std::exchange(folder_fd, -1));
  return {};
}

Status FileSink::State::Complete() {
  if (Status status = Write({}); !status.ok()) return status;
  if (options.durable) {
    if (const int error = SyncBytes(); error != 0) return Fail("sync", "", error);
  }
  // The descriptor is gone whatever close says; EINTR does not mean that bytes were lost.
  if (close(std::exchange(fd, -1)) != 0 && errno != EINTR) return Fail("close", "", errno);
  if (!is_straight()) {
    if (Status status = Publish(); !status.ok()) return status;
  }
  finished = true;
  return {};
}

FileSink::FileSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileSink::~FileSink() = default;

Result<std::unique_ptr<FileSink>> FileSink::Open(const std::string& path, const Options& options) try {
  if (options.buffer_bytes < 0) return Status::InvalidArgument("FileSink: buffer_bytes is negative; use 0 or more");
  Result<TargetPath> target = ResolveTarget(path);
  if (!target.ok()) return target.status();
  auto state = std::make_unique<State>();
  state->path = path;
  state->options = options;
  if (Status status = state->buffer.Reserve(options.buffer_bytes); !status.ok()) return status;

  struct stat old;
  const bool exists = stat(path.c_str(), &old) == 0;
  if (!exists && errno != ENOENT && target->descriptor < 0) return FileError("look up", path, "", errno);
  if (exists && !options.replace) return FileError("create", path, "", EEXIST);
  Status status;
  if (target->descriptor >= 0) {
    // A copy of the descriptor shares its position: what was written to it before stays in front.
    status = state->OpenStraight(fcntl(target->descriptor, F_DUPFD_CLOEXEC, 0));
  } else if (exists && S_ISDIR(old.st_mode)) {
    status = FileError("write", path, "", EISDIR);
  } else if (exists && !S_ISREG(old.st_mode)) {
    status = state->OpenStraight(RetryOnEintr([&] { return open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY); }));
  } else {
    status = state->OpenTemporary(*target, exists ? old.st_mode & 0777 : 0666, exists);
  }
  if (!status.ok()) return status;
  return std::unique_ptr<FileSink>(new FileSink(std::move(state)));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status FileSink::Append(std::span<const BufferView> pieces) {
  State& state = *state_;
  if (!state.first_error.ok()) return state.first_error;
  if (state.finished) return Status::InvalidArgument("FileSink: Append after Finish; open a new sink");
  const int64_t total = TotalBytes(pieces);
  if (total < 0) return state.Fail(Status::InvalidArgument("FileSink: Append of a piece with a negative size"));
  if (total > state.options.buffer_bytes - state.buffered_bytes) return state.Write(pieces);
  for (const BufferView& piece : pieces) {
    if (piece.size_bytes == 0) continue;
    std::memcpy(state.buffer.data() + state.buffered_bytes, piece.data, static_cast<size_t>(piece.size_bytes));
    state.buffered_bytes += piece.size_bytes;
  }
  return {};
}

Status FileSink::Flush() {
  if (!state_->first_error.ok() || state_->finished) return state_->first_error;
  return state_->Write({});
}

Status FileSink::Sync() {
  if (Status status = Flush(); !status.ok() || state_->finished) return status;
  const int error = state_->SyncBytes();
  return error == 0 ? Status() : state_->Fail("sync", "", error);
}

Status FileSink::Finish() {
  if (!state_->first_error.ok()) return state_->first_error;
  if (state_->finished) return Status::InvalidArgument("FileSink: Finish was called before; open a new sink");
  return state_->Complete();
}

}  // namespace inlay
