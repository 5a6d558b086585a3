// The footer of a file (file_format.h): where its messages stand.
#pragma once

#include <inlay_flatbuf/footer_generated.h>

#include <cstdint>
#include <vector>

#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// What is written; the schema comes beside it.
struct FileFooter {
  flatbuf::MetadataVersion version = flatbuf::MetadataVersion::V5;
  std::vector<int64_t> dictionary_ids = {};  // of the schema, in pre-order; empty: 0, 1, ...
  std::vector<flatbuf::Block> dictionaries = {};
  std::vector<flatbuf::Block> record_batches = {};
  KeyValueMetadata metadata = {};
};

// The footer's flatbuffer, in `builder`.
Status EncodeFooter(const FileFooter& footer, const Schema& schema, FlatBufferBuilder* builder);

}  // namespace inlay::ipc
