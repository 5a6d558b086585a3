#include "engine/ipc/footer.h"

#include <inlay_flatbuf/footer_generated.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/ipc/file_format.h"
#include "engine/ipc/read_options.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kHeadBytes = sizeof(kFileHead);

struct FooterPlace {
  int64_t offset_bytes;
  int64_t size_bytes;
};

// By the magic bytes at both ends and the length before the last of them.
Result<FooterPlace> FindFooter(const Source& source) {
  const int64_t size = source.size_bytes();
  if (size < kHeadBytes + kFooterTailBytes) return Status::CorruptData("too short for an Arrow IPC file");
  uint8_t head[kMagicBytes];
  uint8_t tail[kFooterTailBytes];
  if (Status status = source.ReadAt(0, head); !status.ok()) return status;
  if (Status status = source.ReadAt(size - kFooterTailBytes, tail); !status.ok()) return status;
  if (std::memcmp(head, kFileHead, kMagicBytes) != 0) {
    return Status::CorruptData("not an Arrow IPC file: it does not begin with ARROW1 (streams need a StreamReader)");
  }
  if (std::memcmp(tail + 4, kFileHead, kMagicBytes) != 0) {
    return Status::CorruptData(
        "an Arrow IPC file that is cut off: it does not end with ARROW1 (FileReader::Recover "
        "reads what there is)");
  }
  const int64_t footer_bytes = LoadInt32(tail);
  const int64_t footer_at = size - kFooterTailBytes - footer_bytes;
  if (footer_bytes <= 0 || footer_at < kHeadBytes) {
    return Status::CorruptData("footer: its length is not within the file");
  }
  return FooterPlace{footer_at, footer_bytes};
}

// Blocks lie between the magic bytes and the footer. `bytes_left`: of the file, for all blocks together.
Status ReadBlocks(const flatbuffers::Vector<const flatbuf::Block*>* blocks, int64_t footer_at, int64_t* bytes_left,
                  std::vector<Block>* out) {
  if (blocks == nullptr) return {};
  out->reserve(blocks->size());
  for (flatbuffers::uoffset_t i = 0; i < blocks->size(); ++i) {
    const flatbuf::Block block = ElementOf(*blocks, i);
    const int64_t offset = block.offset();
    const int64_t metadata = block.metadata_length();
    const int64_t body = block.body_length();
    if (offset < kHeadBytes || offset > footer_at || metadata < 0 || metadata > footer_at - offset || body < 0 ||
        body > footer_at - offset - metadata) {
      return Status::CorruptData("footer: block " + std::to_string(i) + " is not within the file");
    }
    *bytes_left -= metadata + body;
    if (*bytes_left < 0) return Status::CorruptData("footer: block " + std::to_string(i) + " overlaps another");
    out->push_back({offset, metadata, body});
  }
  return {};
}

}  // namespace

Result<Footer> ReadFooter(const std::shared_ptr<const Source>& source, const ReadOptions& options) {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  const auto place = FindFooter(*source);
  if (!place.ok()) return place.status();
  const auto bytes = ReadRange(source, place->offset_bytes, place->size_bytes, options.allocator);
  if (!bytes.ok()) return bytes.status();
  const auto flat = VerifiedFlatBuffer<flatbuf::Footer>::Verify(bytes->view, "footer");
  if (!flat.ok()) return flat.status();

  Footer footer;
  footer.offset_bytes = place->offset_bytes;
  // Some writers left the footer's version at its default, V1; each message has its own, which is checked.
  const flatbuf::MetadataVersion said = std::max((*flat)->version(), flatbuf::MetadataVersion::V4);
  if (Status status = CheckVersion(said); !status.ok()) return status.WithContext("footer");
  footer.version = static_cast<int>(said) + 1;
  if ((*flat)->schema() == nullptr) return Status::CorruptData("footer: has no schema");
  auto schema = ReadSchemaWithin(options, *(*flat)->schema(), place->size_bytes);
  if (!schema.ok()) return schema.status();
  footer.schema = std::move(*schema);
  auto custom = ReadMetadata((*flat)->custom_metadata(), place->size_bytes);
  if (!custom.ok()) return custom.status();
  footer.metadata = std::move(*custom);
  int64_t bytes_left = footer.offset_bytes - kHeadBytes;
  Status status = ReadBlocks((*flat)->dictionaries(), footer.offset_bytes, &bytes_left, &footer.dictionary_blocks);
  if (status.ok()) {
    status = ReadBlocks((*flat)->record_batches(), footer.offset_bytes, &bytes_left, &footer.batch_blocks);
  }
  if (!status.ok()) return status;
  return footer;
}

Result<Message> ReadBlock(const std::shared_ptr<const Source>& source, const Block& block, const ReadOptions& options) {
  auto message = ReadMessageAt(source, block.offset_bytes, block.metadata_bytes, block.body_bytes, options);
  if (!message.ok()) return message;
  // The metadata may be longer than its flatbuffer: the block says where the body begins.
  auto body = ReadRange(source, block.offset_bytes + block.metadata_bytes, block.body_bytes, options.allocator);
  if (!body.ok()) return body.status();
  message->body = std::move(*body);
  return message;
}

Result<int64_t> FindEndOfStream(const std::shared_ptr<const Source>& source, const Footer& footer,
                                const ReadOptions& options) {
  int64_t end = 0;
  for (const Block& block : footer.dictionary_blocks) end = std::max(end, block.end_bytes());
  for (const Block& block : footer.batch_blocks) end = std::max(end, block.end_bytes());
  if (end == 0) {  // nothing but the schema
    SourceMessages messages(source, &options);
    const auto message = messages.Next();
    if (!message.ok()) return message.status();
    end = messages.position_bytes();
    if (!message->has_value() || end > footer.offset_bytes)
      return Status::CorruptData("a file without a first message");
  }
  const int64_t between_bytes = footer.offset_bytes - end;
  uint8_t words[8] = {};
  const auto rest = std::span(words).first(static_cast<size_t>(std::min<int64_t>(between_bytes, 8)));
  if (Status status = source->ReadAt(end, rest); !status.ok()) return status;
  const bool has_marker = between_bytes >= 8 && LoadInt32(words) == -1;
  if (between_bytes > 8 || LoadInt32(words + (has_marker ? 4 : 0)) != 0) {
    return Status::CorruptData("byte " + std::to_string(end) + ": the footer does not follow the messages it names");
  }
  return end;
}

}  // namespace inlay::ipc
