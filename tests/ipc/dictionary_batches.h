// Batches of one dictionary-encoded column, put together by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <inlay/array.h>

namespace inlay::ipc {

using Words = std::vector<std::optional<std::string>>;  // nothing: null
using Indexes = std::vector<std::optional<int64_t>>;

// Owns what the batches point to.
class DictionaryBatches {
 public:
  explicit DictionaryBatches(TypeId index_type = TypeId::kInt32, DataType value_type = Utf8())
      : schema_{{{"word", Dictionary(index_type, std::move(value_type)), true}}} {}
  DictionaryBatches(const DictionaryBatches&) = delete;
  DictionaryBatches& operator=(const DictionaryBatches&) = delete;

  const Schema& schema() const { return schema_; }
  const DataType& type() const { return schema_.fields[0].type; }

  // A dictionary of strings.
  const ArrayView* Strings(const Words& words) {
    std::vector<uint8_t> bytes;
    std::vector<int32_t> offsets = {0};
    for (const auto& word : words) {
      if (word) bytes.insert(bytes.end(), word->begin(), word->end());
      offsets.push_back(static_cast<int32_t>(bytes.size()));
    }
    ArrayView array{.type = &type().children()[0].type, .length = static_cast<int64_t>(words.size())};
    array.buffers[0] = Validity(words);
    array.buffers[1] = Keep(offsets);
    array.buffers[2] = Keep(bytes);
    return &arrays_.emplace_back(array);
  }
  template <typename T>
  const ArrayView* Numbers(const std::vector<T>& values) {
    ArrayView array{.type = &type().children()[0].type, .length = static_cast<int64_t>(values.size())};
    array.buffers[1] = Keep(values);
    return &arrays_.emplace_back(array);
  }

  RecordBatchView Batch(const Indexes& indexes, const ArrayView* dictionary) {
    const auto width = static_cast<size_t>(FixedByteWidth(type()));
    std::vector<uint8_t> bytes(width * indexes.size(), 0xEE);  // what null slots hide is no index
    for (size_t i = 0; i < indexes.size(); ++i) {
      if (indexes[i]) std::memcpy(bytes.data() + i * width, &*indexes[i], width);
    }
    ArrayView array{.type = &type(), .length = static_cast<int64_t>(indexes.size())};
    array.buffers[0] = Validity(indexes);
    array.buffers[1] = Keep(bytes);
    array.dictionary = dictionary;
    return {&schema_, array.length, {&arrays_.emplace_back(array), 1}};
  }
  RecordBatchView Batch(const Indexes& indexes, const Words& words) { return Batch(indexes, Strings(words)); }

 private:
  template <typename T>
  BufferView Keep(const std::vector<T>& values) {
    std::vector<uint8_t>& bytes = kept_.emplace_back(values.size() * sizeof(T));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return {bytes.data(), static_cast<int64_t>(bytes.size())};
  }
  template <typename T>
  BufferView Validity(const std::vector<std::optional<T>>& values) {
    std::vector<uint8_t> bits(values.size() / 8 + 1, 0);
    bool has_nulls = false;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i]) bits[i / 8] |= static_cast<uint8_t>(1 << (i % 8));
      has_nulls |= !values[i];
    }
    return has_nulls ? Keep(bits) : BufferView{};
  }

  Schema schema_;
  std::deque<std::vector<uint8_t>> kept_;
  std::deque<ArrayView> arrays_;
};

}  // namespace inlay::ipc
