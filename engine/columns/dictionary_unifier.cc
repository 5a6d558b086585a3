#include "engine/columns/dictionary_unifier.h"

#include "engine/columns/assembler.h"

namespace inlay {

void DictionaryUnifier::Grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, -1);
  for (size_t i = 0; i < values_.size(); ++i) {
    size_t slot = values_[i].hash & (slots_.size() - 1);
    while (slots_[slot] >= 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<int64_t>(i);
  }
}

void DictionaryUnifier::Add(const ArrayView& dictionary, std::vector<int64_t>* indexes) {
  const size_t source = sources_.size();
  sources_.push_back(dictionary);
  indexes->clear();
  indexes->reserve(static_cast<size_t>(dictionary.length));
  for (int64_t row = 0; row < dictionary.length; ++row) {
    if (values_.size() * 2 >= slots_.size()) Grow();
    const uint64_t hash = HashRow(dictionary, row);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] >= 0; slot = (slot + 1) & (slots_.size() - 1)) {
      const Value& value = values_[static_cast<size_t>(slots_[slot])];
      if (value.hash == hash && equality_.SameRow(sources_[value.source], value.row, dictionary, row)) break;
    }
    if (slots_[slot] < 0) {
      slots_[slot] = num_values();
      values_.push_back({hash, source, row});
    }
    indexes->push_back(slots_[slot]);
  }
}

Status DictionaryUnifier::Finish(const Field& field, Arena* arena, ArrayView* out) const {
  std::vector<RowRun> room(values_.size() + 1);
  RunList runs(room.data());
  for (const Value& value : values_) runs.Add(value.source, value.row, 1);
  Arena scratch(arena->allocator());
  return Assembler(arena, &scratch).Assemble(field, nullptr, sources_, runs.selection(), out);
}

}  // namespace inlay
