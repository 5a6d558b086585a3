#include <inlay/row_builder.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"

namespace inlay {
namespace {

constexpr int64_t kFirstCapacityRows = 1024;

// What an integer column holds.
struct IntegerRange {
  int64_t min = 0;
  uint64_t max = 0;
};

template <typename T>
IntegerRange RangeOf() {
  return {static_cast<int64_t>(std::numeric_limits<T>::min()), static_cast<uint64_t>(std::numeric_limits<T>::max())};
}

// A range whose max is 0: not a type that takes integers.
IntegerRange RangeOfType(TypeId id) {
  switch (id) {
    case TypeId::kInt8:
      return RangeOf<int8_t>();
    case TypeId::kUInt8:
      return RangeOf<uint8_t>();
    case TypeId::kInt16:
      return RangeOf<int16_t>();
    case TypeId::kUInt16:
      return RangeOf<uint16_t>();
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kIntervalYearMonth:
      return RangeOf<int32_t>();
    case TypeId::kUInt32:
      return RangeOf<uint32_t>();
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return RangeOf<int64_t>();
    case TypeId::kUInt64:
      return {0, UINT64_MAX};
    default:
      return {};
  }
}

bool IsDecimal(TypeId id) { return id >= TypeId::kDecimal32 && id <= TypeId::kDecimal256; }

// The low `byte_width` (1, 2, 4 or 8) bytes of an integer, as the machine stores one of that width.
void PutInteger(uint64_t bits, int32_t byte_width, uint8_t* out) {
  const uint8_t* from = reinterpret_cast<const uint8_t*>(&bits);
  if constexpr (std::endian::native == std::endian::big) from += 8 - byte_width;
  std::memcpy(out, from, static_cast<size_t>(byte_width));
}

// Bits are written in order, so the first of a byte clears the rest.
void PutBit(bool bit, int64_t index, uint8_t* bits) {
  uint8_t& byte = bits[index / 8];
  if (index % 8 == 0) byte = 0;
  byte = static_cast<uint8_t>(byte | (static_cast<uint8_t>(bit) << (index % 8)));
}

}  // namespace

// The memory of the columns, beside the part of them that the fast way sees.
struct RowBuilder::State {
  struct Buffers {
    explicit Buffers(const Allocator* allocator) : values(allocator), offsets(allocator), validity(allocator) {}

    AlignedBuffer values;    // fixed width, bits, views, or the bytes of strings
    AlignedBuffer offsets;   // of strings; of views: their long values
    AlignedBuffer validity;  // nullable columns: ones but where AppendNull was
    int64_t null_count = 0;
    TypeId id = TypeId::kNull;
    Layout layout = Layout::kNull;
    int32_t byte_width = 0;
    BufferView long_values;
  };

  State(const Schema& its_schema, const Allocator* its_allocator) : schema(its_schema), allocator(its_allocator) {}

  static Slot SlotOf(TypeId id);
  Status Start();
  Status Reserve(int64_t num_rows, int64_t new_capacity_rows);
  Status ReserveColumn(size_t index, int64_t num_rows, int64_t new_capacity_rows);
  void MakeViews(int64_t num_rows);
  Status CheckValues(int64_t num_rows);

  const Schema schema;
  const Allocator* const allocator;
  std::vector<Column> columns;  // one more than fields: the end
  std::vector<Buffers> buffers;
  std::vector<ArrayView> views;
  int64_t capacity_rows = 0;
  int64_t checked_rows = 0;
  Status schema_error;
  Status error;
};

RowBuilder::Slot RowBuilder::State::SlotOf(TypeId id) {
  switch (id) {
    case TypeId::kInt8:
      return Slot::kInt8;
    case TypeId::kUInt8:
      return Slot::kUInt8;
    case TypeId::kInt16:
      return Slot::kInt16;
    case TypeId::kUInt16:
    case TypeId::kFloat16:
      return Slot::kUInt16;
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kIntervalYearMonth:
      return Slot::kInt32;
    case TypeId::kUInt32:
      return Slot::kUInt32;
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return Slot::kInt64;
    case TypeId::kUInt64:
      return Slot::kUInt64;
    case TypeId::kFloat32:
      return Slot::kFloat32;
    case TypeId::kFloat64:
      return Slot::kFloat64;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Slot::kBytes32;
    default:
      return Slot::kOther;
  }
}

Status RowBuilder::State::Start() {
  if (Status status = schema.Validate(); !status.ok()) return status;
  columns.resize(schema.fields.size() + 1);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    const Field& field = schema.fields[i];
    Buffers& column = buffers.emplace_back(allocator);
    column.id = field.type.id();
    column.layout = LayoutOf(column.id);
    column.byte_width = FixedByteWidth(field.type);
    columns[i].slot = SlotOf(column.id);
    if (column.layout > Layout::kViews) {
      const FieldPath path{nullptr, field.name};
      return Status::NotImplemented(PathPrefix(&path) + "RowBuilder builds flat types, not " + field.type.ToString());
    }
  }
  views.resize(schema.fields.size());
  return Reserve(0, kFirstCapacityRows);
}

