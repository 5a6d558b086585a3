#include "tools/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace inlay::tools {
namespace {

volatile sig_atomic_t noted_signal = 0;
volatile sig_atomic_t watched_input_fd = -1;
volatile sig_atomic_t empty_fd = -1;

void Note(int signal_number) {
  const int saved_errno = errno;
  noted_signal = signal_number;
  // A reader that retries after EINTR would wait on: let it find the end of its input instead.
  if (watched_input_fd >= 0 && empty_fd >= 0) dup2(empty_fd, watched_input_fd);
  errno = saved_errno;
}

}  // namespace

void NoteSignals(int input_fd) {
  watched_input_fd = input_fd;
  if (input_fd >= 0) empty_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  for (const int signal_number : kSignals) {
    struct sigaction old = {};
    if (sigaction(signal_number, nullptr, &old) != 0 || old.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = Note;
    sigemptyset(&action.sa_mask);
    action.sa_flags = 0;  // blocked calls return
    sigaction(signal_number, &action, nullptr);
  }
}

int NotedSignal() { return noted_signal; }

void EndBySignal() {
  const int signal_number = noted_signal;
  signal(signal_number, SIG_DFL);
  raise(signal_number);
  _exit(128 + signal_number);
}

}  // namespace inlay::tools
