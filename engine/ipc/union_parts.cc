// Dense unions: each member is cut to what the window uses of it.
#include <algorithm>
#include <array>
#include <string>

#include "engine/ipc/body_parts.h"

namespace inlay::ipc {

Status BodyParts::AddDenseUnion(size_t index, const Window& window) {
  const ArrayView& array = *window.array;
  const std::vector<int8_t>& type_ids = array.type->type_ids();
  std::array<int8_t, 128> members;  // by type id; -1: none
  members.fill(-1);
  for (size_t i = 0; i < type_ids.size(); ++i) members[static_cast<size_t>(type_ids[i])] = static_cast<int8_t>(i);

  struct Range {
    int64_t low = INT64_MAX;
    int64_t high = 0;
  };
  std::array<Range, 128> ranges;  // by member
  for (int64_t row = 0; row < window.length; ++row) {
    const int8_t id = LoadAt<int8_t>(array.buffers[1], window.offset + row);
    const int8_t member = id < 0 ? int8_t{-1} : members[static_cast<size_t>(id)];
    if (member < 0) return plan_->FaultAt(index, row, "type id " + std::to_string(id) + " is not of this union");
    const int64_t at = LoadAt<int32_t>(array.buffers[2], window.offset + row);
    const ArrayView& child = array.children[static_cast<size_t>(member)];
    if (at < 0 || at >= child.length) {
      return plan_->FaultAt(
          index, row, "offset " + std::to_string(at) + " into a member of " + std::to_string(child.length) + " values");
    }
    Range& range = ranges[static_cast<size_t>(member)];
    range.low = std::min(range.low, at);
    range.high = std::max(range.high, at + 1);
  }

  UnionBases bases{};
  bool rewrite = false;
  size_t node = index + 1;
  for (size_t i = 0; i < type_ids.size(); ++i) {
    const ArrayView& child = array.children[i];
    const int64_t low = ranges[i].high == 0 ? 0 : ranges[i].low;
    windows_[node] = {&child, child.offset + low, ranges[i].high - low};
    node = static_cast<size_t>(plan_->nodes()[node].end);
    bases[static_cast<size_t>(type_ids[i])] = static_cast<int32_t>(low);
    rewrite |= low != 0;
  }

  if (window.length == 0) {
    AddPart({});
    AddPart({});
    return {};
  }
  AddPart({.data = array.buffers[1].data + window.offset, .size_bytes = window.length});
  if (rewrite) {
    AddRewrite(Part::Source::kUnionOffsets, window.length * 4, {.window = window, .table = union_bases_.size()});
    union_bases_.push_back(bases);
  } else {
    AddPart({.data = array.buffers[2].data + window.offset * 4, .size_bytes = window.length * 4});
  }
  return {};
}

void BodyParts::WriteUnionOffsets(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  const UnionBases& bases = union_bases_[rewrite.table];
  for (int64_t row = 0; row < window.length; ++row) {
    const auto id = static_cast<size_t>(LoadAt<int8_t>(window.array->buffers[1], window.offset + row));
    const int32_t offset = LoadAt<int32_t>(window.array->buffers[2], window.offset + row) - bases[id];
    std::memcpy(out + row * 4, &offset, 4);
  }
}

}  // namespace inlay::ipc
