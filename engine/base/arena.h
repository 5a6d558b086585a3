// Many pieces of memory that are released together.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/memory.h>
#include <inlay/status.h>

namespace inlay {

// Hands out pieces of blocks from an Allocator, which must outlive it. Blocks stay after Reset, so a steady state
// allocates nothing. Move-only. Not for two threads at once.
//
// Where a piece goes: behind the newest piece when there is room, else into the block with the least room that is
// enough, else into a new block, for which an unused block that proved too small makes way. So there are never more
// blocks than there once were blocks in use at the same time, and a load that repeats itself finds the blocks of its
// last round.
class Arena {
 public:
  explicit Arena(const Allocator* allocator = &DefaultAllocator()) : allocator_(allocator) {}
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;
  ~Arena() { FreeAll(); }

  // `size_bytes` uninitialised bytes, 64-byte aligned, valid until Reset; never null, even for 0 bytes. A negative
  // size, the mark of an overflow, is kOutOfMemory. After kOutOfMemory all pieces are as they were.
  Result<uint8_t*> Allocate(int64_t size_bytes);
  // Gives back all but the first `used_bytes` of the newest piece. Requires that `piece` is what the last Allocate
  // returned and that `used_bytes` is not more than it asked for.
  void TrimLast(uint8_t* piece, int64_t used_bytes);
  // All pieces are gone; the blocks stay.
  void Reset();

  const Allocator* allocator() const { return allocator_; }
  // Sum of the pieces, each in whole cache lines.
  int64_t used_bytes() const { return used_bytes_; }
  // Sum of the blocks: what the Allocator was asked for.
  int64_t reserved_bytes() const { return reserved_bytes_; }

 private:
  struct Block {
    uint8_t* data;
    int64_t size_bytes;
    int64_t used_bytes;
    int64_t room_bytes() const { return size_bytes - used_bytes; }
  };

  Block* FindRoom(int64_t size_bytes);
  Block* AddBlock(int64_t size_bytes);
  void ReleaseLargestUnused();
  void FreeAll();

  const Allocator* allocator_;
  std::vector<Block> blocks_;
  size_t newest_block_ = 0;    // the block of the newest piece
  uint8_t* newest_ = nullptr;  // the newest piece, while it can be trimmed
  int64_t newest_size_bytes_ = 0;
  int64_t used_bytes_ = 0;
  int64_t reserved_bytes_ = 0;
};

}  // namespace inlay
