// Batches out of batches, of every type: concatenated, copied, sliced, filtered, taken, compared.
//
// What holds for all of them:
//   Batches that go in have passed ValidateBatch(kFull), as those of builders, readers and imports have unless
//   Validation::kBasic was asked for; nothing outside of such a batch is read. The shape (kBasic) is checked once more.
//   Batches that come out own all of their memory, drawn from `allocator`, which must outlive them; but for Slice they
//   keep nothing alive of what went in. They are good in full if what went in was, and have the first batch's schema,
//   metadata included.
//   kLimitExceeded names the column that cannot hold the result: offsets of 32 bits, run ends, indexes of a dictionary.
//   Any thread may call them at any time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <inlay/array.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/status.h>

namespace inlay {

/// The rows of all batches, one batch after the other: at least one, all of the same schema (metadata aside). A
/// dictionary that begins with the values of all others is kept; else a column's dictionaries become one of their
/// distinct values in the order of their appearance, and the indexes are rewritten. kInvalidArgument when the batches
/// are of different schemas, or when ordered dictionaries disagree about the order.
INLAY_EXPORT Result<RecordBatch> Concatenate(std::span<const RecordBatchView> batches,
                                             const Allocator* allocator = &DefaultAllocator());

/// A copy of what the batch shows: of sliced columns the rows of the slice alone, at every level. Dictionaries are
/// copied whole.
INLAY_EXPORT Result<RecordBatch> Copy(const RecordBatchView& batch, const Allocator* allocator = &DefaultAllocator());

/// The rows [start, start + count), not copied: the result shares the batch's memory and keeps all of it alive.
/// kInvalidArgument when the batch has fewer rows.
INLAY_EXPORT Result<RecordBatch> Slice(const RecordBatch& batch, int64_t start, int64_t count);
/// The same of a batch whose memory is the caller's, and stays so: it must outlive the result.
INLAY_EXPORT Result<RecordBatch> Slice(const RecordBatchView& batch, int64_t start, int64_t count);

/// The rows where `mask` is true, in their order. A boolean column as long as the batch; null counts as false.
INLAY_EXPORT Result<RecordBatch> Filter(const RecordBatchView& batch, const ArrayView& mask,
                                        const Allocator* allocator = &DefaultAllocator());

/// The rows at `indexes`, a column of any integer type, in that order; rows may repeat. A null index makes a row of
/// nulls, which is kInvalidArgument where a column is not nullable. kInvalidArgument names the row of an index out of
/// bounds.
INLAY_EXPORT Result<RecordBatch> Take(const RecordBatchView& batch, const ArrayView& indexes,
                                      const Allocator* allocator = &DefaultAllocator());

/// What two batches differ in.
struct INLAY_EXPORT Difference {
  std::string path;    // the field, "user.tags.item"; empty: the batches as a whole
  int64_t row = -1;    // of the batch; -1: their schemas or numbers of rows differ
  std::string left;    // a's value, type or number in words, long ones cut short
  std::string right;   // b's
  std::string reason;  // what differs: "values differ", "item 3: values differ", "types differ"

  /// "column 'user.tags.item', row 7: item 3: values differ: 'a' and 'b'".
  std::string ToString() const;
};

/// The first difference in the first column that has one; nothing when the batches are equal.
///
/// Equal means: the same schema, metadata aside; the same number of rows; the same values. How these are laid out in
/// memory plays no part: offsets, slices, run lengths, the order of dictionaries, the place of text behind views, what
/// null slots hide. Numbers are equal when their bits are; not-a-numbers are all equal.
INLAY_EXPORT Result<std::optional<Difference>> FindDifference(const RecordBatchView& a, const RecordBatchView& b);

}  // namespace inlay
