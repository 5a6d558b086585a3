// SIGINT, SIGTERM and SIGHUP: the command ends at the next batch, so that a file that was begun is taken away again.
#pragma once

namespace inlay::tools {

// From now on the three signals are noted; those that are ignored stay ignored. A blocked read of `input_fd` (-1: none)
// ends as at the end of a file.
void NoteSignals(int input_fd);

// The signal that came, or 0.
int NotedSignal();

// Ends the process the way the noted signal would have.
[[noreturn]] void EndBySignal();

}  // namespace inlay::tools
