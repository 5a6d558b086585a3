// Messages as they come in (Columnar format, "Encapsulated message format"): of a source one after the other, or each
// at a place that a footer names. Bytes that arrive by themselves: message_assembler.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <inlay/buffer_view.h>
#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/message_prefix.h"

namespace inlay::ipc {

// Bytes that `owner` keeps alive.
struct SharedBytes {
  BufferView view;
  std::shared_ptr<const void> owner;
};

// [offset, offset + size) of a source, which must have them: borrowed where the source is mapped, read otherwise.
Result<SharedBytes> ReadRange(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t size_bytes,
                              const Allocator* allocator);

// A message whose metadata passed the verifier.
struct Message {
  SharedBytes metadata_bytes;  // what `metadata` borrows
  VerifiedFlatBuffer<flatbuf::Message> metadata;
  SharedBytes body;          // once it is read
  int64_t offset_bytes = 0;  // of its first byte
  int64_t prefix_bytes = 0;  // marker and length: 8, or 4 in the legacy form
  int64_t metadata_size_bytes() const { return prefix_bytes + metadata.size_bytes(); }
  int64_t body_offset_bytes() const { return offset_bytes + metadata_size_bytes(); }
};

// kCorruptData unless `metadata` (without its prefix) is a message's.
Result<Message> MakeMessage(SharedBytes metadata, int64_t offset_bytes, int64_t prefix_bytes);
// kLimitExceeded for messages larger than the options allow, kCorruptData for a negative body.
Status CheckMessageSize(int64_t metadata_bytes, int64_t body_bytes, int64_t offset_bytes, const ReadOptions& options);

// The messages of a stream that is in a source from its first byte on; magic bytes may stand before it.
class SourceMessages {
 public:
  // `options` outlive this.
  SourceMessages(std::shared_ptr<const Source> source, const ReadOptions* options)
      : source_(std::move(source)), options_(*options) {}

  // The next message without its body, which the source has at its body_offset_bytes(). Nothing at the end of the
  // stream.
  Result<std::optional<Message>> Next();

  const std::shared_ptr<const Source>& source() const { return source_; }
  // Of the byte behind the last message and what stood before it; at the end, behind the marker.
  int64_t position_bytes() const { return position_bytes_; }
  // The prefix that stood there last. After the end, it is whole if that was a marker.
  const MessagePrefix& prefix() const { return prefix_; }

 private:
  Result<SharedBytes> Read(int64_t size_bytes);

  std::shared_ptr<const Source> source_;
  const ReadOptions& options_;
  MessagePrefix prefix_;
  int64_t position_bytes_ = 0;
};

// The message at a block of a footer, without its body. kCorruptData unless it is as the block says.
Result<Message> ReadMessageAt(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t metadata_bytes,
                              int64_t body_bytes, const ReadOptions& options);

}  // namespace inlay::ipc
