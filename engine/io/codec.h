// One codec with the context it reuses from call to call.
#pragma once

#include <inlay/codec.h>
#include <inlay/memory.h>
#include <inlay/sink.h>
#include <inlay/status.h>

#include <cstdint>

namespace inlay {

struct CodecFunctions;

// What stands around the compressed bytes. LZ4: the raw block (Parquet's LZ4_RAW) or the LZ4 frame; snappy: the raw
// format with its length in front; gzip: one member; zstd: one frame that states its content's size. Arrow IPC knows
// lz4 and zstd only; the others are kInvalidArgument there.
enum class CodecFraming : uint8_t { kParquet, kIpc };

// Compresses one buffer at a time. The context comes from the Allocator, which must outlive it, as far as the codec's
// library lets it: the whole of zstd and lz4, nothing of snappy and gzip. Move-only. One thread at a time.
class Compressor {
 public:
  // The errors of ValidateCompression, kOutOfMemory, or kInvalidArgument for a codec that the framing does not have.
  // Codec kNone copies.
  static Result<Compressor> Make(const Compression& compression, CodecFraming framing, const Allocator* allocator);
  Compressor(Compressor&& other) noexcept;
  Compressor& operator=(Compressor&& other) noexcept;
  ~Compressor() { Free(); }

  // What `size_bytes` bytes that do not shrink at all can grow to.
  int64_t MaxCompressedBytes(int64_t size_bytes) const;
  // Writes to `out`, which has `capacity_bytes` >= MaxCompressedBytes(in.size_bytes), and returns the size. The same
  // input gives the same bytes, whatever was compressed before. kLimitExceeded when the codec's format cannot hold that
  // much (lz4 blocks 2113929216, snappy and gzip 2^32 - 1 bytes), kOutOfMemory.
  Result<int64_t> Compress(BufferView in, uint8_t* out, int64_t capacity_bytes);

 private:
  Compressor(const CodecFunctions* functions, int level, const Allocator* allocator)
      : functions_(functions), level_(level), allocator_(allocator) {}
  void Free();

  const CodecFunctions* functions_;
  int level_;
  const Allocator* allocator_;
  void* context_ = nullptr;
};

// The way back. Safe on hostile input: reads and writes nothing outside what it is given, and takes no memory that the
// input asks for beyond some 8 MiB (of an LZ4 frame). Move-only. One thread at a time.
class Decompressor {
 public:
  static Result<Decompressor> Make(Codec codec, CodecFraming framing, const Allocator* allocator);
  Decompressor(Decompressor&& other) noexcept;
  Decompressor& operator=(Decompressor&& other) noexcept;
  ~Decompressor() { Free(); }

  // `in` must decompress to exactly `out_bytes` bytes, and without a remainder; otherwise kCorruptData, with anything
  // in `out`. Of zstd, gzip and LZ4 frames there may be several in a row. No bytes at all stand for no bytes.
  Status Decompress(BufferView in, uint8_t* out, int64_t out_bytes);

 private:
  Decompressor(const CodecFunctions* functions, Codec codec, const Allocator* allocator)
      : functions_(functions), codec_(codec), allocator_(allocator) {}
  void Free();

  const CodecFunctions* functions_;
  Codec codec_;
  const Allocator* allocator_;
  void* context_ = nullptr;
};

}  // namespace inlay
