// Errors are values: Status, and Result<T> for calls that return something. The library throws nothing.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <inlay/export.h>

namespace inlay {

enum class StatusCode : uint8_t {
  kOk,
  kInvalidArgument,  // the caller's data, option or order of calls is wrong
  kNotImplemented,   // valid, but this build or version cannot do it
  kLimitExceeded,    // a limit of the format or of the options would be broken
  kOutOfMemory,      // an allocation failed
  kIoError,          // the operating system said no: os_errno() has its number where there is one
  kCorruptData,      // input bytes that break their format's rules
};

/// Name of a code in words: "invalid argument".
INLAY_EXPORT std::string_view StatusCodeName(StatusCode code);

/// What a call came to. A message says what is wrong, where (field path, row, byte offset) and what to do. Copying
/// never throws: without memory for the words, kind and number are what is kept.
class [[nodiscard]] INLAY_EXPORT Status {
 public:
  Status() = default;
  Status(const Status& other) noexcept : code_(other.code_), os_errno_(other.os_errno_) { CopyMessage(other); }
  Status(Status&&) noexcept = default;
  Status& operator=(const Status& other) noexcept { return *this = Status(other); }
  Status& operator=(Status&&) noexcept = default;
  ~Status() = default;
  static Status Ok() { return {}; }
  static Status InvalidArgument(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }
  static Status NotImplemented(std::string message) { return {StatusCode::kNotImplemented, std::move(message)}; }
  static Status LimitExceeded(std::string message) { return {StatusCode::kLimitExceeded, std::move(message)}; }
  static Status CorruptData(std::string message) { return {StatusCode::kCorruptData, std::move(message)}; }
  /// Allocates nothing.
  static Status OutOfMemory() { return {StatusCode::kOutOfMemory, {}}; }
  /// `os_errno` is 0 when no system call is behind it; otherwise its text is added to the message.
  static Status IoError(std::string message, int os_errno = 0);

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  int os_errno() const { return os_errno_; }
  const std::string& message() const { return message_; }
  /// "invalid argument: column 'price' ...", or "ok".
  std::string ToString() const;
  /// The same error with `context` and ": " before its message. Ok stays ok.
  Status WithContext(std::string_view context) const;

 private:
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  void CopyMessage(const Status& other) noexcept;

  StatusCode code_ = StatusCode::kOk;
  int os_errno_ = 0;
  std::string message_;
};

/// A value, or the error that stands in its place.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}
  /// Requires an error.
  Result(Status status) : state_(std::in_place_index<0>, std::move(status)) { assert(!this->status().ok()); }

  bool ok() const { return state_.index() == 1; }
  Status status() const { return ok() ? Status() : *std::get_if<0>(&state_); }

  /// These require ok().
  T& operator*() & { return *Get(); }
  const T& operator*() const& { return *Get(); }
  T&& operator*() && { return std::move(*Get()); }
  T* operator->() { return Get(); }
  const T* operator->() const { return Get(); }

 private:
  T* Get() {
    assert(ok());
    return std::get_if<1>(&state_);
  }
  const T* Get() const {
    assert(ok());
    return std::get_if<1>(&state_);
  }

  std::variant<Status, T> state_;
};

}  // namespace inlay
