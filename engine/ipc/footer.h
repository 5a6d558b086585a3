// The footer of a file (file_format.h) and what it points to.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/ipc/message_input.h"

namespace inlay::ipc {

// Where a message stands in a file.
struct Block {
  int64_t offset_bytes = 0;
  int64_t metadata_bytes = 0;  // prefix and padding included
  int64_t body_bytes = 0;
  int64_t end_bytes() const { return offset_bytes + metadata_bytes + body_bytes; }
};

struct Footer {
  int version = 0;  // 4 or 5
  std::shared_ptr<const DecodedSchema> schema;
  KeyValueMetadata metadata;
  std::vector<Block> dictionary_blocks;  // in the order in which they apply
  std::vector<Block> batch_blocks;
  int64_t offset_bytes = 0;  // of the footer: all blocks end before it
};

// Of the file that is the whole of `source`. kCorruptData for what is no file, or one that is cut off. Blocks lie
// within the file and together take no more bytes than it has, so that work on all of them is linear in its size; what
// they point to has not been looked at.
Result<Footer> ReadFooter(const std::shared_ptr<const Source>& source, const ReadOptions& options);

// The message of a block, with its body.
Result<Message> ReadBlock(const std::shared_ptr<const Source>& source, const Block& block, const ReadOptions& options);

// Where the end-of-stream marker stands, or would: the byte behind the last message, where more messages may follow.
// kCorruptData when anything but the marker stands between there and the footer.
Result<int64_t> FindEndOfStream(const std::shared_ptr<const Source>& source, const Footer& footer,
                                const ReadOptions& options);

}  // namespace inlay::ipc
