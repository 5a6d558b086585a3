#include "engine/columns/places.h"

#include <algorithm>

#include "engine/columns/layout.h"

namespace inlay {

ListPlace ListAt(const ArrayView& array, int64_t row) {
  const int64_t at = array.offset + row;
  const auto by_offsets = [&]<typename Offset>(Offset) -> ListPlace {
    const int64_t start = LoadAt<Offset>(array.buffers[1], at);
    return {start, LoadAt<Offset>(array.buffers[1], at + 1) - start};
  };
  switch (LayoutOf(array.type->id())) {
    case Layout::kBytes32:
    case Layout::kList32:
      return by_offsets(int32_t{});
    case Layout::kBytes64:
    case Layout::kList64:
      return by_offsets(int64_t{});
    case Layout::kListView32:
      return {LoadAt<int32_t>(array.buffers[1], at), LoadAt<int32_t>(array.buffers[2], at)};
    case Layout::kListView64:
      return {LoadAt<int64_t>(array.buffers[1], at), LoadAt<int64_t>(array.buffers[2], at)};
    default:
      return {at * array.type->list_size(), array.type->list_size()};
  }
}

UnionPlace UnionAt(const ArrayView& array, int64_t row) {
  const int64_t at = array.offset + row;
  const int8_t id = LoadAt<int8_t>(array.buffers[1], at);
  const std::vector<int8_t>& ids = array.type->type_ids();
  const size_t member = static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  const bool dense = array.type->id() == TypeId::kDenseUnion;
  return {member, dense ? LoadAt<int32_t>(array.buffers[2], at) : at};
}

}  // namespace inlay
