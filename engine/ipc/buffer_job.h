// What has to be done to a buffer of a message before it can be read in place: decompressed, moved to aligned memory,
// turned to this machine's byte order.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <vector>

#include <inlay/buffer_view.h>
#include <inlay/memory.h>
#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/io/codec.h"

namespace inlay::ipc {

// The integers that a buffer consists of, which is what there is to swap.
enum class Elements : uint8_t {
  kBytes,
  k2,
  k4,
  k8,
  k16,
  k32,
  kMonthDayNano,  // two integers of 4 bytes, one of 8
  kViews,  // four integers of 4 bytes (length, prefix, buffer, offset); but text for the length where that is inline
};

// Of the values (indexes, for a dictionary) of a type of fixed width.
Elements ElementsOf(const DataType& type);
// What their addresses must be a multiple of, 1 to 8.
int64_t AlignmentOf(Elements elements);

struct BufferJob {
  BufferView from;  // a frame, if it is compressed
  uint8_t* to = nullptr;
  int64_t to_bytes = 0;
  Codec codec = Codec::kNone;
  Elements swap = Elements::kBytes;  // kBytes: nothing to swap
};

// Decompression contexts, which are dear to make, from batch to batch. Safe for several threads.
class DecompressorPool {
 public:
  explicit DecompressorPool(const Allocator* allocator) : allocator_(allocator) {}
  DecompressorPool(const DecompressorPool&) = delete;
  DecompressorPool& operator=(const DecompressorPool&) = delete;
  ~DecompressorPool() { pthread_mutex_destroy(&mutex_); }

  Result<Decompressor> Take(Codec codec);
  void GiveBack(Codec codec, Decompressor decompressor);

 private:
  struct Idle {
    Codec codec;
    Decompressor decompressor;
  };

  const Allocator* allocator_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  std::vector<Idle> idle_;
};

// `decompressor` is of the job's codec, if it has one.
Status RunJob(const BufferJob& job, Decompressor* decompressor);

}  // namespace inlay::ipc
