#include "engine/columns/array_equality.h"
#include "engine/columns/float_bits.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"
#include "engine/columns/places.h"
#include "engine/columns/run_ends.h"
#include "kernels/byte_order.h"

namespace inlay {
namespace {

constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
constexpr uint64_t kNullHash = 0x6E756C6C;

uint64_t Mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * kOdd;
  return hash ^ (hash >> 29);
}

uint64_t HashBytes(const uint8_t* bytes, int64_t size) {
  uint64_t hash = static_cast<uint64_t>(size);
  int64_t i = 0;
  for (; i + 8 <= size; i += 8) hash = Mix(hash, kernels::LoadLe64(bytes + i));
  if (i < size) hash = Mix(hash, kernels::LoadLePartial(bytes + i, size - i));
  return Mix(hash, kOdd);
}

uint64_t HashItems(const ArrayView& items, int64_t start, int64_t size) {
  uint64_t hash = static_cast<uint64_t>(size);
  for (int64_t i = 0; i < size; ++i) hash = Mix(hash, HashRow(items, start + i));
  return hash;
}

uint64_t HashFixed(const ArrayView& array, int64_t at) {
  const int64_t width = FixedByteWidth(*array.type);
  const uint8_t* const value = array.buffers[1].data + at * width;
  return IsNan(array.type->id(), value) ? kOdd : HashBytes(value, width);
}

}  // namespace

uint64_t HashRow(const ArrayView& array, int64_t row) {
  const Layout layout = LayoutOf(array.type->id());
  if (layout == Layout::kNull || (HasValidity(layout) && !IsValidAt(array, row))) return kNullHash;
  const int64_t at = array.offset + row;
  switch (layout) {
    case Layout::kBits:
      return Mix(kOdd, BitAt(array.buffers[1], at));
    case Layout::kFixed:
      return HashFixed(array, at);
    case Layout::kBytes32:
    case Layout::kBytes64: {
      const ListPlace text = ListAt(array, row);
      return HashBytes(array.buffers[2].data + text.start, text.size);
    }
    case Layout::kViews: {
      const BufferView value = ViewedBytes(array, at);
      return HashBytes(value.data, value.size_bytes);
    }
    case Layout::kList32:
    case Layout::kList64:
    case Layout::kListView32:
    case Layout::kListView64:
    case Layout::kFixedSizeList: {
      const ListPlace list = ListAt(array, row);
      return HashItems(array.children[0], list.start, list.size);
    }
    case Layout::kStruct: {
      uint64_t hash = kOdd;
      for (const ArrayView& child : array.children) hash = Mix(hash, HashRow(child, at));
      return hash;
    }
    case Layout::kDenseUnion:
    case Layout::kSparseUnion: {
      const UnionPlace place = UnionAt(array, row);
      return Mix(place.member, HashRow(array.children[place.member], place.row));
    }
    case Layout::kDictionary:
      return HashRow(*array.dictionary, LoadInteger(array.type->index_type(), array.buffers[1], at));
    case Layout::kRunEndEncoded:
      return HashRow(array.children[1], RunCursor(array).RunAt(row));
    default:
      return kNullHash;
  }
}

}  // namespace inlay
