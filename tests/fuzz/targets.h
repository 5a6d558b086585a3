// What hostile bytes are given to: each target reads them in all the ways there are, and ends the program where those
// disagree, take more memory than promised, or give back something that is not valid.
#pragma once

#include <cstdint>

#include <inlay/buffer_view.h>

namespace inlay::fuzz {

// What a reader may hold of its allocator for any of these inputs.
constexpr int64_t kMaxMemoryBytes = int64_t{256} << 20;

// As a stream: from memory as if mapped, from a source that copies, and pushed in pieces to a Decoder. True when all of
// it was good.
bool ReadStream(BufferView bytes);
// As a file: mapped, from a source that copies, in recovery mode, and of a few columns.
bool ReadFile(BufferView bytes);
// As a recipe for structures of the C Data Interface, whose buffers are as large as their lengths say.
bool ImportCData(BufferView recipe);

}  // namespace inlay::fuzz