Status RowBuilder::State::ReserveColumn(size_t index, int64_t num_rows, int64_t new_capacity_rows) {
  Buffers& column = buffers[index];
  Column& fast = columns[index];
  if (schema.fields[index].nullable) {
    const int64_t used = (num_rows + 7) / 8;
    const int64_t size_bytes = (new_capacity_rows + 7) / 8;
    if (Status status = column.validity.ReserveKeeping(size_bytes, used); !status.ok()) return status;
    std::memset(column.validity.data() + used, 0xFF, static_cast<size_t>(size_bytes - used));
  }
  switch (column.layout) {
    case Layout::kNull:
      return {};
    case Layout::kBytes32:
    case Layout::kBytes64: {
      const int64_t width = column.layout == Layout::kBytes32 ? 4 : 8;
      const int64_t used = num_rows == 0 ? 0 : (num_rows + 1) * width;
      Status status = column.offsets.ReserveKeeping((new_capacity_rows + 1) * width, used);
      if (!status.ok()) return status;
      if (num_rows == 0) std::memset(column.offsets.data(), 0, static_cast<size_t>(width));
      fast.offsets = column.offsets.data();
      return {};
    }
    default: {
      const bool is_bits = column.layout == Layout::kBits;
      const int64_t width = column.layout == Layout::kViews ? kViewBytes : column.byte_width;
      const int64_t used = is_bits ? (num_rows + 7) / 8 : num_rows * width;
      int64_t size_bytes = (new_capacity_rows + 7) / 8;
      if (!is_bits && __builtin_mul_overflow(new_capacity_rows, width, &size_bytes)) return Status::OutOfMemory();
      if (Status status = column.values.ReserveKeeping(size_bytes, used); !status.ok()) return status;
      fast.values = column.values.data();
      return {};
    }
  }
}

Status RowBuilder::State::Reserve(int64_t num_rows, int64_t new_capacity_rows) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (Status status = ReserveColumn(i, num_rows, new_capacity_rows); !status.ok()) return status;
  }
  capacity_rows = new_capacity_rows;
  return {};
}

void RowBuilder::State::MakeViews(int64_t num_rows) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    Buffers& column = buffers[i];
    ArrayView& view = views[i];
    view = {.type = &schema.fields[i].type, .length = num_rows, .null_count = column.null_count};
    if (column.layout == Layout::kNull) continue;
    if (column.null_count > 0) view.buffers[0] = {column.validity.data(), (num_rows + 7) / 8};
    switch (column.layout) {
      case Layout::kBits:
        view.buffers[1] = {column.values.data(), (num_rows + 7) / 8};
        break;
      case Layout::kBytes32:
      case Layout::kBytes64: {
        const int64_t width = column.layout == Layout::kBytes32 ? 4 : 8;
        view.buffers[1] = {column.offsets.data(), (num_rows + 1) * width};
        view.buffers[2] = {column.values.data(), columns[i].used_bytes};
        break;
      }
      case Layout::kViews:
        view.buffers[1] = {column.values.data(), num_rows * kViewBytes};
        column.long_values = {column.offsets.data(), columns[i].used_bytes};
        if (columns[i].used_bytes > 0) view.variadic_buffers = {&column.long_values, 1};
        break;
      default:
        view.buffers[1] = {column.values.data(), num_rows * column.byte_width};
    }
  }
}

