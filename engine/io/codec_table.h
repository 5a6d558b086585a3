// The codecs this build has. A new one is a file that defines its CodecFunctions, and a row here.
#pragma once

#include <inlay/codec.h>
#include <inlay/memory.h>
#include <inlay/sink.h>
#include <inlay/status.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/io/codec.h"

namespace inlay {

// What a codec's file provides. A context is what `make_...` stores (null: the codec needs none) and `free_...` takes
// back. No pointer to bytes is null and no size negative; the capacity is at least max_compressed_bytes.
struct CodecFunctions {
  int64_t (*max_compressed_bytes)(int64_t size_bytes);
  Status (*make_compressor)(int level, const Allocator* allocator, void** context);
  Result<int64_t> (*compress)(void* context, int level, BufferView in, uint8_t* out, int64_t capacity_bytes);
  void (*free_compressor)(void* context, const Allocator* allocator);
  Status (*make_decompressor)(const Allocator* allocator, void** context);
  // Returns how many bytes it wrote, at most `capacity_bytes`, from the whole input; kCorruptData otherwise. A message
  // says what is wrong, not where: the caller adds the codec's name and the sizes.
  Result<int64_t> (*decompress)(void* context, BufferView in, uint8_t* out, int64_t capacity_bytes);
  void (*free_decompressor)(void* context, const Allocator* allocator);
};

// For codecs that need no context.
inline Status MakeNoCompressor(int, const Allocator*, void**) { return {}; }
inline Status MakeNoDecompressor(const Allocator*, void**) { return {}; }
inline void FreeNoContext(void*, const Allocator*) {}

struct CodecRow {
  Codec codec;
  std::string_view name;
  std::string_view cmake_option;  // what to build with, when `parquet` is null
  bool takes_level;
  int min_level;
  int max_level;
  int default_level;
  bool in_ipc;                    // part of Arrow IPC
  const CodecFunctions* parquet;  // null: not in this build
  const CodecFunctions* ipc;
};

std::span<const CodecRow> CodecRows();
// Null for a value outside the enumeration.
const CodecRow* FindCodecRow(Codec codec);

extern const CodecFunctions kCopyFunctions;
extern const CodecFunctions kGzipFunctions;
extern const CodecFunctions kLz4BlockFunctions;
extern const CodecFunctions kLz4FrameFunctions;
extern const CodecFunctions kSnappyFunctions;
extern const CodecFunctions kZstdFunctions;
extern const CodecFunctions kZstdIpcFunctions;

}  // namespace inlay
