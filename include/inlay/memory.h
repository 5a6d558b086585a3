// Where the library's big buffers come from.
#pragma once

#include <cstddef>

#include <inlay/export.h>

namespace inlay {

/// A replaceable source of memory. Plain functions, so that a caller can wrap a C allocator or count. Both may be
/// called from every thread that the caller gives to the library. Memory of small metadata (schemas, names) is not
/// drawn from it.
struct Allocator {
  /// Returns `size_bytes` (> 0) bytes aligned to `alignment_bytes` (a power of two, at most 4096), or null.
  void* (*allocate)(void* context, size_t size_bytes, size_t alignment_bytes);
  /// Gives back what `allocate` returned, with the same size and alignment.
  void (*deallocate)(void* context, void* memory, size_t size_bytes, size_t alignment_bytes);
  void* context = nullptr;
};

/// The C library's. Lives for ever.
INLAY_EXPORT const Allocator& DefaultAllocator();

}  // namespace inlay
