#include <map>

#include "engine/columns/layout.h"
#include "tests/integration/json_schema.h"
#include "tests/integration/json_table.h"
#include "tests/reference/array_arena.h"
#include "tests/reference/value_text.h"

namespace inlay::integration {
namespace {

bool IsUnsigned(TypeId id) {
  return id == TypeId::kUInt8 || id == TypeId::kUInt16 || id == TypeId::kUInt32 || id == TypeId::kUInt64;
}

// A null's bits may be anything; JSON cannot tell all of it.
Json FixedJson(const DataType& type, const uint8_t* from, bool is_valid) {
  const int64_t width = FixedByteWidth(type);
  switch (type.id()) {
    case TypeId::kFloat16:
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return is_valid || IsFinite(from, width) ? FloatJson(from, width) : Json(0.0);
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return DecimalText(from, width);
    case TypeId::kIntervalDayTime:
      return {{"days", IntegerJson(from, 4, true)}, {"milliseconds", IntegerJson(from + 4, 4, true)}};
    case TypeId::kIntervalMonthDayNano:
      return {{"months", IntegerJson(from, 4, true)},
              {"days", IntegerJson(from + 4, 4, true)},
              {"nanoseconds", LoadAt<int64_t>({from, 16}, 1)}};
    case TypeId::kFixedSizeBinary:
      return HexOf(from, width);
    default:
      return IntegerJson(from, width, !IsUnsigned(type.id()));
  }
}

// Of a list-like array: offset i, in either width.
int64_t OffsetAt(const ArrayView& array, bool large, int64_t i) {
  if (array.buffers[1].size_bytes == 0) return 0;
  return large ? LoadAt<int64_t>(array.buffers[1], array.offset + i)
               : LoadAt<int32_t>(array.buffers[1], array.offset + i);
}

Json Offset(bool large, int64_t value) { return large ? Json(std::to_string(value)) : Json(value); }

class ColumnWriter {
 public:
  Json Write(const std::string& name, const ArrayView& array) {
    Json column = {{"name", name}, {"count", array.length}};
    const Layout layout = LayoutOf(array.type->id());
    if (HasValidity(layout)) {
      Json& validity = column["VALIDITY"] = Json::array();
      for (int64_t i = 0; i < array.length; ++i) validity.push_back(IsValidAt(array, i) ? 1 : 0);
    }
    WriteValues(layout, array, &column);
    WriteChildren(array, &column);
    return column;
  }

 private:
  static void WriteValues(Layout layout, const ArrayView& array, Json* column) {
    switch (layout) {
      case Layout::kBits:
        return WriteEach("DATA", array, column,
                         [&](int64_t i) { return Json(BitAt(array.buffers[1], array.offset + i) ? 1 : 0); });
      case Layout::kFixed:
        return WriteEach("DATA", array, column, [&](int64_t i) {
          const uint8_t* from = array.buffers[1].data + (array.offset + i) * FixedByteWidth(*array.type);
          return FixedJson(*array.type, from, IsValidAt(array, i));
        });
      case Layout::kDictionary:
        return WriteIntegers("DATA", DataType(array.type->index_type()), array.buffers[1], array, column);
      case Layout::kBytes32:
      case Layout::kBytes64:
        return WriteBytes(layout == Layout::kBytes64, array, column);
      case Layout::kViews:
        return WriteViews(array, column);
      case Layout::kListView32:
      case Layout::kListView64: {
        const DataType type = layout == Layout::kListView64 ? Int64() : Int32();
        WriteIntegers("OFFSET", type, array.buffers[1], array, column);
        return WriteIntegers("SIZE", type, array.buffers[2], array, column);
      }
      case Layout::kDenseUnion:
        WriteIntegers("OFFSET", Int32(), array.buffers[2], array, column);
        [[fallthrough]];
      case Layout::kSparseUnion:
        return WriteIntegers("TYPE_ID", Int8(), array.buffers[1], array, column);
      case Layout::kList32:
      case Layout::kList64:
        return WriteOffsets(layout == Layout::kList64, array, column);
      case Layout::kNull:
      case Layout::kFixedSizeList:
      case Layout::kStruct:
      case Layout::kRunEndEncoded:
        return;
    }
  }

