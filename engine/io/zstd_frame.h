// Small Zstandard frames (RFC 8878), written without the library, which of a small buffer spends nearly all its time on
// its tables. Here matches come from a search that knows rows of numbers, Huffman codes are chosen without a sorted
// tree, and sequences are coded with tables of at most 64 states.
#pragma once

#include <cstdint>

#include <inlay/buffer_view.h>

#include "engine/io/small_matches.h"

namespace inlay {

// Room that the frame of any content fits into, while it is written too.
int64_t MaxSmallZstdFrameBytes(int64_t size_bytes);
// Requires in.size_bytes <= kMaxSmallBytes. Returns the frame's size. The same bytes give the same frame.
int64_t WriteSmallZstdFrame(BufferView in, uint8_t* out);

}  // namespace inlay
