// The metadata of a record batch or dictionary message: everything but its body.
//
//   FF FF FF FF   int32 LE length   flatbuffer (Message, header RecordBatch or DictionaryBatch)   zeros up to the
//   alignment, counted from the start of the output
//
// Legacy framing, of V4 only, leaves out the first four bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <inlay/codec.h>
#include <inlay/ipc_write.h>
#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// What all messages of one schema, or of one dictionary's values, have in common.
struct MessageShape {
  int64_t num_nodes = 0;
  int64_t num_variadic_counts = 0;  // one a field of views
  Codec codec = Codec::kNone;
  int64_t alignment_bytes = 64;
  MetadataVersion metadata_version = MetadataVersion::kV5;
  bool legacy_framing = false;
  std::optional<int64_t> dictionary_id = {};  // none: a record batch
};

// The numbers of one message.
struct MessageNumbers {
  int64_t num_rows = 0;
  std::span<const flatbuf::FieldNode> nodes;
  std::span<const flatbuf::Buffer> buffers;
  std::span<const int64_t> variadic_counts;
  bool is_delta = false;  // dictionaries
  int64_t body_bytes = 0;
};

// Messages of a shape differ in the numbers only, unless their views have another number of data buffers or they carry
// other custom metadata. So the flatbuffer is built once, with every field present, and kept until one of these
// changes: writing a message is a copy and a few stores.
class RecordBatchMessage {
 public:
  explicit RecordBatchMessage(const MessageShape& shape) : shape_(shape) {}
  // Before the other two. kLimitExceeded when it does not fit into a flatbuffer.
  Status Fit(int64_t num_buffers, const KeyValueMetadata& metadata);
  // Of a message that begins at byte `start_bytes` (a multiple of 8) of the output; its body is aligned then.
  int64_t SizeBytes(int64_t start_bytes) const;
  // `out`: SizeBytes(start_bytes) bytes. Nodes and counts as the shape says, buffers as Fit was told.
  void Write(const MessageNumbers& numbers, int64_t start_bytes, uint8_t* out) const;

 private:
  Status Build(int64_t num_buffers, const KeyValueMetadata& metadata);
  int64_t prefix_bytes() const { return shape_.legacy_framing ? 4 : 8; }

  MessageShape shape_;
  // Of the flatbuffer at hand.
  int64_t num_buffers_ = 0;
  KeyValueMetadata metadata_;
  std::vector<uint8_t> flatbuffer_;
  // Where in it the numbers stand.
  int64_t num_rows_at_ = 0;
  int64_t body_bytes_at_ = 0;
  int64_t nodes_at_ = 0;
  int64_t buffers_at_ = 0;
  int64_t variadic_counts_at_ = 0;
  int64_t is_delta_at_ = 0;
};

}  // namespace inlay::ipc
