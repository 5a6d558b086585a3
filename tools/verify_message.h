// Rules of the format about single messages that readers need not insist on (Columnar format, "Encapsulated message
// format" and "RecordBatch message"; Message.fbs).
#pragma once

#include <string>

#include <inlay/status.h>

#include "engine/ipc/message_input.h"
#include "tools/message_layout.h"

namespace inlay::tools {

// "message at byte 1234".
std::string NameOf(const ipc::Message& message);

// Prefix, lengths, version. What all messages of a stream share they share with `first`.
Status CheckFraming(const ipc::Message& message, const ipc::Message& first);

// Nodes and buffers of a batch or a dictionary: counts, places, padding; not their values. `source` is mapped.
Status CheckBody(const Source& source, const ipc::Message& message, const MessageLayout& layout);

}  // namespace inlay::tools