  template <typename JsonAt>
  static void WriteEach(const char* name, const ArrayView& array, Json* column, const JsonAt& json_at) {
    Json& list = (*column)[name] = Json::array();
    for (int64_t i = 0; i < array.length; ++i) list.push_back(json_at(i));
  }
  static void WriteIntegers(const char* name, const DataType& type, const BufferView& buffer, const ArrayView& array,
                            Json* column) {
    const int64_t width = FixedByteWidth(type);
    WriteEach(name, array, column,
              [&](int64_t i) { return FixedJson(type, buffer.data + (array.offset + i) * width, true); });
  }
  static void WriteOffsets(bool large, const ArrayView& array, Json* column) {
    Json& offsets = (*column)["OFFSET"] = Json::array();
    const int64_t first = OffsetAt(array, large, 0);
    for (int64_t i = 0; i <= array.length; ++i) offsets.push_back(Offset(large, OffsetAt(array, large, i) - first));
  }
  static void WriteBytes(bool large, const ArrayView& array, Json* column) {
    WriteOffsets(large, array, column);
    WriteEach("DATA", array, column, [&](int64_t i) {
      const int64_t begin = OffsetAt(array, large, i);
      return BytesJson(*array.type, array.buffers[2].data + begin, OffsetAt(array, large, i + 1) - begin);
    });
  }
  static Json BytesJson(const DataType& type, const uint8_t* bytes, int64_t size_bytes) {
    if (!IsUtf8Type(type.id())) return HexOf(bytes, size_bytes);
    return size_bytes == 0 ? std::string()
                           : std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size_bytes));
  }

  static void WriteViews(const ArrayView& array, Json* column) {
    WriteEach("VIEWS", array, column, [&](int64_t i) -> Json {
      const uint8_t* view = array.buffers[1].data + (array.offset + i) * kViewBytes;
      const BufferView parts{view, kViewBytes};
      const int64_t size = IsValidAt(array, i) ? LoadAt<int32_t>(parts, 0) : 0;
      if (size <= kInlineViewBytes) return {{"SIZE", size}, {"INLINED", BytesJson(*array.type, view + 4, size)}};
      return {{"SIZE", size},
              {"PREFIX_HEX", HexOf(view + 4, 4)},
              {"BUFFER_INDEX", LoadAt<int32_t>(parts, 2)},
              {"OFFSET", LoadAt<int32_t>(parts, 3)}};
    });
    Json& buffers = (*column)["VARIADIC_DATA_BUFFERS"] = Json::array();
    for (const BufferView& buffer : array.variadic_buffers) buffers.push_back(HexOf(buffer.data, buffer.size_bytes));
  }

  // What the array's values reach of child `i`.
  ArrayView Reached(const ArrayView& array, size_t i) {
    const ArrayView& child = array.children[i];
    switch (const Layout layout = LayoutOf(array.type->id())) {
      case Layout::kList32:
      case Layout::kList64: {
        const bool large = layout == Layout::kList64;
        const int64_t first = OffsetAt(array, large, 0);
        return child.Slice(first, OffsetAt(array, large, array.length) - first);
      }
      case Layout::kFixedSizeList: {
        const int64_t size = array.type->list_size();
        return child.Slice(array.offset * size, array.length * size);
      }
      case Layout::kStruct:
      case Layout::kSparseUnion:
        return child.Slice(array.offset, array.length);
      case Layout::kRunEndEncoded:
        return i == 0 ? ReachedEnds(array) : child.Slice(FirstRun(array), ReachedEnds(array).length);
      default:
        return child;
    }
  }

