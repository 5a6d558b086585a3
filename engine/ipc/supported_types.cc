#include "engine/ipc/supported_types.h"

#include <algorithm>

#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"

namespace inlay::ipc {
namespace {

// All but dictionaries, at any depth: their batches come first.
bool IsWritable(const DataType& type) {
  if (type.id() == TypeId::kDictionary) return false;
  return std::all_of(type.children().begin(), type.children().end(),
                     [](const Field& child) { return IsWritable(child.type); });
}

bool IsFlat(const DataType& type) {
  switch (LayoutOf(type.id())) {
    case Layout::kNull:
    case Layout::kBits:
    case Layout::kFixed:
    case Layout::kBytes32:
    case Layout::kBytes64:
    case Layout::kViews:
      return true;
    default:
      return false;
  }
}

bool IsReadable(const DataType& type) {
  const Layout layout = LayoutOf(type.id());
  if (layout == Layout::kDictionary) {
    const DataType& values = type.children()[0].type;
    return values.id() != TypeId::kDictionary && IsReadable(values);
  }
  return IsFlat(type);
}

Status Check(const Schema& schema, bool (*is_supported)(const DataType&), const char* verb) {
  for (const Field& field : schema.fields) {
    if (is_supported(field.type)) continue;
    const FieldPath path{nullptr, field.name};
    return Status::NotImplemented(PathPrefix(&path) + "columns of type " + field.type.ToString() + " cannot be " +
                                  verb + " in IPC batches yet");
  }
  return {};
}

}  // namespace

Status CheckWritable(const Schema& schema) { return Check(schema, IsWritable, "written"); }
Status CheckReadable(const Schema& schema) { return Check(schema, IsReadable, "read"); }

}  // namespace inlay::ipc
