// A stream: schema message, record batch messages, end-of-stream marker.
#include <new>

#include "engine/ipc/message_writer.h"

namespace inlay::ipc {

struct StreamWriter::State {
  std::unique_ptr<MessageWriter> writer;
};

StreamWriter::StreamWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamWriter::StreamWriter(StreamWriter&&) noexcept = default;
StreamWriter& StreamWriter::operator=(StreamWriter&&) noexcept = default;
StreamWriter::~StreamWriter() = default;

Result<StreamWriter> StreamWriter::Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                         const WriteOptions& options) try {
  auto writer = MessageWriter::Start(sink, std::move(owned), schema, options, /*start=*/{}, /*head=*/{});
  if (!writer.ok()) return writer.status();
  auto state = std::make_unique<State>();
  state->writer = std::move(*writer);
  return StreamWriter(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<StreamWriter> StreamWriter::Open(Sink* sink, const Schema& schema, const WriteOptions& options) {
  return Start(sink, nullptr, schema, options);
}

Result<StreamWriter> StreamWriter::Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options) {
  Sink* borrowed = sink.get();
  return Start(borrowed, std::move(sink), schema, options);
}

Status StreamWriter::Write(const RecordBatchView& batch, const KeyValueMetadata& metadata) try {
  if (Status status = state_->writer->Prepare(batch, metadata); !status.ok()) return status;
  return state_->writer->Append();
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<int64_t> StreamWriter::EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata) try {
  return state_->writer->EncodedSize(batch, metadata);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status StreamWriter::Flush() { return state_->writer->Flush(); }
Status StreamWriter::Sync() { return state_->writer->Sync(); }

Status StreamWriter::Finish() {
  const BufferView tail = state_->writer->encoder().end_of_stream();
  return state_->writer->Finish({&tail, 1});
}

Status StreamWriter::Close() {
  const auto ended = state_->writer->Ended();
  return ended.has_value() ? *ended : Finish();
}

const Schema& StreamWriter::schema() const { return state_->writer->encoder().schema(); }
Sink* StreamWriter::sink() const { return state_->writer->sink(); }
std::unique_ptr<Sink> StreamWriter::ReleaseSink() { return state_->writer->ReleaseSink(); }
int64_t StreamWriter::num_rows() const { return state_->writer->num_rows(); }
int64_t StreamWriter::num_batches() const { return state_->writer->num_batches(); }
int64_t StreamWriter::bytes_written() const { return state_->writer->bytes_written(); }

}  // namespace inlay::ipc
