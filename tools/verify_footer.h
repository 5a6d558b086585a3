// Whether the footer of a file says of its stream what is so (Columnar format, "IPC File Format"; File.fbs).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <inlay/status.h>

#include "engine/ipc/message_input.h"
#include "tools/arrow_source.h"

namespace inlay::tools {

// What was found in a stream.
struct StreamFacts {
  struct Place {
    ipc::Block block;
    bool is_dictionary = false;
    int64_t dictionary_id = 0;
  };

  int version = 0;  // 4 or 5
  std::shared_ptr<const DecodedSchema> schema;
  KeyValueMetadata first_metadata;  // of the first message
  std::vector<Place> places;        // of batches and dictionaries, in order
};

// Version, schema, metadata, and the blocks: each message of the stream has exactly one, of its kind and sizes.
Status CheckFooter(const ArrowSource& source, const StreamFacts& stream);

}  // namespace inlay::tools
