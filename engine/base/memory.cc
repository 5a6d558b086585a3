#include <inlay/memory.h>

#include <algorithm>
#include <cstdlib>

namespace inlay {
namespace {

void* AllocateFromC(void*, size_t size_bytes, size_t alignment_bytes) {
  void* memory = nullptr;
  return posix_memalign(&memory, std::max(alignment_bytes, sizeof(void*)), size_bytes) == 0 ? memory : nullptr;
}

void DeallocateToC(void*, void* memory, size_t, size_t) { std::free(memory); }

constexpr Allocator kDefaultAllocator = {.allocate = AllocateFromC, .deallocate = DeallocateToC, .context = nullptr};

}  // namespace

const Allocator& DefaultAllocator() { return kDefaultAllocator; }

}  // namespace inlay
