#include "tests/integration/ipc_table.h"

#include <algorithm>
#include <cstring>

#include <inlay/batch_operations.h>

#include "engine/columns/data_type_builder.h"
#include "tests/reference/value_text.h"

namespace inlay::integration {
namespace {

Result<Table> ReadFile(std::unique_ptr<Source> source, const ipc::ReadOptions& options) {
  const auto reader = ipc::FileReader::Open(std::move(source), options);
  if (!reader.ok()) return reader.status();
  Table table{std::make_shared<Schema>(reader->schema()), {}};
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    auto batch = reader->ReadBatch(i);
    if (!batch.ok()) return batch.status();
    table.batches.push_back(std::move(*batch));
  }
  return table;
}

Result<Table> ReadStream(std::unique_ptr<Source> source, const ipc::ReadOptions& options) {
  auto reader = ipc::StreamReader::Open(std::move(source), options);
  if (!reader.ok()) return reader.status();
  Table table{std::make_shared<Schema>(reader->schema()), {}};
  while (true) {
    auto batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return table;
    table.batches.push_back(std::move(**batch));
  }
}

Result<Table> Read(std::unique_ptr<Source> source, const ipc::ReadOptions& options) {
  constexpr char kMagic[] = "ARROW1";
  const BufferView bytes = source->mapped();
  const bool is_file = bytes.size_bytes >= 6 && std::memcmp(bytes.data, kMagic, 6) == 0;
  return is_file ? ReadFile(std::move(source), options) : ReadStream(std::move(source), options);
}

// Metadata in the order of its keys, and members of maps under the names of the format: writers differ in them.
Field Normal(Field field) {
  std::sort(field.metadata.begin(), field.metadata.end());
  std::vector<Field> children;
  for (const Field& child : field.type.children()) children.push_back(Normal(child));
  if (field.type.id() == TypeId::kMap && children.size() == 1 && children[0].type.children().size() == 2) {
    const std::vector<Field>& members = children[0].type.children();
    Field key = members[0];
    Field value = members[1];
    key.name = "key";
    value.name = "value";
    children[0].name = "entries";
    children[0].type = Struct({std::move(key), std::move(value)});
  }
  DataTypeBuilder type(field.type.id());
  type.type = field.type;
  field.type = type.Children(std::move(children)).Build();
  return field;
}

Schema Normal(Schema schema) {
  std::sort(schema.metadata.begin(), schema.metadata.end());
  for (Field& field : schema.fields) field = Normal(field);
  return schema;
}

// What the library itself finds, which looks at the names of a map's members too.
std::string FoundDifference(const RecordBatchView& actual, const RecordBatchView& wanted) {
  if (*actual.schema != *wanted.schema) return "";
  const auto difference = FindDifference(actual, wanted);
  if (!difference.ok()) return difference.status().ToString();
  return difference->has_value() ? "found, though the values' text is equal: " + (*difference)->ToString() : "";
}

std::string BatchDifference(const RecordBatchView& actual, const RecordBatchView& wanted) {
  if (actual.num_rows != wanted.num_rows) {
    return std::to_string(actual.num_rows) + " rows, not " + std::to_string(wanted.num_rows);
  }
  for (size_t i = 0; i < wanted.columns.size(); ++i) {
    const std::string column = "column '" + wanted.schema->fields[i].name + "'";
    if (actual.columns[i].length != wanted.columns[i].length) return column + " has another length";
    for (int64_t row = 0; row < wanted.num_rows; ++row) {
      const std::string a = reference::ValueText(actual.columns[i], row);
      const std::string w = reference::ValueText(wanted.columns[i], row);
      if (a != w) return column + ", row " + std::to_string(row) + ": " + a + ", not " + w;
    }
  }
  return FoundDifference(actual, wanted);
}

template <typename Writer>
Status WriteAll(Result<Writer> writer, const std::vector<RecordBatch>& batches) {
  if (!writer.ok()) return writer.status();
  for (const RecordBatch& batch : batches) {
    if (Status status = writer->Write(batch); !status.ok()) return status;
  }
  return writer->Finish();
}

}  // namespace

Result<Table> ReadTable(const std::string& path, const ipc::ReadOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  return Read(std::move(*source), options);
}

Result<Table> ReadTable(BufferView bytes, const ipc::ReadOptions& options) {
  return Read(MakeBufferSource(bytes), options);
}

Result<std::vector<uint8_t>> WriteTable(const Table& table, bool is_file, const ipc::WriteOptions& options) {
  BufferSink sink;
  const Status status = is_file ? WriteAll(ipc::FileWriter::Open(&sink, *table.schema, options), table.batches)
                                : WriteAll(ipc::StreamWriter::Open(&sink, *table.schema, options), table.batches);
  if (!status.ok()) return status;
  return sink.Release();
}

Status Validate(const Table& table) {
  for (const RecordBatch& batch : table.batches) {
    if (Status status = ValidateBatch(batch, Validation::kFull); !status.ok()) return status;
  }
  return {};
}

std::string Difference(const Table& actual, const Table& wanted) {
  if (Normal(*actual.schema) != Normal(*wanted.schema)) {
    return "the schema is\n" + actual.schema->ToString() + "\nnot\n" + wanted.schema->ToString();
  }
  if (actual.batches.size() != wanted.batches.size()) {
    return std::to_string(actual.batches.size()) + " batches, not " + std::to_string(wanted.batches.size());
  }
  for (size_t i = 0; i < wanted.batches.size(); ++i) {
    const std::string difference = BatchDifference(actual.batches[i], wanted.batches[i]);
    if (!difference.empty()) return "batch " + std::to_string(i) + ": " + difference;
  }
  return "";
}

}  // namespace inlay::integration
