#include "engine/base/arena.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>
#include <utility>

#include "engine/base/aligned_buffer.h"

namespace inlay {
namespace {

constexpr int64_t kMinBlockBytes = 32 << 10;
constexpr int64_t kMaxSharedBlockBytes = 2 << 20;  // larger blocks are made only for a piece that needs them
constexpr int64_t kGrowth = 6;                     // a new block is this part of what there is: little stays unused

// Blocks come in eighths of a power of two, so that pieces that vary a little find a block of an earlier round.
int64_t RoundUpToSizeClass(int64_t size_bytes) {
  const int64_t step = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(size_bytes)) / 8);
  if (step <= kAlignmentBytes || size_bytes > INT64_MAX - step) return size_bytes;
  return (size_bytes + step - 1) / step * step;
}

}  // namespace

Arena::Arena(Arena&& other) noexcept : allocator_(other.allocator_) { *this = std::move(other); }

Arena& Arena::operator=(Arena&& other) noexcept {
  if (this == &other) return *this;
  FreeAll();
  allocator_ = other.allocator_;
  blocks_ = std::exchange(other.blocks_, {});
  newest_block_ = std::exchange(other.newest_block_, 0);
  newest_ = std::exchange(other.newest_, nullptr);
  newest_size_bytes_ = std::exchange(other.newest_size_bytes_, 0);
  used_bytes_ = std::exchange(other.used_bytes_, 0);
  reserved_bytes_ = std::exchange(other.reserved_bytes_, 0);
  return *this;
}

void Arena::FreeAll() {
  for (const Block& block : blocks_) {
    allocator_->deallocate(allocator_->context, block.data, static_cast<size_t>(block.size_bytes), kAlignmentBytes);
  }
  blocks_.clear();
}

Arena::Block* Arena::FindRoom(int64_t size_bytes) {
  if (newest_block_ < blocks_.size() && blocks_[newest_block_].room_bytes() >= size_bytes) {
    return &blocks_[newest_block_];
  }
  Block* best = nullptr;
  for (Block& block : blocks_) {
    if (block.room_bytes() >= size_bytes && (best == nullptr || block.room_bytes() < best->room_bytes())) best = &block;
  }
  return best;
}

void Arena::ReleaseLargestUnused() {
  auto largest = blocks_.end();
  for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
    if (block->used_bytes == 0 && (largest == blocks_.end() || block->size_bytes > largest->size_bytes)) {
      largest = block;
    }
  }
  if (largest == blocks_.end()) return;
  allocator_->deallocate(allocator_->context, largest->data, static_cast<size_t>(largest->size_bytes), kAlignmentBytes);
  reserved_bytes_ -= largest->size_bytes;
  blocks_.erase(largest);
}

Arena::Block* Arena::AddBlock(int64_t size_bytes) {
  // Large pieces are soon many: they begin with blocks that can be huge pages.
  const int64_t shared_bytes =
      size_bytes > kMaxSharedBlockBytes / 4
          ? kMaxSharedBlockBytes
          : std::clamp(reserved_bytes_ / kGrowth & -kAlignmentBytes, kMinBlockBytes, kMaxSharedBlockBytes);
  // Two pieces that do not share a block by a little would leave half of it unused.
  const int64_t own_bytes = RoundUpToSizeClass(size_bytes);
  const int64_t block_bytes = own_bytes > shared_bytes / 2 ? own_bytes : shared_bytes;
  if (block_bytes > PTRDIFF_MAX - reserved_bytes_) return nullptr;
  newest_ = nullptr;
  newest_block_ = blocks_.size();  // blocks may move: nothing is newest until the piece is placed
  ReleaseLargestUnused();
  try {
    blocks_.reserve(blocks_.size() + 1);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  void* memory = allocator_->allocate(allocator_->context, static_cast<size_t>(block_bytes), kAlignmentBytes);
  if (memory == nullptr) return nullptr;
  reserved_bytes_ += block_bytes;
  blocks_.push_back({.data = static_cast<uint8_t*>(memory), .size_bytes = block_bytes, .used_bytes = 0});
  return &blocks_.back();
}

Result<uint8_t*> Arena::Allocate(int64_t size_bytes) {
  if (size_bytes < 0) return Status::OutOfMemory();
  const int64_t rounded_bytes = RoundUpToAlignment(std::max<int64_t>(size_bytes, 1));
  if (rounded_bytes < 0) return Status::OutOfMemory();
  Block* block = FindRoom(rounded_bytes);
  if (block == nullptr) block = AddBlock(rounded_bytes);
  if (block == nullptr) return Status::OutOfMemory();
  newest_block_ = static_cast<size_t>(block - blocks_.data());
  newest_ = block->data + block->used_bytes;
  newest_size_bytes_ = rounded_bytes;
  block->used_bytes += rounded_bytes;
  used_bytes_ += rounded_bytes;
  return newest_;
}

void Arena::TrimLast([[maybe_unused]] uint8_t* piece, int64_t used_bytes) {
  assert(piece == newest_ && piece != nullptr);
  assert(used_bytes >= 0 && used_bytes <= newest_size_bytes_);
  const int64_t given_back = newest_size_bytes_ - RoundUpToAlignment(std::max<int64_t>(used_bytes, 1));
  blocks_[newest_block_].used_bytes -= given_back;
  used_bytes_ -= given_back;
  newest_size_bytes_ -= given_back;
}

void Arena::Reset() {
  for (Block& block : blocks_) block.used_bytes = 0;
  newest_block_ = blocks_.size();
  newest_ = nullptr;
  newest_size_bytes_ = 0;
  used_bytes_ = 0;
}

}  // namespace inlay
