// `inlay recover IN OUT`: what a crash left of an Arrow file or stream, as a whole file.
#pragma once

#include <string>

#include "tools/outcome.h"

namespace inlay::tools {

struct RecoverRequest {
  std::string in = {};
  std::string out = {};
  bool force = false;  // replace `out`
};

// Reads `in`, never writes it. Appends to `text` what was saved and what was not. An error when there is no whole
// batch.
Outcome Recover(const RecoverRequest& request, std::string* text);

}  // namespace inlay::tools
