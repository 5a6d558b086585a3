#include <inlay/builder.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "engine/base/aligned_buffer.h"
#include "engine/columns/field_path.h"
#include "engine/columns/layout.h"
#include "kernels/bitmap.h"

namespace inlay {
namespace {

using Kind = ColumnValues::Kind;

// Elements are read this many at a time.
constexpr int64_t kBlockRows = 1024;

DataType DefaultType(const ColumnValues& values) {
  switch (values.kind()) {
    case Kind::kInt8:
      return Int8();
    case Kind::kUInt8:
      return UInt8();
    case Kind::kInt16:
      return Int16();
    case Kind::kUInt16:
      return UInt16();
    case Kind::kInt32:
      return Int32();
    case Kind::kUInt32:
      return UInt32();
    case Kind::kInt64:
      return Int64();
    case Kind::kUInt64:
      return UInt64();
    case Kind::kFloat:
      return Float32();
    case Kind::kDouble:
      return Float64();
    case Kind::kBool:
      return Bool();
    case Kind::kText:
      return Utf8();
    case Kind::kBytes:
      return FixedSizeBinary(values.byte_width());
    case Kind::kNone:
      break;
  }
  return Null();
}

// The C++ type that holds values of a type, in words; empty for types that are not built from values.
std::string_view HeldAs(const DataType& type, Kind* kind) {
  const auto held = [&](Kind as, std::string_view name) {
    *kind = as;
    return name;
  };
  switch (type.id()) {
    case TypeId::kBool:
      return held(Kind::kBool, "bool");
    case TypeId::kInt8:
      return held(Kind::kInt8, "int8_t");
    case TypeId::kUInt8:
      return held(Kind::kUInt8, "uint8_t");
    case TypeId::kInt16:
      return held(Kind::kInt16, "int16_t");
    case TypeId::kUInt16:
    case TypeId::kFloat16:
      return held(Kind::kUInt16, "uint16_t");
    case TypeId::kUInt32:
      return held(Kind::kUInt32, "uint32_t");
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kDecimal32:
    case TypeId::kIntervalYearMonth:
      return held(Kind::kInt32, "int32_t");
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
    case TypeId::kDecimal64:
      return held(Kind::kInt64, "int64_t");
    case TypeId::kUInt64:
      return held(Kind::kUInt64, "uint64_t");
    case TypeId::kFloat32:
      return held(Kind::kFloat, "float");
    case TypeId::kFloat64:
      return held(Kind::kDouble, "double");
    case TypeId::kUtf8:
    case TypeId::kLargeUtf8:
    case TypeId::kUtf8View:
    case TypeId::kBinary:
    case TypeId::kLargeBinary:
    case TypeId::kBinaryView:
    case TypeId::kFixedSizeBinary:
      return held(Kind::kText, "text");
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
    case TypeId::kIntervalDayTime:
    case TypeId::kIntervalMonthDayNano:
      return held(Kind::kBytes, "arrays of bytes");
    default:
      return {};
  }
}

bool TakesByteArrays(const DataType& type, int32_t byte_width) {
  Kind kind = Kind::kNone;
  HeldAs(type, &kind);
  const bool is_decimal = type.id() >= TypeId::kDecimal32 && type.id() <= TypeId::kDecimal256;
  return (is_decimal || kind == Kind::kBytes || type.id() == TypeId::kFixedSizeBinary) &&
         FixedByteWidth(type) == byte_width;
}

}  // namespace

// Everything of the batch: it becomes the batch's owner.
struct BatchBuilder::State {
  explicit State(const Allocator* its_allocator) : allocator(its_allocator) {}

  void Add(std::string name, DataType type, const ColumnValues& values);
  Status AddValues(const DataType& type, const ColumnValues& values, ArrayView* array);
  Status CopyFixed(const ColumnValues& values, int32_t byte_width, ArrayView* array);
  Status CopyBools(const ColumnValues& values, ArrayView* array);
  template <typename Offset>
  Status CopyText(const ColumnValues& values, ArrayView* array);
  Status CopyViews(const ColumnValues& values, ArrayView* array);
  Status CopyFixedText(const ColumnValues& values, int32_t byte_width, ArrayView* array);
  Result<uint8_t*> Allocate(int64_t size_bytes);

