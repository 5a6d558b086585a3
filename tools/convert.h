// `inlay convert IN OUT`.
#pragma once

#include <string>
#include <vector>

#include "tools/outcome.h"
#include "tools/write_keys.h"

namespace inlay::tools {

struct ConvertRequest {
  std::string in = {};
  std::string out = {};
  std::string to = {};  // "parquet", "file", "stream"; empty: by the extension of `out`
  bool force = false;   // replace `out`
  bool append = false;  // to `out`, an Arrow file
  int threads = 1;
  std::vector<std::string> columns = {};  // of the input, dotted paths; empty: all
  WriteRequest write = {};
};

// Reads Arrow and writes `out`, which appears complete or not at all. Ends the process by itself when a signal stops
// it.
Outcome Convert(const ConvertRequest& request);

}  // namespace inlay::tools
