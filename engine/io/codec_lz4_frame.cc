// The LZ4 frame format: Arrow IPC's LZ4_FRAME. One frame a buffer, with the content's size in its header, independent
// blocks and no checksums.
#ifdef INLAY_LZ4_TAKES_ALLOCATOR
#define LZ4F_STATIC_LINKING_ONLY  // for LZ4F_create...Context_advanced
#endif
#include <lz4frame.h>

#include <cstring>
#include <string_view>

#include "engine/io/codec_memory.h"
#include "engine/io/codec_table.h"

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

// The smallest block that takes the whole content, up to 4 MiB. Blocks that do not refer to each other need no buffer
// of lz4's own here, and readers may decompress them side by side.
LZ4F_blockSizeID_t BlockSizeFor(int64_t size_bytes) {
  if (size_bytes <= 64 << 10) return LZ4F_max64KB;
  if (size_bytes <= 256 << 10) return LZ4F_max256KB;
  if (size_bytes <= 1 << 20) return LZ4F_max1MB;
  return LZ4F_max4MB;
}

LZ4F_preferences_t Preferences(int64_t size_bytes, int level) {
  LZ4F_preferences_t preferences;
  std::memset(&preferences, 0, sizeof(preferences));
  preferences.frameInfo.blockSizeID = BlockSizeFor(size_bytes);
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentSize = static_cast<unsigned long long>(size_bytes);
  preferences.compressionLevel = level >= kFirstHighLevel ? level : 0;
  preferences.autoFlush = 1;
  return preferences;
}

int64_t MaxCompressedBytes(int64_t size_bytes) {
  const LZ4F_preferences_t preferences = Preferences(size_bytes, 0);
  return static_cast<int64_t>(LZ4F_compressFrameBound(static_cast<size_t>(size_bytes), &preferences));
}

Status MakeCompressor(int, [[maybe_unused]] const Allocator* allocator, void** context) {
#ifdef INLAY_LZ4_TAKES_ALLOCATOR
  LZ4F_cctx* made = LZ4F_createCompressionContext_advanced(MemoryOf(allocator), LZ4F_VERSION);
#else
  LZ4F_cctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createCompressionContext(&made, LZ4F_VERSION))) return Status::OutOfMemory();
#endif
  *context = made;
  return made != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Compress(void* context, int level, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  auto* lz4 = static_cast<LZ4F_cctx*>(context);
  const LZ4F_preferences_t preferences = Preferences(in.size_bytes, level);
  const auto capacity = static_cast<size_t>(capacity_bytes);
  LZ4F_compressOptions_t options = {};
  options.stableSrc = 1;
  size_t total = 0;
  size_t written = LZ4F_compressBegin(lz4, out, capacity, &preferences);
  if (!LZ4F_isError(written)) {
    total += written;
    written =
        LZ4F_compressUpdate(lz4, out + total, capacity - total, in.data, static_cast<size_t>(in.size_bytes), &options);
  }
  if (!LZ4F_isError(written)) {
    total += written;
    written = LZ4F_compressEnd(lz4, out + total, capacity - total, &options);
  }
  if (!LZ4F_isError(written)) return static_cast<int64_t>(total + written);
  if (IsOutOfMemory(written)) return Status::OutOfMemory();
  return Status::InvalidArgument(std::string("lz4 cannot compress: ") + LZ4F_getErrorName(written));
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
    .max_compressed_bytes = MaxCompressedBytes,
    .make_compressor = MakeCompressor,
    .compress = Compress,
    .free_compressor = [](void* context,
                          const Allocator*) { LZ4F_freeCompressionContext(static_cast<LZ4F_cctx*>(context)); },
    .make_decompressor = MakeDecompressor,
    .decompress = Decompress,
    .free_decompressor = [](void* context,
                            const Allocator*) { LZ4F_freeDecompressionContext(static_cast<LZ4F_dctx*>(context)); },
};

}  // namespace inlay
