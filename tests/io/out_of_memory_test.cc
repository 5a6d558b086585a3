// Each call of operator new fails once, for every call there is: the result is kOutOfMemory, or the same error with
// fewer words, never an exception, and nothing is left behind.
#include <gtest/gtest.h>
#include <inlay/codec.h>
#include <inlay/executor.h>
#include <inlay/sink.h>
#include <inlay/source.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tests/io/pieces.h"
#include "tests/io/temporary_folder.h"

namespace {

constexpr int64_t kNever = INT64_MAX;
constexpr size_t kMaxNewBytes = size_t{1}
                                << 40;  // what no machine has; a sanitizer's operator new would end the program
thread_local int64_t news_until_failure = kNever;
thread_local bool new_failed = false;

}  // namespace

// Not inlined, or GCC takes their malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(size_t size_bytes) {
  if (news_until_failure != kNever && news_until_failure-- == 0) {
    news_until_failure = kNever;
    new_failed = true;
    throw std::bad_alloc();
  }
  void* memory = size_bytes > kMaxNewBytes ? nullptr : std::malloc(size_bytes > 0 ? size_bytes : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace inlay {
namespace {

// Runs `action` with the k-th operator new failing, for every k until none fails. `check` sees each status that came
// out of a run in which one failed.
void FailEachNew(const std::function<Status()>& action, const std::function<void(const Status&)>& check) {
  for (int64_t k = 0; k < 1000; ++k) {
    new_failed = false;
    news_until_failure = k;
    const Status status = action();
    news_until_failure = kNever;
    if (!new_failed) {
      EXPECT_GT(k, 0) << "nothing was allocated, so nothing was tested";
      return;
    }
    SCOPED_TRACE("operator new number " + std::to_string(k));
    check(status);
  }
  FAIL() << "no end of allocations";
}

void ExpectOutOfMemory(const Status& status) { EXPECT_EQ(status.code(), StatusCode::kOutOfMemory); }

void ExpectOutOfMemoryOr(StatusCode code, const Status& status) {
  EXPECT_TRUE(status.code() == StatusCode::kOutOfMemory || status.code() == code) << status.ToString();
}

TEST(OutOfMemory, FileSink) {
  const TemporaryFolder folder;
  folder.Put("old", "older");
  const std::string path = folder.Path("old");
  FailEachNew(
      [&]() -> Status {
        Result<std::unique_ptr<FileSink>> sink = FileSink::Open(path);
        if (!sink.ok()) return sink.status();
        if (Status status = AppendText(**sink, "newer"); !status.ok()) return status;
        return (*sink)->Finish();
      },
      [&](const Status& status) {
        ExpectOutOfMemory(status);
        EXPECT_EQ(folder.Names(), std::vector<std::string>{"old"});
        EXPECT_EQ(folder.Get("old"), "older");
      });
  EXPECT_EQ(folder.Get("old"), "newer");
}

TEST(OutOfMemory, ErrorsOfFileSink) {
  const std::string full = "/dev/full";
  const std::string absent = "/no-such-folder-here/name-that-is-not-short";
  FailEachNew(
      [&]() -> Status {
        Result<std::unique_ptr<FileSink>> sink = FileSink::Open(full, {.buffer_bytes = 0});
        return sink.ok() ? AppendText(**sink, "x") : sink.status();
      },
      [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kIoError, status); });
  FailEachNew([&] { return FileSink::Open(absent).status(); },
              [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kIoError, status); });
}

TEST(OutOfMemory, OtherSinks) {
  const std::string text(100, 'x');
  FailEachNew(
      [&] {
        BufferSink sink;
        return AppendText(sink, text);
      },
      ExpectOutOfMemory);
  FailEachNew(
      [&] {
        FdSink sink(-1);
        return AppendText(sink, text);
      },
      [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kIoError, status); });
}

TEST(OutOfMemory, BufferSinkStaysAsItWas) {
  BufferSink sink;
  ASSERT_TRUE(AppendText(sink, "abc").ok());
  const BufferView large = {nullptr, INT64_MAX / 4};  // below what a vector may hold, above what there is
  ExpectOutOfMemory(sink.Append({&large, 1}));
  EXPECT_EQ(sink.bytes(), (std::vector<uint8_t>{'a', 'b', 'c'}));
}

TEST(OutOfMemory, Sources) {
  const TemporaryFolder folder;
  folder.Put("x", "abc");
  const std::string path = folder.Path("x");
  const std::string absent = folder.Path("a-file-that-does-not-exist");
  for (const auto open : {OpenFileSource, OpenMappedSource}) {
    FailEachNew([&] { return open(path).status(); }, ExpectOutOfMemory);
    FailEachNew([&] { return open(absent).status(); },
                [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kIoError, status); });
    const Result<std::unique_ptr<Source>> source = open(path);
    ASSERT_TRUE(source.ok());
    std::vector<uint8_t> out(10);
    FailEachNew([&] { return (*source)->ReadAt(0, out); },
                [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kCorruptData, status); });
  }
}

TEST(OutOfMemory, ThreadPoolAndCodecNames) {
  FailEachNew([] { return ThreadPool::Start(3).status(); }, ExpectOutOfMemory);
  FailEachNew([] { return ThreadPool::Start(-1000000).status(); },
              [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kInvalidArgument, status); });
  FailEachNew([] { return CodecFromName("brotli").status(); },
              [](const Status& status) { ExpectOutOfMemoryOr(StatusCode::kInvalidArgument, status); });
  FailEachNew(
      [] {
        return ValidateCompression({Codec::kSnappy, 3});
      },
      [](const Status& status) {
        EXPECT_NE(status.code(), StatusCode::kOk);
        EXPECT_NE(status.code(), StatusCode::kIoError);
      });
}

TEST(OutOfMemory, StatusKeepsItsNumber) {
  const std::string message = "a message that is too long to be kept inside the string itself";
  FailEachNew(
      [&] {
        std::string copy;
        const int64_t left = std::exchange(news_until_failure, kNever);
        copy = message;
        news_until_failure = left;
        return Status::IoError(std::move(copy), ENOSPC);
      },
      [](const Status& status) {
        EXPECT_EQ(status.code(), StatusCode::kIoError);
        EXPECT_EQ(status.os_errno(), ENOSPC);
      });
  const Status inner = Status::IoError("short", ENOSPC);
  FailEachNew([&] { return inner.WithContext(message); },
              [](const Status& status) {
                EXPECT_EQ(status.code(), StatusCode::kIoError);
                EXPECT_EQ(status.os_errno(), ENOSPC);
              });
}

}  // namespace
}  // namespace inlay
