// gzip by libdeflate: one member (RFC 1952) a buffer, without name and time, so the same bytes come out each time.
#include <libdeflate.h>

#include "engine/io/codec_table.h"

namespace inlay {
namespace {

constexpr int64_t kMaxBytes = UINT32_MAX;  // a member's ISIZE

int64_t MaxCompressedBytes(int64_t size_bytes) {
  return static_cast<int64_t>(libdeflate_gzip_compress_bound(nullptr, static_cast<size_t>(size_bytes)));
}

// libdeflate takes an allocator for the whole process only, and that is not ours to set.
Status MakeCompressor(int level, const Allocator*, void** context) {
  *context = libdeflate_alloc_compressor(level);
  return *context != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Compress(void* context, int, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (in.size_bytes > kMaxBytes) return Status::LimitExceeded("gzip holds less than 2^32 bytes; make pages smaller");
  const size_t written =
      libdeflate_gzip_compress(static_cast<libdeflate_compressor*>(context), in.data,
                               static_cast<size_t>(in.size_bytes), out, static_cast<size_t>(capacity_bytes));
  if (written == 0) return Status::InvalidArgument("gzip cannot compress: the output has too little room");
  return static_cast<int64_t>(written);
}

Status MakeDecompressor(const Allocator*, void** context) {
  *context = libdeflate_alloc_decompressor();
  return *context != nullptr ? Status() : Status::OutOfMemory();
}

Result<int64_t> Decompress(void* context, BufferView in, uint8_t* out, int64_t capacity_bytes) {
  auto* libdeflate = static_cast<libdeflate_decompressor*>(context);
  const auto in_bytes = static_cast<size_t>(in.size_bytes);
  size_t num_read = 0;
  size_t num_written = 0;
  do {  // members in a row are one content
    size_t read = 0;
    size_t written = 0;
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(libdeflate, in.data + num_read, in_bytes - num_read, out + num_written,
                                      static_cast<size_t>(capacity_bytes) - num_written, &read, &written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return Status::CorruptData("it holds more");
    if (result != LIBDEFLATE_SUCCESS)
      return Status::CorruptData("a member breaks the format, or its checksum is wrong");
    num_read += read;
    num_written += written;
  } while (num_read < in_bytes);
  return static_cast<int64_t>(num_written);
}

}  // namespace

constexpr CodecFunctions kGzipFunctions = {
    .max_compressed_bytes = MaxCompressedBytes,
    .make_compressor = MakeCompressor,
    .compress = Compress,
    .free_compressor =
        [](void* context, const Allocator*) {
          libdeflate_free_compressor(static_cast<libdeflate_compressor*>(context));
        },
    .make_decompressor = MakeDecompressor,
    .decompress = Decompress,
    .free_decompressor =
        [](void* context, const Allocator*) {
          libdeflate_free_decompressor(static_cast<libdeflate_decompressor*>(context));
        },
};

}  // namespace inlay
