// Run-end encoded arrays: from rows to runs (Columnar format, "Run-End Encoded Layout").
#pragma once

#include <algorithm>
#include <cstdint>

#include <inlay/array.h>

#include "engine/columns/integer_value.h"

namespace inlay {

// Finds the runs of rows, quickest in ascending order. Requires an array with good run ends.
class RunCursor {
 public:
  explicit RunCursor(const ArrayView& array)
      : ends_(&array.children[0]), type_(ends_->type->id()), offset_(array.offset) {}

  // The run of row `row`, counted from the array's offset.
  int64_t RunAt(int64_t row) {
    const int64_t at = offset_ + row;
    if (at >= End(run_)) {
      // Next door, or anywhere behind.
      ++run_;
      if (at >= End(run_)) run_ = FirstRunPast(run_ + 1, at);
    } else if (run_ > 0 && at < End(run_ - 1)) {
      run_ = FirstRunPast(0, at);
    }
    return run_;
  }

  // Calls f(run, rows) for each run that holds some of the rows [start, start + count), with how many.
  template <typename F>
  void ForEachPiece(int64_t start, int64_t count, F&& f) {
    while (count > 0) {
      const int64_t run = RunAt(start);
      const int64_t rows = std::min(count, End(run) - offset_ - start);
      f(run, rows);
      start += rows;
      count -= rows;
    }
  }

  // Rows of the same run from `row`, which is in it, on.
  int64_t RowsLeft(int64_t run, int64_t row) const { return End(run) - offset_ - row; }

 private:
  int64_t End(int64_t run) const { return LoadInteger(type_, ends_->buffers[1], ends_->offset + run); }

  int64_t FirstRunPast(int64_t low, int64_t at) const {
    int64_t high = ends_->length - 1;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      if (End(middle) > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  const ArrayView* ends_;
  TypeId type_;
  int64_t offset_;
  int64_t run_ = 0;
};

}  // namespace inlay