  static int64_t RunEnd(const ArrayView& array, int64_t run) {
    const ArrayView& ends = array.children[0];
    return reference::IntegerAt(ends.type->id(), ends.buffers[1], ends.offset + run);
  }
  static int64_t FirstRun(const ArrayView& array) {
    int64_t run = 0;
    while (array.length > 0 && RunEnd(array, run) <= array.offset) ++run;
    return run;
  }
  // Run ends that count from the array's first value.
  ArrayView ReachedEnds(const ArrayView& array) {
    const DataType& type = *array.children[0].type;
    const int64_t width = FixedByteWidth(type);
    std::vector<uint8_t> ends;
    for (int64_t run = FirstRun(array), end = 0; end < array.length; ++run) {
      end = std::min(RunEnd(array, run) - array.offset, array.length);
      ends.resize(ends.size() + static_cast<size_t>(width));
      StoreInteger(end, width, true, ends.data() + static_cast<int64_t>(ends.size()) - width);
    }
    const int64_t num_runs = static_cast<int64_t>(ends.size()) / width;
    ArrayView view{.type = &type, .length = num_runs, .null_count = 0};
    view.buffers[1] = arena_.Keep(std::move(ends));
    return view;
  }

  void WriteChildren(const ArrayView& array, Json* column) {
    if (array.children.empty()) return;
    Json& children = (*column)["children"] = Json::array();
    for (size_t i = 0; i < array.children.size(); ++i) {
      children.push_back(Write(array.type->children()[i].name, Reached(array, i)));
    }
  }

  reference::ArrayArena arena_;
};

// The dictionary of each dictionary type, from the first array that has it; JsonError where a later one has another.
// `type` is the array's, in the schema that is written.
void FindDictionaries(const DataType& type, const ArrayView& array,
                      std::map<const DataType*, const ArrayView*>* found) {
  for (size_t i = 0; i < array.children.size(); ++i) {
    FindDictionaries(type.children()[i].type, array.children[i], found);
  }
  if (array.dictionary == nullptr) return;
  FindDictionaries(type.children()[0].type, *array.dictionary, found);
  const auto [entry, added] = found->emplace(&type, array.dictionary);
  if (added || entry->second == array.dictionary) return;
  if (reference::ArrayText(*entry->second) != reference::ArrayText(*array.dictionary)) {
    throw JsonError("batches with different dictionaries cannot be told in JSON");
  }
}

// No values.
ArrayView EmptyArray(const DataType& type, reference::ArrayArena* arena) {
  ArrayView array{.type = &type, .length = 0, .null_count = 0};
  if (type.id() == TypeId::kDictionary) {
    array.dictionary = arena->Keep(EmptyArray(type.children()[0].type, arena));
    return array;
  }
  std::vector<ArrayView> children;
  for (const Field& child : type.children()) children.push_back(EmptyArray(child.type, arena));
  array.children = arena->Keep(std::move(children));
  return array;
}

}  // namespace

Json JsonOfTable(const Schema& schema, const std::vector<RecordBatchView>& batches) {
  const std::map<const DataType*, int64_t> ids = NumberDictionaries(schema);
  Json document = {{"schema", SchemaJson(schema, ids)}, {"batches", Json::array()}};
  std::map<const DataType*, const ArrayView*> dictionaries;
  ColumnWriter writer;
  for (const RecordBatchView& batch : batches) {
    Json columns = Json::array();
    for (size_t i = 0; i < batch.columns.size(); ++i) {
      FindDictionaries(schema.fields[i].type, batch.columns[i], &dictionaries);
      columns.push_back(writer.Write(schema.fields[i].name, batch.columns[i]));
    }
    document["batches"].push_back({{"count", batch.num_rows}, {"columns", std::move(columns)}});
  }
  if (ids.empty()) return document;
  reference::ArrayArena arena;
  std::map<int64_t, Json> written;
  for (const auto& [type, id] : ids) {
    const auto found = dictionaries.find(type);
    const ArrayView values =
        found != dictionaries.end() ? *found->second : EmptyArray(type->children()[0].type, &arena);
    const Json column = writer.Write("DICT" + std::to_string(id), values);
    written[id] = {{"id", id}, {"data", {{"count", values.length}, {"columns", Json::array({column})}}}};
  }
  Json& list = document["dictionaries"] = Json::array();
  for (auto& [id, dictionary] : written) list.push_back(std::move(dictionary));
  return document;
}

}  // namespace inlay::integration
