#include <fcntl.h>
#include <gtest/gtest.h>
#include <inlay/sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/io/pieces.h"
#include "tests/io/temporary_folder.h"

namespace inlay {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  void CloseRead() { close(std::exchange(ends[0], -1)); }
  void CloseWrite() { close(std::exchange(ends[1], -1)); }
  std::array<int, 2> ends;
};

std::string ReadAll(int fd) {
  std::string all;
  std::array<char, 777> chunk;
  for (ssize_t n; (n = read(fd, chunk.data(), chunk.size())) > 0;) all.append(chunk.data(), static_cast<size_t>(n));
  return all;
}

// A blocking write to a small pipe is cut by signals, one to a non-blocking pipe by the pipe's size.
void ExpectAllArrives(Pipe& pipe, bool with_signals) {
  const std::string text = RandomText(400000, 3);
  std::vector<BufferView> pieces;
  for (size_t at = 0, step = 0; at < text.size(); at += step) {
    step = std::min(text.size() - at, at % 4099);
    if (step == 0) step = 1;
    pieces.push_back(View(std::string_view(text).substr(at, step)));
    pieces.push_back({});
  }
  Status status;
  std::thread writer([&] {
    FdSink sink(pipe.ends[1]);
    status = sink.Append(pieces);
    if (status.ok()) status = sink.Sync();
    if (status.ok()) status = sink.Finish();
    pipe.CloseWrite();
  });
  std::string received;
  if (with_signals) {
    for (int i = 0; i < 200; ++i) {
      pthread_kill(writer.native_handle(), SIGUSR1);
      std::array<char, 500> chunk;
      const ssize_t n = read(pipe.ends[0], chunk.data(), chunk.size());
      ASSERT_GE(n, 0);
      received.append(chunk.data(), static_cast<size_t>(n));
    }
  }
  received += ReadAll(pipe.ends[0]);
  writer.join();
  EXPECT_TRUE(status.ok()) << status.ToString();
  EXPECT_TRUE(received == text);
}

TEST(FdSink, SmallNonBlockingPipe) {
  Pipe pipe;
  fcntl(pipe.ends[1], F_SETPIPE_SZ, 4096);
  ASSERT_EQ(fcntl(pipe.ends[1], F_SETFL, O_NONBLOCK), 0);
  ExpectAllArrives(pipe, false);
}

TEST(FdSink, InterruptedWrites) {
  struct sigaction action = {};
  struct sigaction old;
  action.sa_handler = [](int) {};  // and no SA_RESTART
  ASSERT_EQ(sigaction(SIGUSR1, &action, &old), 0);
  Pipe pipe;
  fcntl(pipe.ends[1], F_SETPIPE_SZ, 4096);
  ExpectAllArrives(pipe, true);
  sigaction(SIGUSR1, &old, nullptr);
}

TEST(FdSink, Socket) {
  std::array<int, 2> ends;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  Pipe pipe;
  pipe.CloseRead();
  pipe.CloseWrite();
  pipe.ends = ends;
  ExpectAllArrives(pipe, false);
}

TEST(FdSink, ErrorsSurfaceAndStick) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  FdSink sink(full);
  EXPECT_TRUE(sink.Append({}).ok());
  EXPECT_EQ(AppendText(sink, "x").os_errno(), ENOSPC);
  EXPECT_EQ(sink.Append({}).os_errno(), ENOSPC);
  EXPECT_EQ(sink.Flush().os_errno(), ENOSPC);
  EXPECT_EQ(sink.Sync().os_errno(), ENOSPC);
  EXPECT_EQ(sink.Finish().os_errno(), ENOSPC);
  close(full);

  FdSink closed(full);
  EXPECT_EQ(AppendText(closed, "x").os_errno(), EBADF);
  EXPECT_EQ(FdSink(-1).Sync().os_errno(), EBADF);
}

TEST(FdSink, ReaderThatGoesAway) {
  auto* old = std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.CloseRead();
  FdSink sink(pipe.ends[1]);
  const Status status = AppendText(sink, "x");
  EXPECT_EQ(status.os_errno(), EPIPE);
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  std::signal(SIGPIPE, old);
}

TEST(FdSink, LeavesTheDescriptorOpen) {
  const TemporaryFolder folder;
  const int fd = open(folder.Path("x").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  {
    FdSink sink(fd);
    EXPECT_TRUE(AppendText(sink, "abc").ok());
    EXPECT_TRUE(sink.Sync().ok());
    EXPECT_TRUE(sink.Finish().ok());
  }
  EXPECT_EQ(write(fd, "d", 1), 1);
  close(fd);
  EXPECT_EQ(folder.Get("x"), "abcd");
}

TEST(BufferSink, KeepsAllPieces) {
  BufferSink sink;
  std::string expected;
  for (size_t i = 0; i < 300; ++i) {
    const std::string text = RandomText(i, i);
    const BufferView pieces[] = {View(text), {}, View("-")};
    ASSERT_TRUE(sink.Append(pieces).ok());
    expected += text + "-";
  }
  EXPECT_EQ(std::string(sink.bytes().begin(), sink.bytes().end()), expected);
  const std::vector<uint8_t> released = sink.Release();
  EXPECT_EQ(std::string(released.begin(), released.end()), expected);
  EXPECT_TRUE(sink.bytes().empty());
  EXPECT_TRUE(sink.Finish().ok());
}

TEST(BufferSink, ImpossibleSizes) {
  BufferSink sink;
  ASSERT_TRUE(AppendText(sink, "abc").ok());
  const BufferView huge = {nullptr, INT64_MAX};
  EXPECT_EQ(sink.Append({&huge, 1}).code(), StatusCode::kOutOfMemory);
  const BufferView both[] = {huge, huge};
  EXPECT_EQ(sink.Append(both).code(), StatusCode::kInvalidArgument);
  const BufferView negative = {nullptr, -5};
  EXPECT_EQ(sink.Append({&negative, 1}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(sink.bytes(), (std::vector<uint8_t>{'a', 'b', 'c'}));
}

TEST(CallbackSink, CallsForEachPieceUntilTheFirstError) {
  std::string received;
  CallbackSink sink([&](BufferView piece) -> Status {
    if (received.size() >= 4) return Status::IoError("peer is gone");
    received.append(reinterpret_cast<const char*>(piece.data), static_cast<size_t>(piece.size_bytes));
    return {};
  });
  const BufferView pieces[] = {View("ab"), {}, View("cd")};
  ASSERT_TRUE(sink.Append(pieces).ok());
  EXPECT_EQ(sink.Append(pieces).message(), "peer is gone");
  received.clear();
  EXPECT_EQ(sink.Append(pieces).message(), "peer is gone");
  EXPECT_EQ(sink.Finish().message(), "peer is gone");
  EXPECT_EQ(received, "");
  EXPECT_EQ(AppendText(*std::make_unique<CallbackSink>(nullptr), "x").code(), StatusCode::kInvalidArgument);
}

TEST(NullSink, Counts) {
  NullSink sink;
  const BufferView pieces[] = {View("ab"), {}, View("cde")};
  ASSERT_TRUE(sink.Append(pieces).ok());
  ASSERT_TRUE(sink.Append(pieces).ok());
  EXPECT_TRUE(sink.Finish().ok());
  EXPECT_EQ(sink.num_bytes(), 10);
}

}  // namespace
}  // namespace inlay
