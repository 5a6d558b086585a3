// What the messages of a stream come to: a schema, then batches, and the dictionaries between them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/dictionaries.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/projection.h"

namespace inlay::ipc {

class StreamContents {
 public:
  // `options` outlive this. `may_replace`: a dictionary may come a second time and not be a delta, as in streams.
  // `columns`: dotted paths of those to keep, or none for all; the options' own play no part.
  StreamContents(const ReadOptions* options, bool may_replace, std::vector<std::string> columns)
      : options_(*options), may_replace_(may_replace), columns_(std::move(columns)), decoder_(options) {}

  // The batch, or nothing when the message was the schema or a dictionary. `body`: as BatchDecoder has it.
  Result<std::optional<RecordBatch>> Take(const Message& message, std::span<const BodyPart> body = {});

  // Null before the first message.
  const Projection* projection() const { return projection_.get(); }
  // Of the last batch.
  const BlockInfo& block() const { return block_; }

 private:
  Status TakeSchema(const Message& message);

  const ReadOptions& options_;
  const bool may_replace_;
  const std::vector<std::string> columns_;
  BatchDecoder decoder_;
  std::shared_ptr<const Projection> projection_;
  Dictionaries dictionaries_;
  BlockInfo block_;
};

}  // namespace inlay::ipc
