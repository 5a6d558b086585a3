#include "tools/inspect.h"

#include <sys/stat.h>

#include <cerrno>

#include "tools/table_input.h"

namespace inlay::tools {

Outcome Inspect(const InspectRequest& request, std::string* text) {
  const std::string& path = request.file;
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return Outcome::Data(path, Status::IoError("cannot be opened", errno));
  if (!S_ISREG(info.st_mode)) return Outcome::Usage(path + " is no regular file: `inspect` needs one");
  const FileKind kind = KindOfFile(path);
  if (kind != FileKind::kParquet) return InspectArrow(request, kind == FileKind::kOther, text);
  if (request.buffers) return Outcome::Usage("--buffers is for Arrow alone; " + path + " is Parquet");
  return InspectParquet(path, request.json, text);
}

}  // namespace inlay::tools
