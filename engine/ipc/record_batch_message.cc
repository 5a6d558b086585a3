#include "engine/ipc/record_batch_message.h"

#include <cstring>

#include "kernels/byte_order.h"

namespace inlay::ipc {
namespace {

void StoreInt64(int64_t value, uint8_t* out) { kernels::StoreLe64(static_cast<uint64_t>(value), out); }

// Structs of a flatbuffer are in its byte order already.
template <typename Struct>
void StoreStructs(std::span<const Struct> structs, uint8_t* out) {
  if (!structs.empty()) std::memcpy(out, structs.data(), structs.size_bytes());
}

template <typename Table>
const uint8_t* FieldAddress(const Table* table, flatbuffers::voffset_t field) {
  return reinterpret_cast<const flatbuffers::Table*>(table)->GetAddressOf(field);
}

flatbuffers::Offset<flatbuf::RecordBatch> BuildBatch(const MessageShape& shape, int64_t num_buffers,
                                                     FlatBufferBuilder* builder) {
  const auto nodes =
      builder->CreateVectorOfStructs(std::vector<flatbuf::FieldNode>(static_cast<size_t>(shape.num_nodes)));
  const auto buffers = builder->CreateVectorOfStructs(std::vector<flatbuf::Buffer>(static_cast<size_t>(num_buffers)));
  flatbuffers::Offset<flatbuffers::Vector<int64_t>> counts;
  if (shape.num_variadic_counts > 0) {
    counts = builder->CreateVector(std::vector<int64_t>(static_cast<size_t>(shape.num_variadic_counts)));
  }
  flatbuffers::Offset<flatbuf::BodyCompression> compression;
  if (shape.codec != Codec::kNone) {
    compression = flatbuf::CreateBodyCompression(
        *builder, shape.codec == Codec::kZstd ? flatbuf::CompressionType::ZSTD : flatbuf::CompressionType::LZ4_FRAME,
        flatbuf::BodyCompressionMethod::BUFFER);
  }
  return flatbuf::CreateRecordBatch(*builder, /*length=*/0, nodes, buffers, compression, counts);
}

}  // namespace

Status RecordBatchMessage::Fit(int64_t num_buffers, const KeyValueMetadata& metadata) {
  if (!flatbuffer_.empty() && num_buffers == num_buffers_ && metadata == metadata_) return {};
  return Build(num_buffers, metadata);
}

Status RecordBatchMessage::Build(int64_t num_buffers, const KeyValueMetadata& metadata) {
  int64_t max_bytes = 1024 + 16 * (shape_.num_nodes + num_buffers) + 8 * shape_.num_variadic_counts;
  for (const auto& [key, value] : metadata) max_bytes += 64 + static_cast<int64_t>(key.size() + value.size());
  if (max_bytes > kMaxFlatBufferBytes) {
    return Status::LimitExceeded("too many columns, or too much custom metadata, for the metadata of a message");
  }
  FlatBufferBuilder builder;
  builder.ForceDefaults(true);
  const auto batch = BuildBatch(shape_, num_buffers, &builder);
  auto kind = flatbuf::MessageHeader::RecordBatch;
  flatbuffers::Offset<void> header = batch.Union();
  if (shape_.dictionary_id.has_value()) {
    kind = flatbuf::MessageHeader::DictionaryBatch;
    header = flatbuf::CreateDictionaryBatch(builder, *shape_.dictionary_id, batch, /*is_delta=*/false).Union();
  }
  const auto custom_metadata = BuildMetadata(metadata, &builder);
  const auto version =
      shape_.metadata_version == MetadataVersion::kV4 ? flatbuf::MetadataVersion::V4 : flatbuf::MetadataVersion::V5;
  builder.Finish(flatbuf::CreateMessage(builder, version, kind, header, /*body_length=*/0, custom_metadata));
  flatbuffer_.clear();  // not to be taken for a good one when memory runs out
  metadata_ = metadata;
  num_buffers_ = num_buffers;
  flatbuffer_.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());

  const auto position = [&](const void* address) { return static_cast<const uint8_t*>(address) - flatbuffer_.data(); };
  const auto* message = flatbuffers::GetRoot<flatbuf::Message>(flatbuffer_.data());
  body_bytes_at_ = position(FieldAddress(message, flatbuf::Message::VT_BODY_LENGTH));
  const flatbuf::RecordBatch* table = message->header_as_RecordBatch();
  if (shape_.dictionary_id.has_value()) {
    const flatbuf::DictionaryBatch* dictionary = message->header_as_DictionaryBatch();
    is_delta_at_ = position(FieldAddress(dictionary, flatbuf::DictionaryBatch::VT_IS_DELTA));
    table = dictionary->data();
  }
  num_rows_at_ = position(FieldAddress(table, flatbuf::RecordBatch::VT_LENGTH));
  nodes_at_ = position(table->nodes()->Data());
  buffers_at_ = position(table->buffers()->Data());
  if (shape_.num_variadic_counts > 0) variadic_counts_at_ = position(table->variadic_buffer_counts()->Data());
  return {};
}

int64_t RecordBatchMessage::SizeBytes(int64_t start_bytes) const {
  const int64_t end = start_bytes + prefix_bytes() + static_cast<int64_t>(flatbuffer_.size());
  return ((end + shape_.alignment_bytes - 1) & -shape_.alignment_bytes) - start_bytes;
}

void RecordBatchMessage::Write(const MessageNumbers& numbers, int64_t start_bytes, uint8_t* out) const {
  const int64_t size_bytes = SizeBytes(start_bytes);
  uint8_t* const end = out + size_bytes;
  if (!shape_.legacy_framing) {
    StoreInt32(-1, out);
    out += 4;
  }
  StoreInt32(static_cast<int32_t>(end - out - 4), out);
  out += 4;
  std::memcpy(out, flatbuffer_.data(), flatbuffer_.size());
  std::memset(out + flatbuffer_.size(), 0, static_cast<size_t>(end - out) - flatbuffer_.size());
  StoreInt64(numbers.num_rows, out + num_rows_at_);
  StoreInt64(numbers.body_bytes, out + body_bytes_at_);
  StoreStructs(numbers.nodes, out + nodes_at_);
  StoreStructs(numbers.buffers, out + buffers_at_);
  for (size_t i = 0; i < numbers.variadic_counts.size(); ++i) {
    StoreInt64(numbers.variadic_counts[i], out + variadic_counts_at_ + 8 * static_cast<int64_t>(i));
  }
  if (shape_.dictionary_id.has_value()) out[is_delta_at_] = numbers.is_delta ? 1 : 0;
}

}  // namespace inlay::ipc
