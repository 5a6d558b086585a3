#include "engine/ipc/supported_types.h"

#include <algorithm>

#include "engine/columns/field_path.h"

namespace inlay::ipc {
namespace {

// All but dictionaries, at any depth: their batches come first.
bool IsWritable(const DataType& type) {
  if (type.id() == TypeId::kDictionary) return false;
  return std::all_of(type.children().begin(), type.children().end(),
                     [](const Field& child) { return IsWritable(child.type); });
}

}  // namespace

Status CheckWritable(const Schema& schema) {
  for (const Field& field : schema.fields) {
    if (IsWritable(field.type)) continue;
    const FieldPath path{nullptr, field.name};
    return Status::NotImplemented(PathPrefix(&path) + "columns of type " + field.type.ToString() +
                                  " cannot be written in IPC batches yet");
  }
  return {};
}

}  // namespace inlay::ipc
