// One hand-made message of nested columns of every layout, and what its values are.
#pragma once

#include <algorithm>
#include <bit>

#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"

namespace inlay::ipc {

using Values = std::vector<std::optional<std::string>>;

inline Status ReadAll(const Blob& bytes, const ReadOptions& options = {}) {
  auto reader = OpenStream(bytes, options);
  if (!reader.ok()) return reader.status();
  while (true) {
    const auto batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return {};
  }
}

// Appends arrays to a message, in this machine's byte order or, swapped, in the other.
struct PartsMaker {
  explicit PartsMaker(int64_t num_rows, bool is_swapped = false) : swapped(is_swapped) { parts.num_rows = num_rows; }

  template <typename T>
  Blob Of(std::vector<T> values) const {
    Blob blob = BlobOf(values);
    for (size_t at = 0; swapped && at + sizeof(T) <= blob.size(); at += sizeof(T)) {
      std::reverse(blob.begin() + static_cast<ptrdiff_t>(at), blob.begin() + static_cast<ptrdiff_t>(at + sizeof(T)));
    }
    return blob;
  }
  PartsMaker& Add(int64_t length, int64_t null_count, const std::vector<Blob>& buffers) {
    parts.nodes.emplace_back(length, null_count);
    parts.buffers.insert(parts.buffers.end(), buffers.begin(), buffers.end());
    return *this;
  }
  PartsMaker& Ints(const std::vector<int32_t>& values) {
    return Add(static_cast<int64_t>(values.size()), 0, {{}, Of(values)});
  }

  bool swapped;
  BatchParts parts;
};

inline Schema NestedSchema() {
  return {{{"list", List({"item", Int32()})},
           {"large list", LargeList({"item", Int32()})},
           {"list view", ListView({"item", Int32()})},
           {"large list view", LargeListView({"item", Int32()})},
           {"pairs", FixedSizeList({"item", Int32()}, 2)},
           {"struct", Struct({{"a", Int32()}, {"b", List({"item", Int32()})}})},
           {"map", Map({"key", Int32()}, {"value", Int32()})},
           {"dense", DenseUnion({{"x", Int32()}, {"y", Int32()}}, {7, 3})},
           {"sparse", SparseUnion({{"x", Int32()}, {"y", Null()}}, {0, 1})},
           {"runs", RunEndEncoded(TypeId::kInt16, {"values", Int32()})},
           {"dictionary", Dictionary(TypeId::kInt16, List({"item", Dictionary(TypeId::kUInt32, Utf8())}))},
           {"null", Null()},
           {"nothing", Struct({})}}};
}

// Three rows.
inline BatchParts NestedParts(bool swapped = false) {
  PartsMaker maker(3, swapped);
  using I8 = std::vector<int8_t>;
  using I16 = std::vector<int16_t>;
  using I32 = std::vector<int32_t>;
  using I64 = std::vector<int64_t>;
  maker.Add(3, 1, {{0b101}, maker.Of(I32{0, 2, 2, 3})}).Ints({1, 2, 3});
  maker.Add(3, 0, {{}, maker.Of(I64{1, 1, 2, 4})}).Ints({-1, 2, 3, 4});
  maker.Add(3, 0, {{}, maker.Of(I32{2, 0, 1}), maker.Of(I32{1, 2, 0})}).Ints({5, 6, 7});
  maker.Add(3, 1, {{0b110}, maker.Of(I64{0, 2, 0}), maker.Of(I64{0, 1, 3})}).Ints({5, 6, 7});
  maker.Add(3, 1, {{0b011}}).Ints({1, 2, 3, 4, 5, 6});
  maker.Add(3, 1, {{0b101}}).Ints({1, 2, 3}).Add(3, 0, {{}, maker.Of(I32{0, 1, 2, 2})}).Ints({8, 9});
  maker.Add(3, 0, {{}, maker.Of(I32{0, 1, 1, 2})}).Add(2, 0, {{}}).Ints({1, 2}).Ints({10, 20});
  maker.Add(3, 0, {maker.Of(I8{3, 7, 3}), maker.Of(I32{0, 0, 1})}).Ints({100}).Ints({200, 300});
  maker.Add(3, 0, {maker.Of(I8{0, 1, 0})}).Ints({1, 2, 3}).Add(3, 3, {});
  maker.Add(3, 0, {}).Add(2, 0, {{}, maker.Of(I16{2, 3})}).Ints({4, 5});
  maker.Add(3, 1, {{0b011}, maker.Of(I16{1, 0, 9})});
  maker.Add(3, 3, {});
  maker.Add(3, 1, {{0b110}});
  return maker.parts;
}

inline BatchParts TextParts(const std::vector<std::string>& values, bool swapped = false) {
  PartsMaker maker(static_cast<int64_t>(values.size()), swapped);
  std::vector<int32_t> offsets = {0};
  std::string text;
  for (const std::string& value : values) {
    text += value;
    offsets.push_back(static_cast<int32_t>(text.size()));
  }
  maker.Add(maker.parts.num_rows, 0, {{}, maker.Of(offsets), BlobOf(text)});
  return maker.parts;
}

// Schema and dictionaries: "p" and "q" under id 1, and under id 0 the lists ["q"] and ["p", "q"] of them.
inline void AddNestedHead(bool swapped, StreamMaker* maker) {
  maker->AddSchema(NestedSchema(), (std::endian::native == std::endian::little) == swapped);
  maker->AddDictionary(1, TextParts({"p", "q"}, swapped));
  PartsMaker lists(2, swapped);
  lists.Add(2, 0, {{}, lists.Of(std::vector<int32_t>{0, 1, 3})});
  lists.Add(3, 0, {{}, lists.Of(std::vector<uint32_t>{1, 0, 1})});
  maker->AddDictionary(0, lists.parts);
}

}  // namespace inlay::ipc
