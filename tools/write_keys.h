// The keys that say how a file is written: `--KEY VALUE` for all columns, `--column PATH:KEY=VALUE` for one. One table
// lists them.
#pragma once

#include <cstdint>
#include <optional>
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

// Where a key may stand: bits.
enum KeyUse : uint8_t { kParquetFile = 1, kParquetColumn = 2, kArrowFile = 4, kArrowColumn = 8 };

struct WriteKey {
  std::string_view name;
  std::string_view value;  // "N", "on|off"
  std::string_view help;
  uint8_t uses;  // of KeyUse
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
  std::optional<ipc::DictionaryPolicy> dictionaries = {};  // for arrow.dictionaries, if it was said
  KeyValueMetadata metadata = {};
};

// Turns words into options. Unknown keys and values are usage errors that list the known ones.
Outcome PlanWrite(const WriteRequest& request, Format format, WritePlan* plan);

// "4096", "64K", "1M", "2G": K, M, G are powers of 1024. False when the text is none of these or too large.
bool ParseCount(std::string_view text, int64_t* count);

}  // namespace inlay::tools
