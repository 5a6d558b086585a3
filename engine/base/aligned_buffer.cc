#include "engine/base/aligned_buffer.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace inlay {

AlignedBuffer::AlignedBuffer(AlignedBuffer&& other) noexcept
    : allocator_(other.allocator_),
      data_(std::exchange(other.data_, nullptr)),
      capacity_bytes_(std::exchange(other.capacity_bytes_, 0)) {}

AlignedBuffer& AlignedBuffer::operator=(AlignedBuffer&& other) noexcept {
  if (this == &other) return *this;
  Free();
  allocator_ = other.allocator_;
  data_ = std::exchange(other.data_, nullptr);
  capacity_bytes_ = std::exchange(other.capacity_bytes_, 0);
  return *this;
}

void AlignedBuffer::Free() {
  if (data_ == nullptr) return;
  allocator_->deallocate(allocator_->context, data_, static_cast<size_t>(capacity_bytes_), kAlignmentBytes);
  data_ = nullptr;
  capacity_bytes_ = 0;
}

Status AlignedBuffer::Reserve(int64_t capacity_bytes) {
  if (capacity_bytes >= 0 && capacity_bytes <= capacity_bytes_) return {};
  Free();
  return ReserveKeeping(capacity_bytes, 0);
}

Status AlignedBuffer::ReserveKeeping(int64_t capacity_bytes, int64_t used_bytes) {
  assert(used_bytes >= 0 && used_bytes <= capacity_bytes_);
  if (capacity_bytes >= 0 && capacity_bytes <= capacity_bytes_) return {};
  if (capacity_bytes < 0) return Status::OutOfMemory();
  const int64_t half = capacity_bytes_ / 2;
  const int64_t geometric = capacity_bytes_ > INT64_MAX - half ? INT64_MAX : capacity_bytes_ + half;
  int64_t grown_bytes = RoundUpToAlignment(std::max(capacity_bytes, geometric));
  if (grown_bytes < 0) grown_bytes = RoundUpToAlignment(capacity_bytes);
  if (grown_bytes < 0 || grown_bytes > PTRDIFF_MAX) return Status::OutOfMemory();
  void* grown = allocator_->allocate(allocator_->context, static_cast<size_t>(grown_bytes), kAlignmentBytes);
  if (grown == nullptr) return Status::OutOfMemory();
  if (used_bytes > 0) std::memcpy(grown, data_, static_cast<size_t>(used_bytes));
  Free();
  data_ = static_cast<uint8_t*>(grown);
  capacity_bytes_ = grown_bytes;
  return {};
}

}  // namespace inlay
