#include "engine/ipc/batch_decoder.h"

#include <string>

#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"
#include "engine/ipc/column_loader.h"
#include "engine/ipc/concatenate.h"
#include "engine/ipc/supported_types.h"

namespace inlay::ipc {
namespace {

// What a batch shares: its schema, its columns, and through them everything they point to.
struct BatchOwner {
  BatchOwner(std::shared_ptr<const DecodedSchema> shared_schema, const Allocator* allocator)
      : schema(std::move(shared_schema)), decoded(allocator) {}

  std::shared_ptr<const DecodedSchema> schema;
  DecodedColumns decoded;
};

std::string Where(const Message& message) { return "message at byte " + std::to_string(message.offset_bytes); }

std::string ColumnName(const Field& field) {
  const FieldPath path{nullptr, field.name};
  return "column '" + PathText(&path) + "'";
}

// What validation calls a wrong argument is wrong input here.
Status AsCorrupt(Status status) {
  return status.code() == StatusCode::kInvalidArgument ? Status::CorruptData(status.message()) : status;
}

// Rows that need no bytes cost nothing to declare: the budget for bytes bounds them as if they were bits.
Status CheckRows(int64_t num_rows, const ReadOptions& options) {
  if (num_rows < 0) return Status::CorruptData("a negative number of rows");
  if (num_rows / 8 >= options.max_uncompressed_bytes) {
    return Status::LimitExceeded("a batch of " + std::to_string(num_rows) + " rows");
  }
  return {};
}

std::shared_ptr<const DictionaryValues> EmptyDictionary(const DataType& type) {
  auto empty = std::make_shared<DictionaryValues>();
  empty->values.type = &type;
  empty->values.null_count = 0;
  return empty;
}

Status AttachDictionary(int64_t id, const Dictionaries& dictionaries, ArrayView* column, DecodedColumns* out) {
  std::shared_ptr<const DictionaryValues> values;
  if (const auto found = dictionaries.find(id); found != dictionaries.end()) {
    values = found->second;
  } else if (column->null_count == column->length) {
    values = EmptyDictionary(column->type->children()[0].type);  // writers need not send one that nothing refers to
  } else {
    return Status::CorruptData("dictionary " + std::to_string(id) + " is missing");
  }
  column->dictionary = &values->values;
  out->owners.push_back(std::move(values));
  return {};
}

// The field of the values of dictionary `id`, or null.
const Field* FindDictionary(const DecodedSchema& schema, int64_t id) {
  size_t next = 0;
  for (const Field& field : schema.schema.fields) {
    if (field.type.id() == TypeId::kDictionary && schema.dictionary_ids[next++] == id) return &field.type.children()[0];
  }
  return nullptr;
}

}  // namespace

Result<RecordBatch> BatchDecoder::DecodeBatch(const Message& message, const Dictionaries& dictionaries) const {
  const flatbuf::RecordBatch& batch = *message.metadata->header_as_RecordBatch();
  const Schema& schema = schema_->schema;
  if (Status status = CheckReadable(schema); !status.ok()) return status;
  if (Status status = CheckRows(batch.length(), options_); !status.ok()) return status.WithContext(Where(message));

  auto owner = std::make_shared<BatchOwner>(schema_, options_.allocator);
  DecodedColumns& decoded = owner->decoded;
  decoded.owners.push_back(message.body.owner);
  decoded.columns.resize(schema.fields.size());
  auto loader = ColumnLoader::Make(batch, message.body.view, schema_->foreign_endian, options_, &decoded);
  if (!loader.ok()) return loader.status().WithContext(Where(message));
  size_t next_dictionary = 0;
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    ArrayView& column = decoded.columns[i];
    Status status = loader->Load(schema.fields[i].type, batch.length(), &column);
    if (status.ok() && column.type->id() == TypeId::kDictionary) {
      status = AttachDictionary(schema_->dictionary_ids[next_dictionary++], dictionaries, &column, &decoded);
    }
    if (!status.ok()) return status.WithContext(Where(message) + ": " + ColumnName(schema.fields[i]));
  }
  if (Status status = loader->CheckUsedUp(); !status.ok()) return status.WithContext(Where(message));

  const RecordBatchView view{&schema, batch.length(), decoded.columns};
  if (Status status = ValidateBatch(view, options_.validation); !status.ok()) {
    return AsCorrupt(std::move(status)).WithContext(Where(message));
  }
  return RecordBatch(std::move(owner), view);
}

Status BatchDecoder::DecodeDictionary(const Message& message, bool replace, Dictionaries* dictionaries) const {
  const flatbuf::DictionaryBatch& dictionary = *message.metadata->header_as_DictionaryBatch();
  if (Status status = CheckReadable(schema_->schema); !status.ok()) return status;
  const std::string where = Where(message) + ": dictionary " + std::to_string(dictionary.id());
  const Field* field = FindDictionary(*schema_, dictionary.id());
  if (field == nullptr) return Status::CorruptData(where + ": no column has it");
  const flatbuf::RecordBatch* batch = dictionary.data();
  if (batch == nullptr) return Status::CorruptData(where + ": has no values");
  if (Status status = CheckRows(batch->length(), options_); !status.ok()) return status.WithContext(where);

  auto owner = std::make_shared<BatchOwner>(schema_, options_.allocator);
  owner->decoded.owners.push_back(message.body.owner);
  auto loader = ColumnLoader::Make(*batch, message.body.view, schema_->foreign_endian, options_, &owner->decoded);
  if (!loader.ok()) return loader.status().WithContext(where);
  auto values = std::make_shared<DictionaryValues>();
  Status status = loader->Load(field->type, batch->length(), &values->values);
  if (status.ok()) status = loader->CheckUsedUp();
  if (status.ok()) status = AsCorrupt(ValidateArray(values->values, *field, options_.validation));
  if (!status.ok()) return status.WithContext(where);
  values->owner = std::move(owner);

  std::shared_ptr<const DictionaryValues>& known = (*dictionaries)[dictionary.id()];
  if (dictionary.is_delta() && known != nullptr) {
    auto joined = Concatenate(*known, *values, options_.allocator);
    if (!joined.ok()) return joined.status().WithContext(where);
    known = std::move(*joined);
    return {};
  }
  if (known != nullptr && !replace) return Status::CorruptData(where + ": comes twice, which files do not allow");
  known = std::move(values);
  return {};
}

}  // namespace inlay::ipc
