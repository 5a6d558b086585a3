#include "engine/io/lz4_frame.h"

#include <lz4.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/byte_order.h"

namespace inlay {
namespace {

using kernels::LoadLe32;
using kernels::LoadLe64;
using kernels::StoreLe32;
using kernels::StoreLe64;

constexpr uint32_t kMagic = 0x184D2204;
constexpr uint32_t kStored = 0x80000000;
constexpr int64_t kPlainHeaderBytes = 7;  // magic, FLG, BD, checksum
constexpr int64_t kEndBytes = 4;
constexpr int64_t kMaxBlockBytes = 4 << 20;
constexpr int64_t kMaxUnsizedBytes = 16 << 10;

// FLG: version 1, independent blocks; its bit for the content's size.
constexpr uint8_t kFlags = 0x60;
constexpr uint8_t kHasContentSize = 0x08;

// BD 4..7: blocks of up to 64 KiB, 256 KiB, 1 MiB, 4 MiB. The smallest that takes the whole content.
int BlockSizeId(int64_t size_bytes) {
  int id = 4;
  while (id < 7 && size_bytes > int64_t{1} << (8 + 2 * id)) ++id;
  return id;
}

// XXH32 of fewer than 16 bytes with seed 0.
uint32_t ShortXxh32(const uint8_t* bytes, int64_t size_bytes) {
  constexpr uint32_t kPrime2 = 0x85EBCA77, kPrime3 = 0xC2B2AE3D, kPrime4 = 0x27D4EB2F, kPrime5 = 0x165667B1,
                     kPrime1 = 0x9E3779B1;
  uint32_t hash = kPrime5 + static_cast<uint32_t>(size_bytes);
  int64_t at = 0;
  for (; at + 4 <= size_bytes; at += 4) hash = std::rotl(hash + LoadLe32(bytes + at) * kPrime3, 17) * kPrime4;
  for (; at < size_bytes; ++at) hash = std::rotl(hash + bytes[at] * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 15) * kPrime2;
  hash = (hash ^ hash >> 13) * kPrime3;
  return hash ^ hash >> 16;
}

uint8_t HeaderChecksum(const uint8_t* descriptor, int64_t size_bytes) {
  return static_cast<uint8_t>(ShortXxh32(descriptor, size_bytes) >> 8);
}

}  // namespace

int64_t MaxLz4FrameBytes(int64_t size_bytes) {
  const int64_t num_blocks = size_bytes / kMaxBlockBytes + 1;
  return kPlainHeaderBytes + 8 + size_bytes + 4 * num_blocks + kEndBytes;
}

int64_t WriteLz4Frame(BufferView in, CompressLz4Block compress, void* state, int level, uint8_t* out) {
  uint8_t* to = out;
  StoreLe32(kMagic, to);
  // Of a small block that is known to readers anyway, its size is not worth the bytes.
  const bool has_size = in.size_bytes > kMaxUnsizedBytes;
  to[4] = kFlags | (has_size ? kHasContentSize : 0);
  to[5] = static_cast<uint8_t>(BlockSizeId(in.size_bytes) << 4);
  if (has_size) StoreLe64(static_cast<uint64_t>(in.size_bytes), to + 6);
  const int64_t descriptor_bytes = has_size ? 10 : 2;
  to[4 + descriptor_bytes] = HeaderChecksum(to + 4, descriptor_bytes);
  to += 4 + descriptor_bytes + 1;
  for (int64_t at = 0; at < in.size_bytes; at += kMaxBlockBytes) {
    const BufferView block{in.data + at, std::min(kMaxBlockBytes, in.size_bytes - at)};
    const int64_t compressed_bytes = compress(state, level, block, to + 4, block.size_bytes - 1);
    if (compressed_bytes > 0) {
      StoreLe32(static_cast<uint32_t>(compressed_bytes), to);
      to += 4 + compressed_bytes;
    } else {
      StoreLe32(static_cast<uint32_t>(block.size_bytes) | kStored, to);
      std::memcpy(to + 4, block.data, static_cast<size_t>(block.size_bytes));
      to += 4 + block.size_bytes;
    }
  }
  StoreLe32(0, to);
  return to + kEndBytes - out;
}

int64_t ReadPlainLz4Frame(BufferView in, uint8_t* out, int64_t capacity_bytes) {
  if (in.size_bytes < kPlainHeaderBytes + kEndBytes || LoadLe32(in.data) != kMagic) return -1;
  const uint8_t flags = in.data[4], block_size = in.data[5];
  if ((flags & ~kHasContentSize) != kFlags || (block_size & 0x8F) != 0 || block_size < 0x40) return -1;
  const bool has_size = (flags & kHasContentSize) != 0;
  const int64_t descriptor_bytes = has_size ? 10 : 2;
  int64_t at = 4 + descriptor_bytes + 1;
  if (in.size_bytes < at + kEndBytes) return -1;
  if (in.data[at - 1] != HeaderChecksum(in.data + 4, descriptor_bytes)) return -1;
  const int64_t max_block_bytes = int64_t{1} << (8 + 2 * (block_size >> 4));
  int64_t written = 0;
  for (;;) {
    if (in.size_bytes - at < 4) return -1;
    const uint32_t word = LoadLe32(in.data + at);
    at += 4;
    if (word == 0) break;
    const int64_t size_bytes = word & ~kStored;
    if (size_bytes == 0 || size_bytes > max_block_bytes || size_bytes > in.size_bytes - at) return -1;
    const int64_t room = std::min(max_block_bytes, capacity_bytes - written);
    if ((word & kStored) != 0) {
      if (size_bytes > room) return -1;
      std::memcpy(out + written, in.data + at, static_cast<size_t>(size_bytes));
      written += size_bytes;
    } else {
      const int bytes =
          LZ4_decompress_safe(reinterpret_cast<const char*>(in.data + at), reinterpret_cast<char*>(out + written),
                              static_cast<int>(size_bytes), static_cast<int>(room));
      if (bytes < 0) return -1;
      written += bytes;
    }
    at += size_bytes;
  }
  if (at != in.size_bytes) return -1;
  if (has_size && LoadLe64(in.data + 6) != static_cast<uint64_t>(written)) return -1;
  return written;
}

}  // namespace inlay
