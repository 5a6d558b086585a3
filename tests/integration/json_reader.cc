#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "engine/columns/layout.h"
#include "engine/io/codec.h"
#include "tests/integration/json_schema.h"
#include "tests/integration/json_table.h"
#include "tests/reference/array_arena.h"

namespace inlay::integration {
namespace {

using Bytes = std::vector<uint8_t>;

// Whether fixed-width values are integers, and signed.
bool IsUnsigned(TypeId id) {
  return id == TypeId::kUInt8 || id == TypeId::kUInt16 || id == TypeId::kUInt32 || id == TypeId::kUInt64;
}

void StoreFixed(const DataType& type, const Json& value, uint8_t* out) {
  const int64_t width = FixedByteWidth(type);
  switch (type.id()) {
    case TypeId::kFloat16:
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return StoreFloat(value, width, out);
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return StoreDecimal(value.get<std::string>(), width, out);
    case TypeId::kIntervalDayTime:
      StoreInteger(Member(value, "days"), 4, true, out);
      return StoreInteger(Member(value, "milliseconds"), 4, true, out + 4);
    case TypeId::kIntervalMonthDayNano:
      StoreInteger(Member(value, "months"), 4, true, out);
      StoreInteger(Member(value, "days"), 4, true, out + 4);
      return StoreInteger(Member(value, "nanoseconds"), 8, true, out + 8);
    case TypeId::kFixedSizeBinary: {
      const Bytes bytes = BytesOfHex(value.get<std::string>());
      if (static_cast<int64_t>(bytes.size()) != width) throw JsonError("not as wide as the type: " + value.dump());
      std::copy(bytes.begin(), bytes.end(), out);
      return;
    }
    default:
      return StoreInteger(value, width, !IsUnsigned(type.id()), out);
  }
}

// The values of a string or binary type: text as itself, bytes in hexadecimal.
Bytes BytesOf(bool is_utf8, const Json& value) {
  const std::string& text = value.get_ref<const std::string&>();
  return is_utf8 ? Bytes(text.begin(), text.end()) : BytesOfHex(text);
}

class ColumnReader {
 public:
  ColumnReader(const Json& document, reference::ArrayArena* arena) : arena_(arena) {
    if (!document.contains("dictionaries")) return;
    for (const Json& dictionary : Member(document, "dictionaries")) {
      dictionaries_[IntegerOf(Member(dictionary, "id"))] = &Member(Member(dictionary, "data"), "columns").at(0);
    }
  }

  // `field` is the JSON of the column's field, which has the identity of its dictionary.
  ArrayView Read(const DataType& type, const Json& field, const Json& column) {
    if (type.id() != TypeId::kDictionary) return ReadStorage(type, field, column);
    ArrayView array = Start(type, column);
    array.buffers[1] = Integers(DataType(type.index_type()), column, "DATA", array.length);
    const ArrayView*& values = values_[&type];
    if (values == nullptr) {
      const int64_t id = IntegerOf(Member(Member(field, "dictionary"), "id"));
      if (!dictionaries_.contains(id)) throw JsonError("no dictionary " + std::to_string(id));
      values = arena_->Keep(ReadStorage(type.children()[0].type, field, *dictionaries_[id]));
    }
    array.dictionary = values;
    return array;
  }

 private:
  ArrayView Start(const DataType& type, const Json& column) {
    ArrayView array{.type = &type, .length = IntegerOf(Member(column, "count"))};
    const Layout layout = LayoutOf(type.id());
    array.null_count = layout == Layout::kNull ? array.length : 0;
    const auto validity = column.find("VALIDITY");
    if (validity == column.end() || layout == Layout::kNull) return array;
    CheckSize(*validity, array.length, "VALIDITY");
    const Bytes bits = Bits(*validity);
    array.null_count = 0;
    for (const Json& bit : *validity) array.null_count += IntegerOf(bit) == 0 ? 1 : 0;
    if (array.null_count == 0) return array;
    if (!HasValidity(layout)) throw JsonError("nulls of a type that has none of its own");
    array.buffers[0] = arena_->Keep(bits);
    return array;
  }

