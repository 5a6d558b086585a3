// The LZ4 frame format: Arrow IPC's LZ4_FRAME. One frame a buffer of independent blocks, without checksums of data
// (lz4_frame.h). Frames of other writers that have more are left to the library.
#ifdef INLAY_LZ4_TAKES_ALLOCATOR
#define LZ4F_STATIC_LINKING_ONLY  // for LZ4F_create...Context_advanced
#endif
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>

#include <cstring>
#include <string_view>

#include "engine/io/codec_memory.h"
#include "engine/io/codec_table.h"
#include "engine/io/lz4_frame.h"

namespace inlay {
namespace {

constexpr int kFirstHighLevel = 3;  // below, lz4's fast form is used

#ifdef INLAY_LZ4_TAKES_ALLOCATOR
LZ4F_CustomMem MemoryOf(const Allocator* allocator) {
  return {.customAlloc = AllocateSized,
          .customCalloc = nullptr,
          .customFree = FreeSized,
          .opaqueState = OpaqueOf(allocator)};
}
#endif

bool IsOutOfMemory(size_t code) { return std::string_view(LZ4F_getErrorName(code)) == "ERROR_allocation_failed"; }

Status MakeCompressor(int level, const Allocator* allocator, void** context) {
  const int state_bytes = level >= kFirstHighLevel ? LZ4_sizeofStateHC() : LZ4_sizeofState();
  *context = AllocateSized(OpaqueOf(allocator), static_cast<size_t>(state_bytes));
  return *context != nullptr ? Status() : Status::OutOfMemory();
}

int64_t CompressBlock(void* state, int level, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  const auto* source = reinterpret_cast<const char*>(in.data);
  auto* target = reinterpret_cast<char*>(out);
  const int size = static_cast<int>(in.size_bytes), capacity = static_cast<int>(capacity_bytes);
  if (level >= kFirstHighLevel) return LZ4_compress_HC_extStateHC(state, source, target, size, capacity, level);
  return LZ4_compress_fast_extState(state, source, target, size, capacity, 1);
}

Result<int64_t> Compress(void* context, int level, BufferView in, uint8_t* out, int64_t) {
  return WriteLz4Frame(in, CompressBlock, context, level, out);
}

Status MakeDecompressor([[maybe_unused]] const Allocator* allocator, void** context) {
#ifdef INLAY_LZ4_TAKES_ALLOCATOR
  LZ4F_dctx* made = LZ4F_createDecompressionContext_advanced(MemoryOf(allocator), LZ4F_VERSION);
#else
  LZ4F_dctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION))) return Status::OutOfMemory();
#endif
  *context = made;
  return made != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Decompress(void* context, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (const int64_t num_bytes = ReadPlainLz4Frame(in, out, capacity_bytes); num_bytes >= 0) return num_bytes;
  auto* lz4 = static_cast<LZ4F_dctx*>(context);
  LZ4F_resetDecompressionContext(lz4);  // the last input may have ended in mid-frame
  LZ4F_decompressOptions_t options = {};
  options.stableDst = 1;
  const auto in_bytes = static_cast<size_t>(in.size_bytes);
  size_t num_read = 0;
  size_t num_written = 0;
  size_t wanted = 1;  // 0 at the end of a frame
  while (num_read < in_bytes) {
    size_t read = in_bytes - num_read;
    size_t written = static_cast<size_t>(capacity_bytes) - num_written;
    wanted = LZ4F_decompress(lz4, out + num_written, &written, in.data + num_read, &read, &options);
    if (LZ4F_isError(wanted)) {
      return IsOutOfMemory(wanted) ? Status::OutOfMemory() : Status::CorruptData(LZ4F_getErrorName(wanted));
    }
    num_read += read;
    num_written += written;
    if (read == 0 && written == 0) return Status::CorruptData("it holds more");
  }
  if (wanted != 0) return Status::CorruptData("its frame is cut off, or it holds more");
  return static_cast<int64_t>(num_written);
}

}  // namespace

constexpr CodecFunctions kLz4FrameFunctions = {
    .max_compressed_bytes = MaxLz4FrameBytes,
    .make_compressor = MakeCompressor,
    .compress = Compress,
    .free_compressor = [](void* context, const Allocator* allocator) { FreeSized(OpaqueOf(allocator), context); },
    .make_decompressor = MakeDecompressor,
    .decompress = Decompress,
    .free_decompressor = [](void* context,
                            const Allocator*) { LZ4F_freeDecompressionContext(static_cast<LZ4F_dctx*>(context)); },
};

}  // namespace inlay
