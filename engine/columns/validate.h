// The two halves of ValidateArray.
#pragma once

#include <string>
#include <string_view>

#include <inlay/array.h>

#include "engine/columns/field_path.h"

namespace inlay {

// An array under inspection, and the arrays that hold it.
struct Inspected {
  const ArrayView& array;
  const Field& field;
  FieldPath path;
  const Inspected* parent = nullptr;  // null: a column
  size_t member = 0;                  // position among the parent's children
  bool checks_dictionaries = true;    // their values too, not only the indexes

  Status Fault(std::string_view what) const;
  // `row` counts from the array's offset.
  Status FaultAt(int64_t row, std::string_view what) const;
};

// Shape, in constant time: type, lengths, buffer sizes, first and last offsets, children. Not the children's own shape.
Status CheckShape(const Inspected& inspected);

// The rest: every offset, index, view, text and null count. Requires a good shape. Not the children's values.
Status CheckValues(const Inspected& inspected);

// Nulls in a field that forbids them. Requires a good shape, and for a member of something else good values above it.
Status CheckRequired(const Inspected& inspected);

// For the children [start, count) of list-like arrays that the array's offset and length reach. Requires a good shape.
struct ChildRange {
  int64_t start = 0;
  int64_t count = 0;
};
ChildRange ReachedItems(const ArrayView& array);

// ValidateBatch for writers, who validated their schema when they were opened: the batch's is compared with it.
Status ValidateBatchUnder(const Schema& schema, const RecordBatchView& batch, Validation validation);

// ValidateArray for readers, who validated the field with its schema and the dictionaries when they came: of those,
// indexes are only compared with the number of values.
Status ValidateDecodedArray(const ArrayView& array, const Field& field, Validation validation);

}  // namespace inlay
