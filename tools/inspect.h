// `inlay inspect FILE`: what stands in a file, as text for people or as JSON.
#pragma once

#include <string>

#include "tools/outcome.h"

namespace inlay::tools {

struct InspectRequest {
  std::string file = {};
  bool json = false;
  bool buffers = false;  // Arrow: each buffer
};

// Appends to `text`. Parquet files, Arrow files and Arrow streams are told apart by their first bytes.
Outcome Inspect(const InspectRequest& request, std::string* text);

// Of a file that is known to be of the kind.
Outcome InspectParquet(const std::string& path, bool as_json, std::string* text);
Outcome InspectArrow(const InspectRequest& request, bool is_stream, std::string* text);

}  // namespace inlay::tools
