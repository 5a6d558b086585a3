// Record batches -> messages, as pieces for one gathered write.
//
//   metadata (record_batch_message.h)   body: for each buffer its bytes, then zeros up to the alignment
//
// A compressed buffer is int64 LE uncompressed length (-1: not compressed) and one frame; an empty one is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/sink.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/columns/layout.h"
#include "engine/io/codec.h"
#include "engine/ipc/record_batch_message.h"

namespace inlay::ipc {

// Encodes the batches of one schema. Everything that does not go to the sink as it lies in the caller's memory is put
// into one buffer, which is reused: metadata, shifted bitmaps, rebased offsets, compressed frames, and small buffers,
// whose copy costs less than a piece of their own. Move-only; one thread at a time.
class BatchEncoder {
 public:
  // Requires valid options and a schema that CheckWritable passes; `schema` outlives the encoder.
  static Result<BatchEncoder> Make(const Schema* schema, const WriteOptions& options);

  // Requires a batch of this schema that passed the basic validation. kInvalidArgument for nulls where the schema
  // allows none.
  Status Encode(const RecordBatchView& batch);
  // Of the last Encode; valid until the next one and as long as the batch's memory.
  std::span<const BufferView> pieces() const { return pieces_; }
  int64_t metadata_bytes() const { return message_->size_bytes(); }
  int64_t body_bytes() const { return body_bytes_; }

 private:
  // How the bytes of a buffer come about.
  enum class Source : uint8_t {
    kBorrow,     // as they lie there
    kBits,       // bits from any bit on
    kOffsets32,  // less the first one
    kOffsets64,
  };
  struct Part {
    Source source = Source::kBorrow;
    const uint8_t* data = nullptr;
    int64_t size_bytes = 0;    // uncompressed
    int64_t first = 0;         // kBits: bit offset; kOffsets: what to subtract
    int64_t count = 0;         // bits or offsets
    int64_t staged_at = -1;    // where in staging_ the bytes are put together; -1: they are borrowed
    int64_t frame_at = -1;     // where length and frame go; -1: not compressed
    int64_t frame_bytes = -1;  // with the length; -1: compression does not pay
  };
  struct Column {
    Layout layout;
    int32_t byte_width;
  };

  BatchEncoder() = default;
  Status AddColumn(size_t index, const ArrayView& array);
  void AddPart(const Part& part);
  void AddBits(const BufferView& bits, int64_t offset, int64_t count);
  template <typename Offset>
  void AddBytes(const ArrayView& array);

  int64_t Padded(int64_t size_bytes) const { return (size_bytes + alignment_bytes_ - 1) & -alignment_bytes_; }
  bool MayPay(int64_t size_bytes) const { return Padded(8 + size_bytes) > alignment_bytes_; }
  Status PrepareParts();
  void Materialise(const Part& part);
  Status PreparePart(size_t index, Compressor* compressor);
  Status CompressPart(Part* part, Compressor* compressor);
  void Emit();
  void EmitStaged(int64_t position, int64_t size_bytes, int64_t padded_bytes);
  void EmitBorrowed(const uint8_t* data, int64_t size_bytes, int64_t padding_bytes);

  const Schema* schema_ = nullptr;
  int64_t alignment_bytes_ = 64;
  Executor* executor_ = nullptr;
  std::vector<Column> columns_;
  std::vector<Compressor> compressors_;  // one a task; none: not compressed
  std::vector<Status> task_status_;
  std::optional<RecordBatchMessage> message_;

  // Of the batch in hand; the capacity of the vectors is that of the schema.
  std::vector<Part> parts_;
  std::vector<flatbuf::FieldNode> nodes_;
  std::vector<flatbuf::Buffer> buffers_;
  std::vector<BufferView> pieces_;
  AlignedBuffer staging_;
  int64_t staged_end_ = 0;  // of what is emitted
  bool last_piece_is_staged_ = false;
  int64_t body_bytes_ = 0;
};

}  // namespace inlay::ipc
