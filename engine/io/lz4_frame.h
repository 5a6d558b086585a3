// LZ4 frames (LZ4 Frame Format 1.6.2), written over the library's block compressors:
//
//   uint32 LE magic 0x184D2204   FLG, BD   [uint64 LE content size]   header checksum
//   blocks: uint32 LE size, its top bit set when the bytes are stored; bytes
//   uint32 LE 0
//
// Blocks do not refer to each other. The library's own frames copy through buffers of its own and prepare as much
// as a small buffer's compression costs.
#pragma once

#include <cstdint>

#include <inlay/buffer_view.h>

namespace inlay {

// What one block compressed to, at most `capacity_bytes`; 0: not within them.
using CompressLz4Block = int64_t (*)(void* state, int level, BufferView in, uint8_t* out, int64_t capacity_bytes);

int64_t MaxLz4FrameBytes(int64_t size_bytes);
// `out` has room for MaxLz4FrameBytes(in.size_bytes). Returns the frame's size.
int64_t WriteLz4Frame(BufferView in, CompressLz4Block compress, void* state, int level, uint8_t* out);

// The size of the content of a frame that has whole, independent blocks and no checksums but its header's, put into
// `out`: -1 for any other frame, or one that does not fit or breaks the format (the library tells which).
int64_t ReadPlainLz4Frame(BufferView in, uint8_t* out, int64_t capacity_bytes);

}  // namespace inlay
