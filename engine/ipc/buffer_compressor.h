// Compressed buffers of a body (Message.fbs, BodyCompressionMethod.BUFFER):
//
//   int64 LE uncompressed length   one frame         or         -1   the bytes as they are
#pragma once

#include <cstdint>

#include <inlay/ipc_write.h>
#include <inlay/status.h>

#include "engine/io/codec.h"

namespace inlay::ipc {

// One codec context, and the decision whether compression pays: when the padded frame takes less than the padded bytes,
// and saves more than WriteOptions::min_saving of them. With WriteOptions::sample_incompressible a buffer of
// kSampledFromBytes or more is given up early when kNumSamples pieces of it, evenly spread, do not save that much
// either: at most 3 % more work where it goes on. Move-only; one thread at a time; the same bytes for the same input.
class BufferCompressor {
 public:
  static constexpr int64_t kSampledFromBytes = int64_t{1} << 20;
  static constexpr int64_t kSampleBytes = int64_t{8} << 10;
  static constexpr int64_t kNumSamples = 4;
  static constexpr int64_t kPrefixBytes = 8;

  // Requires valid options with a codec.
  static Result<BufferCompressor> Make(const WriteOptions& options);

  // What Compress may need of `out` for a buffer of this size, and the buffer itself behind the prefix.
  int64_t MaxBytes(int64_t size_bytes) const;
  // Writes prefix and frame and returns their size; or, when that does not pay or is not wanted, the prefix -1, and
  // returns -1.
  Result<int64_t> Compress(BufferView buffer, bool wanted, uint8_t* out);

 private:
  explicit BufferCompressor(Compressor codec) : codec_(std::move(codec)) {}
  int64_t Padded(int64_t size_bytes) const { return (size_bytes + alignment_bytes_ - 1) & -alignment_bytes_; }
  // Smaller ones take a whole alignment anyway.
  bool MayPay(int64_t size_bytes) const { return Padded(kPrefixBytes + size_bytes) > alignment_bytes_; }
  bool SavesEnough(int64_t size_bytes, int64_t compressed_bytes) const;
  Result<bool> SampleSavesEnough(BufferView buffer, uint8_t* out);

  Compressor codec_;
  int64_t alignment_bytes_ = 64;
  double min_saving_ = 0;
  bool sample_ = true;
};

}  // namespace inlay::ipc
