#include "engine/io/codec_table.h"

#include <cstring>

namespace inlay {
namespace {

Result<int64_t> Copy(void*, int, BufferView in, uint8_t* out, int64_t) {
  std::memcpy(out, in.data, static_cast<size_t>(in.size_bytes));
  return in.size_bytes;
}

Result<int64_t> CopyBack(void*, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (in.size_bytes > capacity_bytes) return Status::CorruptData("it is too long");
  return Copy(nullptr, 0, in, out, capacity_bytes);
}

// What the options of the build left out.
#ifdef INLAY_WITH_SNAPPY
constexpr const CodecFunctions* kSnappy = &kSnappyFunctions;
#else
constexpr const CodecFunctions* kSnappy = nullptr;
#endif
#ifdef INLAY_WITH_GZIP
constexpr const CodecFunctions* kGzip = &kGzipFunctions;
#else
constexpr const CodecFunctions* kGzip = nullptr;
#endif
#ifdef INLAY_WITH_LZ4
constexpr const CodecFunctions* kLz4Block = &kLz4BlockFunctions;
constexpr const CodecFunctions* kLz4Frame = &kLz4FrameFunctions;
#else
constexpr const CodecFunctions* kLz4Block = nullptr;
constexpr const CodecFunctions* kLz4Frame = nullptr;
#endif
#ifdef INLAY_WITH_ZSTD
constexpr const CodecFunctions* kZstd = &kZstdFunctions;
constexpr const CodecFunctions* kZstdIpc = &kZstdIpcFunctions;
#else
constexpr const CodecFunctions* kZstd = nullptr;
constexpr const CodecFunctions* kZstdIpc = nullptr;
#endif

constexpr CodecRow kRows[] = {
    {.codec = Codec::kNone,
     .name = "none",
     .cmake_option = "",
     .takes_level = false,
     .min_level = 0,
     .max_level = 0,
     .default_level = 0,
     .in_ipc = true,
     .parquet = &kCopyFunctions,
     .ipc = &kCopyFunctions},
    {.codec = Codec::kSnappy,
     .name = "snappy",
     .cmake_option = "INLAY_WITH_SNAPPY",
     .takes_level = false,
     .min_level = 0,
     .max_level = 0,
     .default_level = 0,
     .in_ipc = false,
     .parquet = kSnappy,
     .ipc = nullptr},
    {.codec = Codec::kGzip,
     .name = "gzip",
     .cmake_option = "INLAY_WITH_GZIP",
     .takes_level = true,
     .min_level = 0,
     .max_level = 12,
     .default_level = 6,
     .in_ipc = false,
     .parquet = kGzip,
     .ipc = nullptr},
    {.codec = Codec::kLz4,
     .name = "lz4",
     .cmake_option = "INLAY_WITH_LZ4",
     .takes_level = true,
     .min_level = 1,
     .max_level = 12,
     .default_level = 1,
     .in_ipc = true,
     .parquet = kLz4Block,
     .ipc = kLz4Frame},
    {.codec = Codec::kZstd,
     .name = "zstd",
     .cmake_option = "INLAY_WITH_ZSTD",
     .takes_level = true,
     .min_level = -131072,
     .max_level = 22,
     .default_level = 1,
     .in_ipc = true,
     .parquet = kZstd,
     .ipc = kZstdIpc},
};

}  // namespace

constexpr CodecFunctions kCopyFunctions = {
    .max_compressed_bytes = [](int64_t size_bytes) { return size_bytes; },
    .make_compressor = MakeNoCompressor,
    .compress = Copy,
    .free_compressor = FreeNoContext,
    .make_decompressor = MakeNoDecompressor,
    .decompress = CopyBack,
    .free_decompressor = FreeNoContext,
};

std::span<const CodecRow> CodecRows() { return kRows; }

const CodecRow* FindCodecRow(Codec codec) {
  for (const CodecRow& row : kRows) {
    if (row.codec == codec) return &row;
  }
  return nullptr;
}

}  // namespace inlay
