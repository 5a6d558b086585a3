// How the values of a type lie in memory (Columnar format, "Physical Memory Layout").
#pragma once

#include <cstdint>
#include <cstring>

#include <inlay/array.h>
#include <inlay/types.h>

namespace inlay {

enum class Layout : uint8_t {
  kNull,     // no buffers
  kBits,     // booleans
  kFixed,    // FixedByteWidth(type) bytes a value
  kBytes32,  // offsets of 4 bytes, bytes
  kBytes64,  // offsets of 8 bytes, bytes
  kViews,    // 16 bytes a value, data buffers
  kList32,   // offsets of 4 bytes; maps too
  kList64,
  kListView32,  // offsets and sizes
  kListView64,
  kFixedSizeList,
  kStruct,
  kDenseUnion,   // type ids, offsets
  kSparseUnion,  // type ids
  kDictionary,   // FixedByteWidth(type) bytes an index
  kRunEndEncoded,
};

constexpr Layout LayoutOf(TypeId id) {
  switch (id) {
    case TypeId::kNull:
      return Layout::kNull;
    case TypeId::kBool:
      return Layout::kBits;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Layout::kBytes32;
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      return Layout::kBytes64;
    case TypeId::kUtf8View:
    case TypeId::kBinaryView:
      return Layout::kViews;
    case TypeId::kList:
    case TypeId::kMap:
      return Layout::kList32;
    case TypeId::kLargeList:
      return Layout::kList64;
    case TypeId::kListView:
      return Layout::kListView32;
    case TypeId::kLargeListView:
      return Layout::kListView64;
    case TypeId::kFixedSizeList:
      return Layout::kFixedSizeList;
    case TypeId::kStruct:
      return Layout::kStruct;
    case TypeId::kDenseUnion:
      return Layout::kDenseUnion;
    case TypeId::kSparseUnion:
      return Layout::kSparseUnion;
    case TypeId::kDictionary:
      return Layout::kDictionary;
    case TypeId::kRunEndEncoded:
      return Layout::kRunEndEncoded;
    default:
      return Layout::kFixed;
  }
}

inline bool IsUtf8Type(TypeId id) { return id == TypeId::kUtf8 || id == TypeId::kLargeUtf8 || id == TypeId::kUtf8View; }

// Whether arrays of this layout have a validity bitmap.
inline bool HasValidity(Layout layout) {
  return layout != Layout::kNull && layout != Layout::kDenseUnion && layout != Layout::kSparseUnion &&
         layout != Layout::kRunEndEncoded;
}

// Buffers of an array, validity included, without the data buffers of views: in the C Data Interface, and in IPC since
// V5.
constexpr int64_t NumBuffers(Layout layout) {
  switch (layout) {
    case Layout::kNull:
    case Layout::kRunEndEncoded:
      return 0;
    case Layout::kStruct:
    case Layout::kFixedSizeList:
    case Layout::kSparseUnion:
      return 1;
    case Layout::kBytes32:
    case Layout::kBytes64:
    case Layout::kListView32:
    case Layout::kListView64:
      return 3;
    default:
      return 2;
  }
}

// Value `index` of a buffer without alignment.
template <typename T>
T LoadAt(const BufferView& buffer, int64_t index) {
  T value;
  std::memcpy(&value, buffer.data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

// Binary views ("Variable-size Binary View Layout"): 4 bytes of length, then either up to 12 bytes of the value,
// zero-padded, or its first 4 bytes, the data buffer's index and the offset in it.
inline constexpr int64_t kViewBytes = 16;
inline constexpr int64_t kInlineViewBytes = 12;

// Writes the view of a value of at most INT32_MAX bytes. `buffer` and `offset` are where the caller puts it if it is
// too long to be inline.
inline void WriteView(const void* value, int64_t size_bytes, int32_t buffer, int32_t offset, uint8_t* view) {
  const int32_t length = static_cast<int32_t>(size_bytes);
  std::memset(view, 0, kViewBytes);
  std::memcpy(view, &length, 4);
  if (size_bytes <= kInlineViewBytes) {
    if (size_bytes > 0) std::memcpy(view + 4, value, static_cast<size_t>(size_bytes));
    return;
  }
  std::memcpy(view + 4, value, 4);
  std::memcpy(view + 8, &buffer, 4);
  std::memcpy(view + 12, &offset, 4);
}

// The value of the good view number `at` of an array of views, counted from the start of the buffer.
inline BufferView ViewedBytes(const ArrayView& array, int64_t at) {
  const uint8_t* const view = array.buffers[1].data + at * kViewBytes;
  int32_t parts[4];
  std::memcpy(parts, view, sizeof(parts));
  if (parts[0] <= kInlineViewBytes) return {view + 4, parts[0]};
  return {array.variadic_buffers[static_cast<size_t>(parts[2])].data + parts[3], parts[0]};
}

// Bit `index` of a bitmap.
inline bool BitAt(const BufferView& bits, int64_t index) { return ((bits.data[index / 8] >> (index % 8)) & 1) != 0; }

// Whether value `row` of the view (0: the first after its offset) is valid by its own bitmap.
inline bool IsValidAt(const ArrayView& array, int64_t row) {
  return array.buffers[0].size_bytes == 0 || BitAt(array.buffers[0], array.offset + row);
}

}  // namespace inlay
