#include <string>
#include <vector>

#include <inlay/ipc.h>

#include "tools/inspect.h"
#include "tools/json.h"
#include "tools/text_table.h"

namespace inlay::tools {
namespace {

struct ArrowFacts {
  bool is_stream = false;
  int64_t size_bytes = 0;
  Schema schema;
  KeyValueMetadata footer_metadata;
  std::vector<ipc::BlockInfo> blocks;
  int64_t num_rows = 0;
};

Status ReadFile(const std::string& path, ArrowFacts* facts) {
  const Result<ipc::FileReader> reader = ipc::FileReader::Open(path, {.validation = Validation::kBasic});
  if (!reader.ok()) return reader.status();
  facts->schema = reader->schema();
  facts->footer_metadata = reader->metadata();
  Result<std::vector<ipc::BlockInfo>> blocks = reader->ReadBlocks();
  if (!blocks.ok()) return blocks.status();
  facts->blocks = *std::move(blocks);
  return {};
}

Status ReadStream(const std::string& path, ArrowFacts* facts) {
  Result<std::unique_ptr<Source>> source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  Result<ipc::StreamReader> reader = ipc::StreamReader::Open(*std::move(source), {.validation = Validation::kBasic});
  if (!reader.ok()) return reader.status();
  facts->schema = reader->schema();
  for (;;) {
    const Result<std::optional<RecordBatch>> batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!*batch) return {};
    facts->blocks.push_back(reader->block());
  }
}

void AddMetadata(const KeyValueMetadata& metadata, const char* key, JsonWriter* json) {
  json->Key(key).BeginList();
  for (const auto& [name, value] : metadata) {
    json->BeginObject();
    json->Key("key").String(name);
    json->Key("value").String(value);
    json->EndObject();
  }
  json->EndList();
}

std::string JsonText(const std::string& path, const ArrowFacts& facts) {
  JsonWriter json;
  json.BeginObject();
  json.Key("file").String(path);
  json.Key("format").String(facts.is_stream ? "arrow stream" : "arrow file");
  json.Key("bytes").Number(facts.size_bytes);
  json.Key("rows").Number(facts.num_rows);
  json.Key("schema").BeginList();
  for (const Field& field : facts.schema.fields) {
    json.BeginObject();
    json.Key("name").String(field.name);
    json.Key("type").String(field.type.ToString());
    json.Key("nullable").Bool(field.nullable);
    AddMetadata(field.metadata, "metadata", &json);
    json.EndObject();
  }
  json.EndList();
  AddMetadata(facts.schema.metadata, "metadata", &json);
  AddMetadata(facts.footer_metadata, "footer_metadata", &json);
  json.Key("blocks").BeginList();
  for (const ipc::BlockInfo& block : facts.blocks) {
    json.BeginObject();
    json.Key("offset").Number(block.offset_bytes);
    json.Key("metadata_bytes").Number(block.metadata_bytes);
    json.Key("body_bytes").Number(block.body_bytes);
    json.Key("rows").Number(block.num_rows);
    json.Key("codec").String(CodecName(block.compression));
    json.EndObject();
  }
  json.EndList();
  json.EndObject();
  return json.Finish();
}

std::string HumanText(const std::string& path, const ArrowFacts& facts) {
  std::string text = Printable(path) + ": Arrow " + (facts.is_stream ? "stream" : "file") + ", " +
                     BytesText(facts.size_bytes) + ", " + CountedText(facts.num_rows, "row") + ", " +
                     CountedText(static_cast<int64_t>(facts.schema.fields.size()), "column") + ", " +
                     CountedText(static_cast<int64_t>(facts.blocks.size()), "batch", "batches") + '\n';
  for (const KeyValueMetadata* metadata : {&facts.schema.metadata, &facts.footer_metadata}) {
    for (const auto& [name, value] : *metadata) {
      text += "  " + Printable(name, 60) + " = " + Printable(value, 60) + '\n';
    }
  }
  TextTable columns({"column", "type", "nulls"});
  for (const Field& field : facts.schema.fields) {
    columns.Add({Printable(field.name, 40), Printable(field.type.ToString(), 60), field.nullable ? "" : "none"});
  }
  text += "\nschema\n" + columns.ToString(2);
  TextTable blocks({">batch", ">offset", ">metadata", ">body", ">rows", "codec"});
  for (size_t i = 0; i < facts.blocks.size(); ++i) {
    const ipc::BlockInfo& block = facts.blocks[i];
    blocks.Add({std::to_string(i), CountText(block.offset_bytes), CountText(block.metadata_bytes),
                CountText(block.body_bytes), CountText(block.num_rows), std::string(CodecName(block.compression))});
  }
  if (!facts.blocks.empty()) text += "\nbatches (bytes)\n" + blocks.ToString(2);
  return text;
}

}  // namespace

Outcome InspectArrow(const std::string& path, bool is_stream, bool as_json, std::string* text) {
  ArrowFacts facts;
  facts.is_stream = is_stream;
  const Result<std::unique_ptr<Source>> source = OpenFileSource(path);
  if (!source.ok()) return Outcome::Data(path, source.status());
  facts.size_bytes = (*source)->size_bytes();
  if (const Status status = is_stream ? ReadStream(path, &facts) : ReadFile(path, &facts); !status.ok()) {
    return Outcome::Data(path, status);
  }
  for (const ipc::BlockInfo& block : facts.blocks) facts.num_rows += block.num_rows;
  *text += as_json ? JsonText(path, facts) : HumanText(path, facts);
  return {};
}

}  // namespace inlay::tools
