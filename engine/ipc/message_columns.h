// Where the nodes and buffers of one message's columns are.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/codec.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

// A part of a message's body.
struct ByteRange {
  int64_t offset_bytes = 0;
  int64_t size_bytes = 0;
};

// `kNone` without compression; kNotImplemented for codecs and methods that the format did not have.
Result<Codec> BatchCodec(const flatbuf::RecordBatch& batch);

class MessageColumns {
 public:
  // kCorruptData unless the message has exactly the nodes, buffers and counts of the plan. `batch` and `plan` outlive
  // this.
  static Result<MessageColumns> Make(const flatbuf::RecordBatch& batch, flatbuf::MetadataVersion version,
                                     const MessagePlan& plan);

  struct Buffers {
    uint32_t first;
    uint32_t num_fixed;     // in the layout's order, behind the bitmap that V4 has
    uint32_t num_variadic;  // behind those
    bool has_v4_bitmap;     // of an array that has none since V5: the first one
  };
  // Of the columns of the plan, asked for in pre-order; some may be left out.
  Buffers BuffersOf(const ColumnPlan& column);
  flatbuf::FieldNode NodeOf(const ColumnPlan& column) const {
    return ElementOf(*batch_->nodes(), column.position.nodes);
  }
  // kCorruptData when buffer `index` is not within a body of `body_bytes`.
  Result<ByteRange> RangeOf(uint32_t index, int64_t body_bytes) const;

 private:
  MessageColumns(const flatbuf::RecordBatch* batch, bool is_v4) : batch_(batch), is_v4_(is_v4) {}

  const flatbuf::RecordBatch* batch_;
  bool is_v4_;
  uint32_t variadic_counts_seen_ = 0;
  uint32_t variadic_buffers_seen_ = 0;
};

// The parts of the body that the columns of the plan need, in order; neighbours are one.
Result<std::vector<ByteRange>> NeededRanges(const flatbuf::RecordBatch& batch, flatbuf::MetadataVersion version,
                                            const MessagePlan& plan, int64_t body_bytes);

}  // namespace inlay::ipc
