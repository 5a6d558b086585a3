#include "engine/columns/concatenate.h"

#include <vector>

#include "engine/columns/assembler.h"

namespace inlay {

Status ConcatenateArrays(const Field& field, const FieldPath* parent, std::span<const ArrayView> arrays, Arena* arena,
                         ArrayView* out) {
  std::vector<RowRun> runs;
  runs.reserve(arrays.size());
  int64_t num_rows = 0;
  for (size_t i = 0; i < arrays.size(); ++i) {
    runs.push_back({0, arrays[i].length, i});
    if (__builtin_add_overflow(num_rows, arrays[i].length, &num_rows)) {
      const FieldPath path{parent, field.name};
      return Status::LimitExceeded(PathPrefix(&path) + "more rows than can be counted");
    }
  }
  Arena scratch(arena->allocator());
  return Assembler(arena, &scratch).Assemble(field, parent, arrays, Selection::OfRuns(runs, num_rows), out);
}

}  // namespace inlay
