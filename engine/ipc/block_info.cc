#include "engine/ipc/block_info.h"

#include <string>
#include <utility>

#include "engine/ipc/message_columns.h"

namespace inlay::ipc {
namespace {

// What both kinds of block share.
Result<BlockInfo> Describe(const Message& message, const flatbuf::RecordBatch* batch, const char* kind) {
  const std::string where = "message at byte " + std::to_string(message.offset_bytes);
  if (batch == nullptr) return Status::CorruptData(where + ": is not a " + kind);
  const auto codec = BatchCodec(*batch);
  if (!codec.ok()) return codec.status().WithContext(where);
  if (batch->length() < 0) return Status::CorruptData(where + ": a negative number of rows");
  auto custom = ReadMetadata(message.metadata->custom_metadata(), message.metadata.size_bytes());
  if (!custom.ok()) return custom.status().WithContext(where);
  return BlockInfo{
      message.offset_bytes, message.metadata_size_bytes(), message.metadata->body_length(), batch->length(), *codec,
      std::move(*custom)};
}

}  // namespace

Result<BlockInfo> DescribeBatch(const Message& message) {
  return Describe(message, message.metadata->header_as_RecordBatch(), "record batch");
}

Result<DictionaryBlockInfo> DescribeDictionary(const Message& message) {
  const flatbuf::DictionaryBatch* dictionary = message.metadata->header_as_DictionaryBatch();
  auto block = Describe(message, dictionary == nullptr ? nullptr : dictionary->data(), "dictionary");
  if (!block.ok()) return block.status();
  return DictionaryBlockInfo{dictionary->id(), dictionary->is_delta(), std::move(*block)};
}

}  // namespace inlay::ipc
