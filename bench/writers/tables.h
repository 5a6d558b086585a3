// The tables that the writers are measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <inlay/array.h>

namespace inlay::bench {

struct Table {
  std::string name;
  std::vector<RecordBatch> batches;
  int64_t num_rows = 0;
  int64_t bytes = 0;  // of all buffers
};

// Nine flat columns, generated from a fixed seed: sorted int64 timestamps (microseconds, steps of 0..1999), int32 of
// 200 values, normally distributed doubles, strings of 16 values, random alphanumeric 14-byte strings, booleans; and,
// each with 10 % nulls, random int64, normal doubles and strings of 20,000 values. One batch.
Table NineColumns(int64_t num_rows);

// The batches of an Arrow file.
Result<Table> ReadArrowFile(const std::string& name, const std::string& path);

// The same rows in batches of at most `batch_rows`.
Table Rebatch(const Table& table, int64_t batch_rows);

}  // namespace inlay::bench
