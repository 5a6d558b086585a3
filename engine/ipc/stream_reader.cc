#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

#include "engine/ipc/body_input.h"
#include "engine/ipc/message_assembler.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/read_options.h"
#include "engine/ipc/stream_contents.h"

namespace inlay::ipc {

struct StreamReader::State {
  explicit State(const ReadOptions& read_options)
      : options(read_options), contents(&options, /*may_replace=*/true, options.columns) {}

  Result<std::optional<Message>> NextFromFd();
  Result<std::optional<RecordBatch>> Step();
  Status ReadSchema();

  ReadOptions options;
  StreamContents contents;
  std::optional<SourceMessages> source;  // or:
  int fd = -1;
  std::optional<MessageAssembler> arriving;
  Status error;
  bool at_end = false;
};

StreamReader::StreamReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamReader::StreamReader(StreamReader&&) noexcept = default;
StreamReader& StreamReader::operator=(StreamReader&&) noexcept = default;
StreamReader::~StreamReader() = default;

Result<std::optional<Message>> StreamReader::State::NextFromFd() {
  while (true) {
    if (auto message = arriving->Take()) return message;
    if (arriving->is_at_end()) return std::optional<Message>();
    const auto room = arriving->Room(0);
    if (!room.ok()) return room.status();
    const ssize_t got = read(fd, room->data(), room->size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::IoError("cannot read the stream", errno);
    if (got == 0 && arriving->is_between_messages()) return std::optional<Message>();
    if (got == 0) return arriving->Truncated();
    if (Status status = arriving->Add(got); !status.ok()) return status;
  }
}

// The schema, or the next batch; a dictionary and the end give nothing.
Result<std::optional<RecordBatch>> StreamReader::State::Step() {
  auto message = source ? source->Next() : NextFromFd();
  if (!message.ok()) return message.status();
  if (!message->has_value()) {
    at_end = true;
    return std::optional<RecordBatch>();
  }
  std::vector<BodyPart> body;
  if (source) {
    auto parts =
        ReadNeededBody(source->source(), (**message).body_offset_bytes(), contents.projection(), options, &**message);
    if (!parts.ok()) return parts.status();
    body = std::move(*parts);
  }
  return contents.Take(**message, body);
}

Status StreamReader::State::ReadSchema() {
  if (const auto nothing = Step(); !nothing.ok()) return nothing.status();
  return at_end ? Status::CorruptData("a stream without a schema") : Status();
}

Result<StreamReader> StreamReader::Open(std::unique_ptr<Source> source, const ReadOptions& options) try {
  if (source == nullptr) return Status::InvalidArgument("source is null");
  if (Status status = CheckOptions(options); !status.ok()) return status;
  auto state = std::make_unique<State>(options);
  state->source.emplace(std::shared_ptr<const Source>(std::move(source)), &state->options);
  if (Status status = state->ReadSchema(); !status.ok()) return status;
  return StreamReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<StreamReader> StreamReader::OpenFd(int fd, const ReadOptions& options) try {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  auto state = std::make_unique<State>(options);
  state->fd = fd;
  state->arriving.emplace(&state->options);
  if (Status status = state->ReadSchema(); !status.ok()) return status;
  return StreamReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

const Schema& StreamReader::schema() const { return state_->contents.projection()->schema(); }
const BlockInfo& StreamReader::block() const { return state_->contents.block(); }

Result<std::optional<RecordBatch>> StreamReader::Next() try {
  while (state_->error.ok() && !state_->at_end) {
    auto batch = state_->Step();
    if (!batch.ok()) state_->error = batch.status();
    if (batch.ok() && batch->has_value()) return batch;
  }
  if (!state_->error.ok()) return state_->error;
  return std::optional<RecordBatch>();
} catch (const std::bad_alloc&) {
  state_->error = Status::OutOfMemory();
  return state_->error;
}

}  // namespace inlay::ipc
