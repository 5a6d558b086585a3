#include "engine/columns/validate.h"

#include <exception>
#include <vector>

#include "engine/columns/layout.h"
#include "engine/columns/type_check.h"
#include "engine/columns/type_match.h"
#include "kernels/bitmap.h"

namespace inlay {

Status Inspected::Fault(std::string_view what) const {
  return Status::InvalidArgument(PathPrefix(&path) + std::string(what));
}

Status Inspected::FaultAt(int64_t row, std::string_view what) const {
  return Fault((parent == nullptr ? "row " : "element ") + std::to_string(row) + ": " + std::string(what));
}

namespace {

// Which elements of a child are in use: not under a null, not outside a list, chosen by the union. Whole and true for a
// column.
std::vector<bool> LiveElements(const Inspected& inspected);

// Sets the elements of a list-like parent's item that a live, valid list holds.
template <typename Offset>
void MarkListItems(const ArrayView& parent, const std::vector<bool>& parent_live, bool has_sizes, int64_t first,
                   std::vector<bool>* live) {
  for (int64_t row = 0; row < parent.length; ++row) {
    if (!parent_live[static_cast<size_t>(row)] || !IsValidAt(parent, row)) continue;
    const int64_t start = LoadAt<Offset>(parent.buffers[1], parent.offset + row);
    const int64_t end = has_sizes ? start + LoadAt<Offset>(parent.buffers[2], parent.offset + row)
                                  : LoadAt<Offset>(parent.buffers[1], parent.offset + row + 1);
    for (int64_t i = start; i < end; ++i) (*live)[static_cast<size_t>(i - first)] = true;
  }
}

std::vector<bool> LiveElements(const Inspected& inspected) {
  const size_t length = static_cast<size_t>(inspected.array.length);
  if (inspected.parent == nullptr) return std::vector<bool>(length, true);
  const ArrayView& parent = inspected.parent->array;
  const Layout layout = LayoutOf(parent.type->id());
  // Values of dictionaries and runs are. (The parent may have any number of rows there, for no memory.)
  if (layout == Layout::kDictionary || layout == Layout::kRunEndEncoded) return std::vector<bool>(length, true);
  const std::vector<bool> parent_live = LiveElements(*inspected.parent);
  std::vector<bool> live(length, false);
  const int64_t first = ReachedItems(parent).start;
  switch (layout) {
    case Layout::kStruct:
      for (size_t i = 0; i < length; ++i) live[i] = parent_live[i] && IsValidAt(parent, static_cast<int64_t>(i));
      break;
    case Layout::kFixedSizeList: {
      const size_t list_size = static_cast<size_t>(parent.type->list_size());
      for (size_t i = 0; i < length; ++i) {
        const size_t row = i / list_size;
        live[i] = parent_live[row] && IsValidAt(parent, static_cast<int64_t>(row));
      }
      break;
    }
    case Layout::kList32:
      MarkListItems<int32_t>(parent, parent_live, false, first, &live);
      break;
    case Layout::kList64:
      MarkListItems<int64_t>(parent, parent_live, false, first, &live);
      break;
    case Layout::kListView32:
      MarkListItems<int32_t>(parent, parent_live, true, first, &live);
      break;
    case Layout::kListView64:
      MarkListItems<int64_t>(parent, parent_live, true, first, &live);
      break;
    case Layout::kSparseUnion:
    case Layout::kDenseUnion:
      for (int64_t row = 0; row < parent.length; ++row) {
        const int8_t id = LoadAt<int8_t>(parent.buffers[1], parent.offset + row);
        if (!parent_live[static_cast<size_t>(row)] || parent.type->type_ids()[inspected.member] != id) continue;
        const int64_t at =
            layout == Layout::kSparseUnion ? row : LoadAt<int32_t>(parent.buffers[2], parent.offset + row);
        live[static_cast<size_t>(at)] = true;
      }
      break;
    default:
      break;
  }
  return live;
}

// Children as far as the parent's window reaches, so that a small slice of a large array costs little.
Status CheckDeeper(const Inspected& inspected, Validation validation);

Status CheckChild(const Inspected& parent, const ArrayView& child, size_t member, Validation validation) {
  const Field& field = parent.array.type->children()[member];
  const Inspected inspected{child, field, {&parent.path, field.name}, &parent, member, parent.checks_dictionaries};
  return CheckDeeper(inspected, validation);
}

Status CheckChildren(const Inspected& inspected, Validation validation) {
  const ArrayView& array = inspected.array;
  const Layout layout = LayoutOf(array.type->id());
  switch (layout) {
    case Layout::kList32:
    case Layout::kList64:
    case Layout::kListView32:
    case Layout::kListView64:
    case Layout::kFixedSizeList: {
      const ChildRange range = ReachedItems(array);
      return CheckChild(inspected, array.children[0].Slice(range.start, range.count), 0, validation);
    }
    case Layout::kStruct:
    case Layout::kSparseUnion:
      for (size_t i = 0; i < array.children.size(); ++i) {
        const ArrayView child = array.children[i].Slice(array.offset, array.length);
        if (Status status = CheckChild(inspected, child, i, validation); !status.ok()) return status;
      }
      return {};
    case Layout::kDenseUnion:
    case Layout::kRunEndEncoded:
      for (size_t i = 0; i < array.children.size(); ++i) {
        if (Status status = CheckChild(inspected, array.children[i], i, validation); !status.ok()) return status;
      }
      return {};
    case Layout::kDictionary:
      return inspected.checks_dictionaries ? CheckChild(inspected, *array.dictionary, 0, validation) : Status();
    default:
      return {};
  }
}

Status CheckDeeper(const Inspected& inspected, Validation validation) {
  if (Status status = CheckShape(inspected); !status.ok()) return status;
  if (validation == Validation::kFull) {
    if (Status status = CheckValues(inspected); !status.ok()) return status;
  }
  if (validation == Validation::kFull || inspected.parent == nullptr) {
    if (Status status = CheckRequired(inspected); !status.ok()) return status;
  }
  return CheckChildren(inspected, validation);
}

// Passes what CheckDeeper passes in the basic form, of the plainest columns: fixed width, no nulls, no offset. It is
// what a small batch of many columns costs.
bool IsPlainlyGood(const ArrayView& array, const Field& field) {
  constexpr int64_t kMostValues = int64_t{1} << 24;  // no product below overflows
  return array.type == &field.type && LayoutOf(field.type.id()) == Layout::kFixed && array.offset == 0 &&
         array.length > 0 && array.length <= kMostValues && array.null_count == 0 && array.buffers[0].size_bytes == 0 &&
         array.buffers[2].size_bytes == 0 && array.buffers[1].data != nullptr &&
         array.buffers[1].size_bytes >= array.length * FixedByteWidth(field.type);
}

Status CheckColumns(const RecordBatchView& batch, Validation validation) {
  const std::vector<Field>& fields = batch.schema->fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    const ArrayView& column = batch.columns[i];
    if (column.length == batch.num_rows && validation == Validation::kBasic && IsPlainlyGood(column, fields[i])) {
      continue;
    }
    const Inspected inspected{column, fields[i], {nullptr, fields[i].name}};
    if (column.length != batch.num_rows) {
      return inspected.Fault("has " + std::to_string(column.length) + " rows, the batch has " +
                             std::to_string(batch.num_rows));
    }
    if (Status status = CheckDeeper(inspected, validation); !status.ok()) return status;
  }
  return {};
}

Status CheckHead(const RecordBatchView& batch) {
  if (batch.error != nullptr && !batch.error->ok()) return *batch.error;
  if (batch.schema == nullptr) return Status::InvalidArgument("a batch without a schema");
  if (batch.num_rows < 0) return Status::InvalidArgument("a batch of a negative number of rows");
  if (batch.columns.size() == batch.schema->fields.size()) return {};
  return Status::InvalidArgument("a batch of " + std::to_string(batch.columns.size()) + " columns under a schema of " +
                                 std::to_string(batch.schema->fields.size()));
}

}  // namespace

