// When a buffer is compressed, and when it is stored as it is.
#include "engine/ipc/buffer_compressor.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>
#include <vector>

namespace inlay::ipc {
namespace {

using Bytes = std::vector<uint8_t>;

// `random_percent` of the bytes in each piece of 1 KiB are random, the rest zero.
Bytes Mixed(int64_t size, int random_percent) {
  std::mt19937 random(1);
  Bytes bytes(static_cast<size_t>(size));
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (static_cast<int>(i % 1024 * 100 / 1024) < random_percent) bytes[i] = static_cast<uint8_t>(random());
  }
  return bytes;
}

// Returns the bytes behind the prefix -1 or, of a frame, what it decompresses to.
struct Outcome {
  bool is_compressed = false;
  int64_t size_bytes = 0;
};

Outcome Compress(const Bytes& bytes, const WriteOptions& options, bool wanted = true) {
  auto compressor = BufferCompressor::Make(options);
  EXPECT_TRUE(compressor.ok());
  const auto size = static_cast<int64_t>(bytes.size());
  Bytes out(static_cast<size_t>(compressor->MaxBytes(size)));
  const auto frame_bytes = compressor->Compress({bytes.data(), size}, wanted, out.data());
  EXPECT_TRUE(frame_bytes.ok());
  int64_t prefix;
  std::memcpy(&prefix, out.data(), 8);
  if (*frame_bytes < 0) {
    EXPECT_EQ(prefix, -1);
    return {};
  }
  EXPECT_EQ(prefix, size);
  auto decompressor = Decompressor::Make(options.compression.codec, CodecFraming::kIpc, options.allocator);
  Bytes back(bytes.size());
  EXPECT_TRUE(decompressor->Decompress({out.data() + 8, *frame_bytes - 8}, back.data(), size).ok());
  EXPECT_EQ(back, bytes);
  return {true, *frame_bytes};
}

TEST(BufferCompressor, OnlyWhatShrinksAndIsWanted) {
  for (const Compression& compression : {Lz4(), Zstd()}) {
    const WriteOptions options{.compression = compression};
    EXPECT_TRUE(Compress(Mixed(10000, 50), options).is_compressed);
    EXPECT_FALSE(Compress(Mixed(10000, 50), options, /*wanted=*/false).is_compressed);
    EXPECT_FALSE(Compress(Mixed(10000, 100), options).is_compressed);
    EXPECT_FALSE(Compress(Mixed(56, 0), options).is_compressed) << "with its prefix it takes 64 bytes either way";
    EXPECT_TRUE(Compress(Mixed(57, 0), options).is_compressed);
    EXPECT_TRUE(Compress(Mixed(56, 0), {.compression = compression, .alignment_bytes = 8}).is_compressed);
  }
}

TEST(BufferCompressor, MinSaving) {
  for (const Compression& compression : {Lz4(), Zstd()}) {
    for (int64_t size : {100000, 2000000}) {
      const Bytes bytes = Mixed(size, 60);  // about 40 % are saved
      for (const auto& [min_saving, wanted] : {std::pair{0.0, true}, {0.35, true}, {0.45, false}, {0.9, false}}) {
        EXPECT_EQ(Compress(bytes, {.compression = compression, .min_saving = min_saving}).is_compressed, wanted)
            << min_saving;
      }
    }
  }
}

TEST(BufferCompressor, SamplesSpareTheWork) {
  constexpr int64_t kSize = int64_t{1} << 20;
  for (const Compression& compression : {Lz4(), Zstd()}) {
    const WriteOptions sampling{.compression = compression};
    const WriteOptions whole{.compression = compression, .sample_incompressible = false};
    EXPECT_TRUE(Compress(Mixed(kSize, 90), sampling).is_compressed);
    // Zeros in a place where no sample is taken: 4 samples at 0, 1/3, 2/3 and the end.
    Bytes hidden = Mixed(kSize, 100);
    std::fill(hidden.begin() + 50000, hidden.begin() + 300000, uint8_t{0});
    EXPECT_FALSE(Compress(hidden, sampling).is_compressed);
    EXPECT_TRUE(Compress(hidden, whole).is_compressed);
    hidden.resize(200000);
    EXPECT_TRUE(Compress(hidden, sampling).is_compressed) << "small buffers are tried";
    // Zeros where one is taken.
    for (int64_t at :
         {int64_t{0}, (kSize - BufferCompressor::kSampleBytes) / 3, kSize - BufferCompressor::kSampleBytes}) {
      Bytes seen = Mixed(kSize, 100);
      std::memset(seen.data() + at, 0, BufferCompressor::kSampleBytes);
      EXPECT_TRUE(Compress(seen, sampling).is_compressed) << at;
    }
  }
}

}  // namespace
}  // namespace inlay::ipc
