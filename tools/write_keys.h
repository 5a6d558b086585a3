// The keys that say how a file is written: `--KEY VALUE` for all columns, `--column PATH:KEY=VALUE` for one. One table
// lists them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <inlay/ipc.h>
#include <inlay/parquet.h>

#include "tools/outcome.h"

namespace inlay::tools {

enum class Format : uint8_t { kParquet, kFile, kStream };  // Parquet, Arrow file, Arrow stream

struct WriteKey {
  std::string_view name;
  std::string_view value;  // "N", "on|off"
  std::string_view help;
  bool for_columns;  // may differ from column to column
  bool for_arrow;    // Arrow files and streams have it too
};
std::span<const WriteKey> WriteKeys();

// What the command line said, in its words. `columns` as they were given: "PATH:KEY=VALUE".
struct WriteRequest {
  std::vector<std::pair<std::string, std::string>> keys = {};
  std::vector<std::string> columns = {};
  std::vector<std::string> metadata = {};  // "KEY=VALUE"
};

struct WritePlan {
  parquet::WriterProperties parquet = {};
  ipc::WriteOptions arrow = {};
  KeyValueMetadata metadata = {};
};

// Turns words into options. Unknown keys and values are usage errors that list the known ones.
Outcome PlanWrite(const WriteRequest& request, Format format, WritePlan* plan);

// "4096", "64K", "1M", "2G": K, M, G are powers of 1024. False when the text is none of these or too large.
bool ParseCount(std::string_view text, int64_t* count);

}  // namespace inlay::tools
