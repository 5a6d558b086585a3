#include "tools/verify_schema.h"

#include <cstring>
#include <string>

#include "engine/columns/field_path.h"

namespace inlay::tools {
namespace {

Status CheckMetadata(const flatbuffers::Vector<flatbuffers::Offset<flatbuf::KeyValue>>* metadata) {
  for (flatbuffers::uoffset_t i = 0; metadata != nullptr && i < metadata->size(); ++i) {
    const flatbuf::KeyValue* const pair = metadata->Get(i);
    if (pair->key() == nullptr || pair->value() == nullptr) {
      return Status::CorruptData("metadata entry " + std::to_string(i) + " has no key or no value");
    }
  }
  return {};
}

Status CheckType(const flatbuf::Field& field) {
  const auto* const children = field.children();
  if (const flatbuf::Date* date = field.type_as_Date(); date != nullptr && date->unit() > flatbuf::DateUnit::MAX) {
    return Status::CorruptData("a date of an unknown unit");
  }
  if (field.type_type() == flatbuf::Type::Map) {
    const flatbuf::Field& entries = *children->Get(0);
    if (entries.nullable()) return Status::CorruptData("a map whose entries may be null");
    if (entries.children()->Get(0)->nullable()) return Status::CorruptData("a map whose keys may be null");
  }
  return {};
}

Status CheckField(const flatbuf::Field& field, const FieldPath* parent) {
  const FieldPath path{parent, field.name() == nullptr ? "" : field.name()->string_view()};
  Status status = CheckType(field);
  if (status.ok()) status = CheckMetadata(field.custom_metadata());
  if (!status.ok()) return status.WithContext("column '" + PathText(&path) + "'");
  const auto* const children = field.children();
  for (flatbuffers::uoffset_t i = 0; children != nullptr && status.ok() && i < children->size(); ++i) {
    status = CheckField(*children->Get(i), &path);
  }
  return status;
}

}  // namespace

Status CheckSchema(const flatbuf::Schema& schema) {
  if (schema.fields() == nullptr) return Status::CorruptData("a schema without a list of fields");
  const auto* const features = schema.features();
  for (flatbuffers::uoffset_t i = 0; features != nullptr && i < features->size(); ++i) {
    int64_t feature;  // at any address
    std::memcpy(&feature, features->Data() + i * sizeof feature, sizeof feature);
    feature = flatbuffers::EndianScalar(feature);
    if (feature < static_cast<int64_t>(flatbuf::Feature::MIN) ||
        feature > static_cast<int64_t>(flatbuf::Feature::MAX)) {
      return Status::CorruptData("needs the unknown feature " + std::to_string(feature));
    }
  }
  Status status = CheckMetadata(schema.custom_metadata());
  for (flatbuffers::uoffset_t i = 0; status.ok() && i < schema.fields()->size(); ++i) {
    status = CheckField(*schema.fields()->Get(i), nullptr);
  }
  return status;
}

}  // namespace inlay::tools
