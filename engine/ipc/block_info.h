// What the metadata of a message says about it.
#pragma once

#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/message_input.h"

namespace inlay::ipc {

// kCorruptData when the message is of another kind.
Result<BlockInfo> DescribeBatch(const Message& message);
Result<DictionaryBlockInfo> DescribeDictionary(const Message& message);

}  // namespace inlay::ipc
