#include "engine/ipc/file_footer.h"

namespace inlay::ipc {

Status EncodeFooter(const FileFooter& footer, const Schema& schema, FlatBufferBuilder* builder) {
  const auto schema_table = BuildSchema(schema, builder, std::endian::native, footer.dictionary_ids);
  if (!schema_table.ok()) return schema_table.status();
  const auto dictionaries = builder->CreateVectorOfStructs(footer.dictionaries);
  const auto record_batches = builder->CreateVectorOfStructs(footer.record_batches);
  const auto metadata = BuildMetadata(footer.metadata, builder);
  builder->Finish(
      flatbuf::CreateFooter(*builder, footer.version, *schema_table, dictionaries, record_batches, metadata));
  return {};
}

}  // namespace inlay::ipc
