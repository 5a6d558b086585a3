// Where parallel work runs.
#pragma once

#include <cstdint>
#include <memory>

#include <inlay/export.h>
#include <inlay/status.h>

namespace inlay {

/// Runs tasks that do not depend on each other. Options take an `Executor*`; null means inline, on the calling thread.
/// Output never depends on the executor: same input, same bytes.
class INLAY_EXPORT Executor {
 public:
  virtual ~Executor() = default;
  /// Calls `task(context, i)` once for each i in [0, num_tasks), in any order and on any threads, and returns when all
  /// have returned. Tasks do not throw. A task never calls back into its executor.
  virtual void Run(int64_t num_tasks, void (*task)(void* context, int64_t index), void* context) = 0;
};

/// A fixed number of threads of its own; the caller's thread takes part, so 1 starts none. Several writers may share
/// it.
class INLAY_EXPORT ThreadPool final : public Executor {
 public:
  /// `num_threads` >= 1. kOutOfMemory or kIoError when threads cannot be started.
  static Result<std::unique_ptr<ThreadPool>> Start(int num_threads);
  ~ThreadPool() override;
  void Run(int64_t num_tasks, void (*task)(void* context, int64_t index), void* context) override;

 private:
  struct State;
  explicit ThreadPool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inlay
