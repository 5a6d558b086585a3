#include <inlay/batch_operations.h>

#include <algorithm>
#include <exception>

#include "engine/columns/array_equality.h"
#include "engine/columns/field_path.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"
#include "engine/columns/places.h"
#include "engine/columns/run_ends.h"
#include "engine/columns/type_match.h"
#include "engine/columns/value_text.h"

namespace inlay {
namespace {

std::optional<Difference> SchemaDifference(const Schema& a, const Schema& b) {
  if (a.fields.size() != b.fields.size()) {
    return Difference{
        {}, -1, std::to_string(a.fields.size()), std::to_string(b.fields.size()), "numbers of columns differ"};
  }
  for (size_t i = 0; i < a.fields.size(); ++i) {
    const Field& left = a.fields[i];
    const Field& right = b.fields[i];
    if (left.name != right.name) return Difference{left.name, -1, left.name, right.name, "names differ"};
    if (!SameType(left.type, right.type)) {
      return Difference{left.name, -1, left.type.ToString(), right.type.ToString(), "types differ"};
    }
    if (left.nullable != right.nullable) {
      const auto text = [](const Field& field) { return field.nullable ? "nullable" : "not nullable"; };
      return Difference{left.name, -1, text(left), text(right), "nullability differs"};
    }
  }
  return std::nullopt;
}

// Follows a difference of two rows down to the values that differ.
class Descent {
 public:
  explicit Descent(int64_t row) : row_(row) {}

  // Requires that the rows differ.
  Difference Describe(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row, const FieldPath* path);

 private:
  Difference Found(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row, const FieldPath* path,
                   std::string_view what) const {
    return {PathText(path), row_, ValueText(a, a_row), ValueText(b, b_row), where_ + std::string(what)};
  }
  Difference DescribeChild(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row, size_t child,
                           const FieldPath* path) {
    const FieldPath child_path{path, a.type->children()[child].name};
    return Describe(a.children[child], a_row, b.children[child], b_row, &child_path);
  }
  Difference DescribeItems(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row, const FieldPath* path);
  Difference DescribeMembers(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row,
                             const FieldPath* path);
  Difference DescribeUnion(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row, const FieldPath* path);

  int64_t row_;
  std::string where_;  // "item 3: "
  ArrayEquality equality_;
};

Difference Descent::DescribeItems(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row,
                                  const FieldPath* path) {
  const ListPlace left = ListAt(a, a_row);
  const ListPlace right = ListAt(b, b_row);
  const int64_t shorter = std::min(left.size, right.size);
  const int64_t item = equality_.FirstDifference(a.children[0], left.start, b.children[0], right.start, shorter);
  if (item == shorter) {
    return Found(a, a_row, b, b_row, path,
                 "lists of " + std::to_string(left.size) + " and " + std::to_string(right.size) + " items");
  }
  where_ += "item " + std::to_string(item) + ": ";
  return DescribeChild(a, left.start + item, b, right.start + item, 0, path);
}

Difference Descent::DescribeMembers(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row,
                                    const FieldPath* path) {
  const int64_t a_at = a.offset + a_row;
  const int64_t b_at = b.offset + b_row;
  size_t member = 0;
  while (member + 1 < a.children.size() && equality_.SameRow(a.children[member], a_at, b.children[member], b_at)) {
    ++member;
  }
  return DescribeChild(a, a_at, b, b_at, member, path);
}

Difference Descent::DescribeUnion(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row,
                                  const FieldPath* path) {
  const UnionPlace left = UnionAt(a, a_row);
  const UnionPlace right = UnionAt(b, b_row);
  if (left.member != right.member) return Found(a, a_row, b, b_row, path, "type ids differ");
  return DescribeChild(a, left.row, b, right.row, left.member, path);
}

Difference Descent::Describe(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row,
                             const FieldPath* path) {
  if (IsNullRow(a, a_row) || IsNullRow(b, b_row)) return Found(a, a_row, b, b_row, path, "null in one alone");
  const auto index = [](const ArrayView& array, int64_t row) {
    return LoadInteger(array.type->index_type(), array.buffers[1], array.offset + row);
  };
  switch (LayoutOf(a.type->id())) {
    case Layout::kList32:
    case Layout::kList64:
    case Layout::kListView32:
    case Layout::kListView64:
    case Layout::kFixedSizeList:
      return DescribeItems(a, a_row, b, b_row, path);
    case Layout::kStruct:
      return DescribeMembers(a, a_row, b, b_row, path);
    case Layout::kDenseUnion:
    case Layout::kSparseUnion:
      return DescribeUnion(a, a_row, b, b_row, path);
    case Layout::kDictionary:
      return Describe(*a.dictionary, index(a, a_row), *b.dictionary, index(b, b_row), path);
    case Layout::kRunEndEncoded:
      return Describe(a.children[1], RunCursor(a).RunAt(a_row), b.children[1], RunCursor(b).RunAt(b_row), path);
    default:
      return Found(a, a_row, b, b_row, path, "values differ");
  }
}

}  // namespace

std::string Difference::ToString() const {
  std::string text = path.empty() ? std::string() : "column '" + path + "'";
  if (row >= 0) text += ", row " + std::to_string(row);
  if (!text.empty()) text += ": ";
  return text + reason + ": " + left + " and " + right;
}

Result<std::optional<Difference>> FindDifference(const RecordBatchView& a, const RecordBatchView& b) try {
  if (Status status = ValidateBatch(a, Validation::kBasic); !status.ok()) return status;
  if (Status status = ValidateBatch(b, Validation::kBasic); !status.ok()) return status;
  if (std::optional<Difference> difference = SchemaDifference(*a.schema, *b.schema)) return difference;
  if (a.num_rows != b.num_rows) {
    return std::optional<Difference>(
        {{}, -1, std::to_string(a.num_rows), std::to_string(b.num_rows), "numbers of rows differ"});
  }
  for (size_t i = 0; i < a.columns.size(); ++i) {
    const int64_t row = NumRowsInCommon(a.columns[i], b.columns[i]);
    if (row == a.num_rows) continue;
    const FieldPath path{nullptr, a.schema->fields[i].name};
    return std::optional<Difference>(Descent(row).Describe(a.columns[i], row, b.columns[i], row, &path));
  }
  return std::optional<Difference>();
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
