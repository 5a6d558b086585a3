// WriteOptions against a schema.
#pragma once

#include <inlay/ipc_write.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::ipc {

// WriteOptions::Validate, and that every column path is one of the schema's.
Status CheckOptions(const WriteOptions& options, const Schema& schema);

}  // namespace inlay::ipc
