// An Allocator that counts, checks what is given back, and fails on demand.
#pragma once

#include <gtest/gtest.h>
#include <inlay/memory.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>

namespace inlay {

class CountingAllocator {
 public:
  CountingAllocator() = default;
  // The first `num_successes` allocations succeed, all later ones fail.
  explicit CountingAllocator(int64_t num_successes) : num_successes_(num_successes) {}
  CountingAllocator(const CountingAllocator&) = delete;
  CountingAllocator& operator=(const CountingAllocator&) = delete;
  ~CountingAllocator() { EXPECT_TRUE(live_.empty()) << live_.size() << " blocks leaked"; }

  const Allocator* get() const { return &allocator_; }
  int64_t num_calls() const { return num_calls_; }
  int64_t num_failures() const { return num_failures_; }
  int64_t live_bytes() const { return live_bytes_; }
  void FailAfter(int64_t num_successes) { num_successes_ = num_calls_ + num_successes; }

 private:
  struct Size {
    size_t size_bytes;
    size_t alignment_bytes;
    bool operator==(const Size&) const = default;
  };

  static void* Allocate(void* context, size_t size_bytes, size_t alignment_bytes) {
    auto* self = static_cast<CountingAllocator*>(context);
    const std::lock_guard lock(self->mutex_);
    EXPECT_GT(size_bytes, 0u);
    // What no machine has is refused here: a sanitizer's allocator would end the program.
    if (self->num_calls_++ >= self->num_successes_ || size_bytes > size_t{1} << 40) {
      ++self->num_failures_;
      return nullptr;
    }
    const Allocator& c = DefaultAllocator();
    void* memory = c.allocate(c.context, size_bytes, alignment_bytes);
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0xA5, std::min<size_t>(size_bytes, 64 << 10));  // fresh memory is not zero
    self->live_[memory] = {size_bytes, alignment_bytes};
    self->live_bytes_ += static_cast<int64_t>(size_bytes);
    return memory;
  }

  static void Deallocate(void* context, void* memory, size_t size_bytes, size_t alignment_bytes) {
    auto* self = static_cast<CountingAllocator*>(context);
    const std::lock_guard lock(self->mutex_);
    const auto it = self->live_.find(memory);
    ASSERT_NE(it, self->live_.end()) << "given back twice, or never handed out";
    EXPECT_EQ(it->second, (Size{size_bytes, alignment_bytes}));
    self->live_.erase(it);
    self->live_bytes_ -= static_cast<int64_t>(size_bytes);
    const Allocator& c = DefaultAllocator();
    c.deallocate(c.context, memory, size_bytes, alignment_bytes);
  }

  Allocator allocator_ = {.allocate = Allocate, .deallocate = Deallocate, .context = this};
  std::mutex mutex_;
  std::map<void*, Size> live_;
  int64_t num_successes_ = std::numeric_limits<int64_t>::max();
  int64_t num_calls_ = 0;
  int64_t num_failures_ = 0;
  int64_t live_bytes_ = 0;
};

}  // namespace inlay
