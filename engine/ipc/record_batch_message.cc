#include "engine/ipc/record_batch_message.h"

#include <cstring>

namespace inlay::ipc {
namespace {

void StoreInt64(int64_t value, uint8_t* out) {
  value = flatbuffers::EndianScalar(value);
  std::memcpy(out, &value, sizeof(value));
}

// Structs of a flatbuffer are in its byte order already.
template <typename Struct>
void StoreStructs(std::span<const Struct> structs, uint8_t* out) {
  if (!structs.empty()) std::memcpy(out, structs.data(), structs.size_bytes());
}

template <typename Table>
const uint8_t* FieldAddress(const Table* table, flatbuffers::voffset_t field) {
  return reinterpret_cast<const flatbuffers::Table*>(table)->GetAddressOf(field);
}

}  // namespace

Result<RecordBatchMessage> RecordBatchMessage::Make(int64_t num_nodes, int64_t num_buffers, Codec codec,
                                                    int64_t alignment_bytes) {
  if ((num_nodes + num_buffers) * 16 + 1024 > kMaxFlatBufferBytes) {
    return Status::LimitExceeded("too many columns for the metadata of a batch");
  }
  FlatBufferBuilder builder;
  builder.ForceDefaults(true);
  const auto nodes = builder.CreateVectorOfStructs(std::vector<flatbuf::FieldNode>(static_cast<size_t>(num_nodes)));
  const auto buffers = builder.CreateVectorOfStructs(std::vector<flatbuf::Buffer>(static_cast<size_t>(num_buffers)));
  flatbuffers::Offset<flatbuf::BodyCompression> compression;
  if (codec != Codec::kNone) {
    compression = flatbuf::CreateBodyCompression(
        builder, codec == Codec::kZstd ? flatbuf::CompressionType::ZSTD : flatbuf::CompressionType::LZ4_FRAME,
        flatbuf::BodyCompressionMethod::BUFFER);
  }
  const auto batch = flatbuf::CreateRecordBatch(builder, /*length=*/0, nodes, buffers, compression);
  builder.Finish(flatbuf::CreateMessage(builder, flatbuf::MetadataVersion::V5, flatbuf::MessageHeader::RecordBatch,
                                        batch.Union(), /*body_length=*/0));

  RecordBatchMessage result;
  result.bytes_ = EncapsulateMessage(builder, /*start_bytes=*/0, alignment_bytes);
  const uint8_t* flatbuffer = result.bytes_.data() + 8;
  const auto position = [&](const void* address) {
    return static_cast<const uint8_t*>(address) - result.bytes_.data();
  };
  const auto* message = flatbuffers::GetRoot<flatbuf::Message>(flatbuffer);
  const flatbuf::RecordBatch* table = message->header_as_RecordBatch();
  result.num_rows_at_ = position(FieldAddress(table, flatbuf::RecordBatch::VT_LENGTH));
  result.body_bytes_at_ = position(FieldAddress(message, flatbuf::Message::VT_BODY_LENGTH));
  result.nodes_at_ = position(table->nodes()->Data());
  result.buffers_at_ = position(table->buffers()->Data());
  return result;
}

void RecordBatchMessage::Write(int64_t num_rows, std::span<const flatbuf::FieldNode> nodes,
                               std::span<const flatbuf::Buffer> buffers, int64_t body_bytes, uint8_t* out) const {
  std::memcpy(out, bytes_.data(), bytes_.size());
  StoreInt64(num_rows, out + num_rows_at_);
  StoreInt64(body_bytes, out + body_bytes_at_);
  StoreStructs(nodes, out + nodes_at_);
  StoreStructs(buffers, out + buffers_at_);
}

}  // namespace inlay::ipc
