#include <new>
#include <string>

#include "engine/ipc/block_info.h"
#include "engine/ipc/body_input.h"
#include "engine/ipc/file_dictionaries.h"
#include "engine/ipc/footer.h"
#include "engine/ipc/recovery.h"

namespace inlay::ipc {

struct FileReader::State {
  State(std::shared_ptr<const Source> file, const ReadOptions& read_options)
      : options(read_options), source(std::move(file)), decoder(&options), dictionaries(&source, &footer, &options) {}

  Status Open(bool may_recover);
  // Without its body.
  Result<Message> ReadMetadataOf(const Block& block) const {
    return ReadMessageAt(source, block.offset_bytes, block.metadata_bytes, block.body_bytes, options);
  }
  Status CheckIndex(int64_t index) const;
  Result<RecordBatch> ReadBatch(int64_t index, const std::shared_ptr<const Projection>& columns);

  ReadOptions options;
  std::shared_ptr<const Source> source;
  Footer footer;
  bool recovered = false;
  int64_t valid_bytes = 0;
  Status damage;
  std::shared_ptr<const Projection> projection;
  BatchDecoder decoder;
  FileDictionaries dictionaries;  // a look at the schema or the blocks reads none
};

FileReader::FileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader& FileReader::operator=(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

Status FileReader::State::Open(bool may_recover) {
  auto read = ReadFooter(source, options);
  if (read.ok()) {
    footer = std::move(*read);
    valid_bytes = source->size_bytes();
  } else {
    if (!may_recover || read.status().code() != StatusCode::kCorruptData) return read.status();
    auto found = RecoverMessages(source, options);
    if (!found.ok()) return found.status();
    footer = std::move(found->footer);
    recovered = true;
    valid_bytes = footer.offset_bytes;
    damage = std::move(found->damage);
  }
  auto columns = Projection::Make(footer.schema, options.columns);
  if (!columns.ok()) return columns.status();
  projection = std::move(*columns);
  return {};
}

Result<FileReader> FileReader::Start(std::unique_ptr<Source> source, const ReadOptions& options, bool may_recover) try {
  if (source == nullptr) return Status::InvalidArgument("source is null");
  auto state = std::make_unique<State>(std::shared_ptr<const Source>(std::move(source)), options);
  if (Status status = state->Open(may_recover); !status.ok()) return status;
  return FileReader(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<FileReader> FileReader::Open(std::unique_ptr<Source> source, const ReadOptions& options) {
  return Start(std::move(source), options, /*may_recover=*/false);
}

Result<FileReader> FileReader::Open(const std::string& path, const ReadOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  return Open(std::move(*source), options);
}

Result<FileReader> FileReader::Recover(std::unique_ptr<Source> source, const ReadOptions& options) {
  return Start(std::move(source), options, /*may_recover=*/true);
}

Result<FileReader> FileReader::Recover(const std::string& path, const ReadOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  return Recover(std::move(*source), options);
}

bool FileReader::recovered() const { return state_->recovered; }
int64_t FileReader::valid_bytes() const { return state_->valid_bytes; }
const Status& FileReader::damage() const { return state_->damage; }

const Schema& FileReader::schema() const { return state_->projection->schema(); }
int64_t FileReader::num_batches() const { return static_cast<int64_t>(state_->footer.batch_blocks.size()); }
int64_t FileReader::num_dictionary_batches() const {
  return static_cast<int64_t>(state_->footer.dictionary_blocks.size());
}
int FileReader::metadata_version() const { return state_->footer.version; }
const KeyValueMetadata& FileReader::metadata() const { return state_->footer.metadata; }

Status FileReader::State::CheckIndex(int64_t index) const {
  const size_t num_batches = footer.batch_blocks.size();
  if (index >= 0 && static_cast<uint64_t>(index) < num_batches) return {};
  return Status::InvalidArgument("batch " + std::to_string(index) + " of a file of " + std::to_string(num_batches));
}

Result<RecordBatch> FileReader::State::ReadBatch(int64_t index, const std::shared_ptr<const Projection>& columns) {
  const auto known = dictionaries.Read(columns);
  if (!known.ok()) return known.status();
  const Block& block = footer.batch_blocks[static_cast<size_t>(index)];
  auto message = ReadMetadataOf(block);
  if (!message.ok()) return message.status();
  // The metadata may be longer than the message says: the block tells where the body begins.
  const auto body =
      ReadNeededBody(source, block.offset_bytes + block.metadata_bytes, columns.get(), options, &*message);
  if (!body.ok()) return body.status();
  return decoder.DecodeBatch(*message, columns, **known, *body);
}

Result<RecordBatch> FileReader::ReadBatch(int64_t index) const try {
  if (Status status = state_->CheckIndex(index); !status.ok()) return status;
  return state_->ReadBatch(index, state_->projection);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<RecordBatch> FileReader::ReadBatch(int64_t index, const BatchOptions& options) const try {
  if (Status status = state_->CheckIndex(index); !status.ok()) return status;
  if (options.columns.empty()) return state_->ReadBatch(index, state_->projection);
  const auto projection = Projection::Make(state_->footer.schema, options.columns);
  if (!projection.ok()) return projection.status();
  return state_->ReadBatch(index, *projection);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<BlockInfo> FileReader::ReadBlock(int64_t index) const try {
  if (Status status = state_->CheckIndex(index); !status.ok()) return status;
  const auto message = state_->ReadMetadataOf(state_->footer.batch_blocks[static_cast<size_t>(index)]);
  if (!message.ok()) return message.status();
  return DescribeBatch(*message);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::vector<BlockInfo>> FileReader::ReadBlocks() const try {
  std::vector<BlockInfo> blocks;
  blocks.reserve(state_->footer.batch_blocks.size());
  for (int64_t i = 0; i < num_batches(); ++i) {
    auto info = ReadBlock(i);
    if (!info.ok()) return info.status();
    blocks.push_back(std::move(*info));
  }
  return blocks;
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<std::vector<DictionaryBlockInfo>> FileReader::ReadDictionaryBlocks() const try {
  std::vector<DictionaryBlockInfo> blocks;
  blocks.reserve(state_->footer.dictionary_blocks.size());
  for (const Block& block : state_->footer.dictionary_blocks) {
    const auto message = state_->ReadMetadataOf(block);
    if (!message.ok()) return message.status();
    auto info = DescribeDictionary(*message);
    if (!info.ok()) return info.status();
    blocks.push_back(std::move(*info));
  }
  return blocks;
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<int64_t> FileReader::CountRows() const {
  int64_t num_rows = 0;
  for (int64_t i = 0; i < num_batches(); ++i) {
    const auto info = ReadBlock(i);
    if (!info.ok()) return info.status();
    if (__builtin_add_overflow(num_rows, info->num_rows, &num_rows)) {
      return Status::CorruptData("the batches declare more rows than 64 bits count");
    }
  }
  return num_rows;
}

}  // namespace inlay::ipc
