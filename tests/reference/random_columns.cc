#include "tests/reference/random_columns.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <limits>

#include "engine/columns/data_type_builder.h"
#include "engine/columns/layout.h"

namespace inlay::reference {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr TypeId kIndexTypes[] = {TypeId::kInt8,  TypeId::kUInt8,  TypeId::kInt16, TypeId::kUInt16,
                                  TypeId::kInt32, TypeId::kUInt32, TypeId::kInt64, TypeId::kUInt64};

template <typename T>
void StoreAt(Bytes* bytes, int64_t index, T value) {
  std::memcpy(bytes->data() + static_cast<size_t>(index) * sizeof(T), &value, sizeof(T));
}

// The low bytes of a number that fits.
void StoreInteger(int64_t value, int64_t width, uint8_t* out) {
  uint8_t bytes[32];
  std::memset(bytes, value < 0 ? 0xFF : 0, sizeof(bytes));
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  if constexpr (std::endian::native == std::endian::big) std::reverse(bytes, bytes + width);
  std::memcpy(out, bytes, static_cast<size_t>(width));
}

DataType RandomFlatType(Random* random) {
  const std::vector<Field> fields = FlatFields();
  return fields[static_cast<size_t>(random->Below(static_cast<int64_t>(fields.size())))].type;
}

// A type of any sort that nests at most `depth` deep.
DataType RandomType(Random* random, int depth);

Field RandomField(Random* random, std::string name, int depth) {
  Field field{std::move(name), RandomType(random, depth)};
  const Layout layout = LayoutOf(field.type.id());
  // Nulls of the others come from their members.
  if (HasValidity(layout)) field.nullable = random->Percent(80);
  if (random->Percent(20)) field.metadata = {{"key of " + field.name, "value"}};
  return field;
}

DataType RandomUnion(Random* random, int depth, bool dense) {
  std::vector<Field> members;
  std::vector<int8_t> ids;
  const int64_t count = random->Between(1, 3);
  for (int64_t i = 0; i < count; ++i) {
    members.push_back(RandomField(random, "m" + std::to_string(i), depth));
    ids.push_back(static_cast<int8_t>(random->Between(0, 30) + 40 * (2 - i)));
  }
  return dense ? DenseUnion(std::move(members), std::move(ids)) : SparseUnion(std::move(members), std::move(ids));
}

DataType RandomDictionary(Random* random, int depth) {
  DataType values = RandomType(random, depth);
  if (values.id() == TypeId::kDictionary || values.id() == TypeId::kNull) values = Utf8();
  return Dictionary(kIndexTypes[random->Below(8)], std::move(values), random->Percent(20));
}

using Maker = std::function<DataType(Random*, int)>;

// The types that have children, by name.
const std::vector<std::pair<std::string, Maker>>& NestedMakers() {
  static const std::vector<std::pair<std::string, Maker>> makers = {
      {"list", [](Random* r, int depth) { return List(RandomField(r, "item", depth)); }},
      {"large_list", [](Random* r, int depth) { return LargeList(RandomField(r, "item", depth)); }},
      {"list_view", [](Random* r, int depth) { return ListView(RandomField(r, "item", depth)); }},
      {"large_list_view", [](Random* r, int depth) { return LargeListView(RandomField(r, "item", depth)); }},
      {"fixed_size_list",
       [](Random* r, int depth) {
         return FixedSizeList(RandomField(r, "item", depth), static_cast<int32_t>(r->Between(1, 3)));
       }},
      {"struct",
       [](Random* r, int depth) {
         return Struct({RandomField(r, "a", depth), RandomField(r, "b", depth), RandomField(r, "c", depth)});
       }},
      {"map",
       [](Random* r, int depth) {
         const DataType keys[] = {Utf8(), Int32(), Date32(), Binary()};
         return Map({"key", keys[r->Below(4)], false}, RandomField(r, "value", depth), r->Percent(20));
       }},
      {"dense_union", [](Random* r, int depth) { return RandomUnion(r, depth, true); }},
      {"sparse_union", [](Random* r, int depth) { return RandomUnion(r, depth, false); }},
      {"run_end_encoded",
       [](Random* r, int depth) {
         const TypeId ends[] = {TypeId::kInt16, TypeId::kInt32, TypeId::kInt64};
         return RunEndEncoded(ends[r->Below(3)], RandomField(r, "values", depth));
       }},
      {"dictionary", [](Random* r, int depth) { return RandomDictionary(r, depth); }},
  };
  return makers;
}

DataType RandomType(Random* random, int depth) {
  if (depth <= 1 || random->Percent(50)) return RandomFlatType(random);
  const auto& makers = NestedMakers();
  return makers[static_cast<size_t>(random->Below(static_cast<int64_t>(makers.size())))].second(random, depth - 1);
}

uint64_t Mix(uint64_t seed, std::string_view name) {
  uint64_t hash = seed * 0x9E3779B97F4A7C15 + 1;
  for (char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace

std::vector<Field> FlatFields() {
  std::vector<DataType> types;
  for (int id = 0; id <= static_cast<int>(TypeId::kFloat64); ++id) types.push_back(DataType(static_cast<TypeId>(id)));
  for (const DataType& type : {Decimal32(9, 2), Decimal64(18, 4), Decimal128(38, 10), Decimal256(76, 0)}) {
    types.push_back(type);
  }
  types.push_back(Date32());
  types.push_back(Date64());
  for (int unit = 0; unit < 4; ++unit) {
    const auto u = static_cast<TimeUnit>(unit);
    types.push_back(unit < 2 ? Time32(u) : Time64(u));
    types.push_back(Timestamp(u));
    types.push_back(Timestamp(u, "Europe/Berlin"));
    types.push_back(Duration(u));
  }
  for (TypeId id :
       {TypeId::kIntervalYearMonth, TypeId::kIntervalDayTime, TypeId::kIntervalMonthDayNano, TypeId::kUtf8,
        TypeId::kLargeUtf8, TypeId::kUtf8View, TypeId::kBinary, TypeId::kLargeBinary, TypeId::kBinaryView}) {
    types.push_back(DataType(id));
  }
  types.push_back(FixedSizeBinary(3));
  types.push_back(FixedSizeBinary(16));
  std::vector<Field> fields;
  for (DataType& type : types) fields.push_back({type.ToString(), type, true});
  return fields;
}

std::vector<Field> NestedFields(uint64_t seed) {
  std::vector<Field> fields;
  for (const auto& [name, make] : NestedMakers()) {
    for (int depth = 1; depth <= 3; ++depth) {
      Field field{name + " " + std::to_string(depth), {}, true};
      Random random(Mix(seed, field.name));
      field.type = make(&random, depth);
      fields.push_back(std::move(field));
    }
  }
  return fields;
}

// Makes the arrays of one column of one batch.
class ColumnMaker {
 public:
  ColumnMaker(RandomTable* table, Random* random) : table_(table), arena_(&table->owner_->arena), random_(*random) {}

  ArrayView Make(const DataType& type, bool nullable, int64_t length) {
    const Layout layout = LayoutOf(type.id());
    const int64_t front = random_.Percent(70) ? random_.Below(12) : 0;
    const int64_t total = front + length + random_.Below(5);
    ArrayView array{.type = &type, .length = length, .offset = front};
    Bytes valid;
    if (HasValidity(layout) && nullable && random_.Percent(85)) {
      valid = MakeBits(total, random_.Percent(10) ? 0 : random_.Percent(10) ? 100 : random_.Between(1, 99));
      array.buffers[0] = arena_->Keep(valid);
    }
    Fill(layout, type, nullable, valid, total, &array);
    return array;
  }

 private:
  static bool IsValid(const Bytes& valid, int64_t row) {
    return valid.empty() || ((valid[static_cast<size_t>(row / 8)] >> (row % 8)) & 1) != 0;
  }

  Bytes MakeBits(int64_t count, int64_t percent_set) {
    Bytes bits(static_cast<size_t>((count + 7) / 8), 0);
    for (int64_t i = 0; i < count; ++i) {
      if (random_.Percent(percent_set)) bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(1 << (i % 8));
    }
    if (count % 8 != 0) bits.back() |= static_cast<uint8_t>(0xFF << (count % 8));  // what follows is anything
    return bits;
  }

  void Fill(Layout layout, const DataType& type, bool nullable, const Bytes& valid, int64_t total, ArrayView* array) {
    switch (layout) {
      case Layout::kNull:
        break;
      case Layout::kBits:
        array->buffers[1] = arena_->Keep(MakeBits(total, 50));
        break;
      case Layout::kFixed:
        array->buffers[1] = MakeFixed(type, total);
        break;
      case Layout::kBytes32:
        MakeBytes<int32_t>(total, array);
        break;
      case Layout::kBytes64:
        MakeBytes<int64_t>(total, array);
        break;
      case Layout::kViews:
        MakeViews(valid, total, array);
        break;
      case Layout::kList32:
        MakeList<int32_t>(type, total, array);
        break;
      case Layout::kList64:
        MakeList<int64_t>(type, total, array);
        break;
      case Layout::kListView32:
        MakeListView<int32_t>(type, total, array);
        break;
      case Layout::kListView64:
        MakeListView<int64_t>(type, total, array);
        break;
      case Layout::kFixedSizeList:
        MakeChildren(type, total * type.list_size(), array);
        break;
      case Layout::kStruct:
        MakeChildren(type, total, array);
        break;
      case Layout::kDenseUnion:
      case Layout::kSparseUnion:
        MakeUnion(type, layout == Layout::kDenseUnion, total, array);
        break;
      case Layout::kDictionary:
        MakeDictionary(type, nullable, total, array);
        break;
      case Layout::kRunEndEncoded:
        MakeRuns(type, total, array);
        break;
    }
  }

  // A value that is valid for its type.
  int64_t Integer(const DataType& type) {
    const int64_t per_second[] = {1, 1000, 1000000, 1000000000};
    switch (type.id()) {
      case TypeId::kDecimal32:
      case TypeId::kDecimal64:
      case TypeId::kDecimal128:
      case TypeId::kDecimal256:
        return random_.Between(-999999999, 999999999);
      case TypeId::kDate64:
        return random_.Between(-20000, 20000) * 86400000;
      case TypeId::kTime32:
      case TypeId::kTime64:
        return random_.Below(86400 * per_second[static_cast<int>(type.unit())]);
      default:
        return static_cast<int64_t>(random_.Bits() >> random_.Below(64));
    }
  }

  BufferView MakeFixed(const DataType& type, int64_t total) {
    const int64_t width = FixedByteWidth(type);
    Bytes bytes(static_cast<size_t>(total * width));
    for (int64_t i = 0; i < total; ++i) {
      uint8_t* out = bytes.data() + i * width;
      if (type.id() == TypeId::kFloat16) {  // finite
        const auto half = static_cast<uint16_t>(random_.Bits());
        StoreInteger((half & 0x7C00) == 0x7C00 ? half & 0x83FF : half, 2, out);
      } else if (type.id() == TypeId::kFloat32) {
        const float value = static_cast<float>(random_.Between(-1000000, 1000000)) / 1000;
        std::memcpy(out, &value, 4);
      } else if (type.id() == TypeId::kFloat64) {
        const double value = static_cast<double>(static_cast<int64_t>(random_.Bits())) / 1000;
        std::memcpy(out, &value, 8);
      } else if (type.id() == TypeId::kIntervalDayTime) {
        StoreInteger(random_.Between(-100000, 100000), 4, out);
        StoreInteger(random_.Between(-86400000, 86400000), 4, out + 4);
      } else if (type.id() == TypeId::kIntervalMonthDayNano) {
        StoreInteger(random_.Between(-100000, 100000), 4, out);
        StoreInteger(random_.Between(-100000, 100000), 4, out + 4);
        StoreInteger(static_cast<int64_t>(random_.Bits()), 8, out + 8);
      } else if (type.id() == TypeId::kFixedSizeBinary) {
        for (int64_t b = 0; b < width; ++b) out[b] = static_cast<uint8_t>(random_.Bits());
      } else {
        StoreInteger(Integer(type), width, out);
      }
    }
    return arena_->Keep(bytes);
  }

  // Short and long values, some empty; UTF-8 of 1, 2 and 3 bytes where the type asks for it.
  Bytes Value(TypeId id) {
    Bytes value;
    for (int64_t left = random_.Percent(20) ? random_.Below(60) : random_.Below(14); left > 0; --left) {
      if (!IsUtf8Type(id)) {
        value.push_back(static_cast<uint8_t>(random_.Bits()));
      } else if (random_.Percent(90)) {
        value.push_back(static_cast<uint8_t>('a' + random_.Below(26)));
      } else if (random_.Percent(50)) {
        value.insert(value.end(), {0xC3, 0xA9});
      } else {
        value.insert(value.end(), {0xE2, 0x82, 0xAC});
      }
    }
    return value;
  }

  template <typename Offset>
  void MakeBytes(int64_t total, ArrayView* array) {
    Bytes offsets(static_cast<size_t>(total + 1) * sizeof(Offset));
    Bytes data(static_cast<size_t>(random_.Below(5)), '-');  // so that the first offset is not 0
    StoreAt(&offsets, 0, static_cast<Offset>(data.size()));
    for (int64_t i = 0; i < total; ++i) {
      const Bytes value = Value(array->type->id());
      data.insert(data.end(), value.begin(), value.end());
      StoreAt(&offsets, i + 1, static_cast<Offset>(data.size()));
    }
    array->buffers[1] = arena_->Keep(offsets);
    array->buffers[2] = arena_->Keep(data);
  }

  void MakeViews(const Bytes& valid, int64_t total, ArrayView* array) {
    std::vector<Bytes> data(static_cast<size_t>(random_.Between(1, 3)));
    Bytes views(static_cast<size_t>(total * kViewBytes), 0);
    for (int64_t i = 0; i < total; ++i) {
      if (!IsValid(valid, i)) continue;  // views of nulls are zeros
      const Bytes value = Value(array->type->id());
      const int64_t buffer = random_.Below(static_cast<int64_t>(data.size()));
      Bytes& into = data[static_cast<size_t>(buffer)];
      into.insert(into.end(), static_cast<size_t>(random_.Below(4)), '.');  // what no view shows
      WriteView(value.data(), static_cast<int64_t>(value.size()), static_cast<int32_t>(buffer),
                static_cast<int32_t>(into.size()), views.data() + i * kViewBytes);
      if (value.size() > static_cast<size_t>(kInlineViewBytes)) into.insert(into.end(), value.begin(), value.end());
    }
    array->buffers[1] = arena_->Keep(views);
    std::vector<BufferView> buffers;
    for (const Bytes& bytes : data) buffers.push_back(arena_->Keep(bytes));
    array->variadic_buffers = arena_->Keep(std::move(buffers));
  }

  void MakeChildren(const DataType& type, int64_t length, ArrayView* array) {
    std::vector<ArrayView> children;
    for (const Field& field : type.children()) children.push_back(Make(field.type, field.nullable, length));
    array->children = arena_->Keep(std::move(children));
  }

  template <typename Offset>
  void MakeList(const DataType& type, int64_t total, ArrayView* array) {
    Bytes offsets(static_cast<size_t>(total + 1) * sizeof(Offset));
    // A single key is sorted.
    const int64_t limit = type.id() == TypeId::kMap && type.keys_sorted() ? 2 : 4;
    int64_t end = random_.Below(4);
    for (int64_t i = 0; i <= total; ++i) {
      StoreAt(&offsets, i, static_cast<Offset>(end));
      if (i < total) end += random_.Percent(30) ? 0 : random_.Below(limit);  // of nulls too
    }
    array->buffers[1] = arena_->Keep(offsets);
    MakeChildren(type, end + random_.Below(3), array);
  }

  template <typename Offset>
  void MakeListView(const DataType& type, int64_t total, ArrayView* array) {
    const int64_t items = random_.Below(2 * total + 2);
    Bytes offsets(static_cast<size_t>(total) * sizeof(Offset));
    Bytes sizes(static_cast<size_t>(total) * sizeof(Offset));
    for (int64_t i = 0; i < total; ++i) {
      const int64_t size = random_.Below(std::min<int64_t>(items, 3) + 1);
      StoreAt(&sizes, i, static_cast<Offset>(size));
      StoreAt(&offsets, i, static_cast<Offset>(random_.Between(0, items - size)));
    }
    array->buffers[1] = arena_->Keep(offsets);
    array->buffers[2] = arena_->Keep(sizes);
    MakeChildren(type, items, array);
  }

  void MakeUnion(const DataType& type, bool dense, int64_t total, ArrayView* array) {
    Bytes ids(static_cast<size_t>(total));
    Bytes offsets(dense ? static_cast<size_t>(total) * 4 : 0);
    std::vector<int64_t> used(type.children().size(), 0);
    for (int64_t i = 0; i < total; ++i) {
      const auto member = static_cast<size_t>(random_.Below(static_cast<int64_t>(used.size())));
      ids[static_cast<size_t>(i)] = static_cast<uint8_t>(type.type_ids()[member]);
      if (!dense) continue;
      used[member] += random_.Below(2);  // values that no slot shows
      StoreAt(&offsets, i, static_cast<int32_t>(used[member]));
      ++used[member];
    }
    array->buffers[1] = arena_->Keep(ids);
    if (!dense) return MakeChildren(type, total, array);
    array->buffers[2] = arena_->Keep(offsets);
    std::vector<ArrayView> children;
    for (size_t i = 0; i < used.size(); ++i)
      children.push_back(Make(type.children()[i].type, type.children()[i].nullable, used[i]));
    array->children = arena_->Keep(std::move(children));
  }

  void MakeRuns(const DataType& type, int64_t total, ArrayView* array) {
    const DataType& end_type = type.children()[0].type;
    const int64_t width = FixedByteWidth(end_type);
    Bytes ends;
    int64_t runs = 0;
    for (int64_t end = 0; end < total; ++runs) {
      end += random_.Between(1, 6);  // the last may reach beyond what is needed
      ends.resize(ends.size() + static_cast<size_t>(width));
      StoreInteger(end, width, ends.data() + runs * width);
    }
    ArrayView end_array{.type = &end_type, .length = runs, .null_count = 0};
    end_array.buffers[1] = arena_->Keep(ends);
    const Field& values = type.children()[1];
    array->children = arena_->Keep(std::vector<ArrayView>{end_array, Make(values.type, values.nullable, runs)});
  }

  void MakeDictionary(const DataType& type, bool nullable, int64_t total, ArrayView* array) {
    auto& state = table_->dictionaries_[&type];
    if (state.shown == 0 || table_->history_ == DictionaryHistory::kReplaced) {
      state.values = Make(type.children()[0].type, nullable, random_.Between(3, 40));
      state.shown = table_->history_ == DictionaryHistory::kGrows ? random_.Between(1, 3) : state.values.length;
    } else if (table_->history_ == DictionaryHistory::kGrows) {
      state.shown = std::min(state.values.length, state.shown + random_.Below(6));
    }
    array->dictionary = arena_->Keep(state.values.Slice(0, state.shown));
    const int64_t width = FixedByteWidth(type);
    Bytes indexes(static_cast<size_t>(total * width));
    for (int64_t i = 0; i < total; ++i) StoreInteger(random_.Below(state.shown), width, indexes.data() + i * width);
    array->buffers[1] = arena_->Keep(indexes);
  }

  RandomTable* table_;
  ArrayArena* arena_;
  Random& random_;
};

RandomTable::RandomTable(Schema schema, uint64_t seed, DictionaryHistory history) : history_(history) {
  auto owner = std::make_shared<Owner>();
  owner->schema = std::move(schema);
  owner_ = std::move(owner);
  for (const Field& field : owner_->schema.fields) random_.emplace_back(Mix(seed, field.name));
}

RecordBatch RandomTable::Next(int64_t num_rows) {
  std::vector<ArrayView> columns;
  for (size_t i = 0; i < random_.size(); ++i) {
    const Field& field = schema().fields[i];
    columns.push_back(ColumnMaker(this, &random_[i]).Make(field.type, field.nullable, num_rows));
  }
  return {owner_, {&schema(), num_rows, owner_->arena.Keep(std::move(columns))}};
}

}  // namespace inlay::reference
