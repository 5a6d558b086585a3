#include "engine/base/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "tests/base/counting_allocator.h"

namespace inlay {
namespace {

struct Piece {
  uint8_t* data;
  int64_t size_bytes;
  uint8_t fill;
};

// A piece full of one byte: an overlap with another piece shows.
Piece MustAllocate(Arena& arena, int64_t size_bytes, uint8_t fill) {
  Result<uint8_t*> data = arena.Allocate(size_bytes);
  EXPECT_TRUE(data.ok());
  EXPECT_NE(*data, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(*data) % 64, 0u);
  std::memset(*data, fill, static_cast<size_t>(size_bytes));
  return {*data, size_bytes, fill};
}

void ExpectIntact(const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    ASSERT_TRUE(std::all_of(piece.data, piece.data + piece.size_bytes, [&](uint8_t b) { return b == piece.fill; }));
  }
}

TEST(Arena, PiecesDoNotOverlap) {
  CountingAllocator allocator;
  Arena arena(allocator.get());
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    std::vector<Piece> pieces;
    for (int i = 0; i < 200; ++i) {
      const int64_t size = static_cast<int64_t>(random() % (i % 50 == 0 ? 300000 : 3000));
      Piece piece = MustAllocate(arena, size, static_cast<uint8_t>(random()));
      if (i % 3 == 0) {
        piece.size_bytes = static_cast<int64_t>(random() % static_cast<uint64_t>(size + 1));
        arena.TrimLast(piece.data, piece.size_bytes);
      }
      pieces.push_back(piece);
    }
    ExpectIntact(pieces);
    EXPECT_LE(arena.used_bytes(), arena.reserved_bytes());
    EXPECT_EQ(arena.reserved_bytes(), allocator.live_bytes());
    arena.Reset();
    EXPECT_EQ(arena.used_bytes(), 0);
  }
}

TEST(Arena, SteadyStateAllocatesNothing) {
  for (const std::vector<int64_t>& sizes :
       {std::vector<int64_t>{100, 5000, 70, 1000000, 20000, 9000000, 64}, std::vector<int64_t>(300, 100000),
        std::vector<int64_t>(40, 3000000), std::vector<int64_t>{20000000, 10000000, 5000000, 1000, 15000000}}) {
    CountingAllocator allocator;
    Arena arena(allocator.get());
    for (int64_t size : sizes) ASSERT_TRUE(arena.Allocate(size).ok());
    const int64_t after_first_round = allocator.num_calls();
    for (int round = 0; round < 10; ++round) {
      arena.Reset();
      for (int64_t size : sizes) ASSERT_TRUE(arena.Allocate(size).ok());
    }
    EXPECT_EQ(allocator.num_calls(), after_first_round);
  }
}

TEST(Arena, SizesThatVarySoonAllocateNothing) {
  CountingAllocator allocator;
  Arena arena(allocator.get());
  std::mt19937_64 random(2);
  int64_t peak_used = 0;
  int64_t calls_half_way = 0;
  for (int round = 0; round < 400; ++round) {
    if (round == 200) calls_half_way = allocator.num_calls();
    arena.Reset();
    for (int i = 0; i < 60; ++i) {
      const int64_t bound = 900000 + static_cast<int64_t>(random() % 200000);
      Result<uint8_t*> piece = arena.Allocate(bound);
      ASSERT_TRUE(piece.ok());
      arena.TrimLast(*piece, bound / 4);
    }
    peak_used = std::max(peak_used, arena.used_bytes());
  }
  EXPECT_LE(allocator.num_calls(), calls_half_way + 1);
  EXPECT_LT(arena.reserved_bytes(), 2 * peak_used + (8 << 20));
}

TEST(Arena, GrowingPiecesDoNotPileUpOldBlocks) {
  CountingAllocator allocator;
  Arena arena(allocator.get());
  for (int64_t size = 10 << 20; size < 100 << 20; size += 5 << 20) {
    arena.Reset();
    ASSERT_TRUE(arena.Allocate(size).ok());
    EXPECT_LT(arena.reserved_bytes(), size + size / 4);
  }
}

TEST(Arena, TrimGivesBackTheTail) {
  CountingAllocator allocator;
  Arena arena(allocator.get());
  Result<uint8_t*> first = arena.Allocate(10000);
  arena.TrimLast(*first, 65);
  EXPECT_EQ(arena.used_bytes(), 128);
  arena.TrimLast(*first, 1);
  EXPECT_EQ(arena.used_bytes(), 64);
  Result<uint8_t*> second = arena.Allocate(1);
  EXPECT_EQ(*second, *first + 64);
}

TEST(Arena, ImpossibleSizesAreOutOfMemory) {
  CountingAllocator allocator;
  Arena arena(allocator.get());
  EXPECT_EQ(arena.Allocate(-1).status().code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(arena.Allocate(INT64_MAX).status().code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(arena.Allocate(INT64_MAX - 100).status().code(), StatusCode::kOutOfMemory);
  EXPECT_TRUE(arena.Allocate(0).ok());
}

TEST(Arena, EveryFailedAllocationIsSurvived) {
  for (int64_t num_successes = 0;; ++num_successes) {
    CountingAllocator allocator(num_successes);
    Arena arena(allocator.get());
    std::vector<Piece> pieces;
    bool failed = false;
    for (int round = 0; round < 3; ++round) {
      arena.Reset();
      pieces.clear();
      for (int64_t size : {100, 40000, 100000 * (round + 1), 30, 2000000, 5000 << round}) {
        Result<uint8_t*> data = arena.Allocate(size);
        if (!data.ok()) {
          EXPECT_EQ(data.status().code(), StatusCode::kOutOfMemory);
          failed = true;
          continue;
        }
        std::memset(*data, static_cast<int>(pieces.size()), static_cast<size_t>(size));
        pieces.push_back({*data, size, static_cast<uint8_t>(pieces.size())});
      }
      ExpectIntact(pieces);
    }
    EXPECT_EQ(failed, allocator.num_failures() > 0);
    if (!failed) break;
    ASSERT_LT(num_successes, 100);
  }
}

TEST(Arena, Moves) {
  CountingAllocator allocator;
  Arena a(allocator.get());
  const Piece piece = MustAllocate(a, 500, 9);
  Arena b(std::move(a));
  ExpectIntact({piece});
  Arena c(allocator.get());
  MustAllocate(c, 50, 1);
  c = std::move(b);
  ExpectIntact({piece});
  EXPECT_EQ(c.used_bytes(), 512);
  EXPECT_EQ(b.used_bytes(), 0);
  MustAllocate(b, 10, 3);  // a moved-from arena is an empty one
}

}  // namespace
}  // namespace inlay
