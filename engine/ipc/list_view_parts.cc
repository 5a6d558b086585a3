// Lists that name any range of their items, in any order.
#include <algorithm>
#include <string>

#include "engine/ipc/body_parts.h"

namespace inlay::ipc {

template <typename Offset>
Status BodyParts::AddListViews(size_t index, const Window& window) {
  constexpr int64_t kWidth = sizeof(Offset);
  constexpr bool kIs32 = sizeof(Offset) == 4;
  const ArrayView& array = *window.array;
  const ArrayView& items = array.children[0];
  int64_t low = items.length;
  int64_t high = 0;
  bool rewrite = false;
  for (int64_t row = 0; row < window.length; ++row) {
    const int64_t start = LoadAt<Offset>(array.buffers[1], window.offset + row);
    const int64_t size = LoadAt<Offset>(array.buffers[2], window.offset + row);
    if (size == 0 || window.IsNull(row)) {
      rewrite |= start != 0;
      continue;
    }
    if (start < 0 || size < 0 || start > items.length - size) {
      return plan_->FaultAt(index, row,
                            "a list of " + std::to_string(size) + " items from " + std::to_string(start) +
                                ", there are " + std::to_string(items.length));
    }
    low = std::min(low, start);
    high = std::max(high, start + size);
  }
  if (low > high) low = high;  // no items
  windows_[index + 1] = {&items, items.offset + low, high - low};

  const int64_t size_bytes = window.length * kWidth;
  if (size_bytes == 0) {
    AddPart({});
    AddPart({});
    return {};
  }
  const Rewrite made{.window = window, .base = low};
  if (rewrite || low != 0) {
    AddRewrite(kIs32 ? Part::Source::kListViewOffsets32 : Part::Source::kListViewOffsets64, size_bytes, made);
  } else {
    AddPart({.data = array.buffers[1].data + window.offset * kWidth, .size_bytes = size_bytes});
  }
  if (window.has_nulls) {
    AddRewrite(kIs32 ? Part::Source::kListViewSizes32 : Part::Source::kListViewSizes64, size_bytes, made);
  } else {
    AddPart({.data = array.buffers[2].data + window.offset * kWidth, .size_bytes = size_bytes});
  }
  return {};
}

template <typename Offset>
void BodyParts::WriteListViewOffsets(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  for (int64_t row = 0; row < window.length; ++row) {
    const Offset size = LoadAt<Offset>(window.array->buffers[2], window.offset + row);
    Offset start = 0;
    if (size != 0 && !window.IsNull(row)) {
      start = static_cast<Offset>(LoadAt<Offset>(window.array->buffers[1], window.offset + row) - rewrite.base);
    }
    std::memcpy(out + row * static_cast<int64_t>(sizeof(Offset)), &start, sizeof(Offset));
  }
}

template <typename Offset>
void BodyParts::WriteListViewSizes(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  for (int64_t row = 0; row < window.length; ++row) {
    const Offset size = window.IsNull(row) ? 0 : LoadAt<Offset>(window.array->buffers[2], window.offset + row);
    std::memcpy(out + row * static_cast<int64_t>(sizeof(Offset)), &size, sizeof(Offset));
  }
}

template Status BodyParts::AddListViews<int32_t>(size_t, const Window&);
template Status BodyParts::AddListViews<int64_t>(size_t, const Window&);
template void BodyParts::WriteListViewOffsets<int32_t>(const Rewrite&, uint8_t*) const;
template void BodyParts::WriteListViewOffsets<int64_t>(const Rewrite&, uint8_t*) const;
template void BodyParts::WriteListViewSizes<int32_t>(const Rewrite&, uint8_t*) const;
template void BodyParts::WriteListViewSizes<int64_t>(const Rewrite&, uint8_t*) const;

}  // namespace inlay::ipc
