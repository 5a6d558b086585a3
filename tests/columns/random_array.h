// Random arrays of every type, nested at random: good in full, sliced at every level, with nulls that hide anything.
#pragma once

#include <inlay/array.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/array_pool.h"

namespace inlay {

class RandomArrays {
 public:
  explicit RandomArrays(uint32_t seed) : random_(seed) {}

  int64_t Below(int64_t limit) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit)); }
  bool OneIn(int64_t n) { return Below(n) == 0; }

  // Types with children contain types of at most `depth` - 1 levels.
  DataType Type(int depth) {
    const std::vector<DataType> flat = FlatTypes();
    if (depth <= 1 || OneIn(4)) return flat[static_cast<size_t>(Below(static_cast<int64_t>(flat.size())))];
    return Nested(Below(kNumNested), depth);
  }
  Field RandomField(const char* name, int depth) {
    DataType type = Type(depth);
    const bool nullable = type.id() == TypeId::kNull || !OneIn(4);
    return {name, std::move(type), nullable};
  }
  static std::vector<DataType> FlatTypes() {
    std::vector<DataType> types = {Null(), Bool(), IntervalYearMonth(), IntervalDayTime(), IntervalMonthDayNano()};
    for (int id = static_cast<int>(TypeId::kInt8); id <= static_cast<int>(TypeId::kFloat64); ++id) {
      types.push_back(DataType(static_cast<TypeId>(id)));
    }
    for (const DataType& type : {Decimal32(9, 2),
                                 Decimal64(18, 1),
                                 Decimal128(38, 9),
                                 Decimal256(76, 0),
                                 Date32(),
                                 Date64(),
                                 Time32(TimeUnit::kSecond),
                                 Time64(TimeUnit::kNano),
                                 Timestamp(TimeUnit::kMicro, "UTC"),
                                 Duration(TimeUnit::kMilli),
                                 Utf8(),
                                 LargeUtf8(),
                                 Utf8View(),
                                 Binary(),
                                 LargeBinary(),
                                 BinaryView(),
                                 FixedSizeBinary(0),
                                 FixedSizeBinary(3),
                                 FixedSizeBinary(16),
                                 FixedSizeBinary(33)}) {
      types.push_back(type);
    }
    return types;
  }
  static constexpr int64_t kNumNested = 11;
  DataType Nested(int64_t kind, int depth) {
    const auto field = [&](const char* name) { return RandomField(name, depth - 1); };
    static constexpr TypeId kIndexTypes[] = {TypeId::kInt8,  TypeId::kUInt8,  TypeId::kInt16, TypeId::kUInt16,
                                             TypeId::kInt32, TypeId::kUInt32, TypeId::kInt64, TypeId::kUInt64};
    static constexpr TypeId kRunEndTypes[] = {TypeId::kInt16, TypeId::kInt32, TypeId::kInt64};
    switch (kind) {
      case 0:
        return List(field("item"));
      case 1:
        return LargeList(field("item"));
      case 2:
        return ListView(field("item"));
      case 3:
        return LargeListView(field("item"));
      case 4:
        return FixedSizeList(field("item"), static_cast<int32_t>(Below(4)));
      case 5:
        return OneIn(6) ? Struct({}) : Struct({field("a"), field("b")});
      case 6: {
        Field key = field("key");
        if (key.type.id() == TypeId::kNull) key.type = Int8();  // keys are never null
        return Map(std::move(key), field("value"));
      }
      case 7:
        return DenseUnion({field("x"), field("y"), field("z")}, {4, 0, 127});
      case 8:
        return SparseUnion({field("x"), field("y")}, {9, 3});
      case 9: {
        DataType values = Type(depth - 1);
        if (values.id() == TypeId::kDictionary) values = List({"item", std::move(values)});
        return Dictionary(kIndexTypes[Below(8)], std::move(values));
      }
      default:
        return RunEndEncoded(kRunEndTypes[Below(3)], field("values"));
    }
  }

  // An array of that many values of `field`, which outlives it, somewhere in a larger one.
  ArrayView Array(const Field& field, int64_t length) {
    const int64_t before = OneIn(2) ? 0 : Below(20);
    const int64_t after = OneIn(2) ? 0 : Below(20);
    ArrayView array = Whole(field, before + length + after).Slice(before, length);
    if (OneIn(3)) array.null_count = array.CountNulls();
    return array;
  }

 private:
  std::vector<uint8_t> Bytes(int64_t size) {
    std::vector<uint8_t> bytes(static_cast<size_t>(size));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_());
    return bytes;
  }
  std::string Word() {
    static const char* const kLetters[] = {"a", "b", "é", "日", "-"};
    std::string word;
    for (int64_t left = OneIn(4) ? Below(12) + 12 : Below(4); left > 0; --left) word += kLetters[Below(5)];
    return word;
  }

  BufferView Validity(const Field& field, int64_t length) {
    if (!field.nullable || OneIn(3)) return {};
    std::string bits;
    const int64_t one_in = OneIn(3) ? 40 : 3;
    for (int64_t i = 0; i < length; ++i) bits += OneIn(one_in) ? '0' : '1';
    return pool_.Bits(bits + "10101");
  }

  ArrayView Fixed(const DataType& type, int64_t length) {
    const int64_t width = FixedByteWidth(type);
    std::vector<uint8_t> bytes;
    for (int64_t i = 0; i < length; ++i) {
      // Few values, so that dictionaries repeat; within the precision of decimals.
      std::vector<uint8_t> value(static_cast<size_t>(width), 0);
      if (width > 0) value[0] = static_cast<uint8_t>(Below(OneIn(2) ? 3 : 256));
      if (width == 8 && OneIn(9)) value = {0, 0, 0, 0, 0, 0, 0xF8, 0x7F};  // as a double: NaN
      if (type.id() == TypeId::kDecimal64) value.back() = 0;
      bytes.insert(bytes.end(), value.begin(), value.end());
    }
    return {.type = &type, .length = length, .buffers = {{}, pool_.Values(bytes)}};
  }

  template <typename Offset>
  BufferView Offsets(int64_t length, int64_t* end) {
    std::vector<Offset> offsets;
    int64_t at = Below(5);
    offsets.push_back(static_cast<Offset>(at));
    for (int64_t i = 0; i < length; ++i) {
      at += OneIn(3) ? 0 : Below(4);
      offsets.push_back(static_cast<Offset>(at));
    }
    *end = at;
    return pool_.Values(offsets);
  }

  template <typename Offset>
  void Strings(int64_t length, ArrayView* array) {
    std::vector<Offset> offsets = {3};
    std::string text = "...";
    for (int64_t i = 0; i < length; ++i) {
      text += Word();
      offsets.push_back(static_cast<Offset>(text.size()));
    }
    array->buffers[1] = pool_.Values(offsets);
    array->buffers[2] = pool_.Text(text + (OneIn(2) ? "" : "what follows"));
  }

  void Views(int64_t length, ArrayView* array) {
    std::string views;
    std::vector<BufferView> data;
    std::string text;
    for (int64_t i = 0; i < length; ++i) {
      if (array->buffers[0].size_bytes > 0 && ((array->buffers[0].data[i / 8] >> (i % 8)) & 1) == 0) {
        views += std::string(16, '\xEE');  // points nowhere
        continue;
      }
      const std::string word = OneIn(5) ? "one that many views share" : Word();
      const bool is_shared = word.size() > 20 && word[0] == 'o';
      AppendView(word, is_shared ? 0 : static_cast<int32_t>(data.size()) + 1,
                 is_shared ? 2 : static_cast<int32_t>(text.size()), &views);
      if (!is_shared) text += word;
      if (!is_shared && OneIn(5)) data.push_back(pool_.Text(std::exchange(text, "")));
    }
    data.push_back(pool_.Text(text));
    data.insert(data.begin(), pool_.Text("..one that many views share"));
    array->buffers[1] = pool_.Text(views);
    array->variadic_buffers = pool_.Buffers(data);
  }

  template <typename Offset>
  void ListViews(const Field& item, int64_t length, ArrayView* array) {
    const int64_t num_items = Below(3 * length + 2);
    std::vector<Offset> offsets, sizes;
    for (int64_t i = 0; i < length; ++i) {
      const int64_t size = std::min(Below(OneIn(9) ? num_items + 1 : 4), num_items);
      sizes.push_back(static_cast<Offset>(size));
      offsets.push_back(static_cast<Offset>(Below(num_items - size + 1)));
    }
    array->buffers[1] = pool_.Values(offsets);
    array->buffers[2] = pool_.Values(sizes);
    array->children = pool_.Children({Array(item, num_items)});
  }

  void Union(int64_t length, bool dense, ArrayView* array) {
    const std::vector<Field>& members = array->type->children();
    std::vector<int8_t> ids;
    std::vector<int32_t> offsets;
    std::vector<int32_t> next(members.size(), 0);
    for (int64_t i = 0; i < length; ++i) {
      const size_t member = static_cast<size_t>(Below(static_cast<int64_t>(members.size())));
      ids.push_back(array->type->type_ids()[member]);
      offsets.push_back(next[member]);
      if (!OneIn(5)) ++next[member];  // else the next one is the same
      if (OneIn(9)) ++next[member];   // a gap
    }
    array->buffers[1] = pool_.Values(ids);
    if (dense) array->buffers[2] = pool_.Values(offsets);
    std::vector<ArrayView> children;
    for (size_t i = 0; i < members.size(); ++i) children.push_back(Array(members[i], dense ? next[i] + 1 : length));
    array->children = pool_.Children(children);
  }

  void Indexes(int64_t length, ArrayView* array) {
    const int64_t num_values = OneIn(length == 0 ? 2 : 1000000) ? 0 : 1 + Below(20);
    const Field& values = array->type->children()[0];
    const int64_t width = FixedByteWidth(*array->type);
    std::vector<uint8_t> bytes(static_cast<size_t>(length * width), 0);
    for (int64_t i = 0; i < length; ++i) {
      bytes[static_cast<size_t>(i * width)] = static_cast<uint8_t>(num_values == 0 ? 0 : Below(num_values));
      const bool is_null = array->buffers[0].size_bytes > 0 && ((array->buffers[0].data[i / 8] >> (i % 8)) & 1) == 0;
      if (is_null) bytes[static_cast<size_t>(i * width)] = 0x7F;  // out of bounds
    }
    array->buffers[1] = pool_.Values(bytes);
    array->dictionary = pool_.One(Array(values, num_values));
  }

  template <typename RunEnd>
  void Runs(int64_t length, ArrayView* array) {
    std::vector<RunEnd> ends;
    for (int64_t at = 0; at < length;) {
      at += 1 + Below(5);
      ends.push_back(static_cast<RunEnd>(at));
    }
    const std::vector<Field>& fields = array->type->children();
    array->null_count = 0;
    array->children = pool_.Children(
        {pool_.Fixed<RunEnd>(fields[0].type, ends), Array(fields[1], static_cast<int64_t>(ends.size()) + Below(2))});
  }

  ArrayView Whole(const Field& field, int64_t length) {
    const DataType& type = field.type;
    ArrayView array{.type = &type, .length = length};
    int64_t end = 0;
    const auto item = [&]() -> const Field& { return type.children()[0]; };
    switch (type.id()) {
      case TypeId::kNull:
        array.null_count = length;
        return array;
      case TypeId::kDenseUnion:
      case TypeId::kSparseUnion:
        array.null_count = 0;
        Union(length, type.id() == TypeId::kDenseUnion, &array);
        return array;
      case TypeId::kRunEndEncoded:
        switch (type.children()[0].type.id()) {
          case TypeId::kInt16:
            Runs<int16_t>(length, &array);
            return array;
          case TypeId::kInt32:
            Runs<int32_t>(length, &array);
            return array;
          default:
            Runs<int64_t>(length, &array);
            return array;
        }
      default:
        break;
    }
    array.buffers[0] = Validity(field, length);
    switch (type.id()) {
      case TypeId::kBool:
        array.buffers[1] = pool_.Values(Bytes(length / 8 + 1));
        return array;
      case TypeId::kUtf8:
      case TypeId::kBinary:
        Strings<int32_t>(length, &array);
        return array;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        Strings<int64_t>(length, &array);
        return array;
      case TypeId::kUtf8View:
      case TypeId::kBinaryView:
        Views(length, &array);
        return array;
      case TypeId::kList:
      case TypeId::kMap:
        array.buffers[1] = Offsets<int32_t>(length, &end);
        array.children = pool_.Children({Array(item(), end + Below(3))});
        return array;
      case TypeId::kLargeList:
        array.buffers[1] = Offsets<int64_t>(length, &end);
        array.children = pool_.Children({Array(item(), end + Below(3))});
        return array;
      case TypeId::kListView:
        ListViews<int32_t>(item(), length, &array);
        return array;
      case TypeId::kLargeListView:
        ListViews<int64_t>(item(), length, &array);
        return array;
      case TypeId::kFixedSizeList:
        array.children = pool_.Children({Array(item(), length * type.list_size() + Below(3))});
        return array;
      case TypeId::kStruct: {
        std::vector<ArrayView> members;
        for (const Field& member : type.children()) members.push_back(Array(member, length + Below(3)));
        array.children = pool_.Children(members);
        return array;
      }
      case TypeId::kDictionary:
        Indexes(length, &array);
        return array;
      default: {
        const BufferView validity = array.buffers[0];
        array = Fixed(type, length);
        array.buffers[0] = validity;
        return array;
      }
    }
  }

  std::mt19937 random_;
  ArrayPool pool_;
};

}  // namespace inlay
