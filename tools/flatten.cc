#include "tools/flatten.h"

#include <cstring>
#include <string_view>

namespace inlay::tools {
namespace {

template <typename T>
T Load(const uint8_t* data, int64_t index) {
  T value;
  std::memcpy(&value, data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

bool Bit(const uint8_t* bits, int64_t index) { return (bits[index / 8] >> index % 8 & 1) != 0; }

void SetBit(std::vector<uint8_t>* bits, int64_t index) {
  uint8_t& byte = (*bits)[static_cast<size_t>(index / 8)];
  byte = static_cast<uint8_t>(byte | 1 << index % 8);
}

size_t BitmapBytes(int64_t num_bits) { return static_cast<size_t>((num_bits + 7) / 8); }

bool IsNull(const ArrayView& array, int64_t row) {
  if (array.type->id() == TypeId::kNull) return true;
  return array.buffers[0].data != nullptr && !Bit(array.buffers[0].data, array.offset + row);
}

// The index of a dictionary column's row that is not null.
int64_t DictionaryRow(const ArrayView& array, int64_t row) {
  const uint8_t* data = array.buffers[1].data;
  const int64_t at = array.offset + row;
  switch (array.type->index_type()) {
    case TypeId::kInt8:
      return Load<int8_t>(data, at);
    case TypeId::kUInt8:
      return Load<uint8_t>(data, at);
    case TypeId::kInt16:
      return Load<int16_t>(data, at);
    case TypeId::kUInt16:
      return Load<uint16_t>(data, at);
    case TypeId::kInt32:
      return Load<int32_t>(data, at);
    case TypeId::kUInt32:
      return Load<uint32_t>(data, at);
    default:
      return Load<int64_t>(data, at);
  }
}

// A string or binary value that is not null (Columnar format, Variable-size Binary View Layout for the views).
std::string_view BytesAt(const ArrayView& array, int64_t row) {
  const auto text = [](const uint8_t* data, int64_t size) {
    return std::string_view(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
  };
  const uint8_t* data = array.buffers[1].data;
  const int64_t at = array.offset + row;
  switch (array.type->id()) {
    case TypeId::kUtf8:
    case TypeId::kBinary: {
      const int64_t begin = Load<int32_t>(data, at);
      return text(array.buffers[2].data + begin, Load<int32_t>(data, at + 1) - begin);
    }
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary: {
      const auto begin = Load<int64_t>(data, at);
      return text(array.buffers[2].data + begin, Load<int64_t>(data, at + 1) - begin);
    }
    default:
      break;
  }
  const uint8_t* view = data + 16 * at;
  const auto size = Load<int32_t>(view, 0);
  if (size <= 12) return text(view + 4, size);
  return text(array.variadic_buffers[static_cast<size_t>(Load<int32_t>(view, 2))].data + Load<int32_t>(view, 3), size);
}

bool IsByteArray(TypeId id) {
  return id == TypeId::kUtf8 || id == TypeId::kLargeUtf8 || id == TypeId::kBinary || id == TypeId::kLargeBinary;
}

DataType FlatType(const DataType& type) {
  switch (type.id()) {
    case TypeId::kUtf8View:
      return Utf8();
    case TypeId::kBinaryView:
      return Binary();
    case TypeId::kDictionary:
      return FlatType(type.children()[0].type);
    default:
      return type;
  }
}

// Offsets and bytes of each row; `rows[i]` is the row of `values`, -1 for null.
template <typename Offset>
Status GatherBytes(const ArrayView& values, const std::vector<int64_t>& rows, std::vector<uint8_t>* offsets,
                   std::vector<uint8_t>* bytes) {
  size_t num_bytes = 0;
  for (const int64_t row : rows) num_bytes += row < 0 ? 0 : BytesAt(values, row).size();
  if (sizeof(Offset) == 4 && num_bytes > INT32_MAX) {
    return Status::LimitExceeded("the strings of a batch are more than 2 GiB");
  }
  bytes->reserve(num_bytes);
  offsets->resize((rows.size() + 1) * sizeof(Offset));
  for (size_t i = 0; i <= rows.size(); ++i) {
    const auto end = static_cast<Offset>(bytes->size());
    std::memcpy(offsets->data() + i * sizeof end, &end, sizeof end);
    if (i == rows.size() || rows[i] < 0) continue;
    const std::string_view value = BytesAt(values, rows[i]);
    bytes->insert(bytes->end(), value.begin(), value.end());
  }
  return {};
}

void GatherFixed(const ArrayView& values, const std::vector<int64_t>& rows, std::vector<uint8_t>* out) {
  const auto width = static_cast<size_t>(FixedByteWidth(*values.type));
  out->assign(rows.size() * width, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < 0 || width == 0) continue;
    const auto at = static_cast<size_t>(values.offset + rows[i]);
    std::memcpy(out->data() + i * width, values.buffers[1].data + at * width, width);
  }
}

void GatherBits(const ArrayView& values, const std::vector<int64_t>& rows, std::vector<uint8_t>* out) {
  out->assign(BitmapBytes(static_cast<int64_t>(rows.size())), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] >= 0 && Bit(values.buffers[1].data, values.offset + rows[i])) SetBit(out, static_cast<int64_t>(i));
  }
}

}  // namespace

Schema FlatSchema(const Schema& schema) {
  Schema flat = schema;
  for (Field& field : flat.fields) field.type = FlatType(field.type);
  return flat;
}

Status FlatBatch::Flatten(const ArrayView& array, const DataType& flat, ArrayView* out) {
  const bool is_dictionary = array.type->id() == TypeId::kDictionary;
  // A column of nulls alone may have no dictionary yet.
  const ArrayView none = {.type = is_dictionary ? &array.type->children()[0].type : array.type};
  const ArrayView& values = !is_dictionary ? array : array.dictionary != nullptr ? *array.dictionary : none;
  const TypeId id = flat.id();
  if (values.type->id() == TypeId::kDictionary ||
      (!IsByteArray(id) && id != TypeId::kBool && id != TypeId::kNull && FixedByteWidth(flat) == 0)) {
    return Status::NotImplemented("a dictionary of " + values.type->ToString() + " is not decoded yet");
  }
  std::vector<int64_t> rows(static_cast<size_t>(array.length));
  std::vector<uint8_t>(&buffers)[3] = columns_.emplace_back().buffers;
  buffers[0].assign(BitmapBytes(array.length), 0);
  int64_t null_count = 0;
  for (int64_t i = 0; i < array.length; ++i) {
    int64_t row = IsNull(array, i) ? -1 : is_dictionary ? DictionaryRow(array, i) : i;
    if (row >= 0 && is_dictionary && IsNull(values, row)) row = -1;
    rows[static_cast<size_t>(i)] = row;
    if (row >= 0) {
      SetBit(&buffers[0], i);
    } else {
      ++null_count;
    }
  }
  Status status;
  if (id == TypeId::kUtf8 || id == TypeId::kBinary) {
    status = GatherBytes<int32_t>(values, rows, &buffers[1], &buffers[2]);
  } else if (id == TypeId::kLargeUtf8 || id == TypeId::kLargeBinary) {
    status = GatherBytes<int64_t>(values, rows, &buffers[1], &buffers[2]);
  } else if (id == TypeId::kBool) {
    GatherBits(values, rows, &buffers[1]);
  } else if (id == TypeId::kNull) {
    buffers[0].clear();
  } else {
    GatherFixed(values, rows, &buffers[1]);
  }
  *out = {.type = &flat, .length = array.length, .null_count = null_count};
  for (size_t i = 0; i < 3; ++i) out->buffers[i] = {buffers[i].data(), static_cast<int64_t>(buffers[i].size())};
  return status;
}

Status FlatBatch::Fill(const RecordBatchView& batch, const Schema& flat, int64_t first_row, int64_t num_rows) {
  columns_.clear();
  arrays_.clear();
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    ArrayView array = batch.columns[i].Slice(first_row, num_rows);
    if (flat.fields[i].type != *array.type) {
      if (Status status = Flatten(ArrayView(array), flat.fields[i].type, &array); !status.ok()) {
        return status.WithContext("column '" + flat.fields[i].name + "'");
      }
    }
    arrays_.push_back(array);
  }
  view_ = {.schema = &flat, .num_rows = num_rows, .columns = arrays_};
  return {};
}

}  // namespace inlay::tools
