// A stream whose bytes are pushed.
#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "engine/ipc/message_assembler.h"
#include "engine/ipc/read_options.h"
#include "engine/ipc/stream_contents.h"

namespace inlay::ipc {

struct Decoder::State {
  explicit State(const ReadOptions& read_options)
      : options(read_options), messages(&options), contents(&options, /*may_replace=*/true, options.columns) {}

  Result<std::optional<RecordBatch>> Decode(BufferView* bytes);

  ReadOptions options;
  MessageAssembler messages;
  StreamContents contents;
  Status error;
};

Decoder::Decoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::Make(const ReadOptions& options) try {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  return Decoder(std::make_unique<State>(options));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::optional<RecordBatch>> Decoder::State::Decode(BufferView* bytes) {
  while (bytes->size_bytes > 0 && !messages.is_at_end()) {
    const auto room = messages.Room(bytes->size_bytes);
    if (!room.ok()) return room.status();
    const int64_t count = std::min(bytes->size_bytes, static_cast<int64_t>(room->size()));
    std::memcpy(room->data(), bytes->data, static_cast<size_t>(count));
    bytes->data += count;
    bytes->size_bytes -= count;
    if (Status status = messages.Add(count); !status.ok()) return status;
    const auto message = messages.Take();
    if (!message) continue;
    auto batch = contents.Take(*message);
    if (!batch.ok() || batch->has_value()) return batch;
  }
  return std::optional<RecordBatch>();
}

Result<std::optional<RecordBatch>> Decoder::Decode(BufferView* bytes) try {
  if (!state_->error.ok()) return state_->error;
  if (bytes == nullptr || bytes->size_bytes < 0 || (bytes->size_bytes > 0 && bytes->data == nullptr)) {
    return Status::InvalidArgument("bytes that are null or of a negative number");
  }
  auto batch = state_->Decode(bytes);
  if (!batch.ok()) state_->error = batch.status();
  return batch;
} catch (const std::bad_alloc&) {
  state_->error = Status::OutOfMemory();
  return state_->error;
}

Status Decoder::Finish() try {
  if (!state_->error.ok()) return state_->error;
  if (!at_end() && !state_->messages.is_between_messages()) {
    state_->error = state_->messages.Truncated();
  } else if (!has_schema()) {
    state_->error = Status::CorruptData("a stream without a schema");
  }
  return state_->error;
} catch (const std::bad_alloc&) {
  state_->error = Status::OutOfMemory();
  return state_->error;
}

bool Decoder::has_schema() const { return state_->contents.projection() != nullptr; }
const Schema& Decoder::schema() const { return state_->contents.projection()->schema(); }
const BlockInfo& Decoder::block() const { return state_->contents.block(); }
bool Decoder::at_end() const { return state_->messages.is_at_end(); }
int64_t Decoder::wanted_bytes() const { return state_->error.ok() ? state_->messages.wanted_bytes() : 0; }

}  // namespace inlay::ipc
