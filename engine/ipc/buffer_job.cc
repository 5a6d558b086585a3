#include "engine/ipc/buffer_job.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "engine/columns/layout.h"
#include "kernels/byte_swap.h"

namespace inlay::ipc {
namespace {

void SwapMonthDayNano(uint8_t* values, int64_t num_values) {
  for (int64_t i = 0; i < num_values; ++i, values += 16) {
    kernels::ByteSwap32(values, 2, values);
    kernels::ByteSwap64(values + 8, 1, values + 8);
  }
}

void SwapViews(uint8_t* view, int64_t num_views) {
  for (int64_t i = 0; i < num_views; ++i, view += kViewBytes) {
    kernels::ByteSwap32(view, 1, view);
    int32_t length;
    std::memcpy(&length, view, sizeof(length));
    if (length > kInlineViewBytes) kernels::ByteSwap32(view + 8, 2, view + 8);
  }
}

// What is less than an element at the end stays as it is: nobody reads it.
void SwapInPlace(Elements elements, uint8_t* bytes, int64_t size_bytes) {
  switch (elements) {
    case Elements::kBytes:
      return;
    case Elements::k2:
      return kernels::ByteSwap16(bytes, size_bytes / 2, bytes);
    case Elements::k4:
      return kernels::ByteSwap32(bytes, size_bytes / 4, bytes);
    case Elements::k8:
      return kernels::ByteSwap64(bytes, size_bytes / 8, bytes);
    case Elements::k16:
      return kernels::ByteSwap128(bytes, size_bytes / 16, bytes);
    case Elements::k32:
      return kernels::ByteSwap256(bytes, size_bytes / 32, bytes);
    case Elements::kMonthDayNano:
      return SwapMonthDayNano(bytes, size_bytes / 16);
    case Elements::kViews:
      return SwapViews(bytes, size_bytes / kViewBytes);
  }
}

}  // namespace

Elements ElementsOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kFixedSizeBinary:
      return Elements::kBytes;
    case TypeId::kIntervalDayTime:
      return Elements::k4;
    case TypeId::kIntervalMonthDayNano:
      return Elements::kMonthDayNano;
    default:
      break;
  }
  switch (FixedByteWidth(type)) {
    case 2:
      return Elements::k2;
    case 4:
      return Elements::k4;
    case 8:
      return Elements::k8;
    case 16:
      return Elements::k16;
    case 32:
      return Elements::k32;
    default:
      return Elements::kBytes;
  }
}

int64_t AlignmentOf(Elements elements) {
  switch (elements) {
    case Elements::kBytes:
      return 1;
    case Elements::k2:
      return 2;
    case Elements::k4:
      return 4;
    default:
      return 8;
  }
}

Result<Decompressor> DecompressorPool::Take(Codec codec) {
  pthread_mutex_lock(&mutex_);
  const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.codec == codec; });
  if (found != idle_.end()) {
    std::swap(*found, idle_.back());
    Decompressor taken = std::move(idle_.back().decompressor);
    idle_.pop_back();
    pthread_mutex_unlock(&mutex_);
    return taken;
  }
  pthread_mutex_unlock(&mutex_);
  return Decompressor::Make(codec, CodecFraming::kIpc, allocator_);
}

void DecompressorPool::GiveBack(Codec codec, Decompressor decompressor) {
  pthread_mutex_lock(&mutex_);
  try {
    idle_.push_back({codec, std::move(decompressor)});
  } catch (const std::bad_alloc&) {  // then the next one is made anew
  }
  pthread_mutex_unlock(&mutex_);
}

Status RunJob(const BufferJob& job, Decompressor* decompressor) {
  if (job.codec == Codec::kNone) {
    std::memcpy(job.to, job.from.data, static_cast<size_t>(job.to_bytes));
  } else if (Status status = decompressor->Decompress(job.from, job.to, job.to_bytes); !status.ok()) {
    return status;
  }
  SwapInPlace(job.swap, job.to, job.to_bytes);
  return {};
}

}  // namespace inlay::ipc
