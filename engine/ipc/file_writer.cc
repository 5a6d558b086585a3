// A file: a stream between magic bytes, and a footer (file_format.h).
#include <inlay_flatbuf/footer_generated.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/ipc/file_format.h"
#include "engine/ipc/message_writer.h"
#include "kernels/utf8.h"

namespace inlay::ipc {
namespace {

// 24 bytes each: what the footer, a flatbuffer, can hold beside its schema.
constexpr size_t kMaxBlocks = size_t{1} << 25;

bool IsUtf8(const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  return kernels::ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(text.data()), size) == size;
}

}  // namespace

struct FileWriter::State {
  std::unique_ptr<MessageWriter> writer;
  std::vector<flatbuf::Block> blocks;
  KeyValueMetadata metadata;
  int64_t metadata_bytes = 0;
  int64_t num_rows = 0;

  Status Write(const RecordBatchView& batch);
  Status Finish();
};

FileWriter::FileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter& FileWriter::operator=(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;

Result<FileWriter> FileWriter::Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                     const WriteOptions& options) try {
  auto writer = MessageWriter::Start(sink, std::move(owned), schema, options, {kFileHead, sizeof(kFileHead)});
  if (!writer.ok()) return writer.status();
  auto state = std::make_unique<State>();
  state->writer = std::move(*writer);
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

Status FileWriter::State::Write(const RecordBatchView& batch) {
  if (Status status = writer->Ready(); !status.ok()) return status;
  if (blocks.size() == kMaxBlocks) {
    return Status::LimitExceeded("the footer holds no more than " + std::to_string(kMaxBlocks) + " batches");
  }
  // Before any byte goes out: noting the block must not fail afterwards.
  if (blocks.size() == blocks.capacity()) blocks.reserve(std::max<size_t>(64, 2 * blocks.size()));
  if (Status status = writer->Prepare(batch); !status.ok()) return status;
  const flatbuf::Block block(writer->bytes_written(), static_cast<int32_t>(writer->encoder().metadata_bytes()),
                             writer->encoder().body_bytes());
  if (Status status = writer->Append(); !status.ok()) return status;
  blocks.push_back(block);
  num_rows += batch.num_rows;
  return {};
}

Status FileWriter::State::Finish() {
  if (Status status = writer->Ready(); !status.ok()) return status;
  FlatBufferBuilder builder;
  const auto schema = BuildSchema(writer->schema(), &builder);
  if (!schema.ok()) return schema.status();
  const auto dictionaries = builder.CreateVectorOfStructs(std::vector<flatbuf::Block>());
  const auto record_batches = builder.CreateVectorOfStructs(blocks);
  const auto custom_metadata = BuildMetadata(metadata, &builder);
  builder.Finish(flatbuf::CreateFooter(builder, flatbuf::MetadataVersion::V5, *schema, dictionaries, record_batches,
                                       custom_metadata));
  uint8_t end[kFooterTailBytes];
  StoreInt32(static_cast<int32_t>(builder.GetSize()), end);
  std::memcpy(end + 4, kFileHead, kMagicBytes);
  const BufferView tail[] = {{kEndOfStream, sizeof(kEndOfStream)},
                             {builder.GetBufferPointer(), static_cast<int64_t>(builder.GetSize())},
                             {end, sizeof(end)}};
  return writer->Finish(tail);
}

Status FileWriter::Write(const RecordBatchView& batch) try {
  return state_->Write(batch);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status FileWriter::AddMetadata(std::string key, std::string value) try {
  if (Status status = state_->writer->Ready(); !status.ok()) return status;
  if (!IsUtf8(key) || !IsUtf8(value)) {
    return Status::InvalidArgument("metadata key or value is not UTF-8: store binary values encoded");
  }
  KeyValueMetadata& metadata = state_->metadata;
  const auto found =
      std::find_if(metadata.begin(), metadata.end(), [&](const auto& pair) { return pair.first == key; });
  int64_t bytes = state_->metadata_bytes + static_cast<int64_t>(key.size() + value.size()) + 64;
  if (found != metadata.end()) bytes -= static_cast<int64_t>(key.size() + found->second.size()) + 64;
  if (bytes > kMaxFlatBufferBytes / 4) return Status::LimitExceeded("the file's metadata takes more than 256 MiB");
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

Status FileWriter::Flush() { return state_->writer->Flush(); }
Status FileWriter::Sync() { return state_->writer->Sync(); }
const Schema& FileWriter::schema() const { return state_->writer->schema(); }
int64_t FileWriter::num_rows() const { return state_->num_rows; }
int64_t FileWriter::bytes_written() const { return state_->writer->bytes_written(); }

}  // namespace inlay::ipc
