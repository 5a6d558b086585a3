// Random access to a file, a mapped file and memory.
#include <fcntl.h>
#include <inlay/source.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace inlay {
namespace {

static_assert(sizeof(off_t) == 8, "files are larger than 2 GiB: build with _FILE_OFFSET_BITS=64");

constexpr size_t kMaxBytesPerCall = size_t{1} << 30;  // Linux cuts a read at 2 GiB

// Offsets come out of files, so they may be anything.
Status CheckRange(int64_t offset_bytes, size_t num_bytes, int64_t size_bytes) {
  if (offset_bytes >= 0 && offset_bytes <= size_bytes &&
      num_bytes <= static_cast<uint64_t>(size_bytes - offset_bytes)) {
    return {};
  }
  return Status::CorruptData("read of " + std::to_string(num_bytes) + " bytes at offset " +
                             std::to_string(offset_bytes) + " is outside the " + std::to_string(size_bytes) +
                             " bytes there are; the input is cut off or its offsets are wrong");
}

// A descriptor that is closed with it.
class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&&) = delete;
  ~OwnedFd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct OpenedFile {
  OwnedFd fd;
  int64_t size_bytes;
};

Result<OpenedFile> OpenRegularFile(const std::string& path) {
  if (path.find('\0') != std::string::npos) return Status::InvalidArgument("the path holds a NUL byte; remove it");
  int opened;
  do {
    // Without O_NONBLOCK the open of a FIFO would wait for a writer, only to be refused below.
    opened = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (opened < 0 && errno == EINTR);
  if (opened < 0) return Status::IoError("cannot open '" + path + "' for reading", errno);
  OwnedFd fd(opened);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return Status::IoError("cannot look at '" + path + "'", errno);
  if (S_ISDIR(info.st_mode)) return Status::IoError("cannot read '" + path + "'", EISDIR);
  if (!S_ISREG(info.st_mode)) {
    return Status::InvalidArgument("'" + path +
                                   "' is no regular file, and only these can be read at any offset; copy it to one");
  }
  return OpenedFile{std::move(fd), info.st_size};
}

class FileSource final : public Source {
 public:
  FileSource(OpenedFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  int64_t size_bytes() const override { return file_.size_bytes; }

  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override try {
    if (Status status = CheckRange(offset_bytes, out.size(), file_.size_bytes); !status.ok()) {
      return status.WithContext("'" + path_ + "'");
    }
    while (!out.empty()) {
      const ssize_t num_read = pread(file_.fd.get(), out.data(), std::min(out.size(), kMaxBytesPerCall), offset_bytes);
      if (num_read < 0 && errno == EINTR) continue;
      if (num_read < 0) {
        return Status::IoError("cannot read '" + path_ + "' at byte " + std::to_string(offset_bytes), errno);
      }
      if (num_read == 0) {
        return Status::CorruptData("'" + path_ + "' became shorter while it was read: it ends before byte " +
                                   std::to_string(offset_bytes) + "; open it again");
      }
      offset_bytes += num_read;
      out = out.subspan(static_cast<size_t>(num_read));
    }
    return {};
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory();
  }

 private:
  OpenedFile file_;
  std::string path_;
};

class BufferSource : public Source {
 public:
  explicit BufferSource(BufferView bytes) : bytes_(bytes) {}

  int64_t size_bytes() const override { return bytes_.size_bytes; }

  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override try {
    if (Status status = CheckRange(offset_bytes, out.size(), bytes_.size_bytes); !status.ok()) return status;
    if (!out.empty()) std::memcpy(out.data(), bytes_.data + offset_bytes, out.size());
    return {};
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory();
  }

  BufferView mapped() const override { return bytes_; }

 private:
  BufferView bytes_;
};

class MappedSource final : public BufferSource {
 public:
  explicit MappedSource(BufferView bytes) : BufferSource(bytes) {}
  MappedSource(const MappedSource&) = delete;
  MappedSource& operator=(const MappedSource&) = delete;
  ~MappedSource() override {
    if (size_bytes() > 0) munmap(const_cast<uint8_t*>(mapped().data), static_cast<size_t>(size_bytes()));
  }
};

}  // namespace

Result<std::unique_ptr<Source>> OpenFileSource(const std::string& path) try {
  Result<OpenedFile> file = OpenRegularFile(path);
  if (!file.ok()) return file.status();
  return std::unique_ptr<Source>(std::make_unique<FileSource>(*std::move(file), path));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::unique_ptr<Source>> OpenMappedSource(const std::string& path) try {
  Result<OpenedFile> file = OpenRegularFile(path);
  if (!file.ok()) return file.status();
  if (file->size_bytes == 0) return std::unique_ptr<Source>(std::make_unique<BufferSource>(BufferView{}));
  if (static_cast<uint64_t>(file->size_bytes) > PTRDIFF_MAX) {
    return Status::LimitExceeded("'" + path + "' is larger than the address space; use OpenFileSource");
  }
  const auto size = static_cast<size_t>(file->size_bytes);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, file->fd.get(), 0);
  if (memory == MAP_FAILED) {
    return errno == ENOMEM ? Status::OutOfMemory()
                           : Status::IoError("cannot map '" + path + "'; use OpenFileSource", errno);
  }
  try {
    return std::unique_ptr<Source>(
        std::make_unique<MappedSource>(BufferView{static_cast<const uint8_t*>(memory), file->size_bytes}));
  } catch (const std::bad_alloc&) {
    munmap(memory, size);
    return Status::OutOfMemory();
  }
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

std::unique_ptr<Source> MakeBufferSource(BufferView bytes) {
  return std::unique_ptr<Source>(new (std::nothrow) BufferSource(bytes));
}

}  // namespace inlay
