#include "engine/ipc/buffer_compressor.h"

#include <algorithm>
#include <utility>

#include "kernels/byte_order.h"

namespace inlay::ipc {

Result<BufferCompressor> BufferCompressor::Make(const WriteOptions& options) {
  auto codec = Compressor::Make(options.compression, CodecFraming::kIpc, options.allocator);
  if (!codec.ok()) return codec.status();
  BufferCompressor compressor(std::move(*codec));
  compressor.alignment_bytes_ = options.alignment_bytes;
  compressor.min_saving_ = options.min_saving;
  compressor.sample_ = options.sample_incompressible;
  return compressor;
}

int64_t BufferCompressor::MaxBytes(int64_t size_bytes) const {
  return kPrefixBytes + (MayPay(size_bytes) ? std::max(codec_.MaxCompressedBytes(size_bytes), size_bytes) : size_bytes);
}

bool BufferCompressor::SavesEnough(int64_t size_bytes, int64_t compressed_bytes) const {
  return static_cast<double>(compressed_bytes) < static_cast<double>(size_bytes) * (1.0 - min_saving_);
}

Result<bool> BufferCompressor::SampleSavesEnough(BufferView buffer, uint8_t* out) {
  int64_t compressed_bytes = 0;
  for (int64_t i = 0; i < kNumSamples; ++i) {
    const int64_t at = (buffer.size_bytes - kSampleBytes) / (kNumSamples - 1) * i;
    const auto size = codec_.Compress({buffer.data + at, kSampleBytes}, out, codec_.MaxCompressedBytes(kSampleBytes));
    if (!size.ok()) return size.status();
    compressed_bytes += *size;
  }
  return SavesEnough(kNumSamples * kSampleBytes, compressed_bytes);
}

Result<int64_t> BufferCompressor::Compress(BufferView buffer, bool wanted, uint8_t* out) {
  bool pays = wanted && MayPay(buffer.size_bytes);
  if (pays && sample_ && buffer.size_bytes >= kSampledFromBytes) {
    const auto sample_pays = SampleSavesEnough(buffer, out + kPrefixBytes);
    if (!sample_pays.ok()) return sample_pays.status();
    pays = *sample_pays;
  }
  int64_t frame_bytes = -1;
  if (pays) {
    const auto size = codec_.Compress(buffer, out + kPrefixBytes, codec_.MaxCompressedBytes(buffer.size_bytes));
    if (!size.ok()) return size.status();
    if (SavesEnough(buffer.size_bytes, *size) &&
        Padded(kPrefixBytes + *size) < Padded(kPrefixBytes + buffer.size_bytes)) {
      frame_bytes = kPrefixBytes + *size;
    }
  }
  kernels::StoreLe64(static_cast<uint64_t>(frame_bytes < 0 ? -1 : buffer.size_bytes), out);
  return frame_bytes;
}

}  // namespace inlay::ipc
