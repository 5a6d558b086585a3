// The arrays of a message, put together by hand from its nodes and buffers. Shares no code with the library's readers.
// Throws std::runtime_error where a message holds less, or more, than its values need: the body of a batch is exactly
// determined by them (but for the data of views and what lies between list views).
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <inlay/array.h>

#include "tests/reference/array_values.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::reference {

// Of an uncompressed message; views into its body. Of dictionaries the indexes are read.
class MessageArrays {
 public:
  // `like`: the arrays that were written, for their dictionaries.
  MessageArrays(const IpcMessage& message, const std::vector<Field>& fields, std::span<const ArrayView> like)
      : message_(message) {
    for (size_t i = 0; i < fields.size(); ++i) columns_.push_back(Read(fields[i], message.num_rows, like[i]));
    Require(next_node_ == message.nodes.size(), "more nodes than fields");
    Require(next_buffer_ == message.buffers.size(), "more buffers than the fields need");
    Require(next_count_ == message.variadic_counts.size(), "more variadic counts than view fields");
  }
  const std::vector<ArrayView>& columns() const { return columns_; }

 private:
  BufferView Buffer(int64_t bytes, const std::string& what) {
    Require(next_buffer_ < message_.buffers.size(), "a buffer is missing");
    const Pair& buffer = message_.buffers[next_buffer_++];
    Require(bytes < 0 || buffer.second == bytes,
            what + " has " + std::to_string(buffer.second) + " bytes, not " + std::to_string(bytes));
    const Bytes part = message_.body.subspan(static_cast<size_t>(buffer.first), static_cast<size_t>(buffer.second));
    return {part.data(), static_cast<int64_t>(part.size())};
  }
  BufferView BitBuffer(int64_t length, const std::string& what) {
    const BufferView bits = Buffer((length + 7) / 8, what);
    Require(length % 8 == 0 || bits.data[length / 8] >> (length % 8) == 0, what + " has bits past the end");
    return bits;
  }
  int64_t Offset(const BufferView& offsets, int64_t width, int64_t i) const {
    return width == 4 ? LoadValue<int32_t>(offsets.data + 4 * i) : LoadValue<int64_t>(offsets.data + 8 * i);
  }
  // Reads the offsets; they begin at 0. Returns where they end.
  int64_t Offsets(int64_t width, ArrayView* array) {
    array->buffers[1] = Buffer((array->length + 1) * width, "offsets");
    Require(Offset(array->buffers[1], width, 0) == 0, "the first offset is not 0");
    return Offset(array->buffers[1], width, array->length);
  }
  void Children(std::vector<ArrayView> children, ArrayView* array) {
    array->children = kept_arrays_.emplace_back(std::move(children));
  }
  ArrayView Child(const ArrayView& like, size_t i, int64_t length) {
    return Read(like.type->children()[i], length, like.children[i]);
  }

  void ReadViews(ArrayView* array) {
    array->buffers[1] = Buffer(16 * array->length, "views");
    Require(next_count_ < message_.variadic_counts.size(), "a variadic count is missing");
    std::vector<BufferView> data;
    for (int64_t i = message_.variadic_counts[next_count_++]; i > 0; --i) data.push_back(Buffer(-1, "data"));
    std::vector<int64_t> low(data.size(), INT64_MAX), high(data.size(), 0);
    for (int64_t i = 0; i < array->length; ++i) {
      const uint8_t* view = array->buffers[1].data + 16 * i;
      const bool is_null = array->buffers[0].size_bytes > 0 && !Bit(array->buffers[0].data, i);
      const auto size = LoadValue<int32_t>(view);
      if (is_null) RequireZeros({view, 16}, "the view of a null");
      if (size <= 12) {
        RequireZeros({view + 4 + size, static_cast<size_t>(12 - size)}, "padding of a short view");
        continue;
      }
      const auto buffer = static_cast<size_t>(LoadValue<int32_t>(view + 8));
      const int64_t offset = LoadValue<int32_t>(view + 12);
      Require(offset + size <= data.at(buffer).size_bytes, "a view reaches out of its buffer");
      low[buffer] = std::min(low[buffer], offset);
      high[buffer] = std::max(high[buffer], offset + size);
    }
    for (size_t i = 0; i < data.size(); ++i) {
      Require(low[i] == 0 && high[i] == data[i].size_bytes, "a data buffer holds more than its views use");
    }
    array->variadic_buffers = kept_buffers_.emplace_back(std::move(data));
  }

  void ReadListViews(int64_t width, const ArrayView& like, ArrayView* array) {
    array->buffers[1] = Buffer(width * array->length, "list offsets");
    array->buffers[2] = Buffer(width * array->length, "list sizes");
    int64_t low = INT64_MAX, high = 0;
    for (int64_t i = 0; i < array->length; ++i) {
      const int64_t start = Offset(array->buffers[1], width, i);
      const int64_t size = Offset(array->buffers[2], width, i);
      Require(start >= 0 && size >= 0, "a negative offset or size");
      if (size == 0) {
        Require(start == 0, "an empty list does not begin at 0");
        continue;
      }
      low = std::min(low, start);
      high = std::max(high, start + size);
    }
    Require(high == 0 || low == 0, "items before the first list");
    Children({Child(like, 0, high)}, array);
  }

