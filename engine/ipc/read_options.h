// ReadOptions, checked, and the schemas that they let in.
#pragma once

#include <cstdint>
#include <memory>

#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// kInvalidArgument for options that no reader can follow.
Status CheckOptions(const ReadOptions& options);

// ReadSchema, and kLimitExceeded for columns nested deeper than the options allow.
Result<std::shared_ptr<const DecodedSchema>> ReadSchemaWithin(const ReadOptions& options, const flatbuf::Schema& schema,
                                                              int64_t flatbuffer_bytes);

}  // namespace inlay::ipc
