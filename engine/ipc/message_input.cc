#include "engine/ipc/message_input.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "engine/base/aligned_buffer.h"
#include "engine/ipc/file_format.h"

namespace inlay::ipc {
namespace {

// A descriptor may declare what it does not have: memory for more than this comes only after as much was read.
constexpr int64_t kFirstReadBytes = 16 << 20;

Status Truncated(int64_t position, int64_t wanted_bytes) {
  return Status::CorruptData("input ends within the " + std::to_string(wanted_bytes) + " bytes that byte " +
                             std::to_string(position) + " begins");
}

Result<Message> MakeMessage(SharedBytes bytes, int64_t offset_bytes, int64_t prefix_bytes) {
  auto metadata = VerifyMessage(bytes.view);
  if (!metadata.ok()) return metadata.status().WithContext("byte " + std::to_string(offset_bytes));
  return Message{std::move(bytes), std::move(*metadata), {}, offset_bytes, prefix_bytes};
}

Status CheckSize(int64_t metadata_bytes, int64_t body_bytes, int64_t offset_bytes, const ReadOptions& options) {
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

}  // namespace

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

Result<int64_t> MessageStream::ReadSome(std::span<uint8_t> out) {
  const int64_t wanted = static_cast<int64_t>(out.size());
  if (source_ != nullptr) {
    const int64_t count = std::min(wanted, source_->size_bytes() - position_);
    if (Status status = source_->ReadAt(position_, out.first(static_cast<size_t>(count))); !status.ok()) return status;
    position_ += count;
    return count;
  }
  int64_t count = 0;
  while (count < wanted) {
    const ssize_t got = read(fd_, out.data() + count, static_cast<size_t>(wanted - count));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::IoError("cannot read the stream", errno);
    if (got == 0) break;
    count += got;
  }
  position_ += count;
  return count;
}

Result<SharedBytes> MessageStream::ReadFromFd(int64_t size_bytes) {
  auto buffer = std::make_shared<AlignedBuffer>(options_.allocator);
  for (int64_t used = 0; used < size_bytes;) {
    const int64_t step = std::min(size_bytes - used, std::max(used, kFirstReadBytes));
    if (Status status = buffer->ReserveKeeping(used + step, used); !status.ok()) return status;
    const auto got = ReadSome({buffer->data() + used, static_cast<size_t>(step)});
    if (!got.ok()) return got.status();
    used += *got;
    if (*got < step) return Truncated(position_ - used, size_bytes);
  }
  const BufferView view{buffer->data(), size_bytes};
  return SharedBytes{view, std::move(buffer)};
}

Result<SharedBytes> MessageStream::Read(int64_t size_bytes) {
  if (source_ == nullptr) return ReadFromFd(size_bytes);
  if (size_bytes > source_->size_bytes() - position_) return Truncated(position_, size_bytes);
  auto bytes = ReadRange(source_, position_, size_bytes, options_.allocator);
  if (bytes.ok()) position_ += size_bytes;
  return bytes;
}

Result<MessageStream::Prefix> MessageStream::ReadPrefix() {
  uint8_t word[4];
  const auto read_word = [&](int64_t already) -> Result<int64_t> {
    const auto got = ReadSome(word);
    if (got.ok() && *got < 4 && (*got > 0 || already > 0)) return Truncated(position_ - *got - already, already + 4);
    return got;
  };
  auto got = read_word(0);
  if (!got.ok()) return got.status();
  if (*got == 0) return Prefix{};                           // ends between messages, as streams may
  if (is_first_ && std::memcmp(word, kFileHead, 4) == 0) {  // a file: its stream begins behind the magic bytes
    got = read_word(4);
    if (!got.ok()) return got.status();
    if (std::memcmp(word, kFileHead + 4, 2) != 0) return Status::CorruptData("neither an Arrow IPC stream nor a file");
    got = read_word(0);
    if (!got.ok()) return got.status();
    if (*got == 0) return Prefix{};
  }
  is_first_ = false;
  Prefix prefix{4, LoadInt32(word)};
  if (prefix.metadata_bytes == -1) {
    if (got = read_word(4); !got.ok()) return got.status();
    prefix = {8, LoadInt32(word)};
  }
  if (prefix.metadata_bytes < 0) {
    return Status::CorruptData("byte " + std::to_string(position_ - 4) + ": a negative metadata length");
  }
  return prefix;
}

Result<std::optional<Message>> MessageStream::Next() {
  const auto prefix = ReadPrefix();
  if (!prefix.ok()) return prefix.status();
  if (prefix->metadata_bytes == 0) return std::optional<Message>();
  const int64_t offset = position_ - prefix->size_bytes;
  const int64_t metadata_bytes = prefix->size_bytes + prefix->metadata_bytes;
  if (Status status = CheckSize(metadata_bytes, 0, offset, options_); !status.ok()) return status;
  auto bytes = Read(prefix->metadata_bytes);
  if (!bytes.ok()) return bytes.status();
  auto message = MakeMessage(std::move(*bytes), offset, prefix->size_bytes);
  if (!message.ok()) return message.status();
  const int64_t body_bytes = message->metadata->body_length();
  if (Status status = CheckSize(metadata_bytes, body_bytes, offset, options_); !status.ok()) return status;
  auto body = Read(body_bytes);
  if (!body.ok()) return body.status();
  message->body = std::move(*body);
  return std::optional<Message>(std::move(*message));
}

Result<Message> ReadMessageAt(const std::shared_ptr<const Source>& source, int64_t offset_bytes, int64_t metadata_bytes,
                              int64_t body_bytes, const ReadOptions& options) {
  if (Status status = CheckSize(metadata_bytes, body_bytes, offset_bytes, options); !status.ok()) return status;
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
