// Columns that Parquet does not take as they are: dictionaries become their values, string and binary views become
// strings with offsets.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <inlay/array.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::tools {

// The schema after flattening; the same when nothing is to be done.
Schema FlatSchema(const Schema& schema);

// Rows of a batch under the flat schema. Columns that need no change are borrowed from the batch.
class FlatBatch {
 public:
  FlatBatch() = default;
  FlatBatch(const FlatBatch&) = delete;
  FlatBatch& operator=(const FlatBatch&) = delete;

  // `batch` was validated in full; it and `flat` (its FlatSchema) outlive this object. kLimitExceeded when the strings
  // of a column are more than 32-bit offsets reach: fewer rows do then.
  Status Fill(const RecordBatchView& batch, const Schema& flat, int64_t first_row, int64_t num_rows);
  const RecordBatchView& view() const { return view_; }

 private:
  // The buffers of one column: validity, values or offsets, bytes.
  struct Column {
    std::vector<uint8_t> buffers[3];
  };
  Status Flatten(const ArrayView& array, const DataType& flat, ArrayView* out);

  std::deque<Column> columns_;
  std::vector<ArrayView> arrays_;
  RecordBatchView view_;
};

}  // namespace inlay::tools
