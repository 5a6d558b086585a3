// Batches to messages, dictionaries first, without I/O: what the writers and the encoder share.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <inlay/ipc_write.h>

#include "engine/ipc/batch_encoder.h"
#include "engine/ipc/dictionary_columns.h"

namespace inlay::ipc {

// Where a message stands in the output, and what it takes there.
struct MessagePlace {
  int64_t offset_bytes = 0;
  int64_t metadata_bytes = 0;  // prefix and padding included
  int64_t body_bytes = 0;
  int64_t size_bytes() const { return metadata_bytes + body_bytes; }
};

// What stands in the output before the first message that is encoded.
struct OutputStart {
  bool is_file = false;
  int64_t schema_at = 0;                     // where the schema message begins: a multiple of 8
  std::vector<int64_t> dictionary_ids = {};  // of the schema, in pre-order; empty: 0, 1, ...
};

class MessageEncoder {
 public:
  // Checks the options and the schema.
  static Result<std::unique_ptr<MessageEncoder>> Make(const Schema& schema, const WriteOptions& options,
                                                      const OutputStart& start);

  // The schema message, which the output begins with.
  BufferView schema_message() const { return {schema_message_.data(), static_cast<int64_t>(schema_message_.size())}; }
  // The end-of-stream marker in the form of the other messages.
  BufferView end_of_stream() const;

  // Encodes a batch and the dictionaries that it needs, or refuses it. Nothing is changed until Commit: without one,
  // the next Prepare begins where this one did.
  Status Prepare(const RecordBatchView& batch, const KeyValueMetadata& metadata);
  // Of the last Prepare; pieces borrow from the batch and from the encoder.
  std::span<const BufferView> pieces() const { return encoder_->pieces(); }
  std::span<const MessagePlace> dictionary_places() const { return dictionary_places_; }
  const MessagePlace& batch_place() const { return batch_place_; }
  int64_t prepared_bytes() const { return batch_place_.offset_bytes + batch_place_.size_bytes() - position_; }
  // The messages of the last, successful Prepare are written.
  void Commit();

  // Goes on behind messages that stand in the output already: the next one begins at `position`, and readers have the
  // dictionaries that `find` returns for their ids. kNotImplemented for two fields that share one which is to be
  // unified.
  Status ContinueAt(int64_t position, const std::function<const ArrayView*(int64_t id)>& find);

  const Schema& schema() const { return schema_; }
  const WriteOptions& options() const { return options_; }

 private:
  MessageEncoder(const Schema& schema, const WriteOptions& options) : schema_(schema), options_(options) {}
  Status CheckBatch(const RecordBatchView& batch, const KeyValueMetadata& metadata) const;
  MessagePlace PlaceOfLast() const;

  Schema schema_;
  WriteOptions options_;
  std::vector<uint8_t> schema_message_;
  std::optional<BatchEncoder> encoder_;
  DictionaryColumns dictionaries_;
  int64_t position_ = 0;

  // Of the last Prepare.
  std::vector<ArrayView> columns_;
  std::vector<MessagePlace> dictionary_places_;
  MessagePlace batch_place_;
};

}  // namespace inlay::ipc
