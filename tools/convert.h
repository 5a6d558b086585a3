// `inlay convert IN OUT`.
#pragma once

#include <string>

#include "tools/outcome.h"
#include "tools/write_keys.h"

namespace inlay::tools {

struct ConvertRequest {
  std::string in = {};
  std::string out = {};
  std::string to = {};  // "parquet", "file", "stream"; empty: by the extension of `out`
  bool force = false;   // replace `out`
  int threads = 1;
  WriteRequest write = {};
};

// Reads Arrow and writes `out`, which appears complete or not at all. Ends the process by itself when a signal stops
// it.
Outcome Convert(const ConvertRequest& request);

}  // namespace inlay::tools
