#include <inlay/batch_operations.h>

#include <exception>
#include <string>

#include "engine/base/arena.h"
#include "engine/columns/assembler.h"
#include "engine/columns/batch_assembly.h"
#include "engine/columns/integer_value.h"

namespace inlay {
namespace {

// Whether all are below num_rows; nulls count.
template <typename Index>
bool Widen(const ArrayView& indexes, int64_t num_rows, int64_t* out) {
  const BufferView from{indexes.buffers[1].data + indexes.offset * static_cast<int64_t>(sizeof(Index)), 0};
  bool good = true;
  for (int64_t row = 0; row < indexes.length; ++row) {
    out[row] = static_cast<int64_t>(LoadAt<Index>(from, row));
    good &= static_cast<uint64_t>(out[row]) < static_cast<uint64_t>(num_rows);  // below 0 is far above
  }
  return good;
}

bool WidenAny(const ArrayView& indexes, int64_t num_rows, int64_t* out) {
  switch (indexes.type->id()) {
    case TypeId::kInt8:
      return Widen<int8_t>(indexes, num_rows, out);
    case TypeId::kUInt8:
      return Widen<uint8_t>(indexes, num_rows, out);
    case TypeId::kInt16:
      return Widen<int16_t>(indexes, num_rows, out);
    case TypeId::kUInt16:
      return Widen<uint16_t>(indexes, num_rows, out);
    case TypeId::kInt32:
      return Widen<int32_t>(indexes, num_rows, out);
    case TypeId::kUInt32:
      return Widen<uint32_t>(indexes, num_rows, out);
    default:
      return Widen<int64_t>(indexes, num_rows, out);
  }
}

// Whether the indexes can be used where they are: of 64 bits, aligned, without nulls, all in bounds.
bool AreRows(const ArrayView& indexes, int64_t num_rows) {
  if (indexes.length == 0) return false;
  if (indexes.type->id() != TypeId::kInt64 && indexes.type->id() != TypeId::kUInt64) return false;
  if (reinterpret_cast<uintptr_t>(indexes.buffers[1].data) % sizeof(int64_t) != 0 || indexes.CountNulls() > 0) {
    return false;
  }
  bool good = true;
  for (int64_t row = 0; row < indexes.length; ++row) {
    good &= LoadAt<uint64_t>(indexes.buffers[1], indexes.offset + row) < static_cast<uint64_t>(num_rows);
  }
  return good;
}

std::string IndexText(TypeId type, int64_t index) {
  return type == TypeId::kUInt64 ? std::to_string(static_cast<uint64_t>(index)) : std::to_string(index);
}

}  // namespace

Result<RecordBatch> Take(const RecordBatchView& batch, const ArrayView& indexes, const Allocator* allocator) try {
  if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) return status;
  if (indexes.type == nullptr || indexes.type->id() < TypeId::kInt8 || indexes.type->id() > TypeId::kUInt64) {
    return Status::InvalidArgument("indexes must be integers");
  }
  if (Status status = ValidateArray(indexes, {"indexes", *indexes.type}, Validation::kBasic); !status.ok()) {
    return status;
  }
  if (AreRows(indexes, batch.num_rows)) {
    const auto* rows = reinterpret_cast<const int64_t*>(indexes.buffers[1].data) + indexes.offset;
    return AssembleBatch({&batch, 1}, Selection::OfIndexes(rows, indexes.length, false), allocator);
  }
  Arena arena(allocator);
  int64_t size_bytes;
  if (__builtin_mul_overflow(indexes.length, int64_t{8}, &size_bytes)) return Status::OutOfMemory();
  const auto memory = arena.Allocate(size_bytes);
  if (!memory.ok()) return memory.status();
  auto* const rows = reinterpret_cast<int64_t*>(*memory);
  const bool all_good = WidenAny(indexes, batch.num_rows, rows);
  const bool has_nulls = indexes.CountNulls() > 0;
  for (int64_t i = 0; (has_nulls || !all_good) && i < indexes.length; ++i) {
    if (!IsValidAt(indexes, i)) {
      rows[i] = kNullRow;
    } else if (static_cast<uint64_t>(rows[i]) >= static_cast<uint64_t>(batch.num_rows)) {
      return Status::InvalidArgument("row " + std::to_string(i) + ": index " + IndexText(indexes.type->id(), rows[i]) +
                                     " into a batch of " + std::to_string(batch.num_rows) + " rows");
    }
  }
  for (const Field& field : batch.schema->fields) {
    if (!has_nulls || CanHoldNull(field)) continue;
    const FieldPath path{nullptr, field.name};
    return Status::InvalidArgument(PathPrefix(&path) + "a null index, and the field cannot hold nulls");
  }
  return AssembleBatch({&batch, 1}, Selection::OfIndexes(rows, indexes.length, has_nulls), allocator);
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
