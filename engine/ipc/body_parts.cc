#include "engine/ipc/body_parts.h"

#include <cstring>
#include <string>

#include "kernels/bitmap.h"
#include "kernels/copy.h"

namespace inlay::ipc {
namespace {

// In constant time where the array knows it.
int64_t CountNulls(const ArrayView& array, int64_t offset, int64_t length) {
  if (length == 0 || array.null_count == 0 || array.buffers[0].size_bytes == 0) return 0;
  if (array.null_count == array.length) return length;
  if (array.null_count > 0 && length == array.length) return array.null_count;
  return length - kernels::CountSetBits(array.buffers[0].data, offset, length);
}

}  // namespace

// A bitmap that ends within a byte is copied: what follows its last bit in memory is none of the reader's business.
void BodyParts::AddBits(const BufferView& bits, int64_t offset, int64_t count) {
  Part& part = parts_.emplace_back();
  if (count == 0) return;
  part.data = bits.data + offset / 8;
  part.size_bytes = (count + 7) / 8;
  if (offset % 8 == 0 && count % 8 == 0) return;
  part.source = Part::Source::kBits;
  part.first = offset % 8;
  part.count = count;
}

void BodyParts::AddRewrite(Part::Source source, int64_t size_bytes, const Rewrite& rewrite) {
  AddPart({.source = source, .size_bytes = size_bytes, .first = static_cast<int64_t>(rewrites_.size())});
  rewrites_.push_back(rewrite);
}

void BodyParts::AddFixed(const PlanNode& node, const Window& window) {
  Part& part = parts_.emplace_back();
  part.size_bytes = window.length * node.width;
  if (part.size_bytes > 0) part.data = window.array->buffers[1].data + window.offset * node.width;
}

// The offsets of a window, from 0 on; the format wants one even where the array has none.
template <typename Offset>
Status BodyParts::AddOffsets(size_t index, const Window& window, int64_t limit, int64_t* first, int64_t* last) {
  static constexpr Offset kZero = 0;
  constexpr int64_t kWidth = sizeof(Offset);
  *first = *last = 0;
  if (window.length == 0) {
    AddPart({.data = reinterpret_cast<const uint8_t*>(&kZero), .size_bytes = kWidth});
    return {};
  }
  const BufferView& offsets = window.array->buffers[1];
  *first = LoadAt<Offset>(offsets, window.offset);
  *last = LoadAt<Offset>(offsets, window.offset + window.length);
  if (*first < 0 || *last < *first || *last > limit) {
    return plan_->Fault(index, "offsets run from " + std::to_string(*first) + " to " + std::to_string(*last) +
                                   ", there are " + std::to_string(limit) + " bytes or items");
  }
  Part part{.data = offsets.data + window.offset * kWidth,
            .size_bytes = (window.length + 1) * kWidth,
            .first = *first,
            .count = window.length + 1};
  if (*first != 0) part.source = sizeof(Offset) == 4 ? Part::Source::kOffsets32 : Part::Source::kOffsets64;
  AddPart(part);
  return {};
}

template <typename Offset>
Status BodyParts::AddBytes(size_t index, const Window& window) {
  int64_t first, last;
  const BufferView& bytes = window.array->buffers[2];
  if (Status status = AddOffsets<Offset>(index, window, bytes.size_bytes, &first, &last); !status.ok()) return status;
  AddPart(first == last ? Part{} : Part{.data = bytes.data + first, .size_bytes = last - first});
  return {};
}

template <typename Offset>
Status BodyParts::AddList(size_t index, const Window& window) {
  int64_t first, last;
  const ArrayView& items = window.array->children[0];
  if (Status status = AddOffsets<Offset>(index, window, items.length, &first, &last); !status.ok()) return status;
  windows_[index + 1] = {&items, items.offset + first, last - first};
  return {};
}

// Members with as many values as their parent, or list_size times as many.
void BodyParts::AddMembers(size_t index, const Window& window) {
  const PlanNode& node = plan_->nodes()[index];
  const int64_t values_a_row = node.layout == Layout::kFixedSizeList ? node.width : 1;
  size_t child = index + 1;
  for (const ArrayView& member : window.array->children) {
    const int64_t length = window.length * values_a_row;
    windows_[child] = {&member, member.offset + (length == 0 ? 0 : window.offset * values_a_row), length};
    child = static_cast<size_t>(plan_->nodes()[child].end);
  }
}

Status BodyParts::AddNode(size_t index) {
  const PlanNode& node = plan_->nodes()[index];
  if (node.parent < 0) {
    const ArrayView& array = arrays_[static_cast<size_t>(node.member)];
    windows_[index] = {&array, array.offset, array.length};
  }
  Window& window = windows_[index];
  int64_t num_nulls = node.layout == Layout::kNull ? window.length : 0;
  if (node.has_bitmap) {
    num_nulls = CountNulls(*window.array, window.offset, window.length);
    window.has_nulls = num_nulls > 0;
  }
  nodes_.emplace_back(window.length, num_nulls);
  if (num_nulls > 0 && !node.field->nullable) {
    if (Status status = CheckRequired(index, window); !status.ok()) return status;
  }
  if (node.has_validity) AddBits(window.array->buffers[0], window.offset, num_nulls == 0 ? 0 : window.length);
  switch (node.layout) {
    case Layout::kNull:
      return {};
    case Layout::kBits:
      AddBits(window.array->buffers[1], window.offset, window.length);
      return {};
    case Layout::kFixed:
    case Layout::kDictionary:
      if (node.is_run_ends) {
        AddRunEnds(index, window);
      } else {
        AddFixed(node, window);
      }
      return {};
    case Layout::kBytes32:
      return AddBytes<int32_t>(index, window);
    case Layout::kBytes64:
      return AddBytes<int64_t>(index, window);
    case Layout::kViews:
      return AddViews(index, window);
    case Layout::kList32:
      return AddList<int32_t>(index, window);
    case Layout::kList64:
      return AddList<int64_t>(index, window);
    case Layout::kListView32:
      return AddListViews<int32_t>(index, window);
    case Layout::kListView64:
      return AddListViews<int64_t>(index, window);
    case Layout::kSparseUnion:
      AddPart(window.length == 0
                  ? Part{}
                  : Part{.data = window.array->buffers[1].data + window.offset, .size_bytes = window.length});
      AddMembers(index, window);
      return {};
    case Layout::kFixedSizeList:
    case Layout::kStruct:
      AddMembers(index, window);
      return {};
    case Layout::kDenseUnion:
      return AddDenseUnion(index, window);
    case Layout::kRunEndEncoded:
      return AddRunEndEncoded(index, window);
  }
  return {};
}

// A member that must not be null may well be null where its parents are, and nobody sees it. Between structs that takes
// a look at two bitmaps; otherwise the whole column is validated.
Status BodyParts::CheckRequired(size_t index, const Window& window) const {
  const PlanNode& node = plan_->nodes()[index];
  if (node.parent < 0) {
    return plan_->Fault(index, std::to_string(nodes_.back().null_count()) + " nulls in a field that allows none");
  }
  const auto parent = static_cast<size_t>(node.parent);
  if (plan_->nodes()[parent].layout == Layout::kStruct) {
    int64_t row = 0;
    while (row < window.length && ((node.has_bitmap && !window.IsNull(row)) || windows_[parent].IsNull(row))) {
      ++row;
    }
    if (row == window.length) return {};
  }
  size_t column = parent;
  while (plan_->nodes()[column].parent >= 0) column = static_cast<size_t>(plan_->nodes()[column].parent);
  return ValidateArray(*windows_[column].array, *plan_->nodes()[column].field, Validation::kFull);
}

Status BodyParts::Collect(const BodyPlan& plan, std::span<const ArrayView> arrays) {
  plan_ = &plan;
  arrays_ = arrays;
  const size_t num_nodes = plan.nodes().size();
  if (windows_.size() < num_nodes) windows_.resize(num_nodes);
  nodes_.clear();
  parts_.clear();
  variadic_counts_.clear();
  rewrites_.clear();
  union_bases_.clear();
  view_ranges_.clear();
  for (size_t i = 0; i < num_nodes; ++i) {
    const size_t num_parts = parts_.size();
    if (Status status = AddNode(i); !status.ok()) return status;
    if (plan.nodes()[i].compress) continue;
    for (size_t k = num_parts; k < parts_.size(); ++k) parts_[k].compress = false;
  }
  return {};
}

void BodyParts::Materialise(const Part& part, uint8_t* out) const {
  using Source = Part::Source;
  const auto rewrite = [&]() -> const Rewrite& { return rewrites_[static_cast<size_t>(part.first)]; };
  switch (part.source) {
    case Source::kBorrow:
      std::memcpy(out, part.data, static_cast<size_t>(part.size_bytes));
      return;
    case Source::kBits:
      return kernels::CopyBits(part.data, part.first, part.count, out);
    case Source::kOffsets32:
      return kernels::RebaseOffsets32(reinterpret_cast<const int32_t*>(part.data), part.count,
                                      static_cast<int32_t>(part.first), reinterpret_cast<int32_t*>(out));
    case Source::kOffsets64:
      return kernels::RebaseOffsets64(reinterpret_cast<const int64_t*>(part.data), part.count, part.first,
                                      reinterpret_cast<int64_t*>(out));
    case Source::kListViewOffsets32:
      return WriteListViewOffsets<int32_t>(rewrite(), out);
    case Source::kListViewOffsets64:
      return WriteListViewOffsets<int64_t>(rewrite(), out);
    case Source::kListViewSizes32:
      return WriteListViewSizes<int32_t>(rewrite(), out);
    case Source::kListViewSizes64:
      return WriteListViewSizes<int64_t>(rewrite(), out);
    case Source::kUnionOffsets:
      return WriteUnionOffsets(rewrite(), out);
    case Source::kRunEnds:
      return WriteRunEnds(rewrite(), out);
    case Source::kViews:
      return WriteViews(rewrite(), out);
    case Source::kViewData:
      return WriteViewData(rewrite(), out);
  }
}

}  // namespace inlay::ipc
