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

// How a schema becomes a message.
struct SchemaMessageForm {
  int64_t start_bytes = 0;                       // where in the output it begins: a multiple of 8
  int64_t alignment_bytes = 8;                   // of its end: a power of two, at least 8
  std::endian byte_order = std::endian::native;  // of the values that the schema goes with
  bool is_v4 = false;                            // metadata version V4 instead of V5
  bool legacy_framing = false;                   // without FF FF FF FF, as before Arrow 0.15
};

// The message, for any type. Dictionaries get the ids 0, 1, ... in pre-order. An invalid schema is kInvalidArgument,
// one of a gibibyte or more kLimitExceeded.
Result<std::vector<uint8_t>> EncodeSchemaMessage(const Schema& schema, const SchemaMessageForm& form = {});

// Reads what EncodeSchemaMessage or another library wrote: V4 and V5, with or without the marker, bytes after it
// ignored. Safe on hostile input: kCorruptData, kNotImplemented for types of a later format, kLimitExceeded.
Result<Schema> DecodeSchemaMessage(BufferView message);

}  // namespace inlay
