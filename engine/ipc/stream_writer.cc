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
  auto writer = MessageWriter::Start(sink, std::move(owned), schema, options, /*head=*/{});
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

Status StreamWriter::Write(const RecordBatchView& batch) try {
  if (Status status = state_->writer->Prepare(batch); !status.ok()) return status;
  return state_->writer->Append();
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status StreamWriter::Flush() { return state_->writer->Flush(); }
Status StreamWriter::Sync() { return state_->writer->Sync(); }

Status StreamWriter::Finish() {
  const BufferView tail[] = {{kEndOfStream, sizeof(kEndOfStream)}};
  return state_->writer->Finish(tail);
}

const Schema& StreamWriter::schema() const { return state_->writer->schema(); }
int64_t StreamWriter::bytes_written() const { return state_->writer->bytes_written(); }

}  // namespace inlay::ipc
