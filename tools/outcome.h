// How a command ends: an exit code and a line on stderr.
#pragma once

#include <string>
#include <string_view>

#include <inlay/status.h>

namespace inlay::tools {

enum ExitCode : int {
  kExitOk = 0,
  kExitData = 1,   // data or I/O
  kExitUsage = 2,  // the command line
};

// An exit code, and what to print after "inlay: " when it is not 0.
struct Outcome {
  ExitCode code = kExitOk;
  std::string message = {};

  static Outcome Usage(std::string message) { return {kExitUsage, std::move(message)}; }
  // Data or I/O. `what` is the file or step that the error belongs to.
  static Outcome Data(std::string_view what, const Status& status) {
    return {kExitData, std::string(what) + ": " + status.ToString()};
  }
};

}  // namespace inlay::tools
