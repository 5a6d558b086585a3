#include "engine/ipc/message_writer.h"

#include <cstring>
#include <utility>

namespace inlay::ipc {

Result<std::unique_ptr<MessageWriter>> MessageWriter::Start(Sink* sink, std::unique_ptr<Sink> owned,
                                                            const Schema& schema, const WriteOptions& options,
                                                            const OutputStart& start, BufferView head) {
  if (sink == nullptr) return Status::InvalidArgument("sink is null");
  auto encoder = MessageEncoder::Make(schema, options, start);
  if (!encoder.ok()) return encoder.status();
  const BufferView message = (*encoder)->schema_message();
  std::unique_ptr<MessageWriter> writer(new MessageWriter(sink, std::move(owned), std::move(*encoder)));
  if (Status status = writer->ReserveRoom(); !status.ok()) return status;
  const BufferView pieces[] = {head, message};
  if (Status status = writer->Send(std::span(pieces).subspan(head.size_bytes == 0 ? 1 : 0)); !status.ok())
    return status;
  return writer;
}

Result<std::unique_ptr<MessageWriter>> MessageWriter::Continue(std::unique_ptr<Sink> sink,
                                                               std::unique_ptr<MessageEncoder> encoder,
                                                               BufferView kept) {
  Sink* borrowed = sink.get();
  std::unique_ptr<MessageWriter> writer(new MessageWriter(borrowed, std::move(sink), std::move(encoder)));
  if (Status status = writer->ReserveRoom(); !status.ok()) return status;
  if (Status status = writer->Send({&kept, 1}); !status.ok()) return status;
  return writer;
}

Status MessageWriter::ReserveRoom() { return gathered_.Reserve(encoder_->options().buffer_bytes); }

Status MessageWriter::Keep(Status status) {
  if (!status.ok()) error_ = status;
  return status;
}

Status MessageWriter::Drain() {
  if (gathered_bytes_ == 0) return {};
  const BufferView piece{gathered_.data(), std::exchange(gathered_bytes_, 0)};
  return Keep(sink_->Append({&piece, 1}));
}

// What fits is gathered; what does not goes out after what is gathered.
Status MessageWriter::Send(std::span<const BufferView> pieces) {
  int64_t size_bytes = 0;
  for (const BufferView& piece : pieces) size_bytes += piece.size_bytes;
  const int64_t room_bytes = encoder_->options().buffer_bytes;
  if (size_bytes > room_bytes - gathered_bytes_) {
    if (Status status = Drain(); !status.ok()) return status;
  }
  if (size_bytes > room_bytes) {
    if (Status status = Keep(sink_->Append(pieces)); !status.ok()) return status;
  } else {
    for (const BufferView& piece : pieces) {
      if (piece.size_bytes == 0) continue;
      std::memcpy(gathered_.data() + gathered_bytes_, piece.data, static_cast<size_t>(piece.size_bytes));
      gathered_bytes_ += piece.size_bytes;
    }
  }
  bytes_written_ += size_bytes;
  return {};
}

Status MessageWriter::Ready() const {
  if (!error_.ok()) return error_;
  return finished_ ? Status::InvalidArgument("the writer is finished") : Status();
}

Status MessageWriter::Prepare(const RecordBatchView& batch, const KeyValueMetadata& metadata) {
  if (Status status = Ready(); !status.ok()) return status;
  prepared_rows_ = batch.num_rows;
  return encoder_->Prepare(batch, metadata);
}

Status MessageWriter::Append() {
  if (Status status = Send(encoder_->pieces()); !status.ok()) return status;
  encoder_->Commit();
  num_rows_ += prepared_rows_;
  ++num_batches_;
  return {};
}

Result<int64_t> MessageWriter::EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata) {
  if (Status status = Prepare(batch, metadata); !status.ok()) return status;
  return encoder_->prepared_bytes();
}

Status MessageWriter::Flush() {
  if (Status status = Ready(); !status.ok()) return status;
  if (Status status = Drain(); !status.ok()) return status;
  return Keep(sink_->Flush());
}

Status MessageWriter::Sync() {
  if (Status status = Ready(); !status.ok()) return status;
  if (Status status = Drain(); !status.ok()) return status;
  return Keep(sink_->Sync());
}

Status MessageWriter::Finish(std::span<const BufferView> tail) {
  if (Status status = Ready(); !status.ok()) return status;
  if (Status status = Send(tail); !status.ok()) return status;
  if (Status status = Drain(); !status.ok()) return status;
  if (Status status = Keep(sink_->Finish()); !status.ok()) return status;
  finished_ = true;
  return {};
}

std::optional<Status> MessageWriter::Ended() const {
  if (!error_.ok()) return error_;
  return finished_ ? std::optional<Status>(Status()) : std::nullopt;
}

std::unique_ptr<Sink> MessageWriter::ReleaseSink() {
  if (!finished_ && error_.ok()) return nullptr;
  sink_ = nullptr;
  return std::move(owned_sink_);
}

}  // namespace inlay::ipc
