#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <inlay/ipc.h>

#include "engine/ipc/block_info.h"
#include "engine/ipc/read_options.h"
#include "tools/arrow_source.h"
#include "tools/inspect.h"
#include "tools/json.h"
#include "tools/message_layout.h"
#include "tools/text_table.h"

namespace inlay::tools {
namespace {

// Of numbers that nobody vouches for.
int64_t Sum(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

struct MessageFacts {
  const char* kind = "";
  ipc::BlockInfo block;
  std::optional<int64_t> dictionary_id;
  std::vector<MessageBuffer> buffers;  // if they are asked for
};

// Of all buffers of an array, over all messages.
struct Totals {
  int64_t num_buffers = 0;
  int64_t stored_bytes = 0;
  int64_t plain_bytes = 0;
};

struct ArrowFacts {
  bool is_stream = false;
  int64_t size_bytes = 0;
  int version = 0;
  std::optional<ipc::Footer> footer;
  std::optional<MessageLayout> layout;
  std::vector<MessageFacts> messages;
  std::vector<Totals> totals;  // by array of the layout
  int64_t num_batches = 0;
  int64_t num_dictionary_batches = 0;
  int64_t num_rows = 0;

  const Schema& schema() const { return layout->decoded().schema; }
};

Status TakeSchema(const ipc::Message& message, const ipc::ReadOptions& options, ArrowFacts* facts) {
  const flatbuf::Schema* const header = message.metadata->header_as_Schema();
  if (header == nullptr) return Status::CorruptData("the first message is not a schema");
  auto decoded = ipc::ReadSchemaWithin(options, *header, message.metadata.size_bytes());
  if (!decoded.ok()) return decoded.status();
  Result<MessageLayout> layout = MessageLayout::Make(*std::move(decoded));
  if (!layout.ok()) return layout.status();
  facts->layout.emplace(*std::move(layout));
  facts->totals.resize(facts->layout->arrays().size());
  facts->version = static_cast<int>(message.metadata->version()) + 1;
  MessageFacts schema;
  schema.kind = "schema";
  schema.block.offset_bytes = message.offset_bytes;
  schema.block.metadata_bytes = message.metadata_size_bytes();
  schema.block.body_bytes = message.metadata->body_length();
  Result<KeyValueMetadata> metadata = ReadMetadata(message.metadata->custom_metadata(), message.metadata.size_bytes());
  if (!metadata.ok()) return metadata.status();
  schema.block.metadata = *std::move(metadata);
  facts->messages.push_back(std::move(schema));
  return {};
}

Status TakeBody(const Source& source, const ipc::Message& message, bool keeps_buffers, ArrowFacts* facts) {
  MessageFacts taken;
  if (BodyOf(message).dictionary != nullptr) {
    Result<ipc::DictionaryBlockInfo> info = ipc::DescribeDictionary(message);
    if (!info.ok()) return info.status();
    taken = {info->is_delta ? "delta" : "dictionary", std::move(info->block), info->id, {}};
    ++facts->num_dictionary_batches;
  } else {
    Result<ipc::BlockInfo> info = ipc::DescribeBatch(message);
    if (!info.ok()) return info.status();
    taken = {"batch", *std::move(info), {}, {}};
    ++facts->num_batches;
    facts->num_rows = Sum(facts->num_rows, taken.block.num_rows);
  }
  Result<std::vector<MessageBuffer>> buffers = facts->layout->ListBuffers(source, message);
  if (!buffers.ok()) {
    return buffers.status().WithContext("message at byte " + std::to_string(message.offset_bytes));
  }
  for (const MessageBuffer& buffer : *buffers) {
    Totals& totals = facts->totals[buffer.array];
    ++totals.num_buffers;
    totals.stored_bytes = Sum(totals.stored_bytes, buffer.stored_bytes);
    totals.plain_bytes = Sum(totals.plain_bytes, buffer.plain_bytes);
  }
  if (keeps_buffers) taken.buffers = *std::move(buffers);
  facts->messages.push_back(std::move(taken));
  return {};
}

Status ReadFacts(const InspectRequest& request, ArrowFacts* facts) {
  const ipc::ReadOptions options;
  Result<ArrowSource> source = OpenArrow(request.file, !facts->is_stream, options);
  if (!source.ok()) return source.status();
  facts->size_bytes = source->whole->size_bytes();
  facts->footer = std::move(source->footer);
  ipc::SourceMessages messages(source->stream, &options);
  for (;;) {
    const auto message = messages.Next();
    if (!message.ok()) return message.status();
    if (!*message) break;
    const Status status = facts->layout ? TakeBody(*source->stream, **message, request.buffers, facts)
                                        : TakeSchema(**message, options, facts);
    if (!status.ok()) return status;
  }
  return facts->layout ? Status() : Status::CorruptData("a stream without a schema");
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

void AddMessage(const MessageFacts& message, const ArrowFacts& facts, bool with_buffers, JsonWriter* json) {
  json->BeginObject();
  json->Key("kind").String(message.kind);
  json->Key("offset").Number(message.block.offset_bytes);
  json->Key("metadata_bytes").Number(message.block.metadata_bytes);
  json->Key("body_bytes").Number(message.block.body_bytes);
  json->Key("rows").Number(message.block.num_rows);
  json->Key("codec").String(CodecName(message.block.compression));
  if (message.dictionary_id) json->Key("dictionary").Number(*message.dictionary_id);
  AddMetadata(message.block.metadata, "metadata", json);
  if (with_buffers) {
    const int64_t body = message.block.offset_bytes + message.block.metadata_bytes;
    json->Key("buffers").BeginList();
    for (const MessageBuffer& buffer : message.buffers) {
      json->BeginObject();
      json->Key("column").String(facts.layout->arrays()[buffer.array].path);
      json->Key("buffer").String(buffer.role);
      json->Key("offset").Number(body + buffer.offset_bytes);
      json->Key("bytes").Number(buffer.stored_bytes);
      json->Key("uncompressed_bytes").Number(buffer.plain_bytes);
      json->EndObject();
    }
    json->EndList();
  }
  json->EndObject();
}

std::string JsonText(const InspectRequest& request, const ArrowFacts& facts) {
  JsonWriter json;
  json.BeginObject();
  json.Key("file").String(request.file);
  json.Key("format").String(facts.is_stream ? "arrow stream" : "arrow file");
  json.Key("bytes").Number(facts.size_bytes);
  json.Key("rows").Number(facts.num_rows);
  json.Key("batches").Number(facts.num_batches);
  json.Key("metadata_version").Number(facts.version);
  json.Key("schema").BeginList();
  for (const Field& field : facts.schema().fields) {
    json.BeginObject();
    json.Key("name").String(field.name);
    json.Key("type").String(field.type.ToString());
    json.Key("nullable").Bool(field.nullable);
    AddMetadata(field.metadata, "metadata", &json);
    json.EndObject();
  }
  json.EndList();
  AddMetadata(facts.schema().metadata, "metadata", &json);
  if (facts.footer) AddMetadata(facts.footer->metadata, "footer_metadata", &json);
  json.Key("messages").BeginList();
  for (const MessageFacts& message : facts.messages) AddMessage(message, facts, request.buffers, &json);
  json.EndList();
  json.Key("columns").BeginList();
  for (size_t i = 0; i < facts.totals.size(); ++i) {
    const MessageArray& array = facts.layout->arrays()[i];
    json.BeginObject();
    json.Key("column").String(array.path);
    json.Key("type").String(array.plan->field->type.ToString());
    json.Key("buffers").Number(facts.totals[i].num_buffers);
    json.Key("bytes").Number(facts.totals[i].stored_bytes);
    json.Key("uncompressed_bytes").Number(facts.totals[i].plain_bytes);
    json.EndObject();
  }
  json.EndList();
  json.EndObject();
  return json.Finish();
}

// How many times smaller the stored bytes are; nothing where there are none.
std::string RatioText(int64_t plain_bytes, int64_t stored_bytes) {
  if (stored_bytes == 0) return {};
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(plain_bytes) / static_cast<double>(stored_bytes));
  return text;
}

// On one line.
std::string MetadataText(const KeyValueMetadata& metadata) {
  std::string text;
  for (const auto& [name, value] : metadata) {
    text += (text.empty() ? "" : ", ") + Printable(name, 30) + " = " + Printable(value, 30);
  }
  return text;
}

std::string SchemaText(const Schema& schema) {
  TextTable columns({"column", "type", "nulls", "metadata"});
  for (const Field& field : schema.fields) {
    columns.Add({Printable(field.name, 40), Printable(field.type.ToString(), 60), field.nullable ? "" : "none",
                 MetadataText(field.metadata)});
  }
  return columns.ToString(2);
}

std::string MessagesText(const std::vector<MessageFacts>& messages) {
  TextTable table({">message", "kind", ">offset", ">metadata", ">body", ">rows", "codec", ">dictionary", "carries"});
  for (size_t i = 0; i < messages.size(); ++i) {
    const auto& [kind, block, dictionary_id, buffers] = messages[i];
    const bool is_schema = i == 0;
    table.Add({std::to_string(i), kind, CountText(block.offset_bytes), CountText(block.metadata_bytes),
               CountText(block.body_bytes), is_schema ? "" : CountText(block.num_rows),
               is_schema ? "" : std::string(CodecName(block.compression)),
               dictionary_id ? std::to_string(*dictionary_id) : "", MetadataText(block.metadata)});
  }
  return table.ToString(2);
}

std::string TotalsText(const ArrowFacts& facts) {
  TextTable table({"column", "type", ">buffers", ">stored", ">uncompressed", ">ratio"});
  const auto add = [&](const std::string& name, const std::string& type, const Totals& totals) {
    table.Add({name, type, CountText(totals.num_buffers), CountText(totals.stored_bytes), CountText(totals.plain_bytes),
               RatioText(totals.plain_bytes, totals.stored_bytes)});
  };
  Totals all;
  for (size_t i = 0; i < facts.totals.size(); ++i) {
    const MessageArray& array = facts.layout->arrays()[i];
    const Totals& totals = facts.totals[i];
    add(Printable(array.path, 40), Printable(array.plan->field->type.ToString(), 30), totals);
    all.num_buffers += totals.num_buffers;
    all.stored_bytes = Sum(all.stored_bytes, totals.stored_bytes);
    all.plain_bytes = Sum(all.plain_bytes, totals.plain_bytes);
  }
  add("(all)", "", all);
  return table.ToString(2);
}

std::string BuffersText(const ArrowFacts& facts) {
  TextTable table({">message", "column", "buffer", ">offset", ">stored", ">uncompressed", ">ratio"});
  for (size_t i = 0; i < facts.messages.size(); ++i) {
    const ipc::BlockInfo& block = facts.messages[i].block;
    for (const MessageBuffer& buffer : facts.messages[i].buffers) {
      table.Add({std::to_string(i), Printable(facts.layout->arrays()[buffer.array].path, 40), buffer.role,
                 CountText(block.offset_bytes + block.metadata_bytes + buffer.offset_bytes),
                 CountText(buffer.stored_bytes), CountText(buffer.plain_bytes),
                 RatioText(buffer.plain_bytes, buffer.stored_bytes)});
    }
  }
  return table.ToString(2);
}

std::string HumanText(const InspectRequest& request, const ArrowFacts& facts) {
  std::string text = Printable(request.file) + ": Arrow " + (facts.is_stream ? "stream" : "file") + " V" +
                     std::to_string(facts.version) + ", " + BytesText(facts.size_bytes) + ", " +
                     CountedText(facts.num_rows, "row") + ", " +
                     CountedText(static_cast<int64_t>(facts.schema().fields.size()), "column") + ", " +
                     CountedText(facts.num_batches, "batch", "batches");
  if (facts.num_dictionary_batches > 0) {
    text += ", " + CountedText(facts.num_dictionary_batches, "dictionary batch", "dictionary batches");
  }
  text += '\n';
  const auto add_metadata = [&](const KeyValueMetadata& metadata) {
    for (const auto& [name, value] : metadata) text += "  " + Printable(name, 60) + " = " + Printable(value, 60) + '\n';
  };
  add_metadata(facts.schema().metadata);
  if (facts.footer) add_metadata(facts.footer->metadata);
  text += "\nschema\n" + SchemaText(facts.schema());
  text += "\nmessages (bytes)\n" + MessagesText(facts.messages);
  if (facts.num_batches + facts.num_dictionary_batches > 0) text += "\ncolumns (bytes)\n" + TotalsText(facts);
  if (request.buffers) text += "\nbuffers (bytes)\n" + BuffersText(facts);
  return text;
}

}  // namespace

Outcome InspectArrow(const InspectRequest& request, bool is_stream, std::string* text) {
  ArrowFacts facts;
  facts.is_stream = is_stream;
  if (const Status status = ReadFacts(request, &facts); !status.ok()) return Outcome::Data(request.file, status);
  *text += request.json ? JsonText(request, facts) : HumanText(request, facts);
  return {};
}

}  // namespace inlay::tools
