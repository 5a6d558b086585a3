// The batches that are written and read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <inlay/array.h>

namespace inlay::bench {

struct Batches {
  std::string name;
  std::vector<RecordBatch> batches;
  int64_t bytes = 0;  // of all buffers
};

// Columns of one type in turn: int64 below 2^32, float64 of two decimals, both random; no nulls.
Batches Numbers(const std::string& name, int64_t num_columns, int64_t num_rows);
// The nine columns of bench/writers: batches of equal values.
Batches Mixed(const std::string& name, int64_t num_batches, int64_t num_rows);

}  // namespace inlay::bench
