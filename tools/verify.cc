#include "tools/verify.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include <inlay/ipc.h>

#include "engine/ipc/file_format.h"
#include "engine/ipc/read_options.h"
#include "engine/ipc/stream_contents.h"
#include "tools/arrow_source.h"
#include "tools/message_layout.h"
#include "tools/table_input.h"
#include "tools/text_table.h"
#include "tools/verify_footer.h"
#include "tools/verify_message.h"
#include "tools/verify_schema.h"
#include "tools/write_keys.h"

namespace inlay::tools {
namespace {

std::string ByteText(int64_t position_bytes) { return "byte " + std::to_string(position_bytes); }

// In two passes. The first follows the stream from message to message; of streams it decodes them too. The second, of
// files, compares the footer with what was found, and decodes by way of the footer, because dictionaries may come
// behind the batches of a file.
class Verification {
 public:
  Verification(const ArrowSource& source, const ipc::ReadOptions& options)
      : source_(source), options_(options), messages_(source.stream, &options), contents_(&options, true, {}) {}

  Status Run(const std::string& path);

  int64_t num_batches() const { return num_batches_; }
  int64_t num_rows() const { return num_rows_; }
  bool has_end() const { return messages_.prefix().is_whole(); }

 private:
  bool is_file() const { return source_.footer.has_value(); }
  Status TakeSchema(ipc::Message message);
  Status TakeBody(ipc::Message* message);
  Status CheckEnd() const;
  Status ReadByFooter(const std::string& path);

