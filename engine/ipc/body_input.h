// As much of a message's body as is needed.
#pragma once

#include <memory>
#include <vector>

#include <inlay/ipc.h>
#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/ipc/column_loader.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

// Reads what `projection` (null: everything) needs of the body that begins at `offset_bytes`: the whole into
// message->body where the source is mapped or all columns are wanted, nothing for a dictionary of other columns, and
// otherwise the parts that are returned, for BatchDecoder.
Result<std::vector<BodyPart>> ReadNeededBody(const std::shared_ptr<const Source>& source, int64_t offset_bytes,
                                             const Projection* projection, const ReadOptions& options,
                                             Message* message);

}  // namespace inlay::ipc
