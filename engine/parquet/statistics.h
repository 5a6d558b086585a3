// Bounds and counts of a column chunk (parquet.thrift, Statistics and ColumnOrder).
#pragma once

#include <cstdint>
#include <string>

#include "engine/encoding/page_values.h"
#include "engine/parquet/leaf_column.h"
#include "engine/parquet/metadata.h"

namespace inlay::parquet {

// Collects min, max and NaN count under TYPE_ORDER. Float bounds leave NaN out; a zero min is -0.0 and a zero max +0.0.
class ColumnStatistics {
 public:
  // `value_bytes`: of fixed-length values as Update gets them.
  void Start(SortOrder order, int32_t value_bytes);

  // Values in the form that their order is defined on: physical values, but for FLBA decimals (SortOrder::kDecimal) the
  // machine's two's complement integers.
  void Update(const encoding::PageValues& values);

  // True when every value may be given once instead of once a row, as a dictionary does. Floats need their NaN counted
  // by row; decimals and halves are no longer integers of the machine in a dictionary.
  bool MayUpdateFromEntries() const {
    return order_ != SortOrder::kFloat && order_ != SortOrder::kDouble && order_ != SortOrder::kFloat16 &&
           order_ != SortOrder::kDecimal;
  }

  // Bounds longer than `max_bytes` are truncated: min rounded down, max up, valid UTF-8 when `is_utf8`, and marked as
  // not exact. `physical_bytes`: width of an FLBA decimal in the file.
  format::Statistics Finish(int64_t null_count, int64_t max_bytes, bool is_utf8, int32_t physical_bytes) const;

 private:
  void UpdateInteger(const encoding::PageValues& values);
  void UpdateFloat(const encoding::PageValues& values);
  void UpdateBytes(const encoding::PageValues& values);

  SortOrder order_ = SortOrder::kNone;
  int32_t value_bytes_ = 0;
  bool has_bounds_ = false;
  int64_t nan_count_ = 0;
  // Integers as two's complement or unsigned in 64 bits, floats as their bits.
  uint64_t min_ = 0;
  uint64_t max_ = 0;
  // Everything longer.
  std::string min_bytes_;
  std::string max_bytes_;
};

// The longest bound of at most `max_bytes` bytes that is not above `min` (not below `max`). For the max there may be
// none (all 0xFF): then the value itself. UTF-8 stays valid.
std::string TruncateMin(const std::string& min, int64_t max_bytes, bool is_utf8);
std::string TruncateMax(const std::string& max, int64_t max_bytes, bool is_utf8);

}  // namespace inlay::parquet
