#include <fcntl.h>
#include <gtest/gtest.h>
#include <inlay/sink.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/io/pieces.h"
#include "tests/io/temporary_folder.h"

namespace inlay {
namespace {

using Names = std::vector<std::string>;

std::unique_ptr<FileSink> MustOpen(const std::string& path, const FileSink::Options& options = {}) {
  Result<std::unique_ptr<FileSink>> sink = FileSink::Open(path, options);
  EXPECT_TRUE(sink.ok()) << sink.status().ToString();
  return sink.ok() ? *std::move(sink) : nullptr;
}

mode_t ModeOf(const std::string& path) {
  struct stat info;
  EXPECT_EQ(stat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

size_t NumOpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

// No file of this process grows beyond `size_bytes`: what a full disk does, without needing one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size_bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &old_), 0);
    rlimit limit = {.rlim_cur = size_bytes, .rlim_max = old_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &old_), 0);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_;
  void (*old_handler_)(int);
};

TEST(FileSink, AppearsOnlyWithFinish) {
  const TemporaryFolder folder;
  const size_t descriptors = NumOpenDescriptors();
  for (const bool durable : {true, false}) {
    for (const int64_t buffer_bytes : {0, 1, 100, 1 << 20}) {
      const std::string name = "a" + std::to_string(durable) + std::to_string(buffer_bytes);
      auto sink = MustOpen(folder.Path(name), {.durable = durable, .buffer_bytes = buffer_bytes});
      std::string expected;
      for (size_t i = 0; i < 50; ++i) {
        const std::string text = RandomText(i * i % 211, i);
        const BufferView pieces[] = {View(text), {}, View("|"), View(text)};
        ASSERT_TRUE(sink->Append(pieces).ok());
        expected += text + "|" + text;
        if (i % 20 == 0) {
          ASSERT_TRUE(sink->Flush().ok());
        }
        if (i % 30 == 0) {
          ASSERT_TRUE(sink->Sync().ok());
        }
        ASSERT_FALSE(std::filesystem::exists(folder.Path(name)));
      }
      ASSERT_TRUE(sink->Finish().ok());
      EXPECT_EQ(folder.Get(name), expected);
    }
  }
  EXPECT_EQ(folder.Names().size(), 8u);
  EXPECT_EQ(NumOpenDescriptors(), descriptors);
}

TEST(FileSink, EmptyFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(MustOpen(folder.Path("empty"))->Finish().ok());
  EXPECT_EQ(folder.Get("empty"), "");
}

TEST(FileSink, MorePiecesThanOneSystemCallTakes) {
  const TemporaryFolder folder;
  const std::string text = RandomText(5000, 1);
  std::vector<BufferView> pieces;
  for (const char& c : text) pieces.push_back(View({&c, 1}));
  auto sink = MustOpen(folder.Path("many"), {.buffer_bytes = 10});
  ASSERT_TRUE(AppendText(*sink, "ab").ok());
  ASSERT_TRUE(sink->Append(pieces).ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(folder.Get("many"), "ab" + text);
}

TEST(FileSink, DroppedLeavesNothingAndTheOlderFile) {
  const TemporaryFolder folder;
  folder.Put("old", "older");
  const size_t descriptors = NumOpenDescriptors();
  for (const char* name : {"old", "new"}) {
    auto sink = MustOpen(folder.Path(name));
    ASSERT_TRUE(AppendText(*sink, "newer").ok());
    ASSERT_TRUE(sink->Sync().ok());
  }
  EXPECT_EQ(folder.Names(), Names{"old"});
  EXPECT_EQ(folder.Get("old"), "older");
  EXPECT_EQ(NumOpenDescriptors(), descriptors);
}

TEST(FileSink, ReplacesAndKeepsTheMode) {
  const TemporaryFolder folder;
  const mode_t old_umask = umask(027);
  ASSERT_TRUE(MustOpen(folder.Path("new"))->Finish().ok());
  EXPECT_EQ(ModeOf(folder.Path("new")), 0640u);
  for (const mode_t mode : {0600, 0666, 0444}) {
    folder.Put("old" + std::to_string(mode), "older");
    ASSERT_EQ(chmod(folder.Path("old" + std::to_string(mode)).c_str(), mode), 0);
    auto sink = MustOpen(folder.Path("old" + std::to_string(mode)));
    ASSERT_TRUE(AppendText(*sink, "newer").ok());
    ASSERT_TRUE(sink->Finish().ok());
    EXPECT_EQ(folder.Get("old" + std::to_string(mode)), "newer");
    EXPECT_EQ(ModeOf(folder.Path("old" + std::to_string(mode))), mode);
  }
  umask(old_umask);
}

TEST(FileSink, ReplaceFalseSparesAnExistingFile) {
  const TemporaryFolder folder;
  folder.Put("taken", "older");
  const Result<std::unique_ptr<FileSink>> refused = FileSink::Open(folder.Path("taken"), {.replace = false});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), StatusCode::kIoError);
  EXPECT_EQ(refused.status().os_errno(), EEXIST);
  EXPECT_NE(refused.status().message().find("taken"), std::string::npos);

