// The metadata of a record batch or dictionary message: everything but its body.
//
//   FF FF FF FF   int32 LE length   flatbuffer (Message, header RecordBatch or DictionaryBatch)   zeros up to the
//   alignment, counted from the start of the output
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <inlay/codec.h>
#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// What all messages of one schema, or of one dictionary's values, have in common.
struct MessageShape {
  int64_t num_nodes = 0;
  int64_t num_buffers = 0;
  int64_t num_variadic_counts = 0;  // one a field of views
  Codec codec = Codec::kNone;
  int64_t alignment_bytes = 64;
  std::optional<int64_t> dictionary_id;  // none: a record batch
};

// The numbers of one message.
struct MessageNumbers {
  int64_t num_rows = 0;
  std::span<const flatbuf::FieldNode> nodes;  // as many as the shape says, like those below
  std::span<const flatbuf::Buffer> buffers;
  std::span<const int64_t> variadic_counts;
  bool is_delta = false;  // dictionaries
  int64_t body_bytes = 0;
};

// Every message of a shape has as many nodes, buffers and counts, so the flatbuffer is built once, with every field
// present, and later ones differ in the numbers only: writing one is a copy and a few stores. Other custom metadata
// than the last message's makes it built anew.
class RecordBatchMessage {
 public:
  // kLimitExceeded when so many columns do not fit into a flatbuffer.
  static Result<RecordBatchMessage> Make(const MessageShape& shape);
  // kLimitExceeded when the metadata does not fit.
  Status SetMetadata(const KeyValueMetadata& metadata);
  // Of a message that begins at byte `start_bytes` (a multiple of 8) of the output; its body is aligned then.
  int64_t SizeBytes(int64_t start_bytes) const;
  // `out`: SizeBytes(start_bytes) bytes.
  void Write(const MessageNumbers& numbers, int64_t start_bytes, uint8_t* out) const;

 private:
  Status Build(const KeyValueMetadata& metadata);

  MessageShape shape_;
  KeyValueMetadata metadata_;
  std::vector<uint8_t> bytes_;  // prefix and flatbuffer
  // Where in bytes_ the numbers stand.
  int64_t num_rows_at_ = 0;
  int64_t body_bytes_at_ = 0;
  int64_t nodes_at_ = 0;
  int64_t buffers_at_ = 0;
  int64_t variadic_counts_at_ = 0;
  int64_t is_delta_at_ = 0;
};

}  // namespace inlay::ipc