// What is cheaper to check for many rows at once: UTF-8, and the precision of decimals.
Status RowBuilder::State::CheckValues(int64_t num_rows) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (!IsUtf8Type(buffers[i].id) && !IsDecimal(buffers[i].id)) continue;
    const ArrayView unchecked = views[i].Slice(checked_rows, num_rows - checked_rows);
    if (ValidateArray(unchecked, schema.fields[i], Validation::kFull).ok()) continue;
    // Once more from the first row, for the row's number in the message.
    if (Status status = ValidateArray(views[i], schema.fields[i], Validation::kFull); !status.ok()) return status;
  }
  checked_rows = num_rows;
  return {};
}

RowBuilder::Column* RowBuilder::Nothing() {
  static const Column kNothing;
  return const_cast<Column*>(&kNothing);
}

// To the first row: with memory and without an error that stays, at the first column; else where no value is taken.
void RowBuilder::Restart() {
  num_rows_ = 0;
  const bool has_columns = state_ != nullptr && !state_->columns.empty();
  columns_ = has_columns ? state_->columns.data() : Nothing();
  end_ = has_columns ? columns_ + state_->buffers.size() : columns_;
  next_ = Failed() ? end_ : columns_;
  capacity_rows_ = Failed() ? 0 : state_->capacity_rows;
}

RowBuilder::RowBuilder(const Schema& schema, const Allocator* allocator) {
  try {
    state_ = std::make_unique<State>(schema, allocator);
    state_->schema_error = state_->Start();
    state_->error = state_->schema_error;
  } catch (const std::exception&) {
    state_.reset();
  }
  Restart();
}

RowBuilder::RowBuilder(RowBuilder&& other) noexcept { *this = std::move(other); }

RowBuilder& RowBuilder::operator=(RowBuilder&& other) noexcept {
  if (this == &other) return *this;
  next_ = other.next_;
  columns_ = other.columns_;
  end_ = other.end_;
  num_rows_ = other.num_rows_;
  capacity_rows_ = other.capacity_rows_;
  state_ = std::move(other.state_);
  other.Restart();
  return *this;
}

RowBuilder::~RowBuilder() = default;

bool RowBuilder::Failed() const { return state_ == nullptr || !state_->error.ok(); }

const Status& RowBuilder::status() const {
  static const Status kOutOfMemory = Status::OutOfMemory();
  return state_ == nullptr ? kOutOfMemory : state_->error;
}

RowBuilder& RowBuilder::Fail(Status error) {
  state_->error = std::move(error);
  next_ = end_;
  capacity_rows_ = 0;
  return *this;
}

RowBuilder& RowBuilder::FailValue(std::string_view what) try {
  std::string message = "row " + std::to_string(num_rows_);
  message.append(": ");
  if (next_ == end_) {
    message.append("more values than columns");
    return Fail(Status::InvalidArgument(std::move(message)));
  }
  const FieldPath path{nullptr, state_->schema.fields[static_cast<size_t>(next_ - columns_)].name};
  return Fail(Status::InvalidArgument(PathPrefix(&path).append(message).append(what)));
} catch (const std::exception&) {
  return Fail(Status::OutOfMemory());
}

RowBuilder& RowBuilder::FailType(std::string_view what) try {
  if (next_ == end_) return FailValue(what);
  std::string message(what);
  message.append(" in a column of ");
  return FailValue(message.append(state_->schema.fields[static_cast<size_t>(next_ - columns_)].type.ToString()));
} catch (const std::exception&) {
  return Fail(Status::OutOfMemory());
}

RowBuilder& RowBuilder::AppendIntegerSlowly(uint64_t bits, bool negative) {
  if (Failed()) return *this;
  if (next_ == end_) return FailType("an integer");
  const State::Buffers& column = state_->buffers[static_cast<size_t>(next_ - columns_)];
  if (column.id == TypeId::kFloat32 || column.id == TypeId::kFloat64) {
    const double value = negative ? static_cast<double>(static_cast<int64_t>(bits)) : static_cast<double>(bits);
    const double limit = column.id == TypeId::kFloat32 ? 0x1p24 : 0x1p53;
    if (std::abs(value) > limit) return FailType("an integer that is not exact");
    return column.id == TypeId::kFloat32 ? Append(static_cast<float>(value)) : Append(value);
  }
  const IntegerRange range = RangeOfType(column.id);
  if (range.max == 0) return FailType("an integer");
  if (negative ? static_cast<int64_t>(bits) < range.min : bits > range.max) return FailType("an integer out of range");
  PutInteger(bits, column.byte_width, next_->values + num_rows_ * column.byte_width);
  ++next_;
  return *this;
}

