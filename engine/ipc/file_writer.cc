// A file: a stream between magic bytes, and a footer (file_format.h).
#include <algorithm>
#include <cstring>
#include <new>

#include "engine/columns/type_check.h"
#include "engine/columns/type_match.h"
#include "engine/ipc/file_dictionaries.h"
#include "engine/ipc/file_footer.h"
#include "engine/ipc/file_format.h"
#include "engine/ipc/footer.h"
#include "engine/ipc/message_writer.h"

namespace inlay::ipc {
namespace {

// Of the footer's flatbuffer, which ends with an int32 length; tables and vectors fit into the rest.
constexpr int64_t kMaxFooterBytes = INT32_MAX - (int64_t{1} << 20);
constexpr int64_t kMaxMetadataBytes = kMaxFlatBufferBytes / 4;

// More than a pair takes in a flatbuffer.
int64_t PairBytes(const std::string& key, const std::string& value) {
  return static_cast<int64_t>(key.size() + value.size()) + 64;
}

flatbuf::Block BlockOf(const MessagePlace& place) {
  return {place.offset_bytes, static_cast<int32_t>(place.metadata_bytes), place.body_bytes};
}

// Room for `count` more, so that push_back cannot fail.
template <typename T>
void ReserveMore(size_t count, std::vector<T>* vector) {
  if (vector->capacity() - vector->size() >= count) return;
  vector->reserve(std::max({size_t{64}, vector->size() + count, 2 * vector->size()}));
}

}  // namespace

struct FileWriter::State {
  std::unique_ptr<MessageWriter> writer;
  FileFooter footer;
  int64_t metadata_bytes = 0;  // of the footer's

