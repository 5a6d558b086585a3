// Arrays for tests: a pool that owns what views point to, and a good array of every type.
#pragma once

#include <inlay/array.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace inlay {

class ArrayPool {
 public:
  const DataType* Type(DataType type) { return &types_.emplace_back(std::move(type)); }

  BufferView Text(std::string_view text) {
    const std::vector<uint8_t>& bytes = bytes_.emplace_back(text.begin(), text.end());
    return {bytes.data(), static_cast<int64_t>(bytes.size())};
  }
  template <typename T>
  BufferView Values(const std::vector<T>& values) {
    return Text({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  }
  // "1101": the first bit first.
  BufferView Bits(std::string_view bits) {
    std::string bytes((bits.size() + 7) / 8, '\0');
    for (size_t i = 0; i < bits.size(); ++i) {
      if (bits[i] == '1') bytes[i / 8] = static_cast<char>(bytes[i / 8] | (1 << (i % 8)));
    }
    return Text(bytes);
  }
  std::span<const ArrayView> Children(std::vector<ArrayView> children) {
    return arrays_.emplace_back(std::move(children));
  }
  const ArrayView* One(const ArrayView& array) { return &arrays_.emplace_back(1, array).front(); }
  std::span<const BufferView> Buffers(std::vector<BufferView> buffers) {
    return buffers_.emplace_back(std::move(buffers));
  }

  // Flat arrays without nulls.
  template <typename T>
  ArrayView Fixed(DataType type, const std::vector<T>& values) {
    const DataType* its_type = Type(std::move(type));
    const int64_t size_bytes = static_cast<int64_t>(values.size() * sizeof(T));
    const int64_t length = size_bytes / FixedByteWidth(*its_type);
    return {.type = its_type, .length = length, .buffers = {{}, Values(values)}};
  }
  template <typename Offset = int32_t>
  ArrayView Strings(DataType type, const std::vector<std::string>& values) {
    std::vector<Offset> offsets = {0};
    std::string bytes;
    for (const std::string& value : values) {
      bytes += value;
      offsets.push_back(static_cast<Offset>(bytes.size()));
    }
    return {.type = Type(std::move(type)),
            .length = static_cast<int64_t>(values.size()),
            .buffers = {{}, Values(offsets), Text(bytes)}};
  }

 private:
  std::deque<DataType> types_;
  std::deque<std::vector<uint8_t>> bytes_;
  std::deque<std::vector<ArrayView>> arrays_;
  std::deque<std::vector<BufferView>> buffers_;
};

// A view of 16 bytes: short ones are inline, others name a buffer.
inline void AppendView(std::string_view value, int32_t buffer, int32_t offset, std::string* views) {
  const int32_t length = static_cast<int32_t>(value.size());
  views->append(reinterpret_cast<const char*>(&length), 4);
  if (length <= 12) {
    views->append(value).append(12 - value.size(), '\0');
    return;
  }
  views->append(value.substr(0, 4));
  views->append(reinterpret_cast<const char*>(&buffer), 4);
  views->append(reinterpret_cast<const char*>(&offset), 4);
}

// Five values of every type of the format; value 1 is null where the type has a bitmap.
inline std::vector<std::pair<Field, ArrayView>> SampleArrays(ArrayPool* pool) {
  std::vector<ArrayView> arrays;
  const BufferView validity = pool->Bits("10111");
  const auto add = [&](ArrayView array) { arrays.push_back(array); };
  const auto nullable = [&](ArrayView array) {
    array.buffers[0] = validity;
    array.null_count = 1;
    return array;
  };
  add({.type = pool->Type(Null()), .length = 5, .null_count = 5});
  add(nullable({.type = pool->Type(Bool()), .length = 5, .buffers = {{}, pool->Bits("01101")}}));
  const DataType fixed[] = {Int8(),
                            UInt8(),
                            Int16(),
                            UInt16(),
                            Int32(),
                            UInt32(),
                            Int64(),
                            UInt64(),
                            Float16(),
                            Float32(),
                            Float64(),
                            Decimal32(9, 2),
                            Decimal64(18, 0),
                            Decimal128(38, 5),
                            Decimal256(76, -2),
                            Date32(),
                            Date64(),
                            Time32(TimeUnit::kMilli),
                            Time64(TimeUnit::kNano),
                            Timestamp(TimeUnit::kSecond),
                            Timestamp(TimeUnit::kMicro, "Europe/Berlin"),
                            Duration(TimeUnit::kNano),
                            IntervalYearMonth(),
                            IntervalDayTime(),
                            IntervalMonthDayNano(),
                            FixedSizeBinary(3)};
  for (const DataType& type : fixed) {
    // Small bytes, and zeros above them: within every precision.
    std::vector<uint8_t> bytes(static_cast<size_t>(FixedByteWidth(type)) * 5, 0);
    for (size_t i = 0; i < 5; ++i) bytes[i * bytes.size() / 5] = static_cast<uint8_t>(i + 1);
    add(nullable({.type = pool->Type(type), .length = 5, .buffers = {{}, pool->Values(bytes)}}));
  }
  const std::vector<std::string> words = {"a", "", "größe", "inlay", "日本"};
  for (const DataType& type : {Utf8(), Binary()}) add(nullable(pool->Strings<int32_t>(type, words)));
  for (const DataType& type : {LargeUtf8(), LargeBinary()}) add(nullable(pool->Strings<int64_t>(type, words)));
  std::string views;
  AppendView("short", 0, 0, &views);
  AppendView("", 0, 0, &views);
  AppendView("thirteen char", 0, 2, &views);
  AppendView("twelve chars", 0, 0, &views);
  AppendView("in another buffer", 1, 0, &views);
  for (const DataType& type : {Utf8View(), BinaryView()}) {
    add(nullable(
        {.type = pool->Type(type),
         .length = 5,
         .buffers = {{}, pool->Text(views)},
         .variadic_buffers = pool->Buffers({pool->Text("..thirteen char"), pool->Text("in another buffer")})}));
  }
  const ArrayView items = nullable(pool->Fixed<int32_t>(Int32(), {1, 2, 3, 4, 5}));
  const std::span<const ArrayView> one_child = pool->Children({items});
  const Field item{"item", Int32()};
  const BufferView offsets32 = pool->Values<int32_t>({0, 2, 2, 3, 3, 5});
  const BufferView offsets64 = pool->Values<int64_t>({0, 2, 2, 3, 3, 5});
  add(nullable({.type = pool->Type(List(item)), .length = 5, .buffers = {{}, offsets32}, .children = one_child}));
  add(nullable({.type = pool->Type(LargeList(item)), .length = 5, .buffers = {{}, offsets64}, .children = one_child}));
  add(nullable({.type = pool->Type(ListView(item)),
                .length = 5,
                .buffers = {{}, pool->Values<int32_t>({3, 0, 0, 2, 5}), pool->Values<int32_t>({2, 0, 3, 1, 0})},
                .children = one_child}));
  add(nullable({.type = pool->Type(LargeListView(item)),
                .length = 5,
                .buffers = {{}, pool->Values<int64_t>({3, 0, 0, 2, 5}), pool->Values<int64_t>({2, 0, 3, 1, 0})},
                .children = one_child}));
  add(nullable({.type = pool->Type(FixedSizeList(item, 2)),
                .length = 5,
                .children = pool->Children({pool->Fixed<int32_t>(Int32(), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})})}));
  const ArrayView text = pool->Strings(Utf8(), words);
  const std::vector<Field> members = {{"number", Int32()}, {"text", Utf8()}};
  const std::span<const ArrayView> two_children = pool->Children({items, text});
  add(nullable({.type = pool->Type(Struct(members)), .length = 5, .children = two_children}));
  const DataType* const map = pool->Type(Map({"key", Utf8()}, {"value", Int32()}, true));
  const ArrayView entries{.type = &map->children()[0].type, .length = 5, .children = pool->Children({text, items})};
  add(nullable({.type = map, .length = 5, .buffers = {{}, offsets32}, .children = pool->Children({entries})}));
  const BufferView type_ids = pool->Values<int8_t>({5, 9, 9, 5, 9});
  add({.type = pool->Type(DenseUnion(members, {5, 9})),
       .length = 5,
       .buffers = {{}, type_ids, pool->Values<int32_t>({0, 0, 2, 4, 3})},
       .children = two_children});
  add({.type = pool->Type(SparseUnion(members, {5, 9})),
       .length = 5,
       .buffers = {{}, type_ids},
       .children = two_children});
  add(nullable({.type = pool->Type(Dictionary(TypeId::kUInt8, Utf8(), true)),
                .length = 5,
                .buffers = {{}, pool->Values<uint8_t>({4, 200, 0, 0, 2})},
                .dictionary = pool->One(text)}));
  add({.type = pool->Type(RunEndEncoded(TypeId::kInt32, {"values", Utf8()})),
       .length = 5,
       .null_count = 0,
       .children = pool->Children({pool->Fixed<int32_t>(Int32(), {1, 3, 4, 6, 7}), text})});
  std::vector<std::pair<Field, ArrayView>> samples;
  for (const ArrayView& array : arrays) {
    samples.emplace_back(Field{array.type->ToString(), *array.type, true, {{"key", "value"}}}, array);
  }
  return samples;
}

}  // namespace inlay
