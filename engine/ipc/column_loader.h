// The nodes and buffers of one message, as columns.
//
// In two steps: Load finds every buffer, borrows those that can be read where they are and takes memory for the others;
// RunJob fills that memory, buffer by buffer, in any order and on any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/base/arena.h"
#include "engine/columns/field_path.h"
#include "engine/ipc/buffer_job.h"
#include "engine/ipc/dictionaries.h"
#include "engine/ipc/message_columns.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

// Bytes of a message's body from `offset_bytes` on.
struct BodyPart {
  int64_t offset_bytes = 0;
  SharedBytes bytes;
};

// What the columns of one message point to, beside the body.
struct DecodedColumns {
  explicit DecodedColumns(const Allocator* allocator) : arena(allocator) {}

  std::vector<ArrayView> arrays;                          // columns, then what is below them
  std::vector<std::vector<BufferView>> variadic_buffers;  // what views' variadic_buffers span
  Arena arena;                                            // buffers that could not be borrowed
  std::vector<std::shared_ptr<const void>> owners;
};

class ColumnLoader {
 public:
  struct Input {
    const flatbuf::RecordBatch& batch;
    flatbuf::MetadataVersion version;
    const MessagePlan& plan;
    std::span<const BodyPart> body;  // in order
    int64_t body_bytes;              // of the whole
    bool foreign_endian;
    const Dictionaries& dictionaries;
    const ReadOptions& options;
  };
  // What `input` refers to outlives the loader. Columns get their memory from `out` or point into the body.
  static Result<ColumnLoader> Make(const Input& input, DecodedColumns* out);

  // Column `index` of the plan, in order, into out->arrays[index]. Its buffers have good addresses, and those of fixed
  // width good sizes; nothing else is checked, and its values are there when jobs() are done. Dictionaries are
  // attached.
  Status Load(size_t index);
  std::vector<BufferJob>& jobs() { return jobs_; }

 private:
  ColumnLoader(const Input& input, const MessageColumns& message, Codec codec, DecodedColumns* out)
      : input_(input), message_(message), codec_(codec), out_(*out) {}

  Status LoadArray(const ColumnPlan& plan, const FieldPath* path, ArrayView* array);
  Status LoadNode(const ColumnPlan& plan, ArrayView* array);
  Status LoadBuffers(const ColumnPlan& plan, ArrayView* array);
  Status LoadValidity(uint32_t index, ArrayView* array);
  Status LoadOffsets(uint32_t index, Elements elements, ArrayView* array);
  Status LoadVariadicBuffers(uint32_t first, uint32_t count, ArrayView* array);
  Status RefuseUnionNulls(uint32_t index, const ArrayView& array);
  Status AttachDictionary(const ColumnPlan& plan, ArrayView* array);
  // Buffer `index`, at least `needed_bytes` long.
  Status LoadBuffer(uint32_t index, Elements elements, int64_t needed_bytes, BufferView* out);
  Result<BufferView> Borrow(uint32_t index);
  Status AddJob(BufferJob job, BufferView* out);
  Status Charge(int64_t size_bytes);

  const Input input_;
  MessageColumns message_;
  const Codec codec_;
  DecodedColumns& out_;
  std::vector<BufferJob> jobs_;
  size_t next_array_ = 0;
  int64_t budget_bytes_ = 0;    // for memory
  int64_t borrowed_bytes_ = 0;  // so far; buffers that overlap without end count against the budget
};

}  // namespace inlay::ipc
