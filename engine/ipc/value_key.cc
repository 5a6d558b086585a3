#include "engine/ipc/value_key.h"

#include <algorithm>
#include <cstring>

#include "engine/columns/layout.h"

namespace inlay::ipc {
namespace {

using Key = std::vector<uint8_t>;

void AppendBytes(const uint8_t* data, int64_t size_bytes, Key* key) {
  if (size_bytes > 0) key->insert(key->end(), data, data + size_bytes);
}

void AppendInt64(int64_t value, Key* key) {
  uint8_t bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  AppendBytes(bytes, sizeof(value), key);
}

// A length before the bytes, so that no value is the beginning of another.
void AppendText(const uint8_t* data, int64_t size_bytes, Key* key) {
  AppendInt64(size_bytes, key);
  AppendBytes(data, size_bytes, key);
}

int64_t Integer(const BufferView& buffer, int64_t index, int32_t byte_width) {
  switch (byte_width) {
    case 1:
      return LoadAt<int8_t>(buffer, index);
    case 2:
      return LoadAt<int16_t>(buffer, index);
    case 4:
      return LoadAt<int32_t>(buffer, index);
    default:
      return LoadAt<int64_t>(buffer, index);
  }
}

void AppendView(const ArrayView& array, int64_t at, Key* key) {
  const uint8_t* view = array.buffers[1].data + at * kViewBytes;
  int32_t words[4];  // length; then the value, or its start, buffer and offset
  std::memcpy(words, view, sizeof(words));
  if (words[0] <= kInlineViewBytes) return AppendText(view + 4, words[0], key);
  AppendText(array.variadic_buffers[static_cast<size_t>(words[2])].data + words[3], words[0], key);
}

void AppendItems(const ArrayView& items, int64_t start, int64_t count, Key* key) {
  AppendInt64(count, key);
  for (int64_t i = 0; i < count; ++i) AppendValueKey(items, start + i, key);
}

void AppendUnion(const ArrayView& array, int64_t at, bool is_dense, Key* key) {
  const int8_t id = LoadAt<int8_t>(array.buffers[1], at);
  key->push_back(static_cast<uint8_t>(id));
  const std::vector<int8_t>& ids = array.type->type_ids();
  const auto member = static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  AppendValueKey(array.children[member], is_dense ? LoadAt<int32_t>(array.buffers[2], at) : at, key);
}

// The first run that ends after `at`.
void AppendRun(const ArrayView& array, int64_t at, Key* key) {
  const ArrayView& ends = array.children[0];
  const int32_t width = FixedByteWidth(*ends.type);
  int64_t low = 0;
  int64_t high = ends.length;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (Integer(ends.buffers[1], ends.offset + middle, width) > at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  AppendValueKey(array.children[1], low, key);
}

}  // namespace

void AppendValueKey(const ArrayView& array, int64_t row, std::vector<uint8_t>* key) {
  const Layout layout = LayoutOf(array.type->id());
  const int64_t at = array.offset + row;
  if (layout == Layout::kNull) return;
  if (HasValidity(layout)) {
    const bool is_valid = IsValidAt(array, row);
    key->push_back(is_valid ? 1 : 0);
    if (!is_valid) return;
  }
  const BufferView& values = array.buffers[1];
  const int32_t width = FixedByteWidth(*array.type);
  switch (layout) {
    case Layout::kNull:
      return;
    case Layout::kBits:
      return key->push_back(BitAt(values, at) ? 1 : 0);
    case Layout::kFixed:
      return AppendBytes(values.data + at * width, width, key);
    case Layout::kDictionary:
      return AppendInt64(Integer(values, at, width), key);
    case Layout::kBytes32:
    case Layout::kBytes64: {
      const int32_t offset_bytes = layout == Layout::kBytes32 ? 4 : 8;
      const int64_t start = Integer(values, at, offset_bytes);
      return AppendText(array.buffers[2].data + start, Integer(values, at + 1, offset_bytes) - start, key);
    }
    case Layout::kViews:
      return AppendView(array, at, key);
    case Layout::kList32:
    case Layout::kList64: {
      const int32_t offset_bytes = layout == Layout::kList32 ? 4 : 8;
      const int64_t start = Integer(values, at, offset_bytes);
      return AppendItems(array.children[0], start, Integer(values, at + 1, offset_bytes) - start, key);
    }
    case Layout::kListView32:
    case Layout::kListView64: {
      const int32_t offset_bytes = layout == Layout::kListView32 ? 4 : 8;
      return AppendItems(array.children[0], Integer(values, at, offset_bytes),
                         Integer(array.buffers[2], at, offset_bytes), key);
    }
    case Layout::kFixedSizeList:
      return AppendItems(array.children[0], at * array.type->list_size(), array.type->list_size(), key);
    case Layout::kStruct:
      for (const ArrayView& member : array.children) AppendValueKey(member, at, key);
      return;
    case Layout::kDenseUnion:
      return AppendUnion(array, at, /*is_dense=*/true, key);
    case Layout::kSparseUnion:
      return AppendUnion(array, at, /*is_dense=*/false, key);
    case Layout::kRunEndEncoded:
      return AppendRun(array, at, key);
  }
}

}  // namespace inlay::ipc
