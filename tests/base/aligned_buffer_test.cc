#include "engine/base/aligned_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "tests/base/counting_allocator.h"

namespace inlay {
namespace {

bool IsAligned(const uint8_t* data) { return reinterpret_cast<uintptr_t>(data) % kAlignmentBytes == 0; }

TEST(AlignedBuffer, EmptyHoldsNothing) {
  CountingAllocator allocator;
  AlignedBuffer buffer(allocator.get());
  EXPECT_EQ(buffer.data(), nullptr);
  EXPECT_EQ(buffer.capacity(), 0);
  EXPECT_TRUE(buffer.Reserve(0).ok());
  EXPECT_EQ(allocator.num_calls(), 0);
}

TEST(AlignedBuffer, IsAlignedAndNeverShrinks) {
  CountingAllocator allocator;
  AlignedBuffer buffer(allocator.get());
  for (int64_t size : {1, 63, 64, 65, 1000, 100000, 5}) {
    const int64_t before = buffer.capacity();
    ASSERT_TRUE(buffer.Reserve(size).ok());
    EXPECT_TRUE(IsAligned(buffer.data()));
    EXPECT_GE(buffer.capacity(), std::max(size, before));
    EXPECT_EQ(allocator.live_bytes(), buffer.capacity());
    std::memset(buffer.data(), 1, static_cast<size_t>(buffer.capacity()));
  }
}

TEST(AlignedBuffer, KeepsContentsAndGrowsGeometrically) {
  CountingAllocator allocator;
  AlignedBuffer buffer(allocator.get());
  for (int64_t i = 0; i < 100000; ++i) {
    ASSERT_TRUE(buffer.ReserveKeeping(i + 1, i).ok());
    buffer.data()[i] = static_cast<uint8_t>(i * 7);
  }
  for (int64_t i = 0; i < 100000; ++i) ASSERT_EQ(buffer.data()[i], static_cast<uint8_t>(i * 7)) << i;
  EXPECT_LT(allocator.num_calls(), 30);
}

TEST(AlignedBuffer, ImpossibleSizesAreOutOfMemory) {
  CountingAllocator allocator;
  AlignedBuffer buffer(allocator.get());
  EXPECT_EQ(buffer.Reserve(INT64_MAX).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(buffer.Reserve(-1).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(buffer.ReserveKeeping(INT64_MAX - 70, 0).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(buffer.data(), nullptr);
}

TEST(AlignedBuffer, FailedReserveKeepingChangesNothing) {
  CountingAllocator allocator;
  AlignedBuffer buffer(allocator.get());
  ASSERT_TRUE(buffer.Reserve(100).ok());
  std::memset(buffer.data(), 42, 100);
  allocator.FailAfter(0);
  EXPECT_EQ(buffer.ReserveKeeping(1000, 100).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(std::vector<uint8_t>(buffer.data(), buffer.data() + 100), std::vector<uint8_t>(100, 42));
  EXPECT_EQ(buffer.Reserve(1000).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(buffer.capacity(), 0);
}

TEST(AlignedBuffer, Moves) {
  CountingAllocator allocator;
  AlignedBuffer a(allocator.get());
  ASSERT_TRUE(a.Reserve(100).ok());
  a.data()[0] = 7;
  AlignedBuffer b(std::move(a));
  EXPECT_EQ(b.data()[0], 7);
  AlignedBuffer c(allocator.get());
  ASSERT_TRUE(c.Reserve(10).ok());
  c = std::move(b);
  EXPECT_EQ(c.data()[0], 7);
  EXPECT_EQ(allocator.live_bytes(), c.capacity());
}

}  // namespace
}  // namespace inlay
