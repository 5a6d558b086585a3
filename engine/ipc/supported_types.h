#pragma once

#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::ipc {

// kNotImplemented with the path of the first column that batches cannot be written with.
Status CheckWritable(const Schema& schema);

}  // namespace inlay::ipc
