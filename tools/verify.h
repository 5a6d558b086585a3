// `inlay verify FILE`: whether an Arrow file or stream keeps the rules of the format.
#pragma once

#include <string>

#include "tools/outcome.h"

namespace inlay::tools {

struct VerifyRequest {
  std::string file = {};
  std::string max_bytes = {};  // of one batch, uncompressed: "64M"; empty: the default of the readers
};

// Appends "ok: ..." to `text`, or returns the first violation as the outcome.
Outcome Verify(const VerifyRequest& request, std::string* text);

}  // namespace inlay::tools
