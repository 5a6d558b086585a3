// Rows that keep coming -> batches.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <inlay/array.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay {

/// Gathers rows, value by value in the order of the schema, into columns that are reused:
///
///   rows.Append(e.time).Append(e.host).AppendOptional(e.value);
///   rows.EndRow();
///
/// No call fails by itself. The first error (a wrong type, an integer out of range, a null in a required column, too
/// few or too many values) is kept with the column's path and the row, and everything after it is dropped. It cannot be
/// lost: status() tells it, and batch() carries it in RecordBatchView::error, which everything that takes a batch
/// returns as its own. Rows are counted on, so a loop that writes every so many rows meets the error at its next write.
///
/// Flat types, for now: a schema with others is kNotImplemented, kept in the same way. Movable. One thread at a time.
class INLAY_EXPORT RowBuilder {
 public:
  /// Copies the schema. `allocator` outlives the builder.
  explicit RowBuilder(const Schema& schema, const Allocator* allocator = &DefaultAllocator());
  RowBuilder(RowBuilder&& other) noexcept;
  RowBuilder& operator=(RowBuilder&& other) noexcept;
  ~RowBuilder();

  /// An integer, for integer columns that can hold it; for dates, times, timestamps, durations and year-month intervals
  /// in their unit; for floats that hold it exactly. uint16_t also for the bits of a Float16.
  RowBuilder& Append(signed char value) { return Store(Slot::kInt8, value); }
  RowBuilder& Append(unsigned char value) { return Store(Slot::kUInt8, value); }
  RowBuilder& Append(short value) { return Store(Slot::kInt16, value); }
  RowBuilder& Append(unsigned short value) { return Store(Slot::kUInt16, value); }
  RowBuilder& Append(int value) { return Store(Slot::kInt32, value); }
  RowBuilder& Append(unsigned value) { return Store(Slot::kUInt32, value); }
  RowBuilder& Append(long value) { return Store(sizeof(long) == 8 ? Slot::kInt64 : Slot::kInt32, value); }
  RowBuilder& Append(unsigned long value) { return Store(sizeof(long) == 8 ? Slot::kUInt64 : Slot::kUInt32, value); }
  RowBuilder& Append(long long value) { return Store(Slot::kInt64, value); }
  RowBuilder& Append(unsigned long long value) { return Store(Slot::kUInt64, value); }
  RowBuilder& Append(char value) = delete;  // text or number? say which
  /// A float also for Float64; a double for Float64 alone.
  RowBuilder& Append(float value) { return Store(Slot::kFloat32, value); }
  RowBuilder& Append(double value) { return Store(Slot::kFloat64, value); }
  RowBuilder& Append(bool value) { return AppendBool(value); }
  /// Text and bytes, copied, for every string and binary type (fixed-size binary: of its size). UTF-8 is checked by
  /// batch(), many rows at a time.
  RowBuilder& Append(std::string_view value) { return StoreBytes(value.data(), value.size(), true); }
  RowBuilder& Append(const char* value);
  /// Also for decimals and intervals: the value in Arrow's layout, of their width, in the machine's byte order.
  RowBuilder& Append(std::span<const uint8_t> value) { return StoreBytes(value.data(), value.size(), false); }
  /// A decimal by its integer: 12345 with a scale of 2 is 123.45.
  RowBuilder& AppendDecimal(int64_t unscaled);
  RowBuilder& AppendNull();
  template <typename T>
  RowBuilder& AppendOptional(const std::optional<T>& value) {
    return value ? Append(*value) : AppendNull();
  }

  /// The row has all its values.
  void EndRow() {
    if (next_ == end_ && num_rows_ + 1 < capacity_rows_) [[likely]] {
      ++num_rows_;
      next_ = columns_;
    } else {
      EndRowSlowly();
    }
  }

  /// Ended rows.
  int64_t num_rows() const { return num_rows_; }
  /// The first error.
  const Status& status() const;
  /// The ended rows (a row that was begun and not ended is an error), or an error that everything that takes a batch
  /// returns. Valid until the next call that is not const.
  RecordBatchView batch();
  /// Forgets the rows, and their error with them; keeps the memory. An error of the schema stays.
  void Clear();

 private:
  enum class Slot : uint8_t {
    kNone,  // the end of a row, and a builder in error
    kInt8,
    kUInt8,
    kInt16,
    kUInt16,
    kInt32,
    kUInt32,
    kInt64,
    kUInt64,
    kFloat32,
    kFloat64,
    kBytes32,  // offsets of 4 bytes, bytes
    kOther,
  };
  // What the fast way needs of a column.
  struct Column {
    uint8_t* values = nullptr;   // kBytes32: the bytes
    uint8_t* offsets = nullptr;  // kBytes32
    int64_t used_bytes = 0;      // kBytes32: of `values`
    int64_t capacity_bytes = 0;  // kBytes32
    Slot slot = Slot::kNone;
  };
  struct State;
  // Where a builder without memory stands: takes no value, is never written.
  static Column* Nothing();

  template <typename T>
  RowBuilder& Store(Slot slot, T value) {
    if (next_->slot == slot) [[likely]] {
      std::memcpy(next_->values + num_rows_ * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
      ++next_;
      return *this;
    }
    if constexpr (std::is_floating_point_v<T>) {
      return AppendFloatSlowly(static_cast<double>(value), std::is_same_v<T, double>);
    } else if constexpr (std::is_signed_v<T>) {
      return AppendIntegerSlowly(static_cast<uint64_t>(value), value < 0);
    } else {
      return AppendIntegerSlowly(value, false);
    }
  }
  RowBuilder& StoreBytes(const void* data, size_t size, bool is_text) {
    Column* const column = next_;
    const int64_t used = column->used_bytes + static_cast<int64_t>(size);
    if (column->slot == Slot::kBytes32 && used <= column->capacity_bytes) [[likely]] {
      if (size > 0) std::memcpy(column->values + column->used_bytes, data, size);
      column->used_bytes = used;
      const int32_t offset = static_cast<int32_t>(used);
      std::memcpy(column->offsets + (num_rows_ + 1) * 4, &offset, 4);
      ++next_;
      return *this;
    }
    return AppendBytesSlowly(data, size, is_text);
  }
  RowBuilder& AppendIntegerSlowly(uint64_t bits, bool negative);
  RowBuilder& AppendFloatSlowly(double value, bool is_double);
  RowBuilder& AppendBytesSlowly(const void* data, size_t size, bool is_text);
  RowBuilder& AppendBool(bool value);
  void EndRowSlowly();
  void Restart();
  bool Failed() const;
  RowBuilder& Fail(Status error);
  RowBuilder& FailValue(std::string_view what);
  RowBuilder& FailType(std::string_view what);
  void PutZero(size_t index);
  RowBuilder& PutView(const void* data, int64_t size_bytes);
  RowBuilder& PutBytes64(const void* data, int64_t size_bytes);

  Column* next_ = nullptr;  // of the row's next value
  Column* columns_ = nullptr;
  Column* end_ = nullptr;
  int64_t num_rows_ = 0;
  int64_t capacity_rows_ = 0;  // 0 in error
  std::unique_ptr<State> state_;
};

}  // namespace inlay
