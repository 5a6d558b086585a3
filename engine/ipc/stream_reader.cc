#include <new>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/block_info.h"
#include "engine/ipc/read_options.h"

namespace inlay::ipc {

struct StreamReader::State {
  template <typename Input>
  State(Input input, const ReadOptions& read_options) : options(read_options), messages(std::move(input), &options) {}

  Status ReadSchemaMessage();
  Result<std::optional<RecordBatch>> Next();

  ReadOptions options;
  MessageStream messages;
  std::shared_ptr<const DecodedSchema> schema;
  Dictionaries dictionaries;
  BlockInfo block;
  Status error;
  bool at_end = false;
};

StreamReader::StreamReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamReader::StreamReader(StreamReader&&) noexcept = default;
StreamReader& StreamReader::operator=(StreamReader&&) noexcept = default;
StreamReader::~StreamReader() = default;

Status StreamReader::State::ReadSchemaMessage() {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  const auto message = messages.Next();
  if (!message.ok()) return message.status();
  if (!message->has_value()) return Status::CorruptData("a stream without a schema");
  const flatbuf::Schema* header = (**message).metadata->header_as_Schema();
  if (header == nullptr) return Status::CorruptData("the first message is not a schema");
  auto decoded = ReadSchemaWithin(options, *header, (**message).metadata.size_bytes());
  if (!decoded.ok()) return decoded.status();
  schema = std::move(*decoded);
  return {};
}

Result<StreamReader> StreamReader::Open(std::unique_ptr<Source> source, const ReadOptions& options) try {
  if (source == nullptr) return Status::InvalidArgument("source is null");
  auto state = std::make_unique<State>(std::shared_ptr<const Source>(std::move(source)), options);
  if (Status status = state->ReadSchemaMessage(); !status.ok()) return status;
  return StreamReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<StreamReader> StreamReader::OpenFd(int fd, const ReadOptions& options) try {
  auto state = std::make_unique<State>(fd, options);
  if (Status status = state->ReadSchemaMessage(); !status.ok()) return status;
  return StreamReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

const Schema& StreamReader::schema() const { return state_->schema->schema; }
const BlockInfo& StreamReader::block() const { return state_->block; }

Result<std::optional<RecordBatch>> StreamReader::State::Next() {
  const BatchDecoder decoder(schema, &options);
  while (true) {
    const auto next = messages.Next();
    if (!next.ok()) return next.status();
    if (!next->has_value()) {
      at_end = true;
      return std::optional<RecordBatch>();
    }
    const Message& message = **next;
    switch (message.metadata->header_type()) {
      case flatbuf::MessageHeader::RecordBatch: {
        auto info = DescribeBatch(message);
        if (!info.ok()) return info.status();
        auto batch = decoder.DecodeBatch(message, dictionaries);
        if (!batch.ok()) return batch.status();
        block = std::move(*info);
        return std::optional<RecordBatch>(std::move(*batch));
      }
      case flatbuf::MessageHeader::DictionaryBatch: {
        const Status status = decoder.DecodeDictionary(message, /*replace=*/true, &dictionaries);
        if (!status.ok()) return status;
        break;
      }
      case flatbuf::MessageHeader::Schema:
        return Status::CorruptData("a second schema within the stream");
      default:
        return Status::NotImplemented("a message that is neither a batch nor a dictionary");
    }
  }
}

Result<std::optional<RecordBatch>> StreamReader::Next() try {
  if (!state_->error.ok()) return state_->error;
  if (state_->at_end) return std::optional<RecordBatch>();
  auto batch = state_->Next();
  if (!batch.ok()) state_->error = batch.status();
  return batch;
} catch (const std::bad_alloc&) {
  state_->error = Status::OutOfMemory();
  return state_->error;
}

}  // namespace inlay::ipc
