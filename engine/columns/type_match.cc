#include "engine/columns/type_match.h"

namespace inlay {
namespace {

bool MembersHaveNames(TypeId id) {
  return id == TypeId::kStruct || id == TypeId::kDenseUnion || id == TypeId::kSparseUnion;
}

bool SameFields(const std::vector<Field>& a, const std::vector<Field>& b, bool compare_names) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].nullable != b[i].nullable || (compare_names && a[i].name != b[i].name)) return false;
    if (!SameType(a[i].type, b[i].type)) return false;
  }
  return true;
}

}  // namespace

bool SameType(const DataType& a, const DataType& b) {
  if (&a == &b) return true;
  const bool same_parameters = a.id() == b.id() && a.precision() == b.precision() && a.scale() == b.scale() &&
                               a.byte_width() == b.byte_width() && a.list_size() == b.list_size() &&
                               a.unit() == b.unit() && a.timezone() == b.timezone() &&
                               a.keys_sorted() == b.keys_sorted() && a.index_type() == b.index_type() &&
                               a.type_ids() == b.type_ids();
  if (!same_parameters) return false;
  if (a.id() == TypeId::kDictionary && a.children().size() == 1 && b.children().size() == 1) {
    return SameType(a.children()[0].type, b.children()[0].type);
  }
  return SameFields(a.children(), b.children(), MembersHaveNames(a.id()));
}

bool SameSchema(const Schema& a, const Schema& b) { return &a == &b || SameFields(a.fields, b.fields, true); }

}  // namespace inlay
