// Bytes of a declared number that arrive in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/ipc/message_input.h"

namespace inlay::ipc {

// A peer may declare what it will never send: memory follows what has really come. There is room for at most the
// largest of 1 MiB, twice what has arrived, and what the caller answers for; while it grows, the old room is held too.
class ArrivingBytes {
 public:
  explicit ArrivingBytes(const Allocator* allocator) : allocator_(allocator) {}

  // Begins with `size_bytes` (>= 0) bytes. `trusted_bytes`: that many may be reserved at once, because as many came
  // before.
  void Start(int64_t size_bytes, int64_t trusted_bytes);
  // Where the next bytes go; not empty while some are missing. `known_bytes` (>= 0): that many are there to be copied.
  // kOutOfMemory leaves everything as it was.
  Result<std::span<uint8_t>> Room(int64_t known_bytes);
  // The first `num_bytes` of the room were filled.
  void Add(int64_t num_bytes) { used_bytes_ += num_bytes; }
  int64_t missing_bytes() const { return size_bytes_ - used_bytes_; }
  int64_t used_bytes() const { return used_bytes_; }
  // Gives the bytes away. Requires that none is missing.
  SharedBytes Release();

 private:
  const Allocator* allocator_;
  std::shared_ptr<AlignedBuffer> buffer_;
  int64_t size_bytes_ = 0;
  int64_t used_bytes_ = 0;
  int64_t trusted_bytes_ = 0;
};

}  // namespace inlay::ipc
