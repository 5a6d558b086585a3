// Tables from and to Arrow's stream and file forms, and their comparison.
#pragma once

#include <string>

#include <inlay/ipc.h>

#include "tests/integration/json_table.h"

namespace inlay::integration {

// A file where the bytes begin with its magic, else a stream.
Result<Table> ReadTable(const std::string& path, const ipc::ReadOptions& options = {});
Result<Table> ReadTable(BufferView bytes, const ipc::ReadOptions& options = {});

// The bytes of a stream or a file.
Result<std::vector<uint8_t>> WriteTable(const Table& table, bool is_file, const ipc::WriteOptions& options);

// Full validation of every batch.
Status Validate(const Table& table);

// How two tables differ in schema, number of batches, rows or values; empty when they do not. Values are compared by
// what they mean, floating-point numbers by their bits, metadata without its order, the
// members of a map whatever their names.
std::string Difference(const Table& actual, const Table& wanted);

}  // namespace inlay::integration