  Status Write(const RecordBatchView& batch, const KeyValueMetadata& metadata);
  Status CheckFooter(int64_t metadata_size_bytes, size_t more_blocks) const;
  Status Finish();
  Status Append(const std::string& path, const Schema& schema, const WriteOptions& options);
};

FileWriter::FileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter& FileWriter::operator=(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;

Result<FileWriter> FileWriter::Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                     const WriteOptions& options) try {
  const OutputStart start{.is_file = true, .schema_at = sizeof(kFileHead)};
  auto writer = MessageWriter::Start(sink, std::move(owned), schema, options, start, {kFileHead, sizeof(kFileHead)});
  if (!writer.ok()) return writer.status();
  auto state = std::make_unique<State>();
  state->writer = std::move(*writer);
  if (options.metadata_version == MetadataVersion::kV4) state->footer.version = flatbuf::MetadataVersion::V4;
  return FileWriter(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<FileWriter> FileWriter::Open(Sink* sink, const Schema& schema, const WriteOptions& options) {
  return Start(sink, nullptr, schema, options);
}

Result<FileWriter> FileWriter::Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options) {
  Sink* borrowed = sink.get();
  return Start(borrowed, std::move(sink), schema, options);
}

Result<FileWriter> FileWriter::Open(const std::string& path, const Schema& schema, const WriteOptions& options) {
  auto sink = FileSink::Open(path);
  if (!sink.ok()) return sink.status();
  return Open(std::unique_ptr<Sink>(std::move(*sink)), schema, options);
}

namespace {

// What the options come to for messages behind those of a file.
Result<WriteOptions> FollowFile(const WriteOptions& options, const Footer& footer, BufferView file) {
  WriteOptions followed = options;
  const bool is_v4 = footer.version == 4;
  followed.metadata_version = is_v4 ? MetadataVersion::kV4 : MetadataVersion::kV5;
  followed.legacy_framing = is_v4 && LoadInt32(file.data + sizeof(kFileHead)) != -1;
  if (Status status = followed.Validate(); !status.ok()) {
    return status.WithContext(is_v4 ? "the file has metadata version V4" : "options");
  }
  return followed;
}

Status CheckAppendable(const Footer& footer, const Schema& schema, int64_t end) {
  if (footer.schema->foreign_endian) {
    return Status::NotImplemented("the file's values are in the other byte order: it cannot be appended to here");
  }
  if (Status status = schema.Validate(); !status.ok()) return status;
  if (!SameSchema(schema, footer.schema->schema)) {
    return Status::InvalidArgument("the schema is not the file's; the file has\n" + footer.schema->schema.ToString() +
                                   "\nthe writer would have\n" + schema.ToString());
  }
  if (end % 8 != 0) return Status::NotImplemented("the file's messages do not end on a multiple of 8 bytes");
  return {};
}

std::vector<flatbuf::Block> BlocksOf(const std::vector<Block>& blocks) {
  std::vector<flatbuf::Block> result;
  for (const Block& block : blocks) {
    result.emplace_back(block.offset_bytes, static_cast<int32_t>(block.metadata_bytes), block.body_bytes);
  }
  return result;
}

}  // namespace

Status FileWriter::State::Append(const std::string& path, const Schema& schema, const WriteOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  const std::shared_ptr<const Source> file = std::move(*source);
  const ReadOptions read_options{.allocator = options.allocator};
  const auto old = ReadFooter(file, read_options);
  if (!old.ok()) return old.status();
  const auto end = FindEndOfStream(file, *old, read_options);
  if (!end.ok()) return end.status();
  if (Status status = CheckAppendable(*old, schema, *end); !status.ok()) return status;
  const auto followed = FollowFile(options, *old, file->mapped());
  if (!followed.ok()) return followed.status();
  const auto projection = Projection::Make(old->schema);
  if (!projection.ok()) return projection.status();
  const auto dictionaries = FileDictionaries(&file, &*old, &read_options).Read(*projection);
  if (!dictionaries.ok()) return dictionaries.status();

  const OutputStart start{
      .is_file = true, .schema_at = sizeof(kFileHead), .dictionary_ids = old->schema->dictionary_ids};
  auto encoder = MessageEncoder::Make(old->schema->schema, *followed, start);
  if (!encoder.ok()) return encoder.status();
  const Status known = (*encoder)->ContinueAt(*end, [&](int64_t id) -> const ArrayView* {
    const auto found = (*dictionaries)->find(id);
    return found == (*dictionaries)->end() ? nullptr : &found->second->values;
  });
  if (!known.ok()) return known;
  footer = {.version = old->version == 4 ? flatbuf::MetadataVersion::V4 : flatbuf::MetadataVersion::V5,
            .dictionary_ids = old->schema->dictionary_ids,
            .dictionaries = BlocksOf(old->dictionary_blocks),
            .record_batches = BlocksOf(old->batch_blocks),
            .metadata = old->metadata};
  for (const auto& [key, value] : footer.metadata) metadata_bytes += PairBytes(key, value);
  auto sink = FileSink::Open(path);
  if (!sink.ok()) return sink.status();
  auto continued = MessageWriter::Continue(std::move(*sink), std::move(*encoder), {file->mapped().data, *end});
  if (!continued.ok()) return continued.status();
  writer = std::move(*continued);
  return {};
}

Result<FileWriter> FileWriter::AppendTo(const std::string& path, const Schema& schema,
                                        const WriteOptions& options) try {
  if (Status status = options.Validate(); !status.ok()) return status;
  auto state = std::make_unique<State>();
  const Status status = state->Append(path, schema, options);
  if (!status.ok()) return status.WithContext("cannot append to '" + path + "'");
  return FileWriter(std::move(state));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

// The footer's schema is as large as the schema message.
Status FileWriter::State::CheckFooter(int64_t metadata_size_bytes, size_t more_blocks) const {
  const size_t num_blocks = footer.dictionaries.size() + footer.record_batches.size() + more_blocks;
  const int64_t footer_bytes = writer->encoder().schema_message().size_bytes + metadata_size_bytes +
                               static_cast<int64_t>(num_blocks * sizeof(flatbuf::Block));
  if (footer_bytes <= kMaxFooterBytes) return {};
  return Status::LimitExceeded(
      "the footer, with the place of each batch, would take more than 2 GiB: begin another file");
}

Status FileWriter::State::Write(const RecordBatchView& batch, const KeyValueMetadata& metadata) {
  if (Status status = writer->Prepare(batch, metadata); !status.ok()) return status;
  // Before any byte goes out: noting the blocks must not fail afterwards.
  const auto dictionaries = writer->encoder().dictionary_places();
  const MessagePlace place = writer->encoder().batch_place();
  if (Status status = CheckFooter(metadata_bytes, dictionaries.size() + 1); !status.ok()) return status;
  ReserveMore(dictionaries.size(), &footer.dictionaries);
  ReserveMore(1, &footer.record_batches);
  if (Status status = writer->Append(); !status.ok()) return status;
  for (const MessagePlace& dictionary : dictionaries) footer.dictionaries.push_back(BlockOf(dictionary));
  footer.record_batches.push_back(BlockOf(place));
  return {};
}

Status FileWriter::State::Finish() {
  if (Status status = writer->Ready(); !status.ok()) return status;
  FlatBufferBuilder builder;
  if (Status status = EncodeFooter(footer, writer->encoder().schema(), &builder); !status.ok()) return status;
  uint8_t end[kFooterTailBytes];
  StoreInt32(static_cast<int32_t>(builder.GetSize()), end);
  std::memcpy(end + 4, kFileHead, kMagicBytes);
  const BufferView tail[] = {writer->encoder().end_of_stream(),
                             {builder.GetBufferPointer(), static_cast<int64_t>(builder.GetSize())},
                             {end, sizeof(end)}};
  return writer->Finish(tail);
}

Status FileWriter::Write(const RecordBatchView& batch, const KeyValueMetadata& metadata) try {
  return state_->Write(batch, metadata);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Result<int64_t> FileWriter::EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata) try {
  return state_->writer->EncodedSize(batch, metadata);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status FileWriter::AddMetadata(std::string key, std::string value) try {
  if (Status status = state_->writer->Ready(); !status.ok()) return status;
  if (Status status = CheckMetadata({{key, value}}); !status.ok()) return status;
  KeyValueMetadata& metadata = state_->footer.metadata;
  const auto found =
      std::find_if(metadata.begin(), metadata.end(), [&](const auto& pair) { return pair.first == key; });
  int64_t bytes = state_->metadata_bytes + PairBytes(key, value);
  if (found != metadata.end()) bytes -= PairBytes(key, found->second);
  if (bytes > kMaxMetadataBytes) return Status::LimitExceeded("the file's metadata takes more than 256 MiB");
  if (Status status = state_->CheckFooter(bytes, 0); !status.ok()) return status;
  if (found != metadata.end()) {
    found->second = std::move(value);
  } else {
    metadata.emplace_back(std::move(key), std::move(value));
  }
  state_->metadata_bytes = bytes;
  return {};
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status FileWriter::Finish() try { return state_->Finish(); } catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status FileWriter::Close() {
  const auto ended = state_->writer->Ended();
  return ended.has_value() ? *ended : Finish();
}

Status FileWriter::Flush() { return state_->writer->Flush(); }
Status FileWriter::Sync() { return state_->writer->Sync(); }
const Schema& FileWriter::schema() const { return state_->writer->encoder().schema(); }
Sink* FileWriter::sink() const { return state_->writer->sink(); }
std::unique_ptr<Sink> FileWriter::ReleaseSink() { return state_->writer->ReleaseSink(); }
int64_t FileWriter::num_rows() const { return state_->writer->num_rows(); }
int64_t FileWriter::num_batches() const { return state_->writer->num_batches(); }
int64_t FileWriter::bytes_written() const { return state_->writer->bytes_written(); }

}  // namespace inlay::ipc
