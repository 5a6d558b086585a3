// One table to one Parquet file, by inlay or by Arrow C++.
#pragma once

#include <cstdint>
#include <string>

#include <inlay/codec.h>
#include <inlay/status.h>

#include "bench/writers/tables.h"

namespace inlay::bench {

struct Job {
  const Table* table = nullptr;
  Compression compression;
  std::string path;  // empty: a sink that counts and forgets
};

struct Outcome {
  int64_t file_bytes = 0;
  int64_t peak_memory_bytes = 0;  // most that the writer held of its allocator, or memory pool, at one time
};

// Writes the job's table with the library's default properties, on the calling thread alone.
Result<Outcome> WriteWithInlay(const Job& job);

// Wraps the buffers of a table for Arrow C++, without a copy. The table stays where it is as long as it is written.
Status PrepareArrow(const Table& table);
// The same by Arrow C++: a table of one batch by WriteTable, several batches by WriteRecordBatch. Needs PrepareArrow
// before.
Result<Outcome> WriteWithArrow(const Job& job);

}  // namespace inlay::bench