RowBuilder& RowBuilder::AppendFloatSlowly(double value, bool is_double) {
  if (Failed()) return *this;
  if (next_->slot == Slot::kFloat64) return Append(value);
  return FailType(is_double && next_->slot == Slot::kFloat32 ? "a double" : "a floating-point number");
}

RowBuilder& RowBuilder::AppendBool(bool value) {
  if (Failed()) return *this;
  if (next_ == end_ || state_->buffers[static_cast<size_t>(next_ - columns_)].id != TypeId::kBool) {
    return FailType("a boolean");
  }
  PutBit(value, num_rows_, next_->values);
  ++next_;
  return *this;
}

RowBuilder& RowBuilder::Append(const char* value) {
  if (value != nullptr) return Append(std::string_view(value));
  return Failed() ? *this : FailType("a null pointer");
}

RowBuilder& RowBuilder::PutBytes64(const void* data, int64_t size_bytes) {
  State::Buffers& column = state_->buffers[static_cast<size_t>(next_ - columns_)];
  const int64_t end = next_->used_bytes + size_bytes;
  if (end > column.values.capacity()) {
    Status status = column.values.ReserveKeeping(end, next_->used_bytes);
    if (!status.ok()) return Fail(std::move(status));
  }
  if (size_bytes > 0) std::memcpy(column.values.data() + next_->used_bytes, data, static_cast<size_t>(size_bytes));
  next_->used_bytes = end;
  std::memcpy(next_->offsets + (num_rows_ + 1) * 8, &end, 8);
  ++next_;
  return *this;
}

RowBuilder& RowBuilder::PutView(const void* data, int64_t size_bytes) {
  State::Buffers& column = state_->buffers[static_cast<size_t>(next_ - columns_)];
  const int64_t used = next_->used_bytes;
  if (size_bytes > INT32_MAX - used) return Fail(Status::LimitExceeded("more than 2 GiB of text in one batch"));
  if (size_bytes > kInlineViewBytes) {
    Status status = column.offsets.ReserveKeeping(used + size_bytes, used);
    if (!status.ok()) return Fail(std::move(status));
    std::memcpy(column.offsets.data() + used, data, static_cast<size_t>(size_bytes));
    next_->used_bytes += size_bytes;
  }
  WriteView(data, size_bytes, 0, static_cast<int32_t>(used), next_->values + num_rows_ * kViewBytes);
  ++next_;
  return *this;
}

RowBuilder& RowBuilder::AppendBytesSlowly(const void* data, size_t size, bool is_text) try {
  if (Failed()) return *this;
  const std::string_view what = is_text ? "text" : "bytes";
  if (next_ == end_) return FailType(what);
  State::Buffers& column = state_->buffers[static_cast<size_t>(next_ - columns_)];
  const int64_t size_bytes = static_cast<int64_t>(size);
  switch (column.layout) {
    case Layout::kBytes32: {
      const int64_t used = next_->used_bytes;
      if (size_bytes > INT32_MAX - used) {
        return Fail(Status::LimitExceeded("more than 2 GiB of text in one batch: write and clear more often"));
      }
      Status status = column.values.ReserveKeeping(std::max<int64_t>(used + size_bytes, 1024), used);
      if (!status.ok()) return Fail(std::move(status));
      next_->values = column.values.data();
      next_->capacity_bytes = std::min<int64_t>(column.values.capacity(), INT32_MAX);
      return StoreBytes(data, size, is_text);
    }
    case Layout::kBytes64:
      return PutBytes64(data, size_bytes);
    case Layout::kViews:
      return PutView(data, size_bytes);
    default:
      break;
  }
  const bool takes_bytes = !is_text && (IsDecimal(column.id) || column.id == TypeId::kIntervalDayTime ||
                                        column.id == TypeId::kIntervalMonthDayNano);
  if (column.id != TypeId::kFixedSizeBinary && !takes_bytes) return FailType(what);
  if (size_bytes != column.byte_width) return FailType("a value of " + std::to_string(size) + " bytes");
  if (size > 0) std::memcpy(next_->values + num_rows_ * size_bytes, data, size);
  ++next_;
  return *this;
} catch (const std::exception&) {
  return Fail(Status::OutOfMemory());
}

