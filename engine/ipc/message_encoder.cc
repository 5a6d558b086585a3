#include "engine/ipc/message_encoder.h"

#include <string>

#include "engine/columns/schema_message.h"
#include "engine/columns/type_check.h"
#include "engine/columns/validate.h"
#include "engine/ipc/write_options.h"

namespace inlay::ipc {
namespace {

// The legacy form has no marker.
constexpr uint8_t kEndOfStream[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};

}  // namespace

Result<std::unique_ptr<MessageEncoder>> MessageEncoder::Make(const Schema& schema, const WriteOptions& options,
                                                             const OutputStart& start) {
  if (Status status = options.Validate(); !status.ok()) return status;
  auto message = EncodeSchemaMessage(schema, {.start_bytes = start.schema_at,
                                              .alignment_bytes = options.alignment_bytes,
                                              .is_v4 = options.metadata_version == MetadataVersion::kV4,
                                              .legacy_framing = options.legacy_framing});
  if (!message.ok()) return message.status();
  if (Status status = CheckOptions(options, schema); !status.ok()) return status;
  std::unique_ptr<MessageEncoder> result(new MessageEncoder(schema, options));
  auto encoder = BatchEncoder::Make(&result->schema_, result->options_);
  if (!encoder.ok()) return encoder.status();
  result->encoder_.emplace(std::move(*encoder));
  result->dictionaries_ = DictionaryColumns(result->schema_, options, start.is_file, start.dictionary_ids);
  result->schema_message_ = std::move(*message);
  result->position_ = start.schema_at + static_cast<int64_t>(result->schema_message_.size());
  return result;
}

BufferView MessageEncoder::end_of_stream() const {
  return options_.legacy_framing ? BufferView{kEndOfStream + 4, 4} : BufferView{kEndOfStream, 8};
}

Status MessageEncoder::CheckBatch(const RecordBatchView& batch, const KeyValueMetadata& metadata) const {
  if (Status status = ValidateBatchUnder(schema_, batch, Validation::kBasic); !status.ok()) return status;
  return CheckMetadata(metadata);
}

MessagePlace MessageEncoder::PlaceOfLast() const {
  const MessagePlace* last = dictionary_places_.empty() ? nullptr : &dictionary_places_.back();
  return {last == nullptr ? position_ : last->offset_bytes + last->size_bytes(), encoder_->metadata_bytes(),
          encoder_->body_bytes()};
}

Status MessageEncoder::Prepare(const RecordBatchView& batch, const KeyValueMetadata& metadata) {
  encoder_->Clear();
  dictionary_places_.clear();
  if (Status status = CheckBatch(batch, metadata); !status.ok()) return status;
  RecordBatchView sent = batch;
  if (!dictionaries_.empty()) {
    dictionaries_.Rollback();
    const auto send = [&](int64_t id, const Field& value_field, const DictionaryTracker::Message& message) {
      const int64_t start = PlaceOfLast().offset_bytes;
      Status status = encoder_->EncodeDictionary(id, message.is_delta, value_field, message.values, start);
      if (status.ok()) dictionary_places_.push_back(PlaceOfLast());
      return status;
    };
    if (Status status = dictionaries_.Update(batch, send, &columns_); !status.ok()) return status;
    sent.columns = columns_;
  }
  if (Status status = encoder_->Encode(sent, metadata, PlaceOfLast().offset_bytes); !status.ok()) return status;
  batch_place_ = PlaceOfLast();
  return {};
}

void MessageEncoder::Commit() {
  position_ += prepared_bytes();
  dictionaries_.Commit();
}

Status MessageEncoder::ContinueAt(int64_t position, const std::function<const ArrayView*(int64_t id)>& find) {
  if (dictionaries_.is_shared() && options_.dictionaries == DictionaryPolicy::kUnify) {
    return Status::NotImplemented("columns that share a dictionary cannot be unified: choose another policy");
  }
  position_ = position;
  return dictionaries_.Know(find);
}

}  // namespace inlay::ipc
