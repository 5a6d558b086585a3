#include <inlay/memory.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

namespace inlay {
namespace {

// Fresh memory costs a page fault for every 4 KiB; blocks of at least a huge page ask for those instead.
constexpr size_t kHugePageBytes = 2 << 20;

void* AllocateFromC(void*, size_t size_bytes, size_t alignment_bytes) {
  const bool huge = size_bytes >= kHugePageBytes;
  void* memory = nullptr;
  const size_t alignment = std::max({alignment_bytes, sizeof(void*), huge ? kHugePageBytes : 0});
  if (posix_memalign(&memory, alignment, size_bytes) != 0) return nullptr;
#if defined(MADV_HUGEPAGE)
  if (huge) madvise(memory, size_bytes & ~(kHugePageBytes - 1), MADV_HUGEPAGE);  // a hint: it may fail
#endif
  return memory;
}

void DeallocateToC(void*, void* memory, size_t, size_t) { std::free(memory); }

constexpr Allocator kDefaultAllocator = {.allocate = AllocateFromC, .deallocate = DeallocateToC, .context = nullptr};

}  // namespace

const Allocator& DefaultAllocator() { return kDefaultAllocator; }

}  // namespace inlay