  void ReadUnion(const ArrayView& like, ArrayView* array) {
    const DataType& type = *like.type;
    const bool is_dense = type.id() == TypeId::kDenseUnion;
    array->buffers[1] = Buffer(array->length, "type ids");
    std::vector<int64_t> lengths(type.children().size(), is_dense ? 0 : array->length);
    if (is_dense) {
      array->buffers[2] = Buffer(4 * array->length, "union offsets");
      std::vector<int64_t> low(lengths.size(), INT64_MAX);
      for (int64_t i = 0; i < array->length; ++i) {
        const auto id = LoadValue<int8_t>(array->buffers[1].data + i);
        const auto found = std::find(type.type_ids().begin(), type.type_ids().end(), id);
        Require(found != type.type_ids().end(), "an unknown type id");
        const auto member = static_cast<size_t>(found - type.type_ids().begin());
        const int64_t at = LoadValue<int32_t>(array->buffers[2].data + 4 * i);
        low[member] = std::min(low[member], at);
        lengths[member] = std::max(lengths[member], at + 1);
      }
      for (size_t i = 0; i < low.size(); ++i) Require(lengths[i] == 0 || low[i] == 0, "values before the first in use");
    }
    std::vector<ArrayView> children;
    for (size_t i = 0; i < lengths.size(); ++i) children.push_back(Child(like, i, lengths[i]));
    Children(std::move(children), array);
  }

  void ReadRuns(const ArrayView& like, ArrayView* array) {
    Require(next_node_ < message_.nodes.size(), "a node is missing");
    const int64_t num_runs = message_.nodes[next_node_].first;
    std::vector<ArrayView> children = {Child(like, 0, num_runs)};
    int64_t end = 0;
    for (int64_t i = 0; i < num_runs; ++i) {
      const int64_t next = LoadIndex(children[0].type->id(), children[0].buffers[1].data, i);
      Require(next > end, "run ends do not grow");
      end = next;
    }
    Require(end == array->length, "the last run does not end where the array does");
    children.push_back(Child(like, 1, num_runs));
    Children(std::move(children), array);
  }

  ArrayView Read(const Field& field, int64_t length, const ArrayView& like) {
    const DataType& type = field.type;
    const TypeId id = type.id();
    Require(next_node_ < message_.nodes.size(), "a node is missing");
    const Pair node = message_.nodes[next_node_++];
    Require(node.first == length,
            field.name + ": a length of " + std::to_string(node.first) + ", not " + std::to_string(length));
    ArrayView array{.type = &type, .length = length, .null_count = node.second, .dictionary = like.dictionary};
    const bool has_nulls_inside =
        id == TypeId::kDenseUnion || id == TypeId::kSparseUnion || id == TypeId::kRunEndEncoded;
    if (id == TypeId::kNull) {
      Require(node.second == length, "not all of type null are null");
      return array;
    }
    if (has_nulls_inside) Require(node.second == 0, "a null count that is its children's");
    if (!has_nulls_inside || message_.version == 3) {
      array.buffers[0] = node.second == 0 ? Buffer(0, "validity") : BitBuffer(length, "validity");
      int64_t num_nulls = 0;
      for (int64_t i = 0; i < length && node.second > 0; ++i) num_nulls += !Bit(array.buffers[0].data, i);
      Require(num_nulls == node.second, "the null count is not that of the bits");
    }
    switch (id) {
      case TypeId::kBool:
        array.buffers[1] = BitBuffer(length, "booleans");
        break;
      case TypeId::kUtf8:
      case TypeId::kBinary:
        array.buffers[2] = Buffer(Offsets(4, &array), "bytes");
        break;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        array.buffers[2] = Buffer(Offsets(8, &array), "bytes");
        break;
      case TypeId::kUtf8View:
      case TypeId::kBinaryView:
        ReadViews(&array);
        break;
      case TypeId::kList:
      case TypeId::kMap: {
        const int64_t end = Offsets(4, &array);
        Children({Child(like, 0, end)}, &array);
        break;
      }
      case TypeId::kLargeList: {
        const int64_t end = Offsets(8, &array);
        Children({Child(like, 0, end)}, &array);
        break;
      }
      case TypeId::kListView:
        ReadListViews(4, like, &array);
        break;
      case TypeId::kLargeListView:
        ReadListViews(8, like, &array);
        break;
      case TypeId::kFixedSizeList:
        Children({Child(like, 0, length * type.list_size())}, &array);
        break;
      case TypeId::kStruct: {
        std::vector<ArrayView> members;
        for (size_t i = 0; i < type.children().size(); ++i) members.push_back(Child(like, i, length));
        Children(std::move(members), &array);
        break;
      }
      case TypeId::kDenseUnion:
      case TypeId::kSparseUnion:
        ReadUnion(like, &array);
        break;
      case TypeId::kRunEndEncoded:
        ReadRuns(like, &array);
        break;
      default:
        array.buffers[1] = Buffer(length * FixedByteWidth(type), "values");
        break;
    }
    return array;
  }

  const IpcMessage& message_;
  size_t next_node_ = 0;
  size_t next_buffer_ = 0;
  size_t next_count_ = 0;
  std::deque<std::vector<ArrayView>> kept_arrays_;
  std::deque<std::vector<BufferView>> kept_buffers_;
  std::vector<ArrayView> columns_;
};

}  // namespace inlay::reference
