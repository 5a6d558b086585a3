// ArrowSchema -> Schema.
#include <inlay/c_data.h>

#include <cstring>
#include <exception>
#include <string>

#include "engine/columns/c_format.h"
#include "engine/columns/c_import.h"
#include "engine/columns/data_type_builder.h"
#include "engine/columns/field_path.h"

namespace inlay {
namespace {

// Children may be shared among parents, so that a small structure unfolds to one without end.
constexpr int64_t kMaxFields = 1 << 18;

Status Fault(const FieldPath* path, std::string_view what) {
  return Status::InvalidArgument(PathPrefix(path) + std::string(what));
}

// Number of pairs, then for each the key's bytes and the value's, each after its length; all numbers int32 of the
// machine.
Result<KeyValueMetadata> ReadMetadata(const char* encoded, const FieldPath* path) {
  KeyValueMetadata metadata;
  if (encoded == nullptr) return metadata;
  const auto next_int = [&] {
    int32_t value;
    std::memcpy(&value, encoded, sizeof(value));
    encoded += sizeof(value);
    return value;
  };
  const int32_t num_pairs = next_int();
  if (num_pairs < 0) return Fault(path, "metadata of a negative number of pairs");
  for (int32_t i = 0; i < num_pairs; ++i) {
    std::string parts[2];
    for (std::string& part : parts) {
      const int32_t size = next_int();
      if (size < 0) return Fault(path, "metadata with a string of a negative length");
      part.assign(encoded, static_cast<size_t>(size));
      encoded += size;
    }
    metadata.emplace_back(std::move(parts[0]), std::move(parts[1]));
  }
  return metadata;
}

class SchemaReader {
 public:
  Result<Field> ReadField(const ArrowSchema* schema, const FieldPath* parent, int depth);

 private:
  Result<std::vector<Field>> ReadChildren(const ArrowSchema& schema, const FieldPath* path, int depth);
  Result<DataType> ReadType(const ArrowSchema& schema, const FieldPath* path, int depth);
  Result<DataType> ReadDictionary(const ArrowSchema& schema, TypeId index_type, const FieldPath* path, int depth);

  int64_t num_fields_ = 0;
};

// The format forbids null entries, keys and run ends; producers often leave the flag set all the same.
DataType WithRequiredChildren(DataType type) {
  if (type.id() == TypeId::kRunEndEncoded && type.children().size() == 2) {
    std::vector<Field> children = type.children();
    children[0].nullable = false;
    return DataTypeBuilder(type.id()).Children(std::move(children)).Build();
  }
  if (type.id() == TypeId::kMap && type.children().size() == 1) {
    Field entries = type.children()[0];
    if (entries.type.id() != TypeId::kStruct || entries.type.children().size() != 2) return type;
    std::vector<Field> members = entries.type.children();
    members[0].nullable = false;
    entries.nullable = false;
    entries.type = Struct(std::move(members));
    return DataTypeBuilder(type.id()).Flag(type.keys_sorted()).Child(std::move(entries)).Build();
  }
  return type;
}

Result<std::vector<Field>> SchemaReader::ReadChildren(const ArrowSchema& schema, const FieldPath* path, int depth) {
  std::vector<Field> children;
  if (schema.n_children < 0) return Fault(path, "a negative number of children");
  if (schema.n_children > 0 && schema.children == nullptr) return Fault(path, "children without their pointers");
  for (int64_t i = 0; i < schema.n_children; ++i) {
    Result<Field> child = ReadField(schema.children[i], path, depth + 1);
    if (!child.ok()) return child.status();
    children.push_back(std::move(*child));
  }
  return children;
}

Result<DataType> SchemaReader::ReadDictionary(const ArrowSchema& schema, TypeId index_type, const FieldPath* path,
                                              int depth) {
  Result<Field> values = ReadField(schema.dictionary, path, depth + 1);
  if (!values.ok()) return values.status();
  values->name = "dictionary";
  values->nullable = true;
  return DataTypeBuilder(TypeId::kDictionary)
      .IndexType(index_type)
      .Flag((schema.flags & ARROW_FLAG_DICTIONARY_ORDERED) != 0)
      .Child(std::move(*values))
      .Build();
}

Result<DataType> SchemaReader::ReadType(const ArrowSchema& schema, const FieldPath* path, int depth) {
  if (schema.format == nullptr) return Fault(path, "a schema without a format");
  Result<std::vector<Field>> children = ReadChildren(schema, path, depth);
  if (!children.ok()) return children.status();
  Result<DataType> type = TypeOfFormat(schema.format, std::move(*children));
  if (!type.ok()) return Fault(path, type.status().message());
  if (schema.dictionary != nullptr && !type->children().empty()) return Fault(path, "dictionary indexes with children");
  if (schema.dictionary != nullptr) return ReadDictionary(schema, type->id(), path, depth);
  if (type->id() == TypeId::kMap) {
    DataTypeBuilder map(TypeId::kMap);
    map.Children(type->children()).Flag((schema.flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0);
    return WithRequiredChildren(std::move(map.type));
  }
  return WithRequiredChildren(std::move(*type));
}

Result<Field> SchemaReader::ReadField(const ArrowSchema* schema, const FieldPath* parent, int depth) {
  if (schema == nullptr) return Fault(parent, "a child that is a null pointer");
  if (schema->release == nullptr) return Fault(parent, "a schema that was released already");
  if (depth > kMaxTypeDepth) return Fault(parent, "types are nested too deep");
  if (++num_fields_ > kMaxFields) {
    return Status::LimitExceeded(PathPrefix(parent) + "more than " + std::to_string(kMaxFields) + " fields");
  }
  Field field;
  field.name = schema->name == nullptr ? "" : schema->name;
  field.nullable = (schema->flags & ARROW_FLAG_NULLABLE) != 0;
  // The structure that stands for the schema itself has no place in a path.
  const FieldPath here{parent, field.name};
  const FieldPath* path = depth == 0 ? nullptr : &here;
  Result<KeyValueMetadata> metadata = ReadMetadata(schema->metadata, path);
  if (!metadata.ok()) return metadata.status();
  field.metadata = std::move(*metadata);
  Result<DataType> type = ReadType(*schema, path, depth);
  if (!type.ok()) return type.status();
  field.type = std::move(*type);
  return field;
}

Result<Schema> ReadSchema(const ArrowSchema& from) {
  Result<Field> root = SchemaReader().ReadField(&from, nullptr, 0);
  if (!root.ok()) return root.status();
  if (root->type.id() != TypeId::kStruct) {
    return Status::InvalidArgument("the schema of a batch must be a struct, not " + root->type.ToString());
  }
  Schema schema{root->type.children(), std::move(root->metadata)};
  if (Status status = schema.Validate(); !status.ok()) return status;
  return schema;
}

Result<Field> ReadField(const ArrowSchema& from) {
  Result<Field> field = SchemaReader().ReadField(&from, nullptr, 1);
  if (!field.ok()) return field;
  if (Status status = Schema{{*field}, {}}.Validate(); !status.ok()) return status;
  return field;
}

}  // namespace

Result<Schema> ImportSchema(ArrowSchema* schema) try {
  const Taken<ArrowSchema> taken(schema);
  if (Status status = taken.Check("ArrowSchema"); !status.ok()) return status;
  return ReadSchema(*taken);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

Result<Field> ImportField(ArrowSchema* field) try {
  const Taken<ArrowSchema> taken(field);
  if (Status status = taken.Check("ArrowSchema"); !status.ok()) return status;
  return ReadField(*taken);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
