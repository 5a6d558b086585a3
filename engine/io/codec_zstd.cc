// zstd: one frame (RFC 8878) a buffer, with the content's size in its header and no checksum; of small buffers in IPC,
// at the fast level, written by zstd_frame.h.
#ifdef INLAY_ZSTD_TAKES_ALLOCATOR
#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_createCCtx_advanced, ZSTD_createDCtx_advanced
#endif
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "engine/io/codec_memory.h"
#include "engine/io/codec_table.h"
#include "engine/io/zstd_frame.h"

namespace inlay {
namespace {

bool IsOutOfMemory(size_t code) { return ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation; }

int64_t MaxCompressedBytes(int64_t size_bytes) {
  return static_cast<int64_t>(ZSTD_compressBound(static_cast<size_t>(size_bytes)));
}

void FreeCompressor(void* context, const Allocator*) { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context)); }

Status MakeCompressor(int level, [[maybe_unused]] const Allocator* allocator, void** context) {
#ifdef INLAY_ZSTD_TAKES_ALLOCATOR
  ZSTD_CCtx* made = ZSTD_createCCtx_advanced({AllocateSized, FreeSized, OpaqueOf(allocator)});
#else
  ZSTD_CCtx* made = ZSTD_createCCtx();
#endif
  if (made == nullptr) return Status::OutOfMemory();
  const size_t code = ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, level);
  if (ZSTD_isError(code)) {
    FreeCompressor(made, allocator);
    return Status::InvalidArgument(std::string("zstd refuses its level: ") + ZSTD_getErrorName(code));
  }
  *context = made;
  return {};
}

Result<int64_t> Compress(void* context, int, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  const size_t code = ZSTD_compress2(static_cast<ZSTD_CCtx*>(context), out, static_cast<size_t>(capacity_bytes),
                                     in.data, static_cast<size_t>(in.size_bytes));
  if (!ZSTD_isError(code)) return static_cast<int64_t>(code);
  if (IsOutOfMemory(code)) return Status::OutOfMemory();
  return Status::InvalidArgument(std::string("zstd cannot compress: ") + ZSTD_getErrorName(code));
}

// The fast level is what callers of IPC with small batches take: small buffers have frames of our own there.
constexpr int kFastLevel = 1;

int64_t MaxIpcBytes(int64_t size_bytes) {
  return size_bytes <= kMaxSmallBytes ? std::max(MaxSmallZstdFrameBytes(size_bytes), MaxCompressedBytes(size_bytes))
                                      : MaxCompressedBytes(size_bytes);
}

Result<int64_t> CompressForIpc(void* context, int level, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (level == kFastLevel && in.size_bytes <= kMaxSmallBytes) return WriteSmallZstdFrame(in, out);
  return Compress(context, level, in, out, capacity_bytes);
}

Status MakeDecompressor([[maybe_unused]] const Allocator* allocator, void** context) {
#ifdef INLAY_ZSTD_TAKES_ALLOCATOR
  *context = ZSTD_createDCtx_advanced({AllocateSized, FreeSized, OpaqueOf(allocator)});
#else
  *context = ZSTD_createDCtx();
#endif
  return *context != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Decompress(void* context, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  const size_t code = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(context), out, static_cast<size_t>(capacity_bytes),
                                          in.data, static_cast<size_t>(in.size_bytes));
  if (!ZSTD_isError(code)) return static_cast<int64_t>(code);
  if (IsOutOfMemory(code)) return Status::OutOfMemory();
  return Status::CorruptData(ZSTD_getErrorName(code));
}

void FreeDecompressor(void* context, const Allocator*) { ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(context)); }

}  // namespace

constexpr CodecFunctions kZstdFunctions = {
    .max_compressed_bytes = MaxCompressedBytes,
    .make_compressor = MakeCompressor,
    .compress = Compress,
    .free_compressor = FreeCompressor,
    .make_decompressor = MakeDecompressor,
    .decompress = Decompress,
    .free_decompressor = FreeDecompressor,
};

constexpr CodecFunctions kZstdIpcFunctions = {
    .max_compressed_bytes = MaxIpcBytes,
    .make_compressor = MakeCompressor,
    .compress = CompressForIpc,
    .free_compressor = FreeCompressor,
    .make_decompressor = MakeDecompressor,
    .decompress = Decompress,
    .free_decompressor = FreeDecompressor,
};

}  // namespace inlay
