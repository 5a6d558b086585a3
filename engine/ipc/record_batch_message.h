// The metadata of a record batch message: everything but its body.
//
//   FF FF FF FF   int32 LE length   flatbuffer (Message, header RecordBatch)   zeros up to the alignment
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <inlay/codec.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// Every batch of a schema has as many nodes and buffers, so the flatbuffer is built once, with every field present, and
// later ones differ in the numbers only: writing one is a copy and a few stores.
class RecordBatchMessage {
 public:
  // kLimitExceeded when so many columns do not fit into a flatbuffer.
  static Result<RecordBatchMessage> Make(int64_t num_nodes, int64_t num_buffers, Codec codec, int64_t alignment_bytes);
  int64_t size_bytes() const { return static_cast<int64_t>(bytes_.size()); }
  // `out`: size_bytes() bytes. Nodes and buffers as many as Make was told.
  void Write(int64_t num_rows, std::span<const flatbuf::FieldNode> nodes, std::span<const flatbuf::Buffer> buffers,
             int64_t body_bytes, uint8_t* out) const;

 private:
  std::vector<uint8_t> bytes_;
  // Where in bytes_ the numbers stand.
  int64_t num_rows_at_ = 0;
  int64_t body_bytes_at_ = 0;
  int64_t nodes_at_ = 0;
  int64_t buffers_at_ = 0;
};

}  // namespace inlay::ipc
