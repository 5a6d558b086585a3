// The default allocator, watched: what is held, and the most that was.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <inlay/memory.h>

#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace inlay::fuzz {

class CountingMemory {
 public:
  CountingMemory() = default;
  CountingMemory(const CountingMemory&) = delete;
  CountingMemory& operator=(const CountingMemory&) = delete;
  ~CountingMemory() { Check(held_bytes_ == 0, "memory that is not given back"); }
  const Allocator* get() const { return &allocator_; }

 private:
  static void* Allocate(void* context, size_t size_bytes, size_t alignment_bytes) {
    auto* self = static_cast<CountingMemory*>(context);
    self->held_bytes_ += static_cast<int64_t>(size_bytes);
    Check(self->held_bytes_ <= kMaxMemoryBytes, "more memory than promised");
    const Allocator& next = DefaultAllocator();
    return next.allocate(next.context, size_bytes, alignment_bytes);
  }
  static void Deallocate(void* context, void* memory, size_t size_bytes, size_t alignment_bytes) {
    static_cast<CountingMemory*>(context)->held_bytes_ -= static_cast<int64_t>(size_bytes);
    const Allocator& next = DefaultAllocator();
    next.deallocate(next.context, memory, size_bytes, alignment_bytes);
  }

  Allocator allocator_{&Allocate, &Deallocate, this};
  std::atomic<int64_t> held_bytes_ = 0;
};

}  // namespace inlay::fuzz
