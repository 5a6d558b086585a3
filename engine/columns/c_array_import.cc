// ArrowArray -> RecordBatch, borrowing every buffer. The structure tells no sizes: they are what lengths and offsets
// reach.
#include <deque>
#include <exception>
#include <string>

#include "engine/columns/c_import.h"
#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"
#include "kernels/bitmap.h"

namespace inlay {
namespace {

Status Fault(const FieldPath* path, std::string_view what) {
  return Status::InvalidArgument(PathPrefix(path) + std::string(what));
}

// What an imported batch keeps alive.
struct ImportedArray {
  ImportedArray(Taken<ArrowArray> from, std::shared_ptr<const Schema> its_schema)
      : array(std::move(from)), schema(std::move(its_schema)) {}

  Taken<ArrowArray> array;
  std::shared_ptr<const Schema> schema;
  // Deques: views point at what is in them.
  std::deque<std::vector<ArrayView>> views;
  std::deque<std::vector<BufferView>> variadic_buffers;
};

class ArrayReader {
 public:
  explicit ArrayReader(ImportedArray* owner) : owner_(owner) {}

  Result<ArrayView> Read(const ArrowArray* from, const DataType& type, const FieldPath* path);

 private:
  Status CheckHead(const ArrowArray& from, Layout layout, size_t num_children, const FieldPath* path) const;
  Status ReadBuffers(const ArrowArray& from, Layout layout, const FieldPath* path, ArrayView* to);
  Status ReadVariadicBuffers(const ArrowArray& from, const FieldPath* path, ArrayView* to);
  Status ReadChildren(const ArrowArray& from, const FieldPath* path, ArrayView* to);
  Status ReadDictionary(const ArrowArray& from, const FieldPath* path, ArrayView* to);

