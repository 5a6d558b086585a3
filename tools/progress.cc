#include "tools/progress.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "tools/text_table.h"

namespace inlay::tools {

using Clock = std::chrono::steady_clock;

Progress::Progress() : on_terminal_(isatty(STDERR_FILENO) == 1), start_(Clock::now()), next_(start_) {}
Progress::~Progress() { Clear(); }

double Progress::Seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void Progress::Clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

void Progress::Show(int64_t num_rows, int64_t bytes_written, double fraction) {
  if (!on_terminal_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(100);
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%s, %s written", CountedText(num_rows, "row").c_str(),
               BytesText(bytes_written).c_str());
  if (fraction >= 0) std::fprintf(stderr, ", %.0f %%", 100 * fraction);
  std::fprintf(stderr, ", %.1f s", Seconds());
  std::fflush(stderr);
}

void Progress::Close(int64_t num_rows, int64_t bytes_written) {
  if (!on_terminal_) return;
  Clear();
  std::fprintf(stderr, "%s, %s in %.2f s\n", CountedText(num_rows, "row").c_str(), BytesText(bytes_written).c_str(),
               Seconds());
}

}  // namespace inlay::tools
