#include "engine/io/codec.h"

#include <cassert>
#include <new>
#include <string>
#include <utility>

#include "engine/io/codec_table.h"

namespace inlay {
namespace {

Status UnknownCodec(Codec codec) {
  return Status::InvalidArgument("codec " + std::to_string(static_cast<int>(codec)) +
                                 " does not exist; use a value of inlay::Codec");
}

std::string Quoted(std::string_view name) { return std::string("'").append(name).append("'"); }

// The functions of a codec that this build has.
Result<const CodecFunctions*> FindFunctions(Codec codec, CodecFraming framing) {
  const CodecRow* row = FindCodecRow(codec);
  if (row == nullptr) return UnknownCodec(codec);
  if (framing == CodecFraming::kIpc && !row->in_ipc) {
    return Status::InvalidArgument("codec " + Quoted(row->name) + " is not part of Arrow IPC; use lz4, zstd or none");
  }
  if (row->parquet == nullptr) {
    return Status::NotImplemented("this build has no codec " + Quoted(row->name) + "; build with -D" +
                                  std::string(row->cmake_option) + "=ON");
  }
  return framing == CodecFraming::kIpc ? row->ipc : row->parquet;
}

}  // namespace

std::string_view CodecName(Codec codec) {
  const CodecRow* row = FindCodecRow(codec);
  return row != nullptr ? row->name : "unknown codec";
}

Result<Codec> CodecFromName(std::string_view name) try {
  std::string known;
  for (const CodecRow& row : CodecRows()) {
    if (row.name == name) return row.codec;
    known.append(known.empty() ? "" : ", ").append(row.name);
  }
  return Status::InvalidArgument("codec " + Quoted(name) + " is not known; use one of " + known);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status ValidateCompression(const Compression& compression) try {
  Result<const CodecFunctions*> functions = FindFunctions(compression.codec, CodecFraming::kParquet);
  if (!functions.ok()) return functions.status();
  const CodecRow& row = *FindCodecRow(compression.codec);
  if (!compression.level.has_value()) return {};
  if (!row.takes_level) {
    return Status::InvalidArgument("codec " + Quoted(row.name) + " takes no level; leave the level out");
  }
  if (*compression.level < row.min_level || *compression.level > row.max_level) {
    return Status::InvalidArgument("level " + std::to_string(*compression.level) + " of codec " + Quoted(row.name) +
                                   " is out of range; use " + std::to_string(row.min_level) + " to " +
                                   std::to_string(row.max_level));
  }
  return {};
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<Compressor> Compressor::Make(const Compression& compression, CodecFraming framing, const Allocator* allocator) {
  if (Status status = ValidateCompression(compression); !status.ok()) return status;
  Result<const CodecFunctions*> functions = FindFunctions(compression.codec, framing);
  if (!functions.ok()) return functions.status();
  const int level = compression.level.value_or(FindCodecRow(compression.codec)->default_level);
  Compressor compressor(*functions, level, allocator);
  if (Status status = (*functions)->make_compressor(level, allocator, &compressor.context_); !status.ok())
    return status;
  return compressor;
}

Compressor::Compressor(Compressor&& other) noexcept
    : functions_(other.functions_),
      level_(other.level_),
      allocator_(other.allocator_),
      context_(std::exchange(other.context_, nullptr)) {}

Compressor& Compressor::operator=(Compressor&& other) noexcept {
  if (this == &other) return *this;
  Free();
  functions_ = other.functions_;
  level_ = other.level_;
  allocator_ = other.allocator_;
  context_ = std::exchange(other.context_, nullptr);
  return *this;
}

void Compressor::Free() {
  if (context_ != nullptr) functions_->free_compressor(std::exchange(context_, nullptr), allocator_);
}

int64_t Compressor::MaxCompressedBytes(int64_t size_bytes) const {
  assert(size_bytes >= 0);
  return functions_->max_compressed_bytes(size_bytes);
}

Result<int64_t> Compressor::Compress(BufferView in, uint8_t* out, int64_t capacity_bytes) {
  assert(in.size_bytes >= 0 && capacity_bytes >= MaxCompressedBytes(in.size_bytes));
  uint8_t nothing = 0;  // libraries want pointers even to no bytes
  if (in.data == nullptr) in.data = &nothing;
  return functions_->compress(context_, level_, in, out != nullptr ? out : &nothing, capacity_bytes);
}

Result<Decompressor> Decompressor::Make(Codec codec, CodecFraming framing, const Allocator* allocator) {
  Result<const CodecFunctions*> functions = FindFunctions(codec, framing);
  if (!functions.ok()) return functions.status();
  Decompressor decompressor(*functions, codec, allocator);
  if (Status status = (*functions)->make_decompressor(allocator, &decompressor.context_); !status.ok()) return status;
  return decompressor;
}

Decompressor::Decompressor(Decompressor&& other) noexcept
    : functions_(other.functions_),
      codec_(other.codec_),
      allocator_(other.allocator_),
      context_(std::exchange(other.context_, nullptr)) {}

Decompressor& Decompressor::operator=(Decompressor&& other) noexcept {
  if (this == &other) return *this;
  Free();
  functions_ = other.functions_;
  codec_ = other.codec_;
  allocator_ = other.allocator_;
  context_ = std::exchange(other.context_, nullptr);
  return *this;
}

void Decompressor::Free() {
  if (context_ != nullptr) functions_->free_decompressor(std::exchange(context_, nullptr), allocator_);
}

Status Decompressor::Decompress(BufferView in, uint8_t* out, int64_t out_bytes) try {
  assert(in.size_bytes >= 0 && out_bytes >= 0);
  if (in.size_bytes == 0 && out_bytes == 0) return {};
  uint8_t nothing = 0;  // libraries want pointers even to no bytes
  if (in.data == nullptr) in.data = &nothing;
  const Result<int64_t> written = functions_->decompress(context_, in, out != nullptr ? out : &nothing, out_bytes);
  if (written.ok() && *written == out_bytes) return {};
  const Status status = written.ok() ? Status::CorruptData("it holds " + std::to_string(*written)) : written.status();
  if (status.code() == StatusCode::kOutOfMemory) return status;
  return status.WithContext(std::string(CodecName(codec_)) + ": " + std::to_string(in.size_bytes) +
                            " bytes do not decompress to " + std::to_string(out_bytes));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
