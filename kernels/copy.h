// Copies of whole buffers. Nothing outside the named ranges is read or written, nothing is allocated.
#pragma once

#include <cstdint>

namespace inlay::kernels {

// Copies `size` bytes and writes zeros up to `padded_size` (>= size). The C library's copy, which picks an instruction
// set by itself and streams past the caches when the size is large: the same on every target. No overlap.
void CopyPadded(const uint8_t* in, int64_t size, int64_t padded_size, uint8_t* out);

// out[i] = in[i] - base for `num_offsets` offsets: those of a slice of a string or list column, starting from zero as
// Arrow IPC wants them. `in` may equal `out`, else they do not overlap; a difference that does not fit wraps.
void RebaseOffsets32(const int32_t* in, int64_t num_offsets, int32_t base, int32_t* out);
void RebaseOffsets64(const int64_t* in, int64_t num_offsets, int64_t base, int64_t* out);

uint32_t CopyTargets();

}  // namespace inlay::kernels
