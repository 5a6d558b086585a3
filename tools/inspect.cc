#include "tools/inspect.h"

#include <sys/stat.h>

#include <cerrno>

#include "tools/table_input.h"

namespace inlay::tools {

Outcome Inspect(const std::string& path, bool as_json, std::string* text) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return Outcome::Data(path, Status::IoError("cannot be opened", errno));
  if (!S_ISREG(info.st_mode)) return Outcome::Usage(path + " is no regular file: `inspect` needs one");
  switch (KindOfFile(path)) {
    case FileKind::kParquet:
      return InspectParquet(path, as_json, text);
    case FileKind::kArrowFile:
      return InspectArrow(path, false, as_json, text);
    case FileKind::kOther:
      break;
  }
  return InspectArrow(path, true, as_json, text);
}

}  // namespace inlay::tools
