#include <gtest/gtest.h>
#include <inlay/memory.h>

#include <cstdint>
#include <cstring>

namespace inlay {
namespace {

TEST(DefaultAllocator, AlignsAsAsked) {
  const Allocator& allocator = DefaultAllocator();
  EXPECT_EQ(&allocator, &DefaultAllocator());
  for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    void* memory = allocator.allocate(allocator.context, 100, alignment);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignment, 0u);
    std::memset(memory, 1, 100);
    allocator.deallocate(allocator.context, memory, 100, alignment);
  }
}

TEST(DefaultAllocator, SaysNoWithNull) {
  const Allocator& allocator = DefaultAllocator();
  EXPECT_EQ(allocator.allocate(allocator.context, SIZE_MAX / 2, 64), nullptr);
}

}  // namespace
}  // namespace inlay
