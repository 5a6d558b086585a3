// Schemas as the bytes that Arrow gives them: an encapsulated IPC message (Columnar format, "Encapsulated message
// format").
//
//   FF FF FF FF   int32 LE length of what follows   flatbuffer (Message, header Schema)   zeros
//
// An IPC stream begins with it; Parquet files keep it, in base64, under the key "ARROW:schema".
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include <inlay/buffer_view.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay {

// The message, metadata version V5, for any type. Padded so that it ends on a multiple of `alignment_bytes` (a power of
// two, at least 8) when it begins at `start_bytes` (a multiple of 8). Dictionaries get the ids 0, 1, ... in pre-order.
// `byte_order` is that
// of the values which the schema goes with. An invalid schema is kInvalidArgument, one of a gibibyte or more
// kLimitExceeded.
Result<std::vector<uint8_t>> EncodeSchemaMessage(const Schema& schema, int64_t start_bytes = 0,
                                                 int64_t alignment_bytes = 8,
                                                 std::endian byte_order = std::endian::native);

// Reads what EncodeSchemaMessage or another library wrote: V4 and V5, with or without the marker, bytes after it
// ignored. Safe on hostile input: kCorruptData, kNotImplemented for types of a later format, kLimitExceeded.
Result<Schema> DecodeSchemaMessage(BufferView message);

}  // namespace inlay
