#include <gtest/gtest.h>
#include <inlay/status.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace inlay {
namespace {

TEST(Status, DefaultIsOk) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.ToString(), "ok");
  EXPECT_EQ(Status::Ok().os_errno(), 0);
}

TEST(Status, KeepsCodeAndMessage) {
  const Status status = Status::InvalidArgument("column 'price': 3 rows, expected 4");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "column 'price': 3 rows, expected 4");
  EXPECT_EQ(status.ToString(), "invalid argument: column 'price': 3 rows, expected 4");
  EXPECT_EQ(Status::NotImplemented("x").code(), StatusCode::kNotImplemented);
  EXPECT_EQ(Status::LimitExceeded("x").code(), StatusCode::kLimitExceeded);
  EXPECT_EQ(Status::CorruptData("x").code(), StatusCode::kCorruptData);
  EXPECT_EQ(Status::OutOfMemory().ToString(), "out of memory");
}

TEST(Status, EveryCodeHasItsOwnName) {
  std::vector<std::string_view> names;
  for (uint8_t code = 0; code <= static_cast<uint8_t>(StatusCode::kCorruptData); ++code) {
    names.push_back(StatusCodeName(static_cast<StatusCode>(code)));
    EXPECT_NE(names.back(), "unknown status code");
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Status, IoErrorAddsTheSystemsText) {
  const Status status = Status::IoError("cannot open 'x'", ENOENT);
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_EQ(status.os_errno(), ENOENT);
  EXPECT_EQ(status.message(), "cannot open 'x': No such file or directory (errno 2)");
  EXPECT_EQ(Status::IoError("socket closed").message(), "socket closed");
  EXPECT_EQ(Status::IoError("socket closed").os_errno(), 0);
}

TEST(Status, ContextGoesInFront) {
  const Status status = Status::IoError("cannot write", EPIPE).WithContext("row group 3");
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_EQ(status.os_errno(), EPIPE);
  EXPECT_EQ(status.message(), "row group 3: cannot write: Broken pipe (errno 32)");
  EXPECT_TRUE(Status().WithContext("row group 3").ok());
  EXPECT_EQ(Status::OutOfMemory().WithContext("page 7").ToString(), "out of memory: page 7");
}

TEST(Status, CopiesAndMoves) {
  const Status status = Status::IoError("a message that is too long to be kept inside the string", EPIPE);
  Status copy(status);
  EXPECT_EQ(copy.ToString(), status.ToString());
  EXPECT_EQ(copy.os_errno(), EPIPE);
  copy = Status();
  EXPECT_TRUE(copy.ok());
  copy = status;
  EXPECT_EQ(copy.ToString(), status.ToString());
  const Status& same = copy;
  copy = same;
  EXPECT_EQ(copy.ToString(), status.ToString());
  const Status moved = std::move(copy);
  EXPECT_EQ(moved.ToString(), status.ToString());
  static_assert(std::is_nothrow_copy_constructible_v<Status> && std::is_nothrow_copy_assignable_v<Status>);
  static_assert(std::is_nothrow_move_constructible_v<Status> && std::is_nothrow_move_assignable_v<Status>);
}

Result<std::unique_ptr<int>> Half(int value) {
  if (value % 2 != 0) return Status::InvalidArgument("odd");
  return std::make_unique<int>(value / 2);
}

TEST(Result, HoldsValueOrError) {
  Result<std::unique_ptr<int>> good = Half(4);
  ASSERT_TRUE(good.ok());
  EXPECT_TRUE(good.status().ok());
  EXPECT_EQ(**good, 2);
  const std::unique_ptr<int> moved = *std::move(good);
  EXPECT_EQ(*moved, 2);
  const Result<std::unique_ptr<int>> bad = Half(3);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(bad.status().message(), "odd");
}

TEST(Result, ArrowReachesMembers) {
  const Result<std::string> text = std::string("abc");
  EXPECT_EQ(text->size(), 3u);
}

}  // namespace
}  // namespace inlay
