// A value of any array as text, so that tests compare arrays by what they mean and not by how they lie in memory. One
// value at a time, straight from the Columnar format's description.
#pragma once

#include <inlay/array.h>

#include <cstring>
#include <string>

namespace inlay::reference {

template <typename T>
T ReadAt(const BufferView& buffer, int64_t index) {
  T value;
  std::memcpy(&value, buffer.data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

inline std::string Hex(const uint8_t* bytes, int64_t size) {
  std::string text;
  for (int64_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

inline std::string Quoted(const uint8_t* bytes, int64_t size) {
  std::string text = "'";
  text.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  return text + "'";
}

std::string ValueText(const ArrayView& array, int64_t row);

// The values [first, end) of a child, whose own offset counts from its start.
inline std::string ItemsText(const ArrayView& items, int64_t first, int64_t end) {
  std::string text = "[";
  for (int64_t i = first; i < end; ++i) {
    if (i > first) text += ", ";
    text += ValueText(items, i);
  }
  return text + "]";
}

inline std::string StructText(const ArrayView& array, int64_t at) {
  std::string text = "{";
  for (size_t i = 0; i < array.children.size(); ++i) {
    if (i > 0) text += ", ";
    text += array.type->children()[i].name;
    text += ": " + ValueText(array.children[i], at);
  }
  return text + "}";
}

// The entries [first, end) of a map, whatever its members are called.
inline std::string EntriesText(const ArrayView& entries, int64_t first, int64_t end) {
  std::string text = "{";
  for (int64_t i = first; i < end; ++i) {
    if (i > first) text += ", ";
    text += ValueText(entries.children[0], entries.offset + i) + ": ";
    text += ValueText(entries.children[1], entries.offset + i);
  }
  return text + "}";
}

inline std::string UnionText(const ArrayView& array, int64_t at, bool dense) {
  const int8_t id = ReadAt<int8_t>(array.buffers[1], at);
  for (size_t i = 0; i < array.children.size(); ++i) {
    if (array.type->type_ids()[i] != id) continue;
    return std::to_string(id) + "=" + ValueText(array.children[i], dense ? ReadAt<int32_t>(array.buffers[2], at) : at);
  }
  return "type id " + std::to_string(id);
}

inline int64_t IntegerAt(TypeId id, const BufferView& buffer, int64_t at) {
  switch (id) {
    case TypeId::kInt8:
      return ReadAt<int8_t>(buffer, at);
    case TypeId::kUInt8:
      return ReadAt<uint8_t>(buffer, at);
    case TypeId::kInt16:
      return ReadAt<int16_t>(buffer, at);
    case TypeId::kUInt16:
      return ReadAt<uint16_t>(buffer, at);
    case TypeId::kInt32:
      return ReadAt<int32_t>(buffer, at);
    case TypeId::kUInt32:
      return ReadAt<uint32_t>(buffer, at);
    case TypeId::kInt64:
      return ReadAt<int64_t>(buffer, at);
    default:
      return static_cast<int64_t>(ReadAt<uint64_t>(buffer, at));
  }
}

inline std::string RunText(const ArrayView& array, int64_t at) {
  const ArrayView& ends = array.children[0];
  for (int64_t run = 0; run < ends.length; ++run) {
    if (at < IntegerAt(ends.type->id(), ends.buffers[1], ends.offset + run)) return ValueText(array.children[1], run);
  }
  return "after the last run";
}

inline std::string ViewText(const ArrayView& array, int64_t at) {
  const uint8_t* const view = array.buffers[1].data + at * 16;
  int32_t parts[4];
  std::memcpy(parts, view, 16);
  if (parts[0] <= 12) return Quoted(view + 4, parts[0]);
  return Quoted(array.variadic_buffers[static_cast<size_t>(parts[2])].data + parts[3], parts[0]);
}

// Value `row` of the view: integers in decimal, other fixed-width values as the hexadecimal of their bytes, text in
// quotes.
inline std::string ValueText(const ArrayView& array, int64_t row) {
  const int64_t at = array.offset + row;
  const BufferView& validity = array.buffers[0];
  const TypeId id = array.type->id();
  if (id == TypeId::kNull) return "null";
  if (validity.size_bytes > 0 && ((validity.data[at / 8] >> (at % 8)) & 1) == 0) return "null";
  const BufferView& body = array.buffers[1];
  switch (id) {
    case TypeId::kBool:
      return ((body.data[at / 8] >> (at % 8)) & 1) != 0 ? "true" : "false";
    case TypeId::kUtf8:
    case TypeId::kBinary: {
      const int32_t begin = ReadAt<int32_t>(body, at);
      return Quoted(array.buffers[2].data + begin, ReadAt<int32_t>(body, at + 1) - begin);
    }
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary: {
      const int64_t begin = ReadAt<int64_t>(body, at);
      return Quoted(array.buffers[2].data + begin, ReadAt<int64_t>(body, at + 1) - begin);
    }
    case TypeId::kUtf8View:
    case TypeId::kBinaryView:
      return ViewText(array, at);
    case TypeId::kMap:
      return EntriesText(array.children[0], ReadAt<int32_t>(body, at), ReadAt<int32_t>(body, at + 1));
    case TypeId::kList:
      return ItemsText(array.children[0], ReadAt<int32_t>(body, at), ReadAt<int32_t>(body, at + 1));
    case TypeId::kLargeList:
      return ItemsText(array.children[0], ReadAt<int64_t>(body, at), ReadAt<int64_t>(body, at + 1));
    case TypeId::kListView: {
      const int32_t begin = ReadAt<int32_t>(body, at);
      return ItemsText(array.children[0], begin, begin + ReadAt<int32_t>(array.buffers[2], at));
    }
    case TypeId::kLargeListView: {
      const int64_t begin = ReadAt<int64_t>(body, at);
      return ItemsText(array.children[0], begin, begin + ReadAt<int64_t>(array.buffers[2], at));
    }
    case TypeId::kFixedSizeList: {
      const int64_t size = array.type->list_size();
      return ItemsText(array.children[0], at * size, (at + 1) * size);
    }
    case TypeId::kStruct:
      return StructText(array, at);
    case TypeId::kDenseUnion:
      return UnionText(array, at, true);
    case TypeId::kSparseUnion:
      return UnionText(array, at, false);
    case TypeId::kDictionary:
      return ValueText(*array.dictionary, IntegerAt(array.type->index_type(), body, at));
    case TypeId::kRunEndEncoded:
      return RunText(array, at);
    default:
      break;
  }
  if (id >= TypeId::kInt8 && id <= TypeId::kUInt64) return std::to_string(IntegerAt(id, body, at));
  const int64_t width = FixedByteWidth(*array.type);
  return width == 0 ? "''" : Hex(body.data + at * width, width);
}

// All values: "[1, null, 3]".
inline std::string ArrayText(const ArrayView& array) { return ItemsText(array, 0, array.length); }

}  // namespace inlay::reference
