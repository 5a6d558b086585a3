// Batches of every flat type with seeded random values that are valid for their type.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <inlay/array.h>

namespace inlay::ipc {

// One nullable column of each type that batches are written with.
inline Schema FlatSchema() {
  Schema schema;
  const auto add = [&](DataType type) { schema.fields.push_back({type.ToString(), std::move(type), true}); };
  for (int id = 0; id <= static_cast<int>(TypeId::kFloat64); ++id) add(DataType(static_cast<TypeId>(id)));
  for (const DataType& type : {Decimal32(9, 2),
                               Decimal64(18, 4),
                               Decimal128(38, 10),
                               Decimal256(76, 0),
                               Date32(),
                               Date64(),
                               Time32(TimeUnit::kSecond),
                               Time32(TimeUnit::kMilli),
                               Time64(TimeUnit::kMicro),
                               Time64(TimeUnit::kNano),
                               Timestamp(TimeUnit::kSecond),
                               Timestamp(TimeUnit::kNano, "UTC"),
                               Duration(TimeUnit::kMilli),
                               IntervalYearMonth(),
                               IntervalDayTime(),
                               IntervalMonthDayNano(),
                               Utf8(),
                               LargeUtf8(),
                               Binary(),
                               LargeBinary(),
                               FixedSizeBinary(0),
                               FixedSizeBinary(3),
                               FixedSizeBinary(16)}) {
    add(type);
  }
  return schema;
}

// Owns the buffers of a batch; the schema is the caller's.
class RandomBatch {
 public:
  RandomBatch(const Schema* schema, int64_t num_rows, int null_percent, uint32_t seed)
      : schema_(schema), num_rows_(num_rows), random_(seed) {
    for (const Field& field : schema->fields) {
      columns_.push_back(Make(field.type, field.nullable ? null_percent : 0));
    }
  }
  RandomBatch(const RandomBatch&) = delete;
  RandomBatch& operator=(const RandomBatch&) = delete;

  RecordBatchView view() const { return {schema_, num_rows_, columns_}; }
  // Valid until the next call.
  RecordBatchView Slice(int64_t start, int64_t count) {
    slices_.clear();
    for (const ArrayView& column : columns_) slices_.push_back(column.Slice(start, count));
    return {schema_, count, slices_};
  }

 private:
  BufferView Keep(std::vector<uint8_t> bytes) {
    kept_.push_back(std::move(bytes));
    return {kept_.back().data(), static_cast<int64_t>(kept_.back().size())};
  }
  int64_t Integer(int64_t limit) {
    return static_cast<int64_t>((uint64_t{random_()} << 32 | random_()) % static_cast<uint64_t>(limit));
  }
  std::vector<uint8_t> RandomBytes(int64_t size) {
    std::vector<uint8_t> bytes(static_cast<size_t>(size));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_());
    return bytes;
  }

  std::vector<uint8_t> Bits(int percent_zero) {
    std::vector<uint8_t> bits(static_cast<size_t>(num_rows_ / 8 + 1), 0);
    for (int64_t i = 0; i < num_rows_; ++i) {
      if (static_cast<int>(random_() % 100) >= percent_zero)
        bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(1 << (i % 8));
    }
    bits.back() |= static_cast<uint8_t>(0xFF << (num_rows_ % 8));  // what follows the last bit is anything
    return bits;
  }

  int64_t Value(const DataType& type) {
    const int64_t per_second[] = {1, 1000, 1000000, 1000000000};
    switch (type.id()) {
      case TypeId::kDecimal32:
      case TypeId::kDecimal64:
      case TypeId::kDecimal128:
      case TypeId::kDecimal256:
        return Integer(1999999999) - 999999999;
      case TypeId::kDate64:
        return (Integer(40000) - 20000) * 86400000;
      case TypeId::kTime32:
      case TypeId::kTime64:
        return Integer(86400 * per_second[static_cast<int>(type.unit())]);
      default:
        return static_cast<int64_t>(uint64_t{random_()} << 32 | random_());
    }
  }

  std::vector<uint8_t> FixedValues(const DataType& type) {
    const int64_t width = FixedByteWidth(type);
    if (type.id() == TypeId::kFixedSizeBinary) return RandomBytes(num_rows_ * width);
    std::vector<uint8_t> bytes(static_cast<size_t>(num_rows_ * width));
    for (int64_t i = 0; i < num_rows_; ++i) {
      const int64_t value = Value(type);
      uint8_t* out = bytes.data() + i * width;
      std::memset(out, value < 0 ? 0xFF : 0, static_cast<size_t>(width));
      std::memcpy(out, &value, static_cast<size_t>(width < 8 ? width : 8));
    }
    return bytes;
  }

  template <typename Offset>
  void Strings(bool is_utf8, ArrayView* array) {
    std::vector<uint8_t> offsets(static_cast<size_t>(num_rows_ + 1) * sizeof(Offset));
    std::vector<uint8_t> text = {'-', '-', '-'};  // so that the first offset is not 0
    for (int64_t i = 0; i <= num_rows_; ++i) {
      const Offset offset = static_cast<Offset>(text.size());
      std::memcpy(offsets.data() + static_cast<size_t>(i) * sizeof(Offset), &offset, sizeof(Offset));
      if (i == num_rows_) break;
      for (int64_t length = Integer(20); length > 0; --length) {
        text.push_back(is_utf8 ? static_cast<uint8_t>('a' + Integer(26)) : static_cast<uint8_t>(random_()));
      }
      if (is_utf8 && Integer(4) == 0) text.insert(text.end(), {0xC3, 0xA9});
    }
    array->buffers[1] = Keep(std::move(offsets));
    array->buffers[2] = Keep(std::move(text));
  }

  ArrayView Make(const DataType& type, int null_percent) {
    ArrayView array{.type = &type, .length = num_rows_};
    if (type.id() == TypeId::kNull) return array;
    if (null_percent > 0) array.buffers[0] = Keep(Bits(null_percent));
    switch (type.id()) {
      case TypeId::kBool:
        array.buffers[1] = Keep(Bits(50));
        break;
      case TypeId::kUtf8:
      case TypeId::kBinary:
        Strings<int32_t>(type.id() == TypeId::kUtf8, &array);
        break;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        Strings<int64_t>(type.id() == TypeId::kLargeUtf8, &array);
        break;
      default:
        array.buffers[1] = Keep(FixedValues(type));
        break;
    }
    return array;
  }

  const Schema* schema_;
  int64_t num_rows_;
  std::mt19937 random_;
  std::vector<std::vector<uint8_t>> kept_;
  std::vector<ArrayView> columns_;
  std::vector<ArrayView> slices_;
};

}  // namespace inlay::ipc
