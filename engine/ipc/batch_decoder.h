// Record batch messages -> batches. Input is untrusted: the verifier has seen the flatbuffer, everything else is
// checked here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/buffer_job.h"
#include "engine/ipc/column_loader.h"
#include "engine/ipc/dictionaries.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

// Decodes the messages of one stream or file, and keeps what serves more than one of them. Threads may share it.
class BatchDecoder {
 public:
  // `options` outlive the decoder.
  explicit BatchDecoder(const ReadOptions* options) : options_(*options), decompressors_(options->allocator) {}

  // The columns of `projection` from a record batch; kCorruptData for another message. `body`: the parts that
  // NeededRanges names, or more, in order; empty: message.body is the whole.
  Result<RecordBatch> DecodeBatch(const Message& message, const std::shared_ptr<const Projection>& projection,
                                  const Dictionaries& dictionaries, std::span<const BodyPart> body = {}) const;
  // Adds the values of a dictionary batch to `dictionaries`, unless the projection needs none of them; kCorruptData for
  // another message. A second one of an id that is no delta is kCorruptData unless `replace`.
  Status DecodeDictionary(const Message& message, const std::shared_ptr<const Projection>& projection, bool replace,
                          Dictionaries* dictionaries) const;

 private:
  const ReadOptions& options_;
  mutable DecompressorPool decompressors_;
};

}  // namespace inlay::ipc
