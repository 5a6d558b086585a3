// Arrays of any type out of rows of others: what Concatenate, Copy, Filter and Take have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <inlay/array.h>
#include <inlay/status.h>

#include "engine/base/arena.h"
#include "engine/columns/field_path.h"
#include "engine/columns/selection.h"

namespace inlay {

// Copies selected rows of arrays of one type to memory of an arena: buffers, children and all, so that the result
// points to nothing of the sources.
//
// Sources have passed ValidateArray(kFull). What null slots hide is not followed: views there become empty, indexes
// into dictionaries stay what they are. Rows that several lists, views or unions share stay shared where copies would
// be larger than what they share, so a result is never much larger than its sources and the selection together.
//
// kLimitExceeded names the field whose 32-bit offsets, index type or run ends cannot hold the result. Throws
// std::bad_alloc.
class Assembler {
 public:
  // Both arenas outlive the assembler, `out` the results too. `scratch` may be reset between calls.
  Assembler(Arena* out, Arena* scratch) : arena_(*out), scratch_(*scratch) {}

  // `field` outlives the result. Null rows are null where the field is nullable, else empty values: zeros, "", [].
  Status Assemble(const Field& field, const FieldPath* parent, std::span<const ArrayView> sources,
                  const Selection& selection, ArrayView* out) {
    return Run({field, {parent, field.name}, sources, selection, *out});
  }

 private:
  struct Task {
    const Field& field;
    FieldPath path;
    std::span<const ArrayView> sources;
    const Selection& selection;
    ArrayView& out;

    Status Limit(std::string_view what) const { return Status::LimitExceeded(PathPrefix(&path) + std::string(what)); }
  };

  Status Run(const Task& task);
  // Flat layouts.
  Status Bits(const Task& task, int index, bool null_bit);
  Status Validity(const Task& task);
  Status Fixed(const Task& task, int index, int64_t width);
  template <typename Offset>
  Status Bytes(const Task& task);
  template <typename Offset>
  Status ScatteredBytes(const Task& task);
  Status Views(const Task& task);
  Status MoveViewData(const Task& task, uint8_t* views);
  Status KeepViewData(const Task& task, uint8_t* views);
  // Layouts with children.
  template <typename Offset>
  Status Offsets(const Task& task, int64_t* total);
  template <typename Offset>
  Status Lists(const Task& task);
  template <typename Offset>
  Status ListViews(const Task& task);
  Status FixedSizeLists(const Task& task);
  Status Members(const Task& task);
  Status SparseUnion(const Task& task);
  Status DenseUnion(const Task& task);
  Status Runs(const Task& task);
  Status Dictionary(const Task& task);
  Status UnifyDictionaries(const Task& task);

  static Status OffsetLimit(const Task& task, size_t offset_bytes);
  // A buffer of the result. kOutOfMemory when `count` * `width` overflows.
  Result<uint8_t*> Allocate(int64_t count, int64_t width, BufferView* out);
  Result<uint8_t*> AllocateText(const Task& task, int64_t size_bytes);
  Result<RunList> MakeRunList(int64_t max_runs);
  // Room for the result's children.
  Result<ArrayView*> MakeChildren(const Task& task);
  // Child number `member` of the result, of rows of the same child of the sources.
  Status Child(const Task& task, size_t member, const Selection& selection, ArrayView* out);
  // The same where a row of a source has `width` rows of the child, from the source's own offset on.
  Status ChildInWindow(const Task& task, size_t member, int64_t width, const Selection& selection, ArrayView* out);

  Arena& arena_;
  Arena& scratch_;
  // A dictionary that several fields share is copied once.
  struct CopiedDictionary {
    const ArrayView* from;
    const ArrayView* to;
  };
  std::vector<CopiedDictionary> dictionaries_;
};

// Whether an array of the field's type can have nulls: unions and run-end encoded arrays leave that to their children.
bool CanHoldNull(const Field& field);

}  // namespace inlay
