#include "engine/ipc/stream_contents.h"

#include <utility>

#include "engine/ipc/block_info.h"
#include "engine/ipc/read_options.h"

namespace inlay::ipc {

Status StreamContents::TakeSchema(const Message& message) {
  const flatbuf::Schema* header = message.metadata->header_as_Schema();
  if (header == nullptr) return Status::CorruptData("the first message is not a schema");
  auto decoded = ReadSchemaWithin(options_, *header, message.metadata.size_bytes());
  if (!decoded.ok()) return decoded.status();
  auto projection = Projection::Make(std::move(*decoded), columns_);
  if (!projection.ok()) return projection.status();
  projection_ = std::move(*projection);
  return {};
}

Result<std::optional<RecordBatch>> StreamContents::Take(const Message& message, std::span<const BodyPart> body) {
  if (projection_ == nullptr) {
    if (Status status = TakeSchema(message); !status.ok()) return status;
    return std::optional<RecordBatch>();
  }
  switch (message.metadata->header_type()) {
    case flatbuf::MessageHeader::RecordBatch: {
      auto info = DescribeBatch(message);
      if (!info.ok()) return info.status();
      auto batch = decoder_.DecodeBatch(message, projection_, dictionaries_, body);
      if (!batch.ok()) return batch.status();
      block_ = std::move(*info);
      return std::optional<RecordBatch>(std::move(*batch));
    }
    case flatbuf::MessageHeader::DictionaryBatch: {
      const Status status = decoder_.DecodeDictionary(message, projection_, may_replace_, &dictionaries_);
      if (!status.ok()) return status;
      return std::optional<RecordBatch>();
    }
    case flatbuf::MessageHeader::Schema:
      return Status::CorruptData("a second schema within the stream");
    default:
      return Status::NotImplemented("a message that is neither a batch nor a dictionary");
  }
}

}  // namespace inlay::ipc
