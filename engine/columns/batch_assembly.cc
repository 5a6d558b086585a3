#include "engine/columns/batch_assembly.h"

#include <memory>
#include <vector>

#include "engine/base/arena.h"
#include "engine/columns/assembler.h"

namespace inlay {
namespace {

struct AssembledBatch {
  AssembledBatch(const Schema& of, const Allocator* allocator)
      : schema(of), columns(of.fields.size()), arena(allocator) {}

  Schema schema;
  std::vector<ArrayView> columns;
  Arena arena;
};

}  // namespace

Result<RecordBatch> AssembleBatch(std::span<const RecordBatchView> batches, const Selection& selection,
                                  const Allocator* allocator) {
  const auto result = std::make_shared<AssembledBatch>(*batches[0].schema, allocator);
  Arena scratch(allocator);
  Assembler assembler(&result->arena, &scratch);
  std::vector<ArrayView> sources(batches.size());
  for (size_t i = 0; i < result->columns.size(); ++i) {
    for (size_t k = 0; k < batches.size(); ++k) sources[k] = batches[k].columns[i];
    const Field& field = result->schema.fields[i];
    const Status status = assembler.Assemble(field, nullptr, sources, selection, &result->columns[i]);
    if (!status.ok()) return status;
    scratch.Reset();
  }
  return RecordBatch(result, {.schema = &result->schema, .num_rows = selection.num_rows(), .columns = result->columns});
}

}  // namespace inlay
