// The raw LZ4 block format: Parquet's LZ4_RAW. It knows neither its own size nor the content's.
#include <lz4.h>
#include <lz4hc.h>

#include <climits>

#include "engine/io/codec_memory.h"
#include "engine/io/codec_table.h"

namespace inlay {
namespace {

constexpr int kFirstHighLevel = 3;  // below, lz4's fast form is used

// LZ4_compressBound in 64 bits.
int64_t MaxCompressedBytes(int64_t size_bytes) { return size_bytes + size_bytes / 255 + 16; }

Status MakeCompressor(int level, const Allocator* allocator, void** context) {
  const int state_bytes = level >= kFirstHighLevel ? LZ4_sizeofStateHC() : LZ4_sizeofState();
  *context = AllocateSized(OpaqueOf(allocator), static_cast<size_t>(state_bytes));
  return *context != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Compress(void* context, int level, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (in.size_bytes > LZ4_MAX_INPUT_SIZE) {
    return Status::LimitExceeded("an LZ4 block holds at most 2113929216 bytes; make pages smaller");
  }
  const auto* source = reinterpret_cast<const char*>(in.data);
  auto* target = reinterpret_cast<char*>(out);
  const int size = static_cast<int>(in.size_bytes);
  const int capacity = capacity_bytes > INT_MAX ? INT_MAX : static_cast<int>(capacity_bytes);
  const int written = level >= kFirstHighLevel
                          ? LZ4_compress_HC_extStateHC(context, source, target, size, capacity, level)
                          : LZ4_compress_fast_extState(context, source, target, size, capacity, 1);
  if (written <= 0) return Status::InvalidArgument("lz4 cannot compress: the output has too little room");
  return int64_t{written};
}

Result<int64_t> Decompress(void*, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (in.size_bytes > INT_MAX || capacity_bytes > INT_MAX)
    return Status::CorruptData("an LZ4 block is never that large");
  const int written = LZ4_decompress_safe(reinterpret_cast<const char*>(in.data), reinterpret_cast<char*>(out),
                                          static_cast<int>(in.size_bytes), static_cast<int>(capacity_bytes));
  if (written < 0) return Status::CorruptData("its sequences break the format or hold more");
  return int64_t{written};
}

}  // namespace

constexpr CodecFunctions kLz4BlockFunctions = {
    .max_compressed_bytes = MaxCompressedBytes,
    .make_compressor = MakeCompressor,
    .compress = Compress,
    .free_compressor = [](void* context, const Allocator* allocator) { FreeSized(OpaqueOf(allocator), context); },
    .make_decompressor = MakeNoDecompressor,
    .decompress = Decompress,
    .free_decompressor = FreeNoContext,
};

}  // namespace inlay
