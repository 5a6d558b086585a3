// One growing block of memory.
#pragma once

#include <cstdint>

#include <inlay/memory.h>
#include <inlay/status.h>

namespace inlay {

// Cache line of the machines we run on, the widest vector, and what Arrow recommends for its buffers.
inline constexpr int64_t kAlignmentBytes = 64;

// `size_bytes` (>= 0) rounded up to whole cache lines, or -1 when that does not fit.
constexpr int64_t RoundUpToAlignment(int64_t size_bytes) {
  return size_bytes > INT64_MAX - kAlignmentBytes + 1 ? -1 : (size_bytes + kAlignmentBytes - 1) & -kAlignmentBytes;
}

// 64-byte aligned memory of an Allocator, which must outlive it. Never shrinks, so a loop that reuses it soon allocates
// nothing. Memory is not initialised. Not for two threads at once.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(const Allocator* allocator = &DefaultAllocator()) : allocator_(allocator) {}
  AlignedBuffer(AlignedBuffer&& other) noexcept;
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept;
  ~AlignedBuffer() { Free(); }

  // Null before the first successful Reserve of more than 0 bytes.
  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  int64_t capacity() const { return capacity_bytes_; }

  // At least `capacity_bytes`. When that makes the buffer grow, its contents are lost, and old and new block are not
  // held at the same time. kOutOfMemory leaves it empty. A negative size, the mark of an overflow, is kOutOfMemory too.
  Status Reserve(int64_t capacity_bytes);
  // At least `capacity_bytes`, keeping the first `used_bytes` (<= capacity()). Grows geometrically, so that many small
  // steps cost amortised constant time a byte. kOutOfMemory leaves the buffer as it was.
  Status ReserveKeeping(int64_t capacity_bytes, int64_t used_bytes);

 private:
  void Free();

  const Allocator* allocator_;
  uint8_t* data_ = nullptr;
  int64_t capacity_bytes_ = 0;
};

}  // namespace inlay