  static void CheckSize(const Json& list, int64_t size, const char* what) {
    if (!list.is_array() || static_cast<int64_t>(list.size()) != size) {
      throw JsonError(std::string(what) + " has not as many values as the column's count asks for");
    }
  }
  static Bytes Bits(const Json& list) {
    Bytes bits((list.size() + 7) / 8, 0);
    for (size_t i = 0; i < list.size(); ++i) {
      if (IntegerOf(list[i]) != 0) bits[i / 8] |= static_cast<uint8_t>(1 << (i % 8));
    }
    return bits;
  }

  BufferView Integers(const DataType& type, const Json& column, const char* name, int64_t count) {
    const Json& list = Member(column, name);
    CheckSize(list, count, name);
    const int64_t width = FixedByteWidth(type);
    Bytes bytes(static_cast<size_t>(count * width));
    for (size_t i = 0; i < list.size(); ++i) StoreFixed(type, list[i], bytes.data() + static_cast<int64_t>(i) * width);
    return arena_->Keep(bytes);
  }

  // Arrays of no values may come without their one offset.
  BufferView Offsets(const DataType& type, const Json& column, int64_t length) {
    if (length == 0 && (!column.contains("OFFSET") || column["OFFSET"].empty())) return {};
    return Integers(type, column, "OFFSET", length + 1);
  }

  void ReadBytes(const DataType& offset_type, const Json& column, ArrayView* array) {
    const Json& list = Member(column, "DATA");
    CheckSize(list, array->length, "DATA");
    array->buffers[1] = Offsets(offset_type, column, array->length);
    Bytes data;
    for (size_t i = 0; i < list.size(); ++i) {
      const Bytes value = BytesOf(IsUtf8Type(array->type->id()), list[i]);
      data.insert(data.end(), value.begin(), value.end());
      if (IntegerOf(column["OFFSET"][i + 1]) != static_cast<int64_t>(data.size())) {
        throw JsonError("an offset that is not where its value ends");
      }
    }
    array->buffers[2] = arena_->Keep(data);
  }

  void ReadViews(const Json& column, ArrayView* array) {
    const Json& list = Member(column, "VIEWS");
    CheckSize(list, array->length, "VIEWS");
    Bytes views(static_cast<size_t>(array->length * kViewBytes), 0);
    uint8_t* view = views.data();
    for (const Json& value : list) {
      StoreInteger(Member(value, "SIZE"), 4, true, view);
      const int64_t size = IntegerOf(Member(value, "SIZE"));
      const Bytes shown = size <= kInlineViewBytes ? BytesOf(IsUtf8Type(array->type->id()), Member(value, "INLINED"))
                                                   : BytesOfHex(Member(value, "PREFIX_HEX").get<std::string>());
      if (static_cast<int64_t>(shown.size()) != (size <= kInlineViewBytes ? size : 4)) {
        throw JsonError("a view that does not show as many bytes as its size asks for");
      }
      std::copy(shown.begin(), shown.end(), view + 4);
      if (size > kInlineViewBytes) {
        StoreInteger(Member(value, "BUFFER_INDEX"), 4, true, view + 8);
        StoreInteger(Member(value, "OFFSET"), 4, true, view + 12);
      }
      view += kViewBytes;
    }
    array->buffers[1] = arena_->Keep(views);
    std::vector<BufferView> data;
    for (const Json& buffer : Member(column, "VARIADIC_DATA_BUFFERS")) {
      data.push_back(arena_->Keep(BytesOfHex(buffer.get<std::string>())));
    }
    array->variadic_buffers = arena_->Keep(std::move(data));
  }

  void ReadChildren(const Json& field, const Json& column, ArrayView* array) {
    const auto& fields = array->type->children();
    const Json& children = Member(column, "children");
    CheckSize(children, static_cast<int64_t>(fields.size()), "children");
    std::vector<ArrayView> arrays;
    for (size_t i = 0; i < fields.size(); ++i) {
      arrays.push_back(Read(fields[i].type, Member(field, "children").at(i), children[i]));
    }
    array->children = arena_->Keep(std::move(arrays));
  }