  const Allocator* allocator;
  Status error;
  Schema schema;
  std::vector<ArrayView> columns;
  std::vector<AlignedBuffer> buffers;
  std::vector<std::unique_ptr<BufferView>> variadic_buffers;
};

namespace {

// Elements of a caller's range, read block by block, and the validity bits of the column that becomes of them.
class BlockReader {
 public:
  // `validity` has room for a bit an element, or is null when the elements are not optional.
  BlockReader(const ColumnValues& values, uint8_t* validity) : values_(values), validity_(validity) {}

  int64_t null_count() const { return null_count_; }

  // Reads the elements from `first` on to `out`; returns how many.
  int64_t Read(int64_t first, void* out) {
    const int64_t count = std::min(kBlockRows, values_.count() - first);
    values_.reader()(values_.elements(), first, count, out, is_valid_);
    if (validity_ == nullptr) return count;
    for (int64_t i = 0; i < count; ++i) null_count_ += 1 - is_valid_[i];
    kernels::PackBools(is_valid_, count, validity_ + first / 8);  // blocks begin at whole bytes
    return count;
  }

  // Calls take(row, text, is_valid) for each element, until it returns an error.
  template <typename Take>
  Status EachText(Take take) {
    std::string_view texts[kBlockRows];
    for (int64_t first = 0; first < values_.count(); first += kBlockRows) {
      const int64_t count = Read(first, texts);
      for (int64_t i = 0; i < count; ++i) {
        const bool is_valid = is_valid_[i] != 0;
        if (!is_valid && !values_.optional()) {
          return Status::InvalidArgument("row " + std::to_string(first + i) + ": a null pointer");
        }
        if (Status status = take(first + i, texts[i], is_valid); !status.ok()) return status;
      }
    }
    return {};
  }