  const ArrowSource& source_;
  const ipc::ReadOptions& options_;
  ipc::SourceMessages messages_;
  ipc::StreamContents contents_;
  std::optional<ipc::Message> first_;
  std::optional<MessageLayout> layout_;
  StreamFacts facts_;
  std::set<int64_t> dictionaries_;
  int64_t num_batches_ = 0;
  int64_t num_rows_ = 0;
};

Status Verification::TakeSchema(ipc::Message message) {
  const flatbuf::Schema* const header = message.metadata->header_as_Schema();
  if (header == nullptr) return Status::CorruptData(NameOf(message) + ": the first message is not a schema");
  auto decoded = ipc::ReadSchemaWithin(options_, *header, message.metadata.size_bytes());
  if (!decoded.ok()) return decoded.status().WithContext(NameOf(message));
  if (Status status = CheckSchema(*header); !status.ok()) return status.WithContext(NameOf(message));
  auto metadata = ReadMetadata(message.metadata->custom_metadata(), message.metadata.size_bytes());
  if (!metadata.ok()) return metadata.status().WithContext(NameOf(message));
  facts_.version = static_cast<int>(message.metadata->version()) + 1;
  facts_.schema = *decoded;
  facts_.first_metadata = *std::move(metadata);
  Result<MessageLayout> layout = MessageLayout::Make(*std::move(decoded));
  if (!layout.ok()) return layout.status().WithContext(NameOf(message));
  layout_.emplace(*std::move(layout));
  if (!is_file()) {
    if (Status status = contents_.Take(message).status(); !status.ok()) return status.WithContext(NameOf(message));
  }
  first_.emplace(std::move(message));
  return CheckFraming(*first_, *first_);
}

Status Verification::TakeBody(ipc::Message* message) {
  if (message->metadata->header_type() == flatbuf::MessageHeader::Schema) {
    return Status::CorruptData(NameOf(*message) + ": a second schema within the stream");
  }
  if (Status status = CheckFraming(*message, *first_); !status.ok()) return status;
  if (Status status = CheckBody(*source_.stream, *message, *layout_); !status.ok()) return status;
  const MessageBody body = BodyOf(*message);
  const bool is_dictionary = body.dictionary != nullptr;
  facts_.places.push_back(
      {{message->offset_bytes, message->metadata_size_bytes(), message->metadata->body_length()}, is_dictionary, 0});
  if (is_dictionary) {
    const int64_t id = facts_.places.back().dictionary_id = body.dictionary->id();
    const bool is_first = dictionaries_.insert(id).second;
    const std::string name = NameOf(*message) + ": dictionary " + std::to_string(id);
    if (is_first && body.dictionary->is_delta()) {
      return Status::CorruptData(name + ": the first batch of it is a delta");
    }
    if (!is_first && !body.dictionary->is_delta() && is_file()) {
      return Status::CorruptData(name + ": is replaced, which files do not allow");
    }
  } else {
    ++num_batches_;
    if (__builtin_add_overflow(num_rows_, body.batch->length(), &num_rows_)) {
      return Status::CorruptData(NameOf(*message) + ": the batches declare more rows than 64 bits count");
    }
  }
  if (is_file()) return {};
  auto bytes = ipc::ReadRange(source_.stream, message->body_offset_bytes(), message->metadata->body_length(),
                              options_.allocator);
  if (!bytes.ok()) return bytes.status();
  message->body = *std::move(bytes);
  const Status status = contents_.Take(*message).status();
  return is_dictionary ? status : status.WithContext("batch " + std::to_string(num_batches_ - 1));
}

Status Verification::CheckEnd() const {
  const int64_t end = messages_.position_bytes();
  const int64_t left_bytes = source_.stream->size_bytes() - end;
  if (!first_) return Status::CorruptData(ByteText(end) + ": a stream without a schema");
  if (!has_end()) {
    if (!is_file()) return {};
    return Status::CorruptData(ByteText(end) + ": the footer follows without an end-of-stream marker");
  }
  if (messages_.prefix().size_bytes() != first_->prefix_bytes) {
    return Status::CorruptData(ByteText(end - messages_.prefix().size_bytes()) +
                               ": the end-of-stream marker has not the form of what stands before the messages");
  }
  if (left_bytes == 0) return {};
  return Status::CorruptData(ByteText(end) + ": " + std::to_string(left_bytes) +
                             " bytes between the end of the stream " +
                             (is_file() ? "and the footer" : "and the end of the input"));
}

Status Verification::ReadByFooter(const std::string& path) {
  const Result<ipc::FileReader> reader = ipc::FileReader::Open(path, options_);
  if (!reader.ok()) return reader.status();
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    if (Status status = reader->ReadBatch(i).status(); !status.ok()) {
      return status.WithContext("batch " + std::to_string(i));
    }
  }
  return {};
}

Status Verification::Run(const std::string& path) {
  for (;;) {
    auto message = messages_.Next();
    if (!message.ok()) return message.status();
    if (!*message) break;
    const Status status = first_ ? TakeBody(&**message) : TakeSchema(*std::move(*message));
    if (!status.ok()) return status;
  }
  Status status = CheckEnd();
  if (status.ok() && is_file()) status = CheckFooter(source_, facts_);
  return status.ok() && is_file() ? ReadByFooter(path) : status;
}

// Whether the file begins as Arrow files do; an error where it does so badly.
Status FindKind(const std::string& path, bool* is_file) {
  const Result<std::unique_ptr<Source>> source = OpenFileSource(path);
  if (!source.ok()) return source.status();
  uint8_t head[sizeof ipc::kFileHead];
  *is_file = false;
  if ((*source)->size_bytes() < static_cast<int64_t>(sizeof head)) return {};
  if (Status status = (*source)->ReadAt(0, head); !status.ok()) return status;
  *is_file = std::memcmp(head, ipc::kFileHead, ipc::kMagicBytes) == 0;
  if (!*is_file || std::memcmp(head, ipc::kFileHead, sizeof head) == 0) return {};
  return Status::CorruptData("byte 6: two zeros must follow ARROW1");
}

}  // namespace

Outcome Verify(const VerifyRequest& request, std::string* text) {
  const std::string& path = request.file;
  ipc::ReadOptions options;
  if (!request.max_bytes.empty() &&
      (!ParseCount(request.max_bytes, &options.max_uncompressed_bytes) || options.max_uncompressed_bytes < 1)) {
    return Outcome::Usage("--max-bytes is a number from 1 on; K, M and G multiply by powers of 1024");
  }
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return Outcome::Data(path, Status::IoError("cannot be opened", errno));
  if (!S_ISREG(info.st_mode)) return Outcome::Usage(path + " is no regular file: `verify` needs one");
  if (KindOfFile(path) == FileKind::kParquet) return Outcome::Usage(path + " is a Parquet file; `verify` reads Arrow");
  bool is_file = false;
  if (Status status = FindKind(path, &is_file); !status.ok()) return Outcome::Data(path, status);
  const Result<ArrowSource> source = OpenArrow(path, is_file, options);
  if (!source.ok()) return Outcome::Data(path, source.status());
  Verification verification(*source, options);
  if (Status status = verification.Run(path); !status.ok()) return Outcome::Data(path, status);
  *text += "ok: " + CountedText(verification.num_batches(), "batch", "batches") + ", " +
           CountedText(verification.num_rows(), "row");
  if (!verification.has_end()) *text += "; the stream has no end-of-stream marker";
  *text += '\n';
  return {};
}

}  // namespace inlay::tools
