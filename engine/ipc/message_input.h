// Messages as they are found: in order from a source or descriptor, or at a place that a footer names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <inlay/buffer_view.h>
#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"

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
  SharedBytes body;
  int64_t offset_bytes = 0;  // of its first byte
  int64_t prefix_bytes = 0;  // marker and length: 8, or 4 in the legacy form
  int64_t metadata_size_bytes() const { return prefix_bytes + metadata.size_bytes(); }
};

// The messages of a stream, one after the other.
class MessageStream {
 public:
  // `options` outlive the stream.
  MessageStream(std::shared_ptr<const Source> source, const ReadOptions* options)
      : source_(std::move(source)), options_(*options) {}
  MessageStream(int fd, const ReadOptions* options) : fd_(fd), options_(*options) {}

  // Nothing at the end of the stream. kLimitExceeded for messages larger than the options allow.
  Result<std::optional<Message>> Next();
  // Of the byte behind what was read.
  int64_t position() const { return position_; }

 private:
  // Marker and length. A length of 0: the end.
  struct Prefix {
    int64_t size_bytes = 0;
    int64_t metadata_bytes = 0;
  };
  Result<Prefix> ReadPrefix();
  // As many of the next bytes as there are, up to out's size.
  Result<int64_t> ReadSome(std::span<uint8_t> out);
  Result<SharedBytes> Read(int64_t size_bytes);
  Result<SharedBytes> ReadFromFd(int64_t size_bytes);

  std::shared_ptr<const Source> source_;  // or
  int fd_ = -1;
  const ReadOptions& options_;
  int64_t position_ = 0;
  bool is_first_ = true;
};

// The message at a block of a footer, without its body. kCorruptData unless it is as the block says.
Result<Message> ReadMessageAt(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t metadata_bytes,
                              int64_t body_bytes, const ReadOptions& options);

}  // namespace inlay::ipc
