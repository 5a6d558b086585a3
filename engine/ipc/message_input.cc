#include "engine/ipc/message_input.h"

#include <string>
#include <utility>

#include "engine/base/aligned_buffer.h"

namespace inlay::ipc {
namespace {

Status Truncated(int64_t position_bytes, int64_t wanted_bytes) {
  return Status::CorruptData("input ends within the " + std::to_string(wanted_bytes) + " bytes that byte " +
                             std::to_string(position_bytes) + " begins");
}

}  // namespace

Result<Message> MakeMessage(SharedBytes metadata, int64_t offset_bytes, int64_t prefix_bytes) {
  auto verified = VerifyMessage(metadata.view);
  if (!verified.ok()) return verified.status().WithContext("byte " + std::to_string(offset_bytes));
  return Message{std::move(metadata), std::move(*verified), {}, offset_bytes, prefix_bytes};
}

Status CheckMessageSize(int64_t metadata_bytes, int64_t body_bytes, int64_t offset_bytes, const ReadOptions& options) {
  if (body_bytes < 0) {
    return Status::CorruptData("byte " + std::to_string(offset_bytes) + ": a message with a negative body length");
  }
  if (metadata_bytes > options.max_message_bytes || body_bytes > options.max_message_bytes - metadata_bytes) {
    return Status::LimitExceeded("byte " + std::to_string(offset_bytes) + ": a message of " +
                                 std::to_string(metadata_bytes) + " + " + std::to_string(body_bytes) +
                                 " bytes, max_message_bytes is " + std::to_string(options.max_message_bytes));
  }
  return {};
}

Result<SharedBytes> ReadRange(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t size_bytes,
                              const Allocator* allocator) {
  if (size_bytes == 0) return SharedBytes{{}, source};
  if (const BufferView mapped = source->mapped(); mapped.data != nullptr) {
    return SharedBytes{{mapped.data + offset_bytes, size_bytes}, source};
  }
  auto buffer = std::make_shared<AlignedBuffer>(allocator);
  if (Status status = buffer->Reserve(size_bytes); !status.ok()) return status;
  uint8_t* data = buffer->data();
  if (Status status = source->ReadAt(offset_bytes, {data, static_cast<size_t>(size_bytes)}); !status.ok())
    return status;
  return SharedBytes{{data, size_bytes}, std::move(buffer)};
}

Result<SharedBytes> SourceMessages::Read(int64_t size_bytes) {
  if (size_bytes > source_->size_bytes() - position_bytes_) return Truncated(position_bytes_, size_bytes);
  auto bytes = ReadRange(source_, position_bytes_, size_bytes, options_.allocator);
  if (bytes.ok()) position_bytes_ += size_bytes;
  return bytes;
}

Result<std::optional<Message>> SourceMessages::Next() {
  while (!prefix_.is_whole()) {
    const int64_t left_bytes = source_->size_bytes() - position_bytes_;
    if (left_bytes == 0 && prefix_.is_between_messages()) return std::optional<Message>();
    uint8_t word[MessagePrefix::kWordBytes];
    if (left_bytes < MessagePrefix::kWordBytes) return Truncated(position_bytes_, MessagePrefix::kWordBytes);
    if (Status status = source_->ReadAt(position_bytes_, word); !status.ok()) return status;
    if (Status status = prefix_.Take(word, position_bytes_); !status.ok()) return status;
    position_bytes_ += MessagePrefix::kWordBytes;
  }
  if (prefix_.metadata_bytes() == 0) return std::optional<Message>();
  const int64_t offset = position_bytes_ - prefix_.size_bytes();
  const int64_t metadata_bytes = prefix_.size_bytes() + prefix_.metadata_bytes();
  if (Status status = CheckMessageSize(metadata_bytes, 0, offset, options_); !status.ok()) return status;
  auto bytes = Read(prefix_.metadata_bytes());
  if (!bytes.ok()) return bytes.status();
  auto message = MakeMessage(std::move(*bytes), offset, prefix_.size_bytes());
  if (!message.ok()) return message.status();
  const int64_t body_bytes = message->metadata->body_length();
  if (Status status = CheckMessageSize(metadata_bytes, body_bytes, offset, options_); !status.ok()) return status;
  if (body_bytes > source_->size_bytes() - position_bytes_) return Truncated(position_bytes_, body_bytes);
  position_bytes_ += body_bytes;
  prefix_.Reset();
  return std::optional<Message>(std::move(*message));
}

Result<Message> ReadMessageAt(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t metadata_bytes,
                              int64_t body_bytes, const ReadOptions& options) {
  if (Status status = CheckMessageSize(metadata_bytes, body_bytes, offset_bytes, options); !status.ok()) return status;
  auto bytes = ReadRange(source, offset_bytes, metadata_bytes, options.allocator);
  if (!bytes.ok()) return bytes.status();
  const std::string where = "byte " + std::to_string(offset_bytes) + ": ";
  if (metadata_bytes < 8) return Status::CorruptData(where + "a block too short for a message");
  int64_t prefix_bytes = 4;
  int64_t length = LoadInt32(bytes->view.data);
  if (length == -1) {
    prefix_bytes = 8;
    length = LoadInt32(bytes->view.data + 4);
  }
  if (length <= 0 || length > metadata_bytes - prefix_bytes) {
    return Status::CorruptData(where + "the message is not as long as the footer says");
  }
  bytes->view = {bytes->view.data + prefix_bytes, length};
  auto message = MakeMessage(std::move(*bytes), offset_bytes, prefix_bytes);
  if (message.ok() && message->metadata->body_length() != body_bytes) {
    return Status::CorruptData(where + "the message's body is not as long as the footer says");
  }
  return message;
}

}  // namespace inlay::ipc
