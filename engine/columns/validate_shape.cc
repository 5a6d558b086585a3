// Everything about an array that can be told without reading its values: types, lengths, buffer sizes, first and last
// offset.
#include <string>

#include "engine/columns/layout.h"
#include "engine/columns/type_match.h"
#include "engine/columns/validate.h"

namespace inlay {
namespace {

// The sums below saturate: no buffer is that large, so a fault is found all the same.
int64_t SaturatingAdd(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

int64_t SaturatingMultiply(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

class ShapeChecker {
 public:
  explicit ShapeChecker(const Inspected& inspected)
      : inspected_(inspected), array_(inspected.array), layout_(LayoutOf(inspected.field.type.id())) {}

  Status Check() {
    if (Status status = CheckHead(); !status.ok()) return status;
    if (Status status = CheckValidity(); !status.ok()) return status;
    return CheckBody();
  }

 private:
  Status CheckHead();
  Status CheckValidity() const;
  Status CheckBody() const;
  Status CheckBuffer(int index, int64_t needed_bytes, std::string_view what) const;
  template <typename Offset>
  Status CheckOffsets(int64_t limit, std::string_view of_what) const;
  Status CheckViews() const;
  Status CheckChildHeads(size_t wanted) const;
  Status CheckMemberLengths() const;
  Status CheckListViews(int64_t width) const;

  const Inspected& inspected_;
  const ArrayView& array_;
  const Layout layout_;
  int64_t end_ = 0;  // offset + length
};

Status ShapeChecker::CheckHead() {
  if (array_.type == nullptr) return inspected_.Fault("an array without a type");
  if (!SameType(*array_.type, inspected_.field.type)) {
    return inspected_.Fault("holds " + array_.type->ToString() + ", the schema says " +
                            inspected_.field.type.ToString());
  }
  if (array_.length < 0) return inspected_.Fault("a negative length");
  if (array_.offset < 0) return inspected_.Fault("a negative offset");
  if (__builtin_add_overflow(array_.offset, array_.length, &end_)) {
    return inspected_.Fault("offset and length overflow");
  }
  if (array_.null_count < kUnknownNullCount || array_.null_count > array_.length) {
    return inspected_.Fault("a null count of " + std::to_string(array_.null_count) + " in " +
                            std::to_string(array_.length) + " values");
  }
  for (const BufferView& buffer : array_.buffers) {
    if (buffer.size_bytes < 0 || (buffer.size_bytes > 0 && buffer.data == nullptr)) {
      return inspected_.Fault("a buffer without memory or of a negative size");
    }
  }
  return {};
}

Status ShapeChecker::CheckBuffer(int index, int64_t needed_bytes, std::string_view what) const {
  if (array_.length == 0 || array_.buffers[index].size_bytes >= needed_bytes) return {};
  return inspected_.Fault("the buffer of " + std::string(what) + " has " +
                          std::to_string(array_.buffers[index].size_bytes) + " bytes, " + std::to_string(needed_bytes) +
                          " are needed");
}

Status ShapeChecker::CheckValidity() const {
  if (!HasValidity(layout_)) return {};
  if (array_.buffers[0].size_bytes == 0) {
    return array_.null_count > 0 ? inspected_.Fault("a null count but no validity bits") : Status();
  }
  return CheckBuffer(0, end_ / 8 + (end_ % 8 != 0), "validity bits");
}

// One more offset than values; an array of no values may have none. `limit` is what the last one may reach.
template <typename Offset>
Status ShapeChecker::CheckOffsets(int64_t limit, std::string_view of_what) const {
  if (array_.length == 0) return {};
  const int64_t needed_bytes = SaturatingMultiply(SaturatingAdd(end_, 1), sizeof(Offset));
  if (Status status = CheckBuffer(1, needed_bytes, "offsets"); !status.ok()) return status;
  const int64_t first = LoadAt<Offset>(array_.buffers[1], array_.offset);
  const int64_t last = LoadAt<Offset>(array_.buffers[1], end_);
  if (first < 0 || last < first) {
    return inspected_.Fault("offsets run from " + std::to_string(first) + " to " + std::to_string(last));
  }
  if (last > limit) {
    return inspected_.Fault("the last offset is " + std::to_string(last) + ", there are " + std::to_string(limit) +
                            " " + std::string(of_what));
  }
  return {};
}

Status ShapeChecker::CheckViews() const {
  for (const BufferView& buffer : array_.variadic_buffers) {
    if (buffer.size_bytes < 0 || (buffer.size_bytes > 0 && buffer.data == nullptr)) {
      return inspected_.Fault("a data buffer without memory or of a negative size");
    }
  }
  return CheckBuffer(1, SaturatingMultiply(end_, 16), "views");
}

// What must hold before children are counted into and sliced. The rest of their shape is checked when they are visited.
Status ShapeChecker::CheckChildHeads(size_t wanted) const {
  if (array_.children.size() != wanted) {
    return inspected_.Fault("has " + std::to_string(array_.children.size()) + " children, its type " +
                            std::to_string(wanted));
  }
  for (const ArrayView& child : array_.children) {
    if (child.offset < 0 || child.length < 0 || child.offset > INT64_MAX - child.length) {
      return inspected_.Fault("a child's offset or length is negative or overflows");
    }
  }
  return {};
}

// Structs and sparse unions: each member reaches as far as the parent.
Status ShapeChecker::CheckMemberLengths() const {
  for (size_t i = 0; i < array_.children.size(); ++i) {
    if (array_.children[i].length < end_) {
      return inspected_.Fault("member '" + array_.type->children()[i].name + "' has " +
                              std::to_string(array_.children[i].length) + " values, " + std::to_string(end_) +
                              " are needed");
    }
  }
  return {};
}

Status ShapeChecker::CheckListViews(int64_t width) const {
  if (Status status = CheckBuffer(1, SaturatingMultiply(end_, width), "offsets"); !status.ok()) return status;
  return CheckBuffer(2, SaturatingMultiply(end_, width), "sizes");
}

Status ShapeChecker::CheckBody() const {
  const DataType& type = *array_.type;
  if (layout_ != Layout::kDictionary) {
    if (Status status = CheckChildHeads(type.children().size()); !status.ok()) return status;
  }
  switch (layout_) {
    case Layout::kNull:
      return {};
    case Layout::kBits:
      return CheckBuffer(1, end_ / 8 + (end_ % 8 != 0), "values");
    case Layout::kFixed:
      return CheckBuffer(1, SaturatingMultiply(end_, FixedByteWidth(type)), "values");
    case Layout::kBytes32:
      return CheckOffsets<int32_t>(array_.buffers[2].size_bytes, "bytes");
    case Layout::kBytes64:
      return CheckOffsets<int64_t>(array_.buffers[2].size_bytes, "bytes");
    case Layout::kViews:
      return CheckViews();
    case Layout::kList32:
      return CheckOffsets<int32_t>(array_.children[0].length, "items");
    case Layout::kList64:
      return CheckOffsets<int64_t>(array_.children[0].length, "items");
    case Layout::kListView32:
      return CheckListViews(4);
    case Layout::kListView64:
      return CheckListViews(8);
    case Layout::kFixedSizeList: {
      const int64_t needed = SaturatingMultiply(end_, type.list_size());
      if (needed != INT64_MAX && array_.children[0].length >= needed) return {};
      return inspected_.Fault("has " + std::to_string(array_.children[0].length) + " items, " + std::to_string(needed) +
                              " are needed");
    }
    case Layout::kStruct:
      return CheckMemberLengths();
    case Layout::kSparseUnion:
      if (Status status = CheckMemberLengths(); !status.ok()) return status;
      return CheckBuffer(1, end_, "type ids");
    case Layout::kDenseUnion:
      if (Status status = CheckBuffer(1, end_, "type ids"); !status.ok()) return status;
      return CheckBuffer(2, SaturatingMultiply(end_, 4), "offsets");
    case Layout::kDictionary:
      if (array_.dictionary == nullptr) return inspected_.Fault("a dictionary type without a dictionary");
      return CheckBuffer(1, SaturatingMultiply(end_, FixedByteWidth(type)), "indexes");
    case Layout::kRunEndEncoded:
      if (array_.children[1].length >= array_.children[0].length) return {};
      return inspected_.Fault("has fewer values than run ends");
  }
  return {};
}

}  // namespace

Status CheckShape(const Inspected& inspected) { return ShapeChecker(inspected).Check(); }

ChildRange ReachedItems(const ArrayView& array) {
  const auto between = [&](auto offset) -> ChildRange {
    using Offset = decltype(offset);
    if (array.length == 0) return {};
    const int64_t first = LoadAt<Offset>(array.buffers[1], array.offset);
    return {first, LoadAt<Offset>(array.buffers[1], array.offset + array.length) - first};
  };
  switch (LayoutOf(array.type->id())) {
    case Layout::kList32:
      return between(int32_t{});
    case Layout::kList64:
      return between(int64_t{});
    case Layout::kFixedSizeList:
      return {array.offset * array.type->list_size(), array.length * array.type->list_size()};
    case Layout::kListView32:
    case Layout::kListView64:
      return {0, array.children[0].length};
    default:
      return {};
  }
}

}  // namespace inlay
