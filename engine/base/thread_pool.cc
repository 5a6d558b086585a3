// Threads, locks and conditions are POSIX's own: they report by return value where those of the standard library throw.
#include <inlay/executor.h>
#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace inlay {
namespace {

class Condition;

// Initialised statically, so it cannot fail; locking fails only on misuse.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { pthread_mutex_destroy(&mutex_); }
  void Lock() { pthread_mutex_lock(&mutex_); }
  void Unlock() { pthread_mutex_unlock(&mutex_); }

 private:
  friend Condition;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

class Condition {
 public:
  Condition() = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  ~Condition() { pthread_cond_destroy(&condition_); }
  // Requires the lock; may return without a signal.
  void Wait(Mutex& mutex) { pthread_cond_wait(&condition_, &mutex.mutex_); }
  void Signal() { pthread_cond_signal(&condition_); }
  void Broadcast() { pthread_cond_broadcast(&condition_); }

 private:
  pthread_cond_t condition_ = PTHREAD_COND_INITIALIZER;
};

// One call of Run, on its caller's stack. In the pool's list while it has tasks that nobody took.
struct Job {
  int64_t num_tasks;
  void (*task)(void* context, int64_t index);
  void* context;
  int64_t num_taken = 0;
  int64_t num_done = 0;
  Job* next = nullptr;
  Condition all_done;
};

// Starts a thread that takes no signals, so that the program's handlers stay on the program's threads (glibc 2.32 and
// later; elsewhere it inherits the mask of its starter). Returns 0 or an errno.
int StartThread(pthread_t* thread, void* (*work)(void*), void* context) {
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes); error != 0) return error;
  int error = 0;
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
  sigset_t all;
  sigfillset(&all);
  error = pthread_attr_setsigmask_np(&attributes, &all);
#endif
  if (error == 0) error = pthread_create(thread, &attributes, work, context);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace

// Tasks are large (a column chunk, a file), so one mutex around the taking of each costs nothing that could be
// measured.
struct ThreadPool::State {
  ~State();

  void Enqueue(Job* job);
  void RunNextOf(Job* job);
  void Unlink(Job* job);
  void WorkUntilStopped();

  Mutex mutex;
  Condition work_or_stop;
  Job* first = nullptr;  // oldest job
  bool stopped = false;
  std::vector<pthread_t> threads;
};

ThreadPool::State::~State() {
  mutex.Lock();
  stopped = true;
  work_or_stop.Broadcast();
  mutex.Unlock();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}

void ThreadPool::State::Enqueue(Job* job) {
  Job** end = &first;
  while (*end != nullptr) end = &(*end)->next;
  *end = job;
}

void ThreadPool::State::Unlink(Job* job) {
  Job** link = &first;
  while (*link != job) link = &(*link)->next;
  *link = job->next;
}

// Requires that `job` has a task that nobody took, and the lock; gives it up while the task runs.
void ThreadPool::State::RunNextOf(Job* job) {
  const int64_t index = job->num_taken++;
  if (job->num_taken == job->num_tasks) Unlink(job);
  mutex.Unlock();
  job->task(job->context, index);
  mutex.Lock();
  // Under the lock, because the job is gone as soon as its caller sees the last task done.
  if (++job->num_done == job->num_tasks) job->all_done.Signal();
}

void ThreadPool::State::WorkUntilStopped() {
  mutex.Lock();
  for (;;) {
    if (first != nullptr) {
      RunNextOf(first);
    } else if (stopped) {
      break;
    } else {
      work_or_stop.Wait(mutex);
    }
  }
  mutex.Unlock();
}

ThreadPool::ThreadPool(std::unique_ptr<State> state) : state_(std::move(state)) {}
ThreadPool::~ThreadPool() = default;

Result<std::unique_ptr<ThreadPool>> ThreadPool::Start(int num_threads) try {
  if (num_threads < 1) {
    return Status::InvalidArgument("ThreadPool: " + std::to_string(num_threads) + " threads; use 1 or more");
  }
  auto state = std::make_unique<State>();
  state->threads.reserve(static_cast<size_t>(num_threads - 1));
  for (int i = 1; i < num_threads; ++i) {
    const auto work = [](void* pool) -> void* {
      static_cast<State*>(pool)->WorkUntilStopped();
      return nullptr;
    };
    pthread_t thread;
    const int error = StartThread(&thread, work, state.get());
    if (error == ENOMEM) return Status::OutOfMemory();
    if (error != 0) {
      return Status::IoError("cannot start thread " + std::to_string(i + 1) + " of " + std::to_string(num_threads) +
                                 "; use fewer or raise the limit of processes",
                             error);
    }
    state->threads.push_back(thread);
  }
  return std::unique_ptr<ThreadPool>(new ThreadPool(std::move(state)));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

void ThreadPool::Run(int64_t num_tasks, void (*task)(void* context, int64_t index), void* context) {
  if (num_tasks <= 0) return;
  if (num_tasks == 1 || state_->threads.empty()) {
    for (int64_t i = 0; i < num_tasks; ++i) task(context, i);
    return;
  }
  Job job = {.num_tasks = num_tasks, .task = task, .context = context, .next = nullptr, .all_done = {}};
  state_->mutex.Lock();
  state_->Enqueue(&job);
  state_->work_or_stop.Broadcast();
  while (job.num_taken < job.num_tasks) state_->RunNextOf(&job);
  while (job.num_done < job.num_tasks) job.all_done.Wait(state_->mutex);
  state_->mutex.Unlock();
}

}  // namespace inlay