RowBuilder& RowBuilder::AppendDecimal(int64_t unscaled) {
  if (Failed()) return *this;
  if (next_ == end_) return FailType("a decimal");
  const State::Buffers& column = state_->buffers[static_cast<size_t>(next_ - columns_)];
  if (!IsDecimal(column.id)) return FailType("a decimal");
  if (column.id == TypeId::kDecimal32 && unscaled != static_cast<int32_t>(unscaled)) {
    return FailType("a decimal out of range");
  }
  uint8_t* const value = next_->values + num_rows_ * column.byte_width;
  const int32_t low_bytes = std::min(column.byte_width, 8);
  std::memset(value, unscaled < 0 ? 0xFF : 0, static_cast<size_t>(column.byte_width));
  const int32_t low_at = std::endian::native == std::endian::little ? 0 : column.byte_width - low_bytes;
  PutInteger(static_cast<uint64_t>(unscaled), low_bytes, value + low_at);
  ++next_;
  return *this;
}

// What stands in a slot that is null: the same in every file.
void RowBuilder::PutZero(size_t index) {
  const State::Buffers& column = state_->buffers[index];
  switch (column.layout) {
    case Layout::kNull:
      break;
    case Layout::kBits:
      PutBit(false, num_rows_, next_->values);
      break;
    case Layout::kBytes32:
      PutInteger(static_cast<uint64_t>(next_->used_bytes), 4, next_->offsets + (num_rows_ + 1) * 4);
      break;
    case Layout::kBytes64:
      PutInteger(static_cast<uint64_t>(next_->used_bytes), 8, next_->offsets + (num_rows_ + 1) * 8);
      break;
    default: {
      const int64_t width = column.layout == Layout::kViews ? kViewBytes : column.byte_width;
      if (width > 0) std::memset(next_->values + num_rows_ * width, 0, static_cast<size_t>(width));
    }
  }
}

RowBuilder& RowBuilder::AppendNull() {
  if (Failed()) return *this;
  if (next_ == end_) return FailType("a null");
  const size_t index = static_cast<size_t>(next_ - columns_);
  if (!state_->schema.fields[index].nullable) return FailValue("null in a field that is not nullable");
  State::Buffers& column = state_->buffers[index];
  uint8_t& byte = column.validity.data()[num_rows_ / 8];
  byte = static_cast<uint8_t>(byte & ~(1u << (num_rows_ % 8)));
  ++column.null_count;
  PutZero(index);
  ++next_;
  return *this;
}

void RowBuilder::EndRowSlowly() {
  if (!Failed()) {
    if (next_ != end_) {
      FailValue("the row ends before this column");
    } else if (num_rows_ + 1 == state_->capacity_rows) {
      Status status = state_->Reserve(num_rows_ + 1, 2 * state_->capacity_rows);
      if (!status.ok()) Fail(std::move(status));
    }
  }
  ++num_rows_;
  if (Failed()) return;
  capacity_rows_ = state_->capacity_rows;
  next_ = columns_;
}

RecordBatchView RowBuilder::batch() {
  if (!Failed() && next_ != columns_) Fail(Status::InvalidArgument("a row was begun and not ended before batch()"));
  if (!Failed()) {
    state_->MakeViews(num_rows_);
    Status status = state_->CheckValues(num_rows_);
    if (!status.ok()) Fail(std::move(status));
  }
  const Schema* schema = state_ == nullptr ? nullptr : &state_->schema;
  if (Failed()) return {.schema = schema, .error = &status()};
  return {.schema = schema, .num_rows = num_rows_, .columns = state_->views};
}

void RowBuilder::Clear() {
  if (state_ == nullptr) return;
  for (size_t i = 0; i < state_->buffers.size(); ++i) {
    State::Buffers& column = state_->buffers[i];
    state_->columns[i].used_bytes = 0;
    if (column.null_count == 0) continue;
    column.null_count = 0;
    std::memset(column.validity.data(), 0xFF, static_cast<size_t>((state_->capacity_rows + 7) / 8));
  }
  state_->checked_rows = 0;
  state_->error = state_->schema_error;
  Restart();
}

}  // namespace inlay
