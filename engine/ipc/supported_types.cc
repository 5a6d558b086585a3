#include "engine/ipc/supported_types.h"

#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"

namespace inlay::ipc {
namespace {

bool IsWritable(const DataType& type) {
  switch (LayoutOf(type.id())) {
    case Layout::kNull:
    case Layout::kBits:
    case Layout::kFixed:
    case Layout::kBytes32:
    case Layout::kBytes64:
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
  return layout == Layout::kViews || IsWritable(type);
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
