// Repeated bytes in small buffers.
#pragma once

#include <cstdint>

#include <inlay/buffer_view.h>

namespace inlay {

// Literals, and then a match of what stands `distance` bytes before it.
struct MatchSequence {
  uint16_t num_literals;
  uint16_t match_bytes;
  uint16_t distance;
};

constexpr int64_t kMaxSmallBytes = 4096;  // positions and lengths fit into 16 bits; above, the library is as fast
constexpr int64_t kMinMatchBytes = 3;
// As many as the bytes can have: room for `out` of the functions below.
constexpr int64_t MaxMatches(int64_t size_bytes) { return size_bytes / kMinMatchBytes + 2; }

// Both return the number of sequences, and none for fewer than 16 bytes. Requires in.size_bytes <= kMaxSmallBytes.
//
// Takes the bytes as rows of 8 (one int64, two int32, ...) and finds what is the same as in the row before it: at a
// fraction of the cost of a search, and all there is to find in most batches of numbers. Distances are 8.
int64_t FindRowMatches(BufferView in, MatchSequence* out);
// Any repetition of 4 bytes or more, as a fast search of one candidate a position finds it.
int64_t FindMatches(BufferView in, MatchSequence* out);

}  // namespace inlay
