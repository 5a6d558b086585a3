#include "engine/columns/field_path.h"

#include <algorithm>
#include <utility>

namespace inlay {
namespace {

// Number of insertions, deletions and replacements between two names.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

void AddPaths(const std::vector<Field>& fields, const std::string& prefix, std::vector<std::string>* paths) {
  for (const Field& field : fields) {
    paths->push_back(prefix + field.name);
    const DataType* type = &field.type;
    if (type->id() == TypeId::kDictionary) type = &type->children()[0].type;
    AddPaths(type->children(), prefix + field.name + ".", paths);
  }
}

}  // namespace

std::string PathText(const FieldPath* path) {
  if (path == nullptr) return {};
  if (path->parent == nullptr) return std::string(path->name);
  return PathText(path->parent) + "." + std::string(path->name);
}

std::string PathPrefix(const FieldPath* path) {
  if (path == nullptr) return {};
  return "column '" + PathText(path) + "': ";
}

std::vector<std::string> AllPaths(const Schema& schema) {
  std::vector<std::string> paths;
  AddPaths(schema.fields, "", &paths);
  return paths;
}

std::string NearestPaths(std::string_view path, std::span<const std::string> paths) {
  constexpr size_t kNamed = 3;
  std::vector<std::pair<size_t, const std::string*>> nearest;
  for (const std::string& candidate : paths) nearest.emplace_back(EditDistance(path, candidate), &candidate);
  std::stable_sort(nearest.begin(), nearest.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (size_t i = 0; i < std::min(kNamed, nearest.size()); ++i) {
    text += (i == 0 ? "; nearest: '" : ", '") + *nearest[i].second + "'";
  }
  return text;
}

}  // namespace inlay
