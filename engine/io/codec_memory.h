// Allocator for C libraries, which give memory back without saying how much it was.
#pragma once

#include <inlay/memory.h>

#include <cstdint>
#include <cstring>

#include "engine/base/aligned_buffer.h"

namespace inlay {

// A cache line in front of each block holds its size. `opaque` is a `const Allocator*`, as OpaqueOf makes it.
inline void* AllocateSized(void* opaque, size_t size_bytes) {
  const auto* allocator = static_cast<const Allocator*>(opaque);
  if (size_bytes > SIZE_MAX / 2) return nullptr;
  const size_t whole_bytes = size_bytes + kAlignmentBytes;
  void* memory = allocator->allocate(allocator->context, whole_bytes, kAlignmentBytes);
  if (memory == nullptr) return nullptr;
  std::memcpy(memory, &whole_bytes, sizeof(whole_bytes));
  return static_cast<uint8_t*>(memory) + kAlignmentBytes;
}

// Null is allowed.
inline void FreeSized(void* opaque, void* block) {
  if (block == nullptr) return;
  const auto* allocator = static_cast<const Allocator*>(opaque);
  void* memory = static_cast<uint8_t*>(block) - kAlignmentBytes;
  size_t whole_bytes;
  std::memcpy(&whole_bytes, memory, sizeof(whole_bytes));
  allocator->deallocate(allocator->context, memory, whole_bytes, kAlignmentBytes);
}

inline void* OpaqueOf(const Allocator* allocator) { return const_cast<Allocator*>(allocator); }

}  // namespace inlay
