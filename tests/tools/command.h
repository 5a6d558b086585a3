// Runs the command `inlay` and keeps what it said.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/io/temporary_folder.h"

namespace inlay::tools {

struct Said {
  int exit_code = -1;  // 128 + the signal that ended it
  std::string out;
  std::string err;
};

// A command that was started and not waited for yet. Its stdout and stderr go to files in a folder of its own,
// unless stdout is given a path.
class Running {
 public:
  // `variables`: "NAME=VALUE". `stdin_fd`: what it reads, -1 for nothing.
  explicit Running(const std::vector<std::string>& arguments, const std::vector<std::string>& variables = {},
                   int stdin_fd = -1, const std::string& stdout_path = "");
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }
  Said Wait();

 private:
  TemporaryFolder folder_;
  bool has_out_;
  pid_t pid_ = -1;
};

Said Inlay(const std::vector<std::string>& arguments, const std::vector<std::string>& variables = {});

// One line on stderr that begins with "inlay: ", nothing on stdout.
testing::AssertionResult IsError(const Said& said, int exit_code, const std::string& part);

}  // namespace inlay::tools