  ImportedArray* owner_;
};

Status ArrayReader::CheckHead(const ArrowArray& from, Layout layout, size_t num_children, const FieldPath* path) const {
  int64_t end;
  if (from.length < 0 || from.offset < 0 || __builtin_add_overflow(from.offset, from.length, &end) ||
      end > INT64_MAX / 64) {
    return Fault(path, "a length or offset that is negative or out of bounds");
  }
  if (from.null_count < kUnknownNullCount || from.null_count > from.length) {
    return Fault(
        path, "a null count of " + std::to_string(from.null_count) + " in " + std::to_string(from.length) + " values");
  }
  const int64_t num_buffers = NumBuffers(layout);
  const bool good_count = layout == Layout::kViews ? from.n_buffers >= num_buffers + 1 : from.n_buffers == num_buffers;
  if (!good_count) return Fault(path, "has " + std::to_string(from.n_buffers) + " buffers, not as its type needs");
  if (from.n_buffers > 0 && from.buffers == nullptr) return Fault(path, "buffers without their pointers");
  if (from.n_children != static_cast<int64_t>(num_children)) {
    return Fault(path,
                 "has " + std::to_string(from.n_children) + " children, its type " + std::to_string(num_children));
  }
  if (num_children > 0 && from.children == nullptr) return Fault(path, "children without their pointers");
  if ((from.dictionary != nullptr) != (layout == Layout::kDictionary)) {
    return Fault(path, layout == Layout::kDictionary ? "a dictionary type without a dictionary"
                                                     : "a dictionary, but no dictionary type");
  }
  return {};
}

// Buffers of the given sizes; a null pointer becomes an empty buffer, which validation then finds too short where it
// matters.
Status ArrayReader::ReadBuffers(const ArrowArray& from, Layout layout, const FieldPath* path, ArrayView* to) {
  const int64_t end = from.offset + from.length;
  const auto buffer = [&](int64_t index, int64_t size_bytes) -> BufferView {
    const void* data = from.buffers[index];
    if (data == nullptr || size_bytes <= 0) return {};
    return {static_cast<const uint8_t*>(data), size_bytes};
  };
  // The bytes that offsets reach, told by the last one.
  const auto reached = [&](auto offset) -> int64_t {
    using Offset = decltype(offset);
    if (from.length == 0 || to->buffers[1].data == nullptr) return 0;
    return LoadAt<Offset>(to->buffers[1], end);
  };
  if (HasValidity(layout)) to->buffers[0] = buffer(0, (end + 7) / 8);
  switch (layout) {
    case Layout::kBits:
      to->buffers[1] = buffer(1, (end + 7) / 8);
      return {};
    case Layout::kFixed:
    case Layout::kDictionary: {
      int64_t size_bytes;
      if (__builtin_mul_overflow(end, static_cast<int64_t>(FixedByteWidth(*to->type)), &size_bytes)) {
        return Fault(path, "more bytes of values than can be");
      }
      to->buffers[1] = buffer(1, size_bytes);
      return {};
    }
    case Layout::kBytes32:
      to->buffers[1] = buffer(1, (end + 1) * 4);
      to->buffers[2] = buffer(2, reached(int32_t{}));
      return {};
    case Layout::kBytes64:
      to->buffers[1] = buffer(1, (end + 1) * 8);
      to->buffers[2] = buffer(2, reached(int64_t{}));
      return {};
    case Layout::kList32:
      to->buffers[1] = buffer(1, (end + 1) * 4);
      return {};
    case Layout::kList64:
      to->buffers[1] = buffer(1, (end + 1) * 8);
      return {};
    case Layout::kListView32:
    case Layout::kListView64:
      for (int i : {1, 2}) to->buffers[i] = buffer(i, end * (layout == Layout::kListView32 ? 4 : 8));
      return {};
    case Layout::kDenseUnion:
      to->buffers[2] = buffer(1, end * 4);
      [[fallthrough]];
    case Layout::kSparseUnion:
      to->buffers[1] = buffer(0, end);
      return {};
    case Layout::kViews:
      to->buffers[1] = buffer(1, end * 16);
      return ReadVariadicBuffers(from, path, to);
    default:
      return {};
  }
}

// After the views: the data buffers, then one buffer with their sizes ("Binary view arrays").
Status ArrayReader::ReadVariadicBuffers(const ArrowArray& from, const FieldPath* path, ArrayView* to) {
  const int64_t num_variadic = from.n_buffers - 3;
  if (num_variadic == 0) return {};
  const BufferView sizes{static_cast<const uint8_t*>(from.buffers[from.n_buffers - 1]), num_variadic * 8};
  if (sizes.data == nullptr) return Fault(path, "data buffers without their sizes");
  std::vector<BufferView>& buffers = owner_->variadic_buffers.emplace_back();
  for (int64_t i = 0; i < num_variadic; ++i) {
    buffers.push_back({static_cast<const uint8_t*>(from.buffers[2 + i]), LoadAt<int64_t>(sizes, i)});
  }
  to->variadic_buffers = buffers;
  return {};
}

Status ArrayReader::ReadChildren(const ArrowArray& from, const FieldPath* path, ArrayView* to) {
  const std::vector<Field>& fields = to->type->children();
  if (fields.empty()) return {};
  std::vector<ArrayView>& children = owner_->views.emplace_back();
  children.reserve(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    const FieldPath child_path{path, fields[i].name};
    Result<ArrayView> child = Read(from.children[i], fields[i].type, &child_path);
    if (!child.ok()) return child.status();
    children.push_back(*child);
  }
  to->children = children;
  return {};
}

Status ArrayReader::ReadDictionary(const ArrowArray& from, const FieldPath* path, ArrayView* to) {
  const Field& field = to->type->children()[0];
  const FieldPath values_path{path, field.name};
  Result<ArrayView> values = Read(from.dictionary, field.type, &values_path);
  if (!values.ok()) return values.status();
  to->dictionary = &owner_->views.emplace_back(1, *values).front();
  return {};
}

Result<ArrayView> ArrayReader::Read(const ArrowArray* from, const DataType& type, const FieldPath* path) {
  if (from == nullptr) return Fault(path, "a child that is a null pointer");
  if (from->release == nullptr) return Fault(path, "an array that was released already");
  const Layout layout = LayoutOf(type.id());
  const bool is_dictionary = layout == Layout::kDictionary;
  const size_t num_children = is_dictionary ? 0 : type.children().size();
  if (Status status = CheckHead(*from, layout, num_children, path); !status.ok()) return status;
  ArrayView to{.type = &type, .length = from->length, .offset = from->offset, .null_count = from->null_count};
  if (Status status = ReadBuffers(*from, layout, path, &to); !status.ok()) return status;
  const Status status = is_dictionary ? ReadDictionary(*from, path, &to) : ReadChildren(*from, path, &to);
  if (!status.ok()) return status;
  return to;
}

// Columns of the struct array, each as far as the struct's own window reaches.
Status ReadColumns(ImportedArray* owner, RecordBatchView* batch) {
  const ArrowArray& root = *owner->array;
  const std::vector<Field>& fields = owner->schema->fields;
  if (root.n_children != static_cast<int64_t>(fields.size())) {
    return Status::InvalidArgument("an array of " + std::to_string(root.n_children) + " columns under a schema of " +
                                   std::to_string(fields.size()));
  }
  if (root.n_children > 0 && root.children == nullptr) return Fault(nullptr, "children without their pointers");
  if (root.n_buffers != 1 || root.dictionary != nullptr) return Fault(nullptr, "not a struct array");
  if (root.length < 0 || root.offset < 0 || root.offset > INT64_MAX / 64 - root.length) {
    return Fault(nullptr, "a length or offset that is negative or out of bounds");
  }
  const uint8_t* validity = root.buffers == nullptr ? nullptr : static_cast<const uint8_t*>(root.buffers[0]);
  if (validity != nullptr && root.null_count != 0 &&
      kernels::CountSetBits(validity, root.offset, root.length) != root.length) {
    return Fault(nullptr, "a batch with null rows");
  }
  std::vector<ArrayView>& columns = owner->views.emplace_back();
  columns.reserve(fields.size());
  ArrayReader reader(owner);
  for (size_t i = 0; i < fields.size(); ++i) {
    const FieldPath path{nullptr, fields[i].name};
    Result<ArrayView> column = reader.Read(root.children[i], fields[i].type, &path);
    if (!column.ok()) return column.status();
    if (column->length < root.offset + root.length) return Fault(&path, "has fewer rows than the batch");
    columns.push_back(column->Slice(root.offset, root.length));
  }
  *batch = {.schema = owner->schema.get(), .num_rows = root.length, .columns = columns};
  return {};
}

}  // namespace

Result<RecordBatch> ImportBatch(Taken<ArrowArray> array, std::shared_ptr<const Schema> schema, Validation validation) {
  if (Status status = array.Check("ArrowArray"); !status.ok()) return status;
  const auto owner = std::make_shared<ImportedArray>(std::move(array), std::move(schema));
  RecordBatchView batch;
  if (Status status = ReadColumns(owner.get(), &batch); !status.ok()) return status;
  if (Status status = ValidateBatch(batch, validation); !status.ok()) return status;
  return RecordBatch(owner, batch);
}

Result<RecordBatch> ImportRecordBatch(ArrowArray* array, const Schema& schema, Validation validation) {
  Taken<ArrowArray> taken(array);
  try {
    if (Status status = schema.Validate(); !status.ok()) return status;
    return ImportBatch(std::move(taken), std::make_shared<const Schema>(schema), validation);
  } catch (const std::exception&) {
    return Status::OutOfMemory();
  }
}

}  // namespace inlay
