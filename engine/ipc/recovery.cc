#include "engine/ipc/recovery.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/ipc/body_input.h"
#include "engine/ipc/file_format.h"
#include "engine/ipc/read_options.h"
#include "engine/ipc/stream_contents.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kSectorBytes = 512;

Result<bool> IsZero(const Source& source, int64_t offset_bytes, int64_t size_bytes) {
  uint8_t bytes[kSectorBytes];
  const auto read = std::span(bytes).first(static_cast<size_t>(size_bytes));
  if (Status status = source.ReadAt(offset_bytes, read); !status.ok()) return status;
  return std::all_of(read.begin(), read.end(), [](uint8_t byte) { return byte == 0; });
}

// Where the data of a message end, without the padding of its body: the end of its metadata when it has none.
int64_t EndOfData(const Message& message) {
  const flatbuf::DictionaryBatch* dictionary = message.metadata->header_as_DictionaryBatch();
  const flatbuf::RecordBatch* batch =
      dictionary != nullptr ? dictionary->data() : message.metadata->header_as_RecordBatch();
  int64_t data_bytes = 0;
  if (batch != nullptr && batch->buffers() != nullptr) {
    for (flatbuffers::uoffset_t i = 0; i < batch->buffers()->size(); ++i) {
      const flatbuf::Buffer buffer = ElementOf(*batch->buffers(), i);
      int64_t end;
      if (buffer.length() > 0 && !__builtin_add_overflow(buffer.offset(), buffer.length(), &end)) {
        data_bytes = std::max(data_bytes, end);
      }
    }
  }
  return message.body_offset_bytes() + std::min(data_bytes, message.metadata->body_length());
}

// Whether a message that ends at `end_bytes` may have lost its last sector. Legacy messages are not suspected: zeros
// are their end-of-stream marker.
Result<bool> MayBeLost(const Source& source, const Message& message, int64_t end_bytes) {
  const int64_t behind_bytes = std::min<int64_t>(8, source.size_bytes() - end_bytes);
  const int64_t data_end = EndOfData(message);
  if (message.prefix_bytes == MessagePrefix::kWordBytes || behind_bytes == 0 ||
      data_end == message.body_offset_bytes()) {
    return false;
  }
  const auto is_behind_zero = IsZero(source, end_bytes, behind_bytes);
  if (!is_behind_zero.ok() || !*is_behind_zero) return is_behind_zero;
  const int64_t from = std::max((data_end - 1) / kSectorBytes * kSectorBytes, message.offset_bytes);
  return IsZero(source, from, data_end - from);
}

class Recovery {
 public:
  Recovery(const std::shared_ptr<const Source>& source, const ReadOptions& options)
      : source_(source),
        options_(options),
        messages_(source, &options),
        contents_(&options, /*may_replace=*/false, /*columns=*/{}) {}

  Result<Recovered> Run();

 private:
  // Takes the next message. False at the end of the good part.
  Result<bool> Step();
  Status Check(Message* message);
  // The end of the good part, or an error that is not the message's.
  Result<bool> Stop(Status status);
  bool has_schema() const { return contents_.projection() != nullptr; }

  const std::shared_ptr<const Source>& source_;
  const ReadOptions& options_;
  SourceMessages messages_;
  StreamContents contents_;
  int64_t prefix_bytes_ = 0;  // of the first message
  Recovered result_;
};

Result<bool> Recovery::Stop(Status status) {
  const StatusCode code = status.code();
  const bool is_of_message =
      code == StatusCode::kCorruptData || code == StatusCode::kLimitExceeded || code == StatusCode::kNotImplemented;
  if (!has_schema() || !is_of_message) return status;
  result_.damage = std::move(status);
  return false;
}

Status Recovery::Check(Message* message) {
  const flatbuf::MessageHeader kind = message->metadata->header_type();
  const int64_t end = messages_.position_bytes();
  if (has_schema() && kind != flatbuf::MessageHeader::RecordBatch && kind != flatbuf::MessageHeader::DictionaryBatch) {
    return Status::CorruptData("message at byte " + std::to_string(message->offset_bytes) +
                               ": is neither a batch nor a dictionary");
  }
  const auto may_be_lost = MayBeLost(*source_, *message, end);
  if (!may_be_lost.ok()) return may_be_lost.status();
  if (*may_be_lost) {
    return Status::CorruptData("message at byte " + std::to_string(message->offset_bytes) +
                               ": zeros to its end at byte " + std::to_string(end) + " and behind it");
  }
  const auto whole = ReadNeededBody(source_, message->body_offset_bytes(), nullptr, options_, message);
  if (!whole.ok()) return whole.status();
  return contents_.Take(*message).status();
}

Result<bool> Recovery::Step() {
  auto next = messages_.Next();
  if (!next.ok()) return Stop(next.status());
  if (!next->has_value()) {
    if (!has_schema()) return Status::CorruptData("a file without a whole schema: nothing can be recovered");
    const MessagePrefix& prefix = messages_.prefix();
    if (prefix.is_whole() && prefix.size_bytes() != prefix_bytes_) {
      return Stop(Status::CorruptData("byte " + std::to_string(result_.footer.offset_bytes) +
                                      ": zeros where a message was to come"));
    }
    return false;
  }

  Message& message = **next;
  const Block block{message.offset_bytes, message.metadata_size_bytes(), message.metadata->body_length()};
  const bool is_first = !has_schema();
  if (Status status = Check(&message); !status.ok()) return Stop(std::move(status));
  Footer& footer = result_.footer;
  footer.offset_bytes = block.end_bytes();
  if (is_first) {
    prefix_bytes_ = message.prefix_bytes;
    footer.version = static_cast<int>(message.metadata->version()) + 1;
  } else if (message.metadata->header_type() == flatbuf::MessageHeader::RecordBatch) {
    footer.batch_blocks.push_back(block);
  } else {
    footer.dictionary_blocks.push_back(block);
  }
  return true;
}

Result<Recovered> Recovery::Run() {
  while (true) {
    const auto more = Step();
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  result_.footer.schema = contents_.projection()->shared_decoded();
  return std::move(result_);
}

}  // namespace

Result<Recovered> RecoverMessages(const std::shared_ptr<const Source>& source, const ReadOptions& options) {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  uint8_t head[kMagicBytes];
  if (source->size_bytes() < kMagicBytes) return Status::CorruptData("too short for an Arrow IPC file");
  if (Status status = source->ReadAt(0, head); !status.ok()) return status;
  if (std::memcmp(head, kFileHead, kMagicBytes) != 0) {
    return Status::CorruptData("not an Arrow IPC file: it does not begin with ARROW1 (streams need a StreamReader)");
  }
  return Recovery(source, options).Run();
}

}  // namespace inlay::ipc
