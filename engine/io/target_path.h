// Where a path leads before anything is opened there.
#pragma once

#include <inlay/status.h>

#include <string>

namespace inlay {

struct TargetPath {
  std::string folder;   // "." and "/" included, so never empty
  std::string name;     // the last component, all symbolic links followed
  int descriptor = -1;  // >= 0: the path names an open descriptor of this process, as /dev/stdout does
};

// Follows the symbolic links of the last component, as open(2) does, also when the last of them points at nothing yet.
// kIoError when a link cannot be read or the links go in circles; kInvalidArgument when the path cannot name a file.
Result<TargetPath> ResolveTarget(const std::string& path);

}  // namespace inlay