 private:
  const ColumnValues& values_;
  uint8_t* const validity_;
  int64_t null_count_ = 0;
  uint8_t is_valid_[kBlockRows];
};

// The array's validity bits, to be written.
uint8_t* Validity(ArrayView* array) { return const_cast<uint8_t*>(array->buffers[0].data); }

}  // namespace

Result<uint8_t*> BatchBuilder::State::Allocate(int64_t size_bytes) {
  AlignedBuffer buffer(allocator);
  if (Status status = buffer.Reserve(std::max<int64_t>(size_bytes, 1)); !status.ok()) return status;
  buffers.push_back(std::move(buffer));
  return buffers.back().data();
}

Status BatchBuilder::State::CopyFixed(const ColumnValues& values, int32_t byte_width, ArrayView* array) {
  const int64_t size_bytes = values.count() * byte_width;
  const Result<uint8_t*> out = Allocate(size_bytes);
  if (!out.ok()) return out.status();
  array->buffers[1] = {*out, size_bytes};
  BlockReader reader(values, Validity(array));
  for (int64_t row = 0; row < values.count();) row += reader.Read(row, *out + row * byte_width);
  array->null_count = reader.null_count();
  return {};
}

Status BatchBuilder::State::CopyBools(const ColumnValues& values, ArrayView* array) {
  const int64_t size_bytes = (values.count() + 7) / 8;
  const Result<uint8_t*> out = Allocate(size_bytes);
  if (!out.ok()) return out.status();
  array->buffers[1] = {*out, size_bytes};
  BlockReader reader(values, Validity(array));
  uint8_t bools[kBlockRows];
  for (int64_t row = 0; row < values.count();) {
    const int64_t count = reader.Read(row, bools);
    kernels::PackBools(bools, count, *out + row / 8);
    row += count;
  }
  array->null_count = reader.null_count();
  return {};
}

template <typename Offset>
Status BatchBuilder::State::CopyText(const ColumnValues& values, ArrayView* array) {
  const int64_t offset_bytes = (values.count() + 1) * static_cast<int64_t>(sizeof(Offset));
  const Result<uint8_t*> offsets = Allocate(offset_bytes);
  if (!offsets.ok()) return offsets.status();
  array->buffers[1] = {*offsets, offset_bytes};
  std::memset(*offsets, 0, sizeof(Offset));
  AlignedBuffer bytes(allocator);
  int64_t used = 0;
  BlockReader reader(values, Validity(array));
  const Status status = reader.EachText([&](int64_t row, std::string_view text, bool) -> Status {
    const int64_t end = used + static_cast<int64_t>(text.size());
    if (sizeof(Offset) == 4 && end > INT32_MAX) {
      return Status::LimitExceeded("more than 2 GiB of text: use the type with large offsets, or smaller batches");
    }
    if (end > bytes.capacity()) {
      if (Status grown = bytes.ReserveKeeping(end, used); !grown.ok()) return grown;
    }
    if (!text.empty()) std::memcpy(bytes.data() + used, text.data(), text.size());
    used = end;
    const Offset offset = static_cast<Offset>(end);
    std::memcpy(*offsets + (row + 1) * static_cast<int64_t>(sizeof(Offset)), &offset, sizeof(Offset));
    return {};
  });
  array->buffers[2] = {bytes.data(), used};
  array->null_count = reader.null_count();
  buffers.push_back(std::move(bytes));
  return status;
}

// Text of one size.
Status BatchBuilder::State::CopyFixedText(const ColumnValues& values, int32_t byte_width, ArrayView* array) {
  const int64_t size_bytes = values.count() * byte_width;
  const Result<uint8_t*> out = Allocate(size_bytes);
  if (!out.ok()) return out.status();
  array->buffers[1] = {*out, size_bytes};
  BlockReader reader(values, Validity(array));
  const Status status = reader.EachText([&](int64_t row, std::string_view text, bool is_valid) -> Status {
    uint8_t* const to = *out + row * byte_width;
    if (!is_valid) {
      std::memset(to, 0, static_cast<size_t>(byte_width));
    } else if (text.size() != static_cast<size_t>(byte_width)) {
      return Status::InvalidArgument("row " + std::to_string(row) + ": " + std::to_string(text.size()) +
                                     " bytes in a column of " + std::to_string(byte_width) + " bytes a value");
    } else if (byte_width > 0) {
      std::memcpy(to, text.data(), text.size());
    }
    return {};
  });
  array->null_count = reader.null_count();
  return status;
}

// Text of up to 12 bytes is inline, longer one stands in one data buffer.
Status BatchBuilder::State::CopyViews(const ColumnValues& values, ArrayView* array) {
  const int64_t view_bytes = values.count() * kViewBytes;
  const Result<uint8_t*> views = Allocate(view_bytes);
  if (!views.ok()) return views.status();
  array->buffers[1] = {*views, view_bytes};
  AlignedBuffer bytes(allocator);
  int64_t used = 0;
  BlockReader reader(values, Validity(array));
  const Status status = reader.EachText([&](int64_t row, std::string_view text, bool) -> Status {
    const int64_t size = static_cast<int64_t>(text.size());
    if (size > INT32_MAX - used) return Status::LimitExceeded("more than 2 GiB of text: use smaller batches");
    WriteView(text.data(), size, 0, static_cast<int32_t>(used), *views + row * kViewBytes);
    if (size <= kInlineViewBytes) return {};
    if (Status grown = bytes.ReserveKeeping(used + size, used); !grown.ok()) return grown;
    std::memcpy(bytes.data() + used, text.data(), text.size());
    used += size;
    return {};
  });
  array->null_count = reader.null_count();
  if (used > 0) {
    variadic_buffers.push_back(std::make_unique<BufferView>(BufferView{bytes.data(), used}));
    array->variadic_buffers = {variadic_buffers.back().get(), 1};
    buffers.push_back(std::move(bytes));
  }
  return status;
}

Status BatchBuilder::State::AddValues(const DataType& type, const ColumnValues& values, ArrayView* array) {
  if (Status status = type.Validate(); !status.ok()) return status;
  array->length = values.count();
  array->null_count = 0;
  if (values.kind() == Kind::kBytes) {
    if (!TakesByteArrays(type, values.byte_width())) {
      return Status::InvalidArgument("arrays of " + std::to_string(values.byte_width()) + " bytes do not fit " +
                                     type.ToString());
    }
    array->buffers[1] = {static_cast<const uint8_t*>(values.elements()), values.count() * values.byte_width()};
    return {};
  }
  Kind kind = Kind::kNone;
  const std::string_view held_as = HeldAs(type, &kind);
  if (held_as.empty()) {
    return Status::InvalidArgument(type.ToString() + " is not built from values: add an ArrayView");
  }
  if (kind != values.kind()) {
    std::string message = "values of another C++ type: ";
    return Status::InvalidArgument(message.append(type.ToString()).append(" is held as ").append(held_as));
  }
  const int32_t byte_width = FixedByteWidth(type);
  if (values.reader() == nullptr) {
    array->buffers[1] = {static_cast<const uint8_t*>(values.elements()), values.count() * byte_width};
    return {};
  }
  if (values.optional()) {
    const int64_t size_bytes = (values.count() + 7) / 8;
    const Result<uint8_t*> bits = Allocate(size_bytes);
    if (!bits.ok()) return bits.status();
    array->buffers[0] = {*bits, size_bytes};
  }
  switch (LayoutOf(type.id())) {
    case Layout::kBits:
      return CopyBools(values, array);
    case Layout::kBytes32:
      return CopyText<int32_t>(values, array);
    case Layout::kBytes64:
      return CopyText<int64_t>(values, array);
    case Layout::kViews:
      return CopyViews(values, array);
    default:
      return kind == Kind::kText ? CopyFixedText(values, byte_width, array) : CopyFixed(values, byte_width, array);
  }
}

void BatchBuilder::State::Add(std::string name, DataType type, const ColumnValues& values) {
  ArrayView array;
  error = AddValues(type, values, &array);
  const FieldPath path{nullptr, name};
  if (!error.ok() && error.code() != StatusCode::kOutOfMemory) {
    error = error.WithContext("column '" + PathText(&path) + "'");
  }
  schema.fields.push_back({std::move(name), std::move(type), values.optional()});
  columns.push_back(array);
}

BatchBuilder::BatchBuilder(const Allocator* allocator) : state_(new (std::nothrow) State(allocator)) {}
BatchBuilder::BatchBuilder(BatchBuilder&&) noexcept = default;
BatchBuilder& BatchBuilder::operator=(BatchBuilder&&) noexcept = default;
BatchBuilder::~BatchBuilder() = default;

BatchBuilder& BatchBuilder::Add(std::string name, const ColumnValues& values) {
  return Add(std::move(name), DefaultType(values), values);
}

BatchBuilder& BatchBuilder::Add(std::string name, DataType type, const ColumnValues& values) {
  if (state_ == nullptr || !state_->error.ok()) return *this;
  try {
    state_->Add(std::move(name), std::move(type), values);
  } catch (const std::exception&) {
    state_->error = Status::OutOfMemory();
  }
  return *this;
}

BatchBuilder& BatchBuilder::Add(std::string name, const ArrayView& array, bool nullable) {
  if (state_ == nullptr || !state_->error.ok()) return *this;
  try {
    if (array.type == nullptr) {
      const FieldPath path{nullptr, name};
      state_->error = Status::InvalidArgument(PathPrefix(&path) + "an array without a type");
      return *this;
    }
    state_->schema.fields.push_back({std::move(name), *array.type, nullable});
    state_->columns.push_back(array);
  } catch (const std::exception&) {
    state_->error = Status::OutOfMemory();
  }
  return *this;
}

Result<RecordBatch> BatchBuilder::Finish() {
  if (state_ == nullptr) {
    return finished_ ? Status::InvalidArgument("BatchBuilder was finished already") : Status::OutOfMemory();
  }
  finished_ = true;
  try {
    const std::shared_ptr<State> state = std::move(state_);
    if (!state->error.ok()) return state->error;
    for (size_t i = 0; i < state->columns.size(); ++i) {
      state->columns[i].type = &state->schema.fields[i].type;
    }
    const RecordBatchView view{.schema = &state->schema,
                               .num_rows = state->columns.empty() ? 0 : state->columns[0].length,
                               .columns = state->columns};
    if (Status status = state->schema.Validate(); !status.ok()) return status;
    if (Status status = ValidateBatch(view, Validation::kFull); !status.ok()) return status;
    return RecordBatch(state, view);
  } catch (const std::exception&) {
    return Status::OutOfMemory();
  }
}

}  // namespace inlay