  auto late = MustOpen(folder.Path("late"), {.replace = false});
  folder.Put("late", "was faster");
  EXPECT_EQ(late->Finish().os_errno(), EEXIST);
  EXPECT_EQ(folder.Get("late"), "was faster");

  auto free = MustOpen(folder.Path("free"), {.replace = false});
  ASSERT_TRUE(free->Finish().ok());
  EXPECT_EQ(folder.Names(), (Names{"free", "late", "taken"}));
}

TEST(FileSink, AFullDiskSurfacesAndSticks) {
  const TemporaryFolder folder;
  folder.Put("old", "older");
  const size_t descriptors = NumOpenDescriptors();
  for (const int64_t buffer_bytes : {0, 64, 1 << 20}) {
    for (const rlim_t limit_bytes : {0, 1, 1000, 4096, 9999}) {
      const FileSizeLimit limit(limit_bytes);
      auto sink = MustOpen(folder.Path("old"), {.buffer_bytes = buffer_bytes});
      Status first;
      for (int i = 0; i < 100 && first.ok(); ++i) first = AppendText(*sink, std::string(100, 'x'));
      if (first.ok()) first = sink->Finish();
      EXPECT_EQ(first.code(), StatusCode::kIoError);
      EXPECT_EQ(first.os_errno(), EFBIG);
      EXPECT_NE(first.message().find("at byte " + std::to_string(limit_bytes)), std::string::npos) << first.ToString();
      EXPECT_EQ(folder.Names(), Names{"old"}) << "room must be given back at once";
      EXPECT_EQ(AppendText(*sink, "x").message(), first.message());
      EXPECT_EQ(sink->Flush().message(), first.message());
      EXPECT_EQ(sink->Sync().message(), first.message());
      EXPECT_EQ(sink->Finish().message(), first.message());
    }
  }
  EXPECT_EQ(folder.Get("old"), "older");
  EXPECT_EQ(NumOpenDescriptors(), descriptors);
}

TEST(FileSink, RenameThatFailsSurfaces) {
  const TemporaryFolder folder;
  auto sink = MustOpen(folder.Path("x"));
  ASSERT_TRUE(AppendText(*sink, "new").ok());
  std::filesystem::create_directory(folder.Path("x"));
  const Status status = sink->Finish();
  EXPECT_EQ(status.os_errno(), EISDIR);
  EXPECT_EQ(sink->Finish().os_errno(), EISDIR);
  EXPECT_EQ(folder.Names(), Names{"x"});

  auto robbed = MustOpen(folder.Path("y"));
  for (const std::string& name : folder.Names()) {
    if (name.starts_with(".y.")) std::filesystem::remove(folder.Path(name));
  }
  EXPECT_EQ(robbed->Finish().os_errno(), ENOENT);
  EXPECT_EQ(folder.Names(), Names{"x"});
}

TEST(FileSink, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(FileSink::Open("").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSink::Open(folder.Path("a") + '\0' + "b").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSink::Open(folder.Path("")).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSink::Open("..").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSink::Open(folder.Path("x"), {.buffer_bytes = -1}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSink::Open(folder.Path("x"), {.buffer_bytes = INT64_MAX}).status().code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(FileSink::Open(folder.Path("no/x")).status().os_errno(), ENOENT);
  EXPECT_EQ(FileSink::Open(folder.Path(std::string(300, 'n'))).status().os_errno(), ENAMETOOLONG);
  folder.Put("file", "");
  EXPECT_EQ(FileSink::Open(folder.Path("file/x")).status().os_errno(), ENOTDIR);
  std::filesystem::create_directory(folder.Path("folder"));
  EXPECT_EQ(FileSink::Open(folder.Path("folder")).status().os_errno(), EISDIR);
  EXPECT_EQ(FileSink::Open("/proc/no-file-can-be-made-here").status().code(), StatusCode::kIoError);
  EXPECT_EQ(folder.Names(), (Names{"file", "folder"}));
}

TEST(FileSink, LongNames) {
  const TemporaryFolder folder;
  std::string umlauts;
  for (int i = 0; i < 127; ++i) umlauts += "\xC3\xA4";
  for (const std::string& name : {std::string(255, 'n'), "x" + umlauts}) {
    ASSERT_TRUE(MustOpen(folder.Path(name))->Finish().ok());
    EXPECT_EQ(folder.Get(name), "");
  }
  EXPECT_EQ(folder.Names().size(), 2u);
}

TEST(FileSink, CallsAfterFinishAreErrors) {
  const TemporaryFolder folder;
  auto sink = MustOpen(folder.Path("x"));
  ASSERT_TRUE(AppendText(*sink, "abc").ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(sink->Finish().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(AppendText(*sink, "d").code(), StatusCode::kInvalidArgument);
  sink.reset();
  EXPECT_EQ(folder.Get("x"), "abc");
}

TEST(FileSink, NegativeSizesAreRefused) {
  const TemporaryFolder folder;
  auto sink = MustOpen(folder.Path("x"));
  const BufferView piece = {nullptr, -1};
  EXPECT_EQ(sink->Append({&piece, 1}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(sink->Finish().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(folder.Names(), Names{});
}

TEST(FileSink, FollowsSymbolicLinks) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.Path("elsewhere"));
  folder.Put("elsewhere/file", "older");
  std::filesystem::create_symlink("elsewhere/file", folder.Path("link"));
  std::filesystem::create_symlink(folder.Path("link"), folder.Path("chain"));
  auto sink = MustOpen(folder.Path("chain"));
  ASSERT_TRUE(AppendText(*sink, "newer").ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder.Path("chain")));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.Path("link")));
  EXPECT_FALSE(std::filesystem::is_symlink(folder.Path("elsewhere/file")));
  EXPECT_EQ(folder.Get("elsewhere/file"), "newer");

  std::filesystem::create_symlink("elsewhere/made", folder.Path("dangling"));
  ASSERT_TRUE(MustOpen(folder.Path("dangling"))->Finish().ok());
  EXPECT_EQ(folder.Get("elsewhere/made"), "");

  std::filesystem::create_symlink("b", folder.Path("a"));
  std::filesystem::create_symlink("a", folder.Path("b"));
  EXPECT_EQ(FileSink::Open(folder.Path("a")).status().os_errno(), ELOOP);
}

TEST(FileSink, SurvivesAChangeOfTheWorkingFolder) {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.Path("."));
  auto sink = MustOpen("relative");
  std::filesystem::current_path(before);
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(folder.Names(), Names{"relative"});
}

TEST(FileSink, TwoSinksForOneNameDoNotMix) {
  const TemporaryFolder folder;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&folder, i] {
      for (int round = 0; round < 10; ++round) {
        auto sink = MustOpen(folder.Path("x"), {.durable = false, .buffer_bytes = 3});
        for (int k = 0; k < 20; ++k) EXPECT_TRUE(AppendText(*sink, std::string(100, static_cast<char>('a' + i))).ok());
        EXPECT_TRUE(sink->Finish().ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(folder.Names(), Names{"x"});
  const std::string text = folder.Get("x");
  EXPECT_EQ(text, std::string(2000, text[0]));
}

TEST(FileSink, DevicesAreWrittenStraight) {
  auto sink = MustOpen("/dev/null");
  ASSERT_TRUE(AppendText(*sink, std::string(1 << 20, 'x')).ok());
  ASSERT_TRUE(sink->Sync().ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(FileSink::Open("/dev/null", {.replace = false}).status().os_errno(), EEXIST);

  auto full = MustOpen("/dev/full");
  ASSERT_TRUE(AppendText(*full, "x").ok());
  EXPECT_EQ(full->Finish().os_errno(), ENOSPC);
  EXPECT_EQ(full->Finish().os_errno(), ENOSPC);
}

TEST(FileSink, FifoIsWrittenStraight) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo(folder.Path("fifo").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] { received = folder.Get("fifo"); });
  const std::string text = RandomText(300000, 4);
  auto sink = MustOpen(folder.Path("fifo"));
  EXPECT_TRUE(AppendText(*sink, text).ok());
  EXPECT_TRUE(sink->Finish().ok());
  reader.join();
  EXPECT_EQ(received, text);
  EXPECT_TRUE(std::filesystem::is_fifo(folder.Path("fifo")));
  EXPECT_EQ(folder.Names(), Names{"fifo"});
}

TEST(FileSink, NamesOfDescriptorsContinueWhereTheyStand) {
  const TemporaryFolder folder;
  const int fd = open(folder.Path("log").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(write(fd, "before ", 7), 7);
  auto sink = MustOpen("/dev/fd/" + std::to_string(fd));
  ASSERT_TRUE(AppendText(*sink, "inside").ok());
  ASSERT_TRUE(sink->Finish().ok());
  ASSERT_EQ(write(fd, " after", 6), 6) << "the caller's descriptor must stay open";
  close(fd);
  EXPECT_EQ(folder.Get("log"), "before inside after");
  EXPECT_EQ(FileSink::Open("/dev/fd/" + std::to_string(fd)).status().os_errno(), EBADF);
  EXPECT_TRUE(MustOpen("/dev/stdout")->Finish().ok());
}

// Root may write everywhere, so the test takes another identity in a child process.
TEST(FileSink, FolderThatMayNotBeWritten) {
  const TemporaryFolder folder;
  folder.Put("old", "older");
  ASSERT_EQ(chmod(folder.Path(".").c_str(), 0555), 0);
  EXPECT_EXIT(
      {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
        const Status status = FileSink::Open(folder.Path("old")).status();
        _exit(status.code() == StatusCode::kIoError && status.os_errno() == EACCES ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  ASSERT_EQ(chmod(folder.Path(".").c_str(), 0755), 0);
  EXPECT_EQ(folder.Get("old"), "older");
}

}  // namespace
}  // namespace inlay
