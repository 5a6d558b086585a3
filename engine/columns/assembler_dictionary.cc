// Dictionaries of the result: copied whole where one serves all sources, else unified.
#include <algorithm>
#include <limits>

#include "engine/columns/array_equality.h"
#include "engine/columns/assembler.h"
#include "engine/columns/dictionary_unifier.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"

namespace inlay {
namespace {

uint64_t MaxIndex(const DataType& type) {
  const int bits = 8 * FixedByteWidth(type);
  const TypeId id = type.index_type();
  const bool is_signed = id == TypeId::kInt8 || id == TypeId::kInt16 || id == TypeId::kInt32 || id == TypeId::kInt64;
  return std::numeric_limits<uint64_t>::max() >> (64 - bits + (is_signed ? 1 : 0));
}

// The source whose dictionary begins with the values of every other one, or none.
const ArrayView* SourceThatServesAll(std::span<const ArrayView> sources) {
  const ArrayView* longest = &sources[0];
  for (const ArrayView& source : sources) {
    if (source.dictionary->length > longest->dictionary->length) longest = &source;
  }
  const ArrayView* last = nullptr;
  for (const ArrayView& source : sources) {
    if (source.dictionary == longest->dictionary || source.dictionary == last) continue;
    last = source.dictionary;
    if (NumRowsInCommon(*last, *longest->dictionary) < last->length) return nullptr;
  }
  return longest;
}

}  // namespace

Status Assembler::Dictionary(const Task& task) {
  if (Status status = Fixed(task, 1, FixedByteWidth(task.field.type)); !status.ok()) return status;
  const ArrayView* const source = task.sources.empty() ? nullptr : SourceThatServesAll(task.sources);
  if (source == nullptr && !task.sources.empty()) return UnifyDictionaries(task);
  const ArrayView* const from = source == nullptr ? nullptr : source->dictionary;
  for (const CopiedDictionary& copied : dictionaries_) {
    if (copied.from != from) continue;
    task.out.dictionary = copied.to;
    return {};
  }
  const auto memory = arena_.Allocate(sizeof(ArrayView));
  if (!memory.ok()) return memory.status();
  auto* const to = reinterpret_cast<ArrayView*>(*memory);
  const RowRun all{0, from == nullptr ? 0 : from->length, 0};
  const Status status = Assemble(task.field.type.children()[0], &task.path, {from, from == nullptr ? size_t{0} : 1},
                                 Selection::OfRuns({&all, 1}, all.count), to);
  if (!status.ok()) return status;
  task.out.dictionary = to;
  if (from != nullptr) dictionaries_.push_back({from, to});
  return {};
}

Status Assembler::UnifyDictionaries(const Task& task) {
  const DataType& type = task.field.type;
  // An ordered dictionary keeps its order if each of the others has its values in that order too; the longest knows
  // the order of most of them.
  std::vector<size_t> order(task.sources.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (type.ordered()) {
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return task.sources[a].dictionary->length > task.sources[b].dictionary->length;
    });
  }
  DictionaryUnifier unifier;
  std::vector<std::vector<int64_t>> indexes(task.sources.size());
  for (const size_t source : order) {
    unifier.Add(*task.sources[source].dictionary, &indexes[source]);
    if (type.ordered() && !std::is_sorted(indexes[source].begin(), indexes[source].end())) {
      return Status::InvalidArgument(PathPrefix(&task.path) + "ordered dictionaries that disagree about the order");
    }
  }
  if (unifier.num_values() > 0 && static_cast<uint64_t>(unifier.num_values() - 1) > MaxIndex(type)) {
    return task.Limit("dictionaries of together " + std::to_string(unifier.num_values()) +
                      " values, too many for indexes of its type");
  }
  const auto memory = arena_.Allocate(sizeof(ArrayView));
  if (!memory.ok()) return memory.status();
  auto* const to = reinterpret_cast<ArrayView*>(*memory);
  if (Status status = unifier.Finish(type.children()[0], &arena_, to); !status.ok()) return status;
  task.out.dictionary = to;
  const int64_t width = FixedByteWidth(type);
  int64_t row = 0;
  task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
    auto* out = const_cast<uint8_t*>(task.out.buffers[1].data) + row * width;
    for (int64_t i = 0; i < count; ++i, ++row, out += width) {
      if (start < 0) continue;
      // What hides under a null may be anything.
      const bool is_valid = IsValidAt(task.out, row);
      const int64_t index = is_valid ? LoadInteger(type.index_type(), {out, width}, 0) : 0;
      StoreInteger(is_valid ? indexes[from][static_cast<size_t>(index)] : 0, width, out);
    }
  });
  return {};
}

}  // namespace inlay
