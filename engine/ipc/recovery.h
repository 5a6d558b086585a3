// A file without its footer, as a crash leaves it.
#pragma once

#include <memory>

#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/ipc/footer.h"

namespace inlay::ipc {

// What stands in a file before the first message that is cut off, malformed, or decodes to values that break the
// format.
struct Recovered {
  Footer footer;  // made from the messages; its offset is where the last good one ends
  Status damage;  // of the first message that is not taken; Ok where the stream ends as it should
};

// Reads every message from the first one on, and checks each, all columns of it, as `options` say: its memory is that
// of one batch. An error where there is no whole schema, and where the input cannot be read or there is no memory for
// it. What the options or this build refuse ends the good part as damage does, for damage may look like it: the code of
// `damage` tells.
//
// A power cut may leave zeros where data was to go. When zeros follow a message and its last data are zero from the
// beginning of a sector of 512 bytes on, it is taken for lost. The format has no checksums: other damage within values
// shows only where it breaks a rule.
Result<Recovered> RecoverMessages(const std::shared_ptr<const Source>& source, const ReadOptions& options);

}  // namespace inlay::ipc
