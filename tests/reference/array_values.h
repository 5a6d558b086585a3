// The values of flat arrays one by one, whatever their layout: what two arrays have to agree on to be equal.
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

// The bytes of value `row`, or nothing for null. Booleans are "0" and "1".
inline std::optional<std::string> ValueAt(const ArrayView& array, int64_t row) {
  const int64_t i = array.offset + row;
  const TypeId id = array.type->id();
  if (id == TypeId::kNull) return std::nullopt;
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
