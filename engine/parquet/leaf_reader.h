// Takes the rows of a column, a block at a time, and gives its leaf's dense physical values.
#pragma once

#include <cstdint>

#include <inlay/array.h>
#include <inlay/status.h>

#include "engine/encoding/page_values.h"
#include "engine/parquet/chunk_memory.h"
#include "engine/parquet/leaf_column.h"

namespace inlay::parquet {

// Rows [first_row, first_row + num_rows) of a column. Points into the column or into the reader, until its next Read.
struct LeafBlock {
  int64_t first_row = 0;
  int64_t num_rows = 0;
  int64_t num_nulls = 0;
  // Where num_nulls > 0: bit validity_offset + i says whether row i of the block is there. Null: no row is.
  const uint8_t* validity = nullptr;
  int64_t validity_offset = 0;
  // The rows that are there.
  encoding::PageValues values;
  // What statistics compare: `values`, or what they were before their conversion (ColumnStatistics::Update).
  encoding::PageValues ordered;
  bool is_borrowed = false;  // values.data lies in the caller's memory

  // Number of leading rows that hold the first `num_values` values and the nulls before the next one.
  int64_t RowsOfValues(int64_t num_values) const;
};

class LeafReader {
 public:
  // A block's working set stays in the first-level cache.
  static constexpr int64_t kMaxBlockRows = 4096;

  explicit LeafReader(const LeafColumn* leaf) : leaf_(leaf) {}

  // Reads up to `max_rows` (<= kMaxBlockRows) rows: fewer when strings are so long that their offsets would not fit 32
  // bits. kLimitExceeded for one value that no page can hold.
  Status Read(const ArrayView& column, int64_t first_row, int64_t max_rows, Workspace* memory, LeafBlock* block) const;

 private:
  Status ReadFixed(const ArrayView& column, Workspace* memory, LeafBlock* block) const;
  Status ReadByteArrays(const ArrayView& column, Workspace* memory, LeafBlock* block) const;
  Status ReadBits(const ArrayView& column, Workspace* memory, LeafBlock* block) const;
  void Convert(const uint8_t* in, int64_t num_values, uint8_t* out) const;

  const LeafColumn* leaf_;
};

}  // namespace inlay::parquet
