#include "engine/ipc/body_input.h"

#include <utility>

#include "engine/ipc/message_columns.h"

namespace inlay::ipc {

Result<std::vector<BodyPart>> ReadNeededBody(const std::shared_ptr<const Source>& source, int64_t offset_bytes,
                                             const Projection* projection, const ReadOptions& options,
                                             Message* message) {
  std::vector<BodyPart> parts;
  const flatbuf::Message& metadata = *message->metadata;
  const flatbuf::RecordBatch* batch = metadata.header_as_RecordBatch();
  const flatbuf::DictionaryBatch* dictionary = metadata.header_as_DictionaryBatch();
  if (dictionary != nullptr && projection != nullptr && projection->dictionary(dictionary->id()) == nullptr) {
    return parts;
  }
  const bool is_whole = projection == nullptr || &projection->schema() == &projection->decoded().schema;
  if (is_whole || batch == nullptr || source->mapped().data != nullptr) {
    auto body = ReadRange(source, offset_bytes, metadata.body_length(), options.allocator);
    if (!body.ok()) return body.status();
    message->body = std::move(*body);
    return parts;
  }
  const auto ranges = NeededRanges(*batch, metadata.version(), projection->batch(), metadata.body_length());
  if (!ranges.ok()) return ranges.status();
  for (const ByteRange& range : *ranges) {
    auto bytes = ReadRange(source, offset_bytes + range.offset_bytes, range.size_bytes, options.allocator);
    if (!bytes.ok()) return bytes.status();
    parts.push_back({range.offset_bytes, std::move(*bytes)});
  }
  return parts;
}

}  // namespace inlay::ipc
