#include <inlay/status.h>

#include <cstdio>
#include <cstring>
#include <new>

namespace inlay {
namespace {

// strerror_r comes in two kinds: XSI returns an int and fills the buffer, GNU returns the text itself.
[[maybe_unused]] const char* ErrnoText(int result, const char* buffer) { return result == 0 ? buffer : "unknown"; }
[[maybe_unused]] const char* ErrnoText(const char* result, const char*) { return result; }

}  // namespace

std::string_view StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
      return "invalid argument";
    case StatusCode::kNotImplemented:
      return "not implemented";
    case StatusCode::kLimitExceeded:
      return "limit exceeded";
    case StatusCode::kOutOfMemory:
      return "out of memory";
    case StatusCode::kIoError:
      return "I/O error";
    case StatusCode::kCorruptData:
      return "corrupt data";
  }
  return "unknown status code";
}

Status Status::IoError(std::string message, int os_errno) {
  Status status(StatusCode::kIoError, std::move(message));
  status.os_errno_ = os_errno;
  if (os_errno == 0) return status;
  char buffer[128] = "";
  const char* text = ErrnoText(strerror_r(os_errno, buffer, sizeof(buffer)), buffer);
  try {
    status.message_.append(": ").append(text).append(" (errno ").append(std::to_string(os_errno)).append(")");
  } catch (const std::bad_alloc&) {
    // The number alone still says what happened.
  }
  return status;
}

void Status::CopyMessage(const Status& other) noexcept {
  try {
    message_ = other.message_;
  } catch (const std::bad_alloc&) {
    // As promised in the header.
  }
}

std::string Status::ToString() const {
  std::string text(StatusCodeName(code_));
  if (!message_.empty()) text.append(": ").append(message_);
  return text;
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return {};
  try {
    Status status(code_, std::string(context));
    status.os_errno_ = os_errno_;
    if (!message_.empty()) status.message_.append(": ").append(message_);
    return status;
  } catch (const std::bad_alloc&) {
    // Without memory for words, the kind of error and its number are what can be kept.
    Status status(code_, {});
    status.os_errno_ = os_errno_;
    return status;
  }
}

}  // namespace inlay
