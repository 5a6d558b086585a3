// Schema -> ArrowSchema.
#include <inlay/c_data.h>

#include <cstring>
#include <exception>
#include <memory>
#include <string>

#include "engine/columns/c_format.h"

namespace inlay {
namespace {

// What one exported structure points to. A child that was moved out keeps its own.
struct ExportedSchema {
  ExportedSchema() = default;
  ExportedSchema(const ExportedSchema&) = delete;
  ExportedSchema& operator=(const ExportedSchema&) = delete;
  ~ExportedSchema() {
    for (ArrowSchema& child : children) Release(&child);
    Release(&dictionary);
  }
  static void Release(ArrowSchema* schema) {
    if (schema->release != nullptr) schema->release(schema);
  }

  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};
};

void ReleaseExportedSchema(ArrowSchema* schema) {
  delete static_cast<ExportedSchema*>(schema->private_data);
  schema->release = nullptr;
}

Status EncodeMetadata(const KeyValueMetadata& metadata, std::string* out) {
  const auto append_int = [&](size_t value) {
    const int32_t number = static_cast<int32_t>(value);
    out->append(reinterpret_cast<const char*>(&number), sizeof(number));
  };
  if (metadata.size() > INT32_MAX) return Status::LimitExceeded("more metadata than the C Data Interface can hold");
  if (!metadata.empty()) append_int(metadata.size());
  for (const auto& [key, value] : metadata) {
    for (const std::string* part : {&key, &value}) {
      if (part->size() > INT32_MAX) return Status::LimitExceeded("more metadata than the C Data Interface can hold");
      append_int(part->size());
      out->append(*part);
    }
  }
  return {};
}

int64_t FlagsOf(const DataType& type, bool nullable) {
  int64_t flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  if (type.id() == TypeId::kDictionary && type.ordered()) flags |= ARROW_FLAG_DICTIONARY_ORDERED;
  if (type.id() == TypeId::kMap && type.keys_sorted()) flags |= ARROW_FLAG_MAP_KEYS_SORTED;
  return flags;
}

// Names end at their first zero byte for whoever reads them.
Status CheckText(const std::string& text) {
  if (text.find('\0') == std::string::npos) return {};
  return Status::InvalidArgument("a name or timezone with a zero byte cannot pass the C Data Interface");
}

Status ExportNode(const std::string& name, const DataType& type, bool nullable, const KeyValueMetadata& metadata,
                  ArrowSchema* out);

Status ExportChildren(const std::vector<Field>& fields, ExportedSchema* node) {
  node->children.resize(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    node->child_pointers.push_back(&node->children[i]);
    const Field& field = fields[i];
    const Status status = ExportNode(field.name, field.type, field.nullable, field.metadata, &node->children[i]);
    if (!status.ok()) return status;
  }
  return {};
}

// `type` is valid, so the recursion is bounded.
Status ExportNode(const std::string& name, const DataType& type, bool nullable, const KeyValueMetadata& metadata,
                  ArrowSchema* out) {
  auto node = std::make_unique<ExportedSchema>();
  node->format = FormatOf(type);
  node->name = name;
  for (const std::string* text : {&node->format, &node->name}) {
    if (Status status = CheckText(*text); !status.ok()) return status;
  }
  if (Status status = EncodeMetadata(metadata, &node->metadata); !status.ok()) return status;
  const bool is_dictionary = type.id() == TypeId::kDictionary;
  if (is_dictionary) {
    const Field& values = type.children()[0];
    const Status status = ExportNode("", values.type, values.nullable, values.metadata, &node->dictionary);
    if (!status.ok()) return status;
  } else if (Status status = ExportChildren(type.children(), node.get()); !status.ok()) {
    return status;
  }
  *out = {.format = node->format.c_str(),
          .name = node->name.c_str(),
          .metadata = node->metadata.empty() ? nullptr : node->metadata.data(),
          .flags = FlagsOf(type, nullable),
          .n_children = static_cast<int64_t>(node->children.size()),
          .children = node->child_pointers.empty() ? nullptr : node->child_pointers.data(),
          .dictionary = is_dictionary ? &node->dictionary : nullptr,
          .release = &ReleaseExportedSchema,
          .private_data = node.get()};
  node.release();
  return {};
}

}  // namespace

Status ExportSchema(const Schema& schema, ArrowSchema* out) try {
  *out = {};
  if (Status status = schema.Validate(); !status.ok()) return status;
  return ExportNode("", Struct(schema.fields), false, schema.metadata, out);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

Status ExportField(const Field& field, ArrowSchema* out) try {
  *out = {};
  if (Status status = Schema{{field}, {}}.Validate(); !status.ok()) return status;
  return ExportNode(field.name, field.type, field.nullable, field.metadata, out);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
