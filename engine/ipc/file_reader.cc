#include <inlay_flatbuf/footer_generated.h>
#include <pthread.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/file_format.h"

namespace inlay::ipc {
namespace {

struct Block {
  int64_t offset_bytes;
  int64_t metadata_bytes;
  int64_t body_bytes;
};

// Blocks lie between the magic bytes and the footer.
Status ReadFooterBlocks(const flatbuffers::Vector<const flatbuf::Block*>* blocks, int64_t footer_at,
                        std::vector<Block>* out) {
  if (blocks == nullptr) return {};
  out->reserve(blocks->size());
  for (flatbuffers::uoffset_t i = 0; i < blocks->size(); ++i) {
    const flatbuf::Block block = ElementOf(*blocks, i);
    const int64_t offset = block.offset();
    const int64_t metadata = block.metadata_length();
    const int64_t body = block.body_length();
    if (offset < static_cast<int64_t>(sizeof(kFileHead)) || offset > footer_at || metadata < 0 ||
        metadata > footer_at - offset || body < 0 || body > footer_at - offset - metadata) {
      return Status::CorruptData("footer: block " + std::to_string(i) + " is not within the file");
    }
    out->push_back({offset, metadata, body});
  }
  return {};
}

}  // namespace

struct FileReader::State {
  State(std::shared_ptr<const Source> file, const ReadOptions& read_options)
      : options(read_options), source(std::move(file)) {}
  ~State() { pthread_mutex_destroy(&dictionaries_mutex); }

  Status ReadFooter();
  Status ReadDictionaries();
  const Status& LoadDictionaries();
  Result<Message> ReadBlock(const Block& block, bool with_body) const;

