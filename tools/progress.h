// One line on stderr that tells how far a command is: on terminals alone.
#pragma once

#include <chrono>
#include <cstdint>

namespace inlay::tools {

class Progress {
 public:
  Progress();
  // Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // At most ten lines a second. `fraction` of the input that was read, negative when unknown.
  void Show(int64_t num_rows, int64_t bytes_written, double fraction);
  // Clears the line and prints the closing one.
  void Close(int64_t num_rows, int64_t bytes_written);

 private:
  double Seconds() const;
  void Clear();

  bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace inlay::tools
