// A stream as pieces to send.
#include <new>
#include <utility>

#include "engine/ipc/message_encoder.h"

namespace inlay::ipc {

struct Encoder::State {
  enum class Phase : uint8_t { kNew, kStarted, kFinished };

  Status Expect(Phase wanted) const {
    if (phase == wanted) return {};
    switch (phase) {
      case Phase::kNew:
        return Status::InvalidArgument("the encoder is not started: the schema comes first");
      case Phase::kStarted:
        return Status::InvalidArgument("the encoder is started already");
      case Phase::kFinished:
        break;
    }
    return Status::InvalidArgument("the encoder is finished");
  }

  std::unique_ptr<MessageEncoder> encoder;
  Phase phase = Phase::kNew;
  BufferView piece;
};

Encoder::Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Encoder::~Encoder() = default;

Result<Encoder> Encoder::Make(const Schema& schema, const WriteOptions& options) try {
  auto encoder = MessageEncoder::Make(schema, options, /*start=*/{});
  if (!encoder.ok()) return encoder.status();
  auto state = std::make_unique<State>();
  state->encoder = std::move(*encoder);
  return Encoder(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::span<const BufferView>> Encoder::Start() {
  if (Status status = state_->Expect(State::Phase::kNew); !status.ok()) return status;
  state_->phase = State::Phase::kStarted;
  state_->piece = state_->encoder->schema_message();
  return std::span<const BufferView>(&state_->piece, 1);
}

Result<std::span<const BufferView>> Encoder::Encode(const RecordBatchView& batch,
                                                    const KeyValueMetadata& metadata) try {
  if (Status status = state_->Expect(State::Phase::kStarted); !status.ok()) return status;
  if (Status status = state_->encoder->Prepare(batch, metadata); !status.ok()) return status;
  state_->encoder->Commit();
  return state_->encoder->pieces();
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::span<const BufferView>> Encoder::Finish() {
  if (Status status = state_->Expect(State::Phase::kStarted); !status.ok()) return status;
  state_->phase = State::Phase::kFinished;
  state_->piece = state_->encoder->end_of_stream();
  return std::span<const BufferView>(&state_->piece, 1);
}

const Schema& Encoder::schema() const { return state_->encoder->schema(); }

}  // namespace inlay::ipc
