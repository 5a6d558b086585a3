#include "engine/ipc/message_assembler.h"

#include <algorithm>
#include <string>
#include <utility>

namespace inlay::ipc {

Result<std::span<uint8_t>> MessageAssembler::Room(int64_t known_bytes) {
  switch (part_) {
    case Part::kPrefix:
      return std::span(word_).subspan(static_cast<size_t>(word_bytes_));
    case Part::kMetadata:
      return metadata_.Room(known_bytes);
    case Part::kBody:
      return body_.Room(known_bytes);
    default:
      return std::span<uint8_t>();
  }
}

int64_t MessageAssembler::wanted_bytes() const {
  switch (part_) {
    case Part::kPrefix:
      return MessagePrefix::kWordBytes - word_bytes_;
    case Part::kMetadata:
      return metadata_.missing_bytes();
    case Part::kBody:
      return body_.missing_bytes();
    default:
      return 0;
  }
}

Status MessageAssembler::Add(int64_t num_bytes) {
  position_bytes_ += num_bytes;
  switch (part_) {
    case Part::kPrefix: {
      word_bytes_ += num_bytes;
      if (word_bytes_ < MessagePrefix::kWordBytes) return {};
      word_bytes_ = 0;
      const Status status = prefix_.Take(word_, position_bytes_ - MessagePrefix::kWordBytes);
      return status.ok() && prefix_.is_whole() ? PrefixIsWhole() : status;
    }
    case Part::kMetadata:
      metadata_.Add(num_bytes);
      return metadata_.missing_bytes() == 0 ? MetadataIsWhole() : Status();
    case Part::kBody:
      body_.Add(num_bytes);
      if (body_.missing_bytes() > 0) return {};
      message_->body = body_.Release();
      largest_body_bytes_ = std::max(largest_body_bytes_, message_->body.view.size_bytes);
      part_ = Part::kWhole;
      return {};
    default:
      return {};
  }
}

Status MessageAssembler::PrefixIsWhole() {
  if (prefix_.metadata_bytes() == 0) {
    part_ = Part::kEnd;
    return {};
  }
  offset_bytes_ = position_bytes_ - prefix_.size_bytes();
  const int64_t metadata_bytes = prefix_.size_bytes() + prefix_.metadata_bytes();
  if (Status status = CheckMessageSize(metadata_bytes, 0, offset_bytes_, options_); !status.ok()) return status;
  metadata_.Start(prefix_.metadata_bytes(), 0);
  part_ = Part::kMetadata;
  return {};
}

Status MessageAssembler::MetadataIsWhole() {
  auto message = MakeMessage(metadata_.Release(), offset_bytes_, prefix_.size_bytes());
  if (!message.ok()) return message.status();
  const int64_t body_bytes = message->metadata->body_length();
  const Status status = CheckMessageSize(message->metadata_size_bytes(), body_bytes, offset_bytes_, options_);
  if (!status.ok()) return status;
  message_.emplace(std::move(*message));
  body_.Start(body_bytes, largest_body_bytes_);
  part_ = body_bytes == 0 ? Part::kWhole : Part::kBody;
  return {};
}

std::optional<Message> MessageAssembler::Take() {
  if (part_ != Part::kWhole) return std::nullopt;
  part_ = Part::kPrefix;
  prefix_.Reset();
  return std::exchange(message_, std::nullopt);
}

Status MessageAssembler::Truncated() const {
  const int64_t missing = wanted_bytes();
  return Status::CorruptData("input ends at byte " + std::to_string(position_bytes_) + ", where " +
                             std::to_string(missing) + " more of a message are wanted");
}

}  // namespace inlay::ipc
