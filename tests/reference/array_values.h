// The values of arrays one by one, whatever their layout: what two arrays have to agree on to be equal.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <inlay/array.h>

namespace inlay::reference {

template <typename T>
T LoadValue(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

inline bool Bit(const uint8_t* bits, int64_t index) { return ((bits[index / 8] >> (index % 8)) & 1) != 0; }

inline std::string Text(const uint8_t* data, int64_t size) {
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
}

inline int64_t LoadIndex(TypeId type, const uint8_t* from, int64_t i) {
  switch (type) {
    case TypeId::kInt8:
      return LoadValue<int8_t>(from + i);
    case TypeId::kUInt8:
      return from[i];
    case TypeId::kInt16:
      return LoadValue<int16_t>(from + 2 * i);
    case TypeId::kUInt16:
      return LoadValue<uint16_t>(from + 2 * i);
    case TypeId::kInt32:
      return LoadValue<int32_t>(from + 4 * i);
    case TypeId::kUInt32:
      return LoadValue<uint32_t>(from + 4 * i);
    default:
      return LoadValue<int64_t>(from + 8 * i);
  }
}

inline std::optional<std::string> ValueAt(const ArrayView& array, int64_t row);

// A value inside another: its bytes behind their number, so that no two sequences look alike.
inline std::string Member(const ArrayView& array, int64_t row) {
  const auto value = ValueAt(array, row);
  return value ? std::to_string(value->size()) + ":" + *value : "null";
}

inline std::string Items(const ArrayView& items, int64_t start, int64_t count) {
  std::string text = "[";
  for (int64_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + Member(items, start + i);
  return text + "]";
}

inline std::optional<std::string> UnionValueAt(const ArrayView& array, int64_t i) {
  const auto type_id = LoadValue<int8_t>(array.buffers[1].data + i);
  size_t member = 0;
  while (array.type->type_ids().at(member) != type_id) ++member;
  const bool is_dense = array.type->id() == TypeId::kDenseUnion;
  const int64_t at = is_dense ? LoadValue<int32_t>(array.buffers[2].data + 4 * i) : i;
  const auto value = ValueAt(array.children[member], at);
  if (!value) return std::nullopt;
  return std::to_string(type_id) + "=" + *value;
}

inline std::optional<std::string> RunValueAt(const ArrayView& array, int64_t i) {
  const ArrayView& ends = array.children[0];
  for (int64_t run = 0; run < ends.length; ++run) {
    if (i < LoadIndex(ends.type->id(), ends.buffers[1].data, ends.offset + run)) {
      return ValueAt(array.children[1], run);
    }
  }
  return "outside of all runs";
}

// The bytes of value `row`, or nothing for null (of a union or a run, for a null in a child). Booleans are "0" and "1".
inline std::optional<std::string> ValueAt(const ArrayView& array, int64_t row) {
  const int64_t i = array.offset + row;
  const TypeId id = array.type->id();
  if (id == TypeId::kNull) return std::nullopt;
  if (id == TypeId::kDenseUnion || id == TypeId::kSparseUnion) return UnionValueAt(array, i);
  if (id == TypeId::kRunEndEncoded) return RunValueAt(array, i);
  if (array.buffers[0].size_bytes > 0 && !Bit(array.buffers[0].data, i)) return std::nullopt;
  const uint8_t* values = array.buffers[1].data;
  switch (id) {
    case TypeId::kBool:
      return Bit(values, i) ? "1" : "0";
    case TypeId::kUtf8:
    case TypeId::kBinary: {
      const auto begin = LoadValue<int32_t>(values + 4 * i);
      return Text(array.buffers[2].data + begin, LoadValue<int32_t>(values + 4 * i + 4) - begin);
    }
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary: {
      const auto begin = LoadValue<int64_t>(values + 8 * i);
      return Text(array.buffers[2].data + begin, LoadValue<int64_t>(values + 8 * i + 8) - begin);
    }
    case TypeId::kUtf8View:
    case TypeId::kBinaryView: {
      const uint8_t* view = values + 16 * i;
      const auto size = LoadValue<int32_t>(view);
      if (size <= 12) return Text(view + 4, size);
      const auto buffer = static_cast<size_t>(LoadValue<int32_t>(view + 8));
      return Text(array.variadic_buffers[buffer].data + LoadValue<int32_t>(view + 12), size);
    }
    case TypeId::kList:
    case TypeId::kMap: {
      const auto begin = LoadValue<int32_t>(values + 4 * i);
      return Items(array.children[0], begin, LoadValue<int32_t>(values + 4 * i + 4) - begin);
    }
    case TypeId::kLargeList: {
      const auto begin = LoadValue<int64_t>(values + 8 * i);
      return Items(array.children[0], begin, LoadValue<int64_t>(values + 8 * i + 8) - begin);
    }
    case TypeId::kListView:
      return Items(array.children[0], LoadValue<int32_t>(values + 4 * i),
                   LoadValue<int32_t>(array.buffers[2].data + 4 * i));
    case TypeId::kLargeListView:
      return Items(array.children[0], LoadValue<int64_t>(values + 8 * i),
                   LoadValue<int64_t>(array.buffers[2].data + 8 * i));
    case TypeId::kFixedSizeList:
      return Items(array.children[0], i * array.type->list_size(), array.type->list_size());
    case TypeId::kStruct: {
      std::string text = "{";
      for (const ArrayView& member : array.children) text += Member(member, i) + ",";
      return text + "}";
    }
    case TypeId::kDictionary:
      return ValueAt(*array.dictionary, LoadIndex(array.type->index_type(), values, i));
    default: {
      const int64_t width = FixedByteWidth(*array.type);
      return Text(values + width * i, width);
    }
  }
}

inline std::vector<std::optional<std::string>> ValuesOf(const ArrayView& array) {
  std::vector<std::optional<std::string>> values;
  for (int64_t row = 0; row < array.length; ++row) values.push_back(ValueAt(array, row));
  return values;
}

}  // namespace inlay::reference
