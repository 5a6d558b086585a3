#include <gtest/gtest.h>
#include <inlay/executor.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace inlay {
namespace {

std::unique_ptr<ThreadPool> MustStart(int num_threads) {
  Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::Start(num_threads);
  EXPECT_TRUE(pool.ok()) << pool.status().ToString();
  return *std::move(pool);
}

// Each task writes only its own slot, without a lock: what Run promises makes that safe.
void ExpectEachOnce(Executor& executor, int64_t num_tasks) {
  std::vector<int> counts(static_cast<size_t>(num_tasks));
  executor.Run(
      num_tasks,
      [](void* context, int64_t index) { ++(*static_cast<std::vector<int>*>(context))[static_cast<size_t>(index)]; },
      &counts);
  EXPECT_EQ(counts, std::vector<int>(static_cast<size_t>(num_tasks), 1));
}

TEST(ThreadPool, RunsEachTaskOnce) {
  for (const int num_threads : {1, 2, 5, 16}) {
    const std::unique_ptr<ThreadPool> pool = MustStart(num_threads);
    for (const int64_t num_tasks : {0, 1, 2, 3, 7, 100, 5000}) ExpectEachOnce(*pool, num_tasks);
    for (int round = 0; round < 500; ++round) ExpectEachOnce(*pool, round % 5);
  }
}

TEST(ThreadPool, NegativeCountRunsNothing) {
  MustStart(2)->Run(
      -1, [](void*, int64_t) { FAIL(); }, nullptr);
}

TEST(ThreadPool, IdlePoolsStop) {
  for (int i = 0; i < 50; ++i) MustStart(4);
}

TEST(ThreadPool, ThreadsTakePart) {
  struct Seen {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    std::atomic<int> arrived{0};
  } seen;
  // Three tasks that wait for each other need three threads, the caller's among them.
  MustStart(3)->Run(
      3,
      [](void* context, int64_t) {
        auto* all = static_cast<Seen*>(context);
        {
          const std::lock_guard lock(all->mutex);
          all->ids.insert(std::this_thread::get_id());
        }
        ++all->arrived;
        while (all->arrived < 3) std::this_thread::yield();
      },
      &seen);
  EXPECT_EQ(seen.ids.size(), 3u);
  EXPECT_TRUE(seen.ids.contains(std::this_thread::get_id()));
}

TEST(ThreadPool, ManyCallersShareOne) {
  const std::unique_ptr<ThreadPool> pool = MustStart(3);
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&pool, i] {
      for (int round = 0; round < 100; ++round) ExpectEachOnce(*pool, (i * 7 + round) % 23);
    });
  }
  for (std::thread& caller : callers) caller.join();
}

#if defined(__GLIBC__)
TEST(ThreadPool, ThreadsTakeNoSignals) {
  const std::unique_ptr<ThreadPool> pool = MustStart(2);
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_FALSE(sigismember(&mine, SIGTERM)) << "the caller's mask must be as before";
  struct Masks {
    std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> arrived{0};
    std::atomic<bool> blocked{false};
  } masks;
  pool->Run(
      2,
      [](void* context, int64_t) {
        auto* all = static_cast<Masks*>(context);
        ++all->arrived;
        while (all->arrived < 2) std::this_thread::yield();
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        if (std::this_thread::get_id() != all->caller) all->blocked = sigismember(&mask, SIGTERM) == 1;
      },
      &masks);
  EXPECT_TRUE(masks.blocked);
}
#endif

TEST(ThreadPool, RefusesLessThanOneThread) {
  for (const int num_threads : {0, -1}) {
    EXPECT_EQ(ThreadPool::Start(num_threads).status().code(), StatusCode::kInvalidArgument);
  }
}

// In a child process of another user, whose number of threads can be limited.
TEST(ThreadPool, ThreadsThatCannotStartAreAnError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        if (geteuid() == 0 && setuid(61234) != 0) _exit(2);
        rlimit limit;
        limit.rlim_cur = limit.rlim_max = 4;
        if (setrlimit(RLIMIT_NPROC, &limit) != 0) _exit(3);
        const Status status = ThreadPool::Start(50).status();
        _exit(status.code() == StatusCode::kIoError && status.os_errno() == EAGAIN ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace inlay
