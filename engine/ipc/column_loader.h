// The nodes and buffers of one record batch, consumed in order, as columns.
#pragma once

#include <cstdint>
#include <optional>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/columns/layout.h"
#include "engine/io/codec.h"
#include "engine/ipc/batch_decoder.h"

namespace inlay::ipc {

// `kNone` without compression; kNotImplemented for codecs and methods that the format did not have.
Result<Codec> BatchCodec(const flatbuf::RecordBatch& batch);

class ColumnLoader {
 public:
  // `batch` and `body` outlive the loader; columns get their memory from `out` or point into the body.
  static Result<ColumnLoader> Make(const flatbuf::RecordBatch& batch, BufferView body, bool foreign_endian,
                                   const ReadOptions& options, DecodedColumns* out);

  // The next column, of `num_rows` values, of a flat type that outlives it. Its buffers are large enough; its
  // dictionary, if it is of that type, is not set. Requires 0 <= num_rows < INT64_MAX.
  Status Load(const DataType& type, int64_t num_rows, ArrayView* column);
  // Everything the message has was used.
  Status CheckUsedUp() const;

 private:
  ColumnLoader(const flatbuf::RecordBatch& batch, BufferView body, DecodedColumns* out)
      : batch_(batch), body_(body), out_(*out) {}

  Status TakeNode(int64_t num_rows, ArrayView* column);
  // The next buffer, decompressed, aligned to `element_bytes`, and of at least `needed_bytes`.
  Result<BufferView> TakeBuffer(int64_t element_bytes, int64_t needed_bytes);
  Result<BufferView> TakeRaw();
  Result<BufferView> Decompress(BufferView compressed, int64_t needed_bytes);
  Result<uint8_t*> Allocate(int64_t size_bytes);
  Status TakeValidity(ArrayView* column);
  Status TakeFixed(ArrayView* column);
  Status TakeBytes(int64_t offset_bytes, ArrayView* column);
  Status TakeViews(ArrayView* column);
  // Into this machine's byte order, if the values are in the other.
  Status SwapElements(int64_t element_bytes, BufferView* buffer);
  Status SwapFixed(const DataType& type, BufferView* buffer);
  Status SwapViews(int64_t num_views, BufferView* buffer);

  const flatbuf::RecordBatch& batch_;
  BufferView body_;
  DecodedColumns& out_;
  std::optional<Decompressor> decompressor_;
  Codec codec_ = Codec::kNone;
  bool foreign_endian_ = false;
  int64_t budget_bytes_ = 0;
  uint32_t next_node_ = 0;
  uint32_t next_buffer_ = 0;
  uint32_t next_variadic_ = 0;
};

}  // namespace inlay::ipc
