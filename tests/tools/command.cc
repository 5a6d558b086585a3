#include "tests/tools/command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace inlay::tools {
namespace {

[[noreturn]] void Become(const std::vector<std::string>& arguments, const std::vector<std::string>& variables) {
  std::istringstream command(INLAY_COMMAND);  // an emulator, perhaps, and the program
  std::vector<std::string> words;
  for (std::string word; command >> word;) words.push_back(word);
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  for (const std::string& variable : variables) putenv(const_cast<char*>(variable.c_str()));
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

Running::Running(const std::vector<std::string>& arguments, const std::vector<std::string>& variables, int stdin_fd,
                 const std::string& stdout_path)
    : has_out_(stdout_path.empty()) {
  const std::string out = has_out_ ? folder_.Path("out") : stdout_path;
  const std::string err = folder_.Path("err");
  pid_ = fork();
  EXPECT_GE(pid_, 0);
  if (pid_ != 0) return;
  dup2(stdin_fd >= 0 ? stdin_fd : open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  Become(arguments, variables);
}

Said Running::Wait() {
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), has_out_ ? folder_.Get("out") : "",
          folder_.Get("err")};
}

Said Inlay(const std::vector<std::string>& arguments, const std::vector<std::string>& variables) {
  return Running(arguments, variables).Wait();
}

testing::AssertionResult IsError(const Said& said, int exit_code, const std::string& part) {
  const bool one_line = std::count(said.err.begin(), said.err.end(), '\n') == 1 && said.err.ends_with('\n');
  if (said.exit_code == exit_code && said.out.empty() && one_line && said.err.starts_with("inlay: ") &&
      said.err.find(part) != std::string::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "exit code " << said.exit_code << ", not " << exit_code << " with '" << part
                                     << "'; stderr: " << said.err << "stdout: " << said.out;
}

}  // namespace inlay::tools