  ReadOptions options;
  std::shared_ptr<const Source> source;
  std::shared_ptr<const DecodedSchema> schema;
  KeyValueMetadata metadata;
  int version = 0;
  std::vector<Block> dictionary_blocks;
  std::vector<Block> batch_blocks;
  // Read when the first batch is: a look at the schema or the blocks needs none.
  pthread_mutex_t dictionaries_mutex = PTHREAD_MUTEX_INITIALIZER;
  bool dictionaries_loaded = false;
  Status dictionaries_status;
  Dictionaries dictionaries;
};

FileReader::FileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader& FileReader::operator=(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

Status FileReader::State::ReadFooter() {
  if (options.allocator == nullptr) return Status::InvalidArgument("allocator is null");
  const int64_t size = source->size_bytes();
  const int64_t head_bytes = sizeof(kFileHead);
  if (size < head_bytes + kFooterTailBytes) return Status::CorruptData("too short for an Arrow IPC file");
  uint8_t head[kMagicBytes];
  uint8_t tail[kFooterTailBytes];
  if (Status status = source->ReadAt(0, head); !status.ok()) return status;
  if (Status status = source->ReadAt(size - kFooterTailBytes, tail); !status.ok()) return status;
  if (std::memcmp(head, kFileHead, kMagicBytes) != 0) {
    return Status::CorruptData("not an Arrow IPC file: it does not begin with ARROW1 (streams need a StreamReader)");
  }
  if (std::memcmp(tail + 4, kFileHead, kMagicBytes) != 0) {
    return Status::CorruptData("an Arrow IPC file that is cut off: it does not end with ARROW1");
  }
  const int64_t footer_bytes = LoadInt32(tail);
  const int64_t footer_at = size - kFooterTailBytes - footer_bytes;
  if (footer_bytes <= 0 || footer_at < head_bytes)
    return Status::CorruptData("footer: its length is not within the file");
  const auto bytes = ReadRange(source, footer_at, footer_bytes, options.allocator);
  if (!bytes.ok()) return bytes.status();
  const auto footer = VerifiedFlatBuffer<flatbuf::Footer>::Verify(bytes->view, "footer");
  if (!footer.ok()) return footer.status();
  // Some writers left the footer's version at its default, V1; each message has its own, which is checked.
  const flatbuf::MetadataVersion said = std::max((*footer)->version(), flatbuf::MetadataVersion::V4);
  if (Status status = CheckVersion(said); !status.ok()) return status.WithContext("footer");
  version = static_cast<int>(said) + 1;
  if ((*footer)->schema() == nullptr) return Status::CorruptData("footer: has no schema");
  auto decoded = ReadSchema(*(*footer)->schema(), footer_bytes);
  if (!decoded.ok()) return decoded.status();
  schema = std::make_shared<const DecodedSchema>(std::move(*decoded));
  auto custom = ReadMetadata((*footer)->custom_metadata(), footer_bytes);
  if (!custom.ok()) return custom.status();
  metadata = std::move(*custom);
  if (Status status = ReadFooterBlocks((*footer)->dictionaries(), footer_at, &dictionary_blocks); !status.ok()) {
    return status;
  }
  return ReadFooterBlocks((*footer)->record_batches(), footer_at, &batch_blocks);
}

Result<FileReader> FileReader::Open(std::unique_ptr<Source> source, const ReadOptions& options) try {
  if (source == nullptr) return Status::InvalidArgument("source is null");
  auto state = std::make_unique<State>(std::shared_ptr<const Source>(std::move(source)), options);
  if (Status status = state->ReadFooter(); !status.ok()) return status;
  return FileReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<FileReader> FileReader::Open(const std::string& path, const ReadOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  return Open(std::move(*source), options);
}

Result<Message> FileReader::State::ReadBlock(const Block& block, bool with_body) const {
  auto message = ReadMessageAt(source, block.offset_bytes, block.metadata_bytes, block.body_bytes, options);
  if (!message.ok() || !with_body) return message;
  auto body = ReadRange(source, block.offset_bytes + block.metadata_bytes, block.body_bytes, options.allocator);
  if (!body.ok()) return body.status();
  message->body = std::move(*body);
  return message;
}

Status FileReader::State::ReadDictionaries() {
  const BatchDecoder decoder(schema, &options);
  for (const Block& block : dictionary_blocks) {
    const auto message = ReadBlock(block, /*with_body=*/true);
    if (!message.ok()) return message.status();
    if (message->metadata->header_as_DictionaryBatch() == nullptr) {
      return Status::CorruptData("message at byte " + std::to_string(block.offset_bytes) + ": is not a dictionary");
    }
    const Status status = decoder.DecodeDictionary(*message, /*replace=*/false, &dictionaries);
    if (!status.ok()) return status;
  }
  return {};
}

// The first caller reads, the others wait. (std::mutex and std::call_once throw.)
const Status& FileReader::State::LoadDictionaries() {
  pthread_mutex_lock(&dictionaries_mutex);
  if (!dictionaries_loaded) {
    try {
      dictionaries_status = ReadDictionaries();
    } catch (const std::bad_alloc&) {
      dictionaries_status = Status::OutOfMemory();
    }
    dictionaries_loaded = true;
  }
  pthread_mutex_unlock(&dictionaries_mutex);
  return dictionaries_status;
}

const Schema& FileReader::schema() const { return state_->schema->schema; }
int64_t FileReader::num_batches() const { return static_cast<int64_t>(state_->batch_blocks.size()); }
int64_t FileReader::num_dictionary_batches() const { return static_cast<int64_t>(state_->dictionary_blocks.size()); }
int FileReader::metadata_version() const { return state_->version; }
const KeyValueMetadata& FileReader::metadata() const { return state_->metadata; }

Result<RecordBatch> FileReader::ReadBatch(int64_t index) const try {
  if (index < 0 || index >= num_batches()) {
    return Status::InvalidArgument("batch " + std::to_string(index) + " of a file of " + std::to_string(num_batches()));
  }
  if (const Status& status = state_->LoadDictionaries(); !status.ok()) return status;
  const auto message = state_->ReadBlock(state_->batch_blocks[static_cast<size_t>(index)], /*with_body=*/true);
  if (!message.ok()) return message.status();
  if (const auto info = DescribeBlock(*message); !info.ok()) return info.status();
  return BatchDecoder(state_->schema, &state_->options).DecodeBatch(*message, state_->dictionaries);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::vector<BlockInfo>> FileReader::ReadBlocks() const try {
  std::vector<BlockInfo> blocks;
  blocks.reserve(state_->batch_blocks.size());
  for (const Block& block : state_->batch_blocks) {
    const auto message = state_->ReadBlock(block, /*with_body=*/false);
    if (!message.ok()) return message.status();
    const auto info = DescribeBlock(*message);
    if (!info.ok()) return info.status();
    blocks.push_back(*info);
  }
  return blocks;
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay::ipc