  ArrayView ReadStorage(const DataType& type, const Json& field, const Json& column) {
    ArrayView array = Start(type, column);
    const DataType small = Int32();
    const DataType large = Int64();
    switch (LayoutOf(type.id())) {
      case Layout::kNull:
        break;
      case Layout::kBits:
        CheckSize(Member(column, "DATA"), array.length, "DATA");
        array.buffers[1] = arena_->Keep(Bits(column["DATA"]));
        break;
      case Layout::kBytes32:
        ReadBytes(small, column, &array);
        break;
      case Layout::kBytes64:
        ReadBytes(large, column, &array);
        break;
      case Layout::kViews:
        ReadViews(column, &array);
        break;
      case Layout::kList32:
        array.buffers[1] = Offsets(small, column, array.length);
        break;
      case Layout::kList64:
        array.buffers[1] = Offsets(large, column, array.length);
        break;
      case Layout::kListView32:
        array.buffers[1] = Integers(small, column, "OFFSET", array.length);
        array.buffers[2] = Integers(small, column, "SIZE", array.length);
        break;
      case Layout::kListView64:
        array.buffers[1] = Integers(large, column, "OFFSET", array.length);
        array.buffers[2] = Integers(large, column, "SIZE", array.length);
        break;
      case Layout::kDenseUnion:
        array.buffers[2] = Integers(small, column, "OFFSET", array.length);
        [[fallthrough]];
      case Layout::kSparseUnion:
        array.buffers[1] = Integers(Int8(), column, "TYPE_ID", array.length);
        break;
      case Layout::kFixed:
        array.buffers[1] = Integers(type, column, "DATA", array.length);
        break;
      case Layout::kDictionary:
        throw JsonError("a dictionary of a dictionary cannot be told in JSON");
      case Layout::kFixedSizeList:
      case Layout::kStruct:
      case Layout::kRunEndEncoded:
        break;
    }
    if (!type.children().empty()) ReadChildren(field, column, &array);
    return array;
  }

  reference::ArrayArena* arena_;
  std::map<int64_t, const Json*> dictionaries_;
  std::map<const DataType*, const ArrayView*> values_;  // of a dictionary type
};

std::string Decompressed(const std::string& bytes) {
  // A gzip member ends with the size of its contents.
  if (bytes.size() < 18) throw JsonError("too short for gzip");
  uint32_t size = 0;
  std::memcpy(&size, bytes.data() + bytes.size() - 4, 4);
  if constexpr (std::endian::native == std::endian::big) size = __builtin_bswap32(size);
  auto decompressor = Decompressor::Make(Codec::kGzip, CodecFraming::kParquet, &DefaultAllocator());
  if (!decompressor.ok()) throw JsonError(decompressor.status().ToString());
  std::string text(size, '\0');
  const BufferView in{reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int64_t>(bytes.size())};
  const Status status = decompressor->Decompress(in, reinterpret_cast<uint8_t*>(text.data()), size);
  if (!status.ok()) throw JsonError(status.ToString());
  return text;
}

}  // namespace

Json LoadJson(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw JsonError("cannot read " + path);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (path.ends_with(".gz")) bytes = Decompressed(bytes);
  try {
    return Json::parse(bytes);
  } catch (const Json::exception& error) {
    throw JsonError(path + ": " + error.what());
  }
}

Table TableOfJson(const Json& document) {
  struct Owner {
    Schema schema;
    reference::ArrayArena arena;
  };
  const auto owner = std::make_shared<Owner>();
  try {
    const Json& schema_json = Member(document, "schema");
    owner->schema = SchemaOfJson(schema_json);
    const auto& fields = owner->schema.fields;
    Table table{{owner, &owner->schema}, {}};
    ColumnReader reader(document, &owner->arena);
    for (const Json& batch : Member(document, "batches")) {
      const Json& columns = Member(batch, "columns");
      if (columns.size() != fields.size()) throw JsonError("a batch has not as many columns as the schema");
      std::vector<ArrayView> arrays;
      for (size_t i = 0; i < fields.size(); ++i) {
        arrays.push_back(reader.Read(fields[i].type, Member(schema_json, "fields")[i], columns[i]));
      }
      const RecordBatchView view{&owner->schema, IntegerOf(Member(batch, "count")),
                                 owner->arena.Keep(std::move(arrays))};
      table.batches.emplace_back(owner, view);
    }
    return table;
  } catch (const Json::exception& error) {
    throw JsonError(error.what());
  }
}

}  // namespace inlay::integration
