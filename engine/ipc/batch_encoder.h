// Record batches -> messages, as pieces for one gathered write.
//
//   metadata (record_batch_message.h)   body: for each buffer its bytes, then zeros up to the alignment
//
// What a body holds: body_parts.h. A compressed buffer: buffer_compressor.h; an empty one is empty.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc_write.h>
#include <inlay/sink.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/ipc/body_parts.h"
#include "engine/ipc/body_plan.h"
#include "engine/ipc/buffer_compressor.h"
#include "engine/ipc/record_batch_message.h"

namespace inlay::ipc {

// Encodes the batches of one schema, and its dictionaries. Everything that does not go to the sink as it lies in the
// caller's memory is put into a buffer of the message, which is reused: metadata, shifted bitmaps, rebased offsets,
// compressed frames, and small buffers, whose copy costs less than a piece of their own. Move-only; one thread at a
// time.
//
// Messages gather until Clear: the dictionaries of a batch and the batch itself make one append.
class BatchEncoder {
 public:
  // Requires valid options and a valid schema, which outlives the encoder.
  static Result<BatchEncoder> Make(const Schema* schema, const WriteOptions& options);

  // Forgets the messages.
  void Clear();
  // Adds the message of a batch that begins at byte `start_bytes` (a multiple of 8) of the output: its metadata is
  // padded so that the body is aligned there. Of dictionary columns the indexes only. At most one until Clear. Requires
  // a batch of this schema that passed the basic validation. kInvalidArgument for nulls where the schema allows none.
  // After an error: Clear.
  Status Encode(const RecordBatchView& batch, const KeyValueMetadata& metadata, int64_t start_bytes);
  // Adds the message of a dictionary. Requires that `values` passed ValidateArray for `value_field` (basic), and that
  // the field is the same object in every call for this id.
  Status EncodeDictionary(int64_t id, bool is_delta, const Field& value_field, const ArrayView& values,
                          int64_t start_bytes);

  // Of all messages since Clear; valid until then and as long as the arrays' memory.
  std::span<const BufferView> pieces() const { return pieces_; }
  // Of the last message.
  int64_t metadata_bytes() const { return metadata_bytes_; }
  int64_t body_bytes() const { return body_bytes_; }

 private:
  // The columns of the schema, or the values of a dictionary.
  struct Plan {
    BodyPlan body;
    RecordBatchMessage message;
  };

  explicit BatchEncoder(const WriteOptions& options);
  Result<Plan> MakePlan(std::span<const Field> fields, std::optional<int64_t> dictionary_id) const;
  Status EncodeMessage(Plan* plan, std::span<const ArrayView> arrays, int64_t num_rows, bool is_delta,
                       const KeyValueMetadata& metadata, int64_t start_bytes, AlignedBuffer* staging);

  int64_t Padded(int64_t size_bytes) const { return (size_bytes + alignment_bytes_ - 1) & -alignment_bytes_; }
  Status PrepareParts();
  Status PlaceParts();
  Status PreparePart(Part* part, BufferCompressor* compressor);
  Status PreparePartsOnExecutor();
  void Emit();
  void EmitStaged(int64_t position, int64_t size_bytes, int64_t padded_bytes);
  void EmitBorrowed(const uint8_t* data, int64_t size_bytes, int64_t padding_bytes);

  MessageShape shape_;
  int64_t alignment_bytes_;
  const Allocator* allocator_;
  Executor* executor_ = nullptr;
  StoredFields stored_fields_;
  std::optional<Plan> batch_plan_;
  std::map<int64_t, Plan> dictionary_plans_;
  std::vector<BufferCompressor> compressors_;  // one a task; none: not compressed
  std::vector<Status> task_status_;

  // Of the message in hand; the capacity of the vectors is that of the largest so far.
  BodyParts body_;
  std::vector<flatbuf::Buffer> buffers_;
  std::vector<Part*> order_;
  AlignedBuffer* staging_ = nullptr;
  int64_t staged_end_ = 0;  // of what is emitted
  bool last_piece_is_staged_ = false;
  int64_t metadata_bytes_ = 0;
  int64_t body_bytes_ = 0;

  // Of the messages since Clear.
  std::vector<BufferView> pieces_;
  AlignedBuffer batch_staging_;
  std::deque<AlignedBuffer> dictionary_staging_;
  size_t num_dictionaries_ = 0;
};

}  // namespace inlay::ipc
