#include "engine/ipc/message_writer.h"

#include <string>

#include "engine/columns/schema_message.h"
#include "engine/columns/type_match.h"
#include "engine/ipc/supported_types.h"
#include "engine/ipc/write_options.h"

namespace inlay::ipc {
Result<std::unique_ptr<MessageWriter>> MessageWriter::Start(Sink* sink, std::unique_ptr<Sink> owned,
                                                            const Schema& schema, const WriteOptions& options,
                                                            BufferView head) {
  if (sink == nullptr) return Status::InvalidArgument("sink is null");
  if (Status status = options.Validate(); !status.ok()) return status;
  const auto message = EncodeSchemaMessage(schema, {.start_bytes = head.size_bytes,
                                                    .alignment_bytes = options.alignment_bytes,
                                                    .is_v4 = options.metadata_version == MetadataVersion::kV4,
                                                    .legacy_framing = options.legacy_framing});
  if (!message.ok()) return message.status();
  if (Status status = CheckOptions(options, schema); !status.ok()) return status;
  if (Status status = CheckWritable(schema); !status.ok()) return status;
  std::unique_ptr<MessageWriter> writer(new MessageWriter(sink, std::move(owned), schema));
  auto encoder = BatchEncoder::Make(&writer->schema_, options);
  if (!encoder.ok()) return encoder.status();
  writer->encoder_.emplace(std::move(*encoder));
  const BufferView pieces[] = {head, {message->data(), static_cast<int64_t>(message->size())}};
  if (Status status = writer->Send(std::span(pieces).subspan(head.size_bytes == 0 ? 1 : 0)); !status.ok())
    return status;
  return writer;
}

Status MessageWriter::Keep(Status status) {
  if (!status.ok()) error_ = status;
  return status;
}

Status MessageWriter::Send(std::span<const BufferView> pieces) {
  if (Status status = Keep(sink_->Append(pieces)); !status.ok()) return status;
  for (const BufferView& piece : pieces) bytes_written_ += piece.size_bytes;
  return {};
}

Status MessageWriter::Ready() const {
  if (!error_.ok()) return error_;
  return finished_ ? Status::InvalidArgument("the writer is finished") : Status();
}

Status MessageWriter::Prepare(const RecordBatchView& batch) {
  if (Status status = Ready(); !status.ok()) return status;
  if (batch.schema == nullptr) return Status::InvalidArgument("a batch without a schema");
  if (!SameSchema(*batch.schema, schema_)) {
    return Status::InvalidArgument("the batch's schema is not the writer's; the batch has\n" +
                                   batch.schema->ToString() + "\nthe writer\n" + schema_.ToString());
  }
  if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) return status;
  encoder_->Clear();
  return encoder_->Encode(batch, /*metadata=*/{}, bytes_written_);
}

Status MessageWriter::Append() { return Send(encoder_->pieces()); }

Status MessageWriter::Flush() {
  if (Status status = Ready(); !status.ok()) return status;
  return Keep(sink_->Flush());
}

Status MessageWriter::Sync() {
  if (Status status = Ready(); !status.ok()) return status;
  return Keep(sink_->Sync());
}

Status MessageWriter::Finish(std::span<const BufferView> tail) {
  if (Status status = Ready(); !status.ok()) return status;
  if (Status status = Send(tail); !status.ok()) return status;
  if (Status status = Keep(sink_->Finish()); !status.ok()) return status;
  finished_ = true;
  return {};
}

}  // namespace inlay::ipc