Status CheckRequired(const Inspected& inspected) {
  const ArrayView& array = inspected.array;
  if (inspected.field.nullable || array.CountNulls() == 0) return {};
  const bool all_null = LayoutOf(array.type->id()) == Layout::kNull;
  // Null values take no memory, so that a few bytes may declare more than can be looked at.
  constexpr int64_t kMostNulls = int64_t{1} << 28;
  if (all_null && array.length > kMostNulls) return inspected.Fault("too many nulls in a field that is not nullable");
  std::vector<bool> live;
  if (inspected.parent != nullptr) live = LiveElements(inspected);
  for (int64_t row = 0; row < array.length; ++row) {
    if (!all_null && IsValidAt(array, row)) continue;
    if (live.empty() || live[static_cast<size_t>(row)]) {
      return inspected.FaultAt(row, "null in a field that is not nullable");
    }
  }
  return {};
}

Status ValidateArray(const ArrayView& array, const Field& field, Validation validation) try {
  if (Status status = CheckFieldType(field); !status.ok()) return status;
  return CheckDeeper({array, field, {nullptr, field.name}}, validation);
} catch (const std::exception&) {  // bad_alloc, or length_error for a length that is out of this world
  return Status::OutOfMemory();
}

Status ValidateDecodedArray(const ArrayView& array, const Field& field, Validation validation) try {
  return CheckDeeper({array, field, {nullptr, field.name}, nullptr, 0, false}, validation);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

Status ValidateBatch(const RecordBatchView& batch, Validation validation) try {
  if (Status status = CheckHead(batch); !status.ok()) return status;
  for (const Field& field : batch.schema->fields) {
    if (Status status = CheckFieldType(field); !status.ok()) return status;
  }
  return CheckColumns(batch, validation);
} catch (const std::exception&) {  // bad_alloc, or length_error for a length that is out of this world
  return Status::OutOfMemory();
}

Status ValidateBatchUnder(const Schema& schema, const RecordBatchView& batch, Validation validation) try {
  if (Status status = CheckHead(batch); !status.ok()) return status;
  if (!SameSchema(*batch.schema, schema)) {
    return Status::InvalidArgument("the batch's schema is not the writer's; the batch has\n" +
                                   batch.schema->ToString() + "\nthe writer\n" + schema.ToString());
  }
  return CheckColumns(batch, validation);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
