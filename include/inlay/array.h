// Columns in memory, borrowed: non-owning, immutable views in Arrow's physical layout (Columnar format), and the owner
// that converts to them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <inlay/buffer_view.h>
#include <inlay/export.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay {

inline constexpr int64_t kUnknownNullCount = -1;

/// One column of `length` values, which begin `offset` values into its buffers. Everything it points to is the caller's
/// and must live as long as the view is used; the C Data Interface's arrays map onto it one to one.
///
/// buffers[0] validity bits (empty: no nulls; unions and run-end encoded arrays have none), [1] values, bits, views,
/// type ids or offsets, [2] the bytes of strings, the sizes of list views or the offsets of a dense union. Missing
/// buffers are empty; a buffer may be longer than needed. Values in a buffer are in the machine's byte order; buffers
/// need no alignment.
///
/// `offset` reaches into the children of structs, sparse unions and fixed-size lists too: value i of a struct is value
/// offset + i of each child, counted from the child's own offset.
struct INLAY_EXPORT ArrayView {
  const DataType* type = nullptr;
  int64_t length = 0;
  int64_t offset = 0;
  int64_t null_count = kUnknownNullCount;  // of the `length` values, or kUnknownNullCount
  BufferView buffers[3] = {};
  std::span<const BufferView> variadic_buffers = {};  // binary views: the data buffers
  std::span<const ArrayView> children = {};           // in the order of type->children(), but for dictionaries
  const ArrayView* dictionary = nullptr;              // dictionary type: the values

  /// null_count, counted from the bitmap when it is unknown. Null type: length. Unions and run-end encoded arrays,
  /// whose nulls are their children's: 0. Counting requires a bitmap that is long enough (ValidateArray).
  int64_t CountNulls() const;
  /// The values [start, start + count), still borrowed. Requires them to be within the view.
  ArrayView Slice(int64_t start, int64_t count) const;
};

/// Columns of equal length under a schema. Borrows like ArrayView; the schema too.
struct INLAY_EXPORT RecordBatchView {
  const Schema* schema = nullptr;
  int64_t num_rows = 0;
  std::span<const ArrayView> columns = {};
  /// Set by a builder that met an error (RowBuilder::batch): ValidateBatch returns it, and with it everything that
  /// takes batches. Null: none.
  const Status* error = nullptr;
};

enum class Validation : uint8_t {
  kBasic,  // shape: types, lengths, buffer sizes, first and last offsets; nulls where the field forbids them
  kFull,   // every offset, index, view, UTF-8 and declared null count too. Reads the data
};

/// Checks a column against `field`: kInvalidArgument with the field's path and the row of the first fault. Types are
/// equal when their parameters, member names and nullability are; metadata of members plays no part. kBasic takes
/// constant time a column, and one pass over the validity bits where the field is required. An array that passed kFull
/// can be read without further checks; what hides in null slots (text, indexes, views) is not looked at.
INLAY_EXPORT Status ValidateArray(const ArrayView& array, const Field& field, Validation validation);
/// Checks a batch: its error, if it carries one, its columns against its schema, every column's length against
/// num_rows.
INLAY_EXPORT Status ValidateBatch(const RecordBatchView& batch, Validation validation);

/// A batch that owns (or shares) its memory. Movable and cheap to copy: copies share. Immutable, so any thread may
/// read. Views from it live as long as one copy does.
class INLAY_EXPORT RecordBatch {
 public:
  /// Holds nothing: has no schema and no rows.
  RecordBatch() = default;
  /// For those who make batches: `view` must point only into memory that `owner` keeps alive.
  RecordBatch(std::shared_ptr<const void> owner, const RecordBatchView& view) : owner_(std::move(owner)), view_(view) {}

  /// Requires a batch that holds something.
  const Schema& schema() const { return *view_.schema; }
  int64_t num_rows() const { return view_.num_rows; }
  std::span<const ArrayView> columns() const { return view_.columns; }
  const RecordBatchView& view() const { return view_; }
  operator const RecordBatchView&() const { return view_; }

 private:
  std::shared_ptr<const void> owner_;
  RecordBatchView view_;
};

}  // namespace inlay
