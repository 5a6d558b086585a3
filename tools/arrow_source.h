// An Arrow file or stream, opened for a look at its messages rather than at its values.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/ipc/footer.h"

namespace inlay::tools {

struct ArrowSource {
  std::shared_ptr<const Source> whole;
  std::shared_ptr<const Source> stream;  // of a file: magic bytes and stream, without the footer
  std::optional<ipc::Footer> footer;     // of a file
};

// Maps the file. `is_file`: it begins with the magic bytes.
Result<ArrowSource> OpenArrow(const std::string& path, bool is_file, const ipc::ReadOptions& options);

}  // namespace inlay::tools
