// Snappy's raw format: the content's size as a varint, then its elements.
#include <snappy.h>

#include <new>

#include "engine/io/codec_table.h"

namespace inlay {
namespace {

constexpr int64_t kMaxBytes = UINT32_MAX;

int64_t MaxCompressedBytes(int64_t size_bytes) {
  return static_cast<int64_t>(snappy::MaxCompressedLength(static_cast<size_t>(size_bytes)));
}

// Snappy takes its table of up to 200 KiB from operator new at each call and has no way to pass one in.
Result<int64_t> Compress(void*, int, BufferView in, uint8_t* out, int64_t) try {
  if (in.size_bytes > kMaxBytes) return Status::LimitExceeded("snappy holds less than 2^32 bytes; make pages smaller");
  size_t written = 0;
  snappy::RawCompress(reinterpret_cast<const char*>(in.data), static_cast<size_t>(in.size_bytes),
                      reinterpret_cast<char*>(out), &written);
  return static_cast<int64_t>(written);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<int64_t> Decompress(void*, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  const auto* source = reinterpret_cast<const char*>(in.data);
  const auto in_bytes = static_cast<size_t>(in.size_bytes);
  size_t stated_bytes = 0;
  if (!snappy::GetUncompressedLength(source, in_bytes, &stated_bytes))
    return Status::CorruptData("its size is cut off");
  if (stated_bytes > static_cast<uint64_t>(capacity_bytes)) return Status::CorruptData("it states more");
  if (!snappy::RawUncompress(source, in_bytes, reinterpret_cast<char*>(out))) {
    return Status::CorruptData("its elements break the format");
  }
  return static_cast<int64_t>(stated_bytes);
}

}  // namespace

constexpr CodecFunctions kSnappyFunctions = {
    .max_compressed_bytes = MaxCompressedBytes,
    .make_compressor = MakeNoCompressor,
    .compress = Compress,
    .free_compressor = FreeNoContext,
    .make_decompressor = MakeNoDecompressor,
    .decompress = Decompress,
    .free_decompressor = FreeNoContext,
};

}  // namespace inlay
