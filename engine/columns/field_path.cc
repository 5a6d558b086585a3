#include "engine/columns/field_path.h"

namespace inlay {

std::string PathText(const FieldPath* path) {
  if (path == nullptr) return {};
  if (path->parent == nullptr) return std::string(path->name);
  return PathText(path->parent) + "." + std::string(path->name);
}

std::string PathPrefix(const FieldPath* path) {
  if (path == nullptr) return {};
  return "column '" + PathText(path) + "': ";
}

}  // namespace inlay
