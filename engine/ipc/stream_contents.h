// What the messages of a stream come to: a schema, then batches, and the dictionaries between them.
#pragma once

#include <memory>
#include <optional>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/message_input.h"

namespace inlay::ipc {

class StreamContents {
 public:
  // `options` outlive this. `may_replace`: a dictionary may come a second time and not be a delta, as in streams.
  StreamContents(const ReadOptions* options, bool may_replace)
      : options_(*options), may_replace_(may_replace), decoder_(options) {}

  // The batch, or nothing when the message was the schema or a dictionary. After an error the schema and the
  // dictionaries are as they were.
  Result<std::optional<RecordBatch>> Take(const Message& message);

  // Null before the first message.
  const std::shared_ptr<const DecodedSchema>& schema() const { return schema_; }
  const Dictionaries& dictionaries() const { return dictionaries_; }
  // Of the last batch.
  const BlockInfo& block() const { return block_; }

 private:
  Status TakeSchema(const Message& message);

  const ReadOptions& options_;
  const bool may_replace_;
  std::shared_ptr<const DecodedSchema> schema_;
  std::shared_ptr<const Projection> projection_;
  BatchDecoder decoder_;
  Dictionaries dictionaries_;
  BlockInfo block_;
};

}  // namespace inlay::ipc
