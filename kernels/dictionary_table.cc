// Making and growing dictionary tables. Not per value, so the same code for every target.
#include <cstring>

#include "kernels/dictionary.h"
#include "kernels/dictionary_slots.h"

namespace inlay::kernels {
namespace {

// Key 0 is at home in slot 0; there key 1 stands for empty, whose home is the top bits of an odd constant.
template <typename Slots>
void Clear(uint64_t* slots, int32_t capacity_log2) {
  Slots::Set(slots, 0, 1, kNoId);
  for (uint64_t h = 1; h < uint64_t{1} << capacity_log2; ++h) Slots::Set(slots, h, 0, kNoId);
}

void ClearBytes(uint64_t* slots, int32_t capacity_log2) {
  std::memset(slots, 0, sizeof(uint32_t) << DictStringSlotsLog2(capacity_log2));
  SlotsBytes::Keys(slots, capacity_log2)[0] = {0, kEmptyTag};
}

template <typename T>
void MoveTo(T*& array, T* to, int64_t size) {
  if (array != to && size != 0) std::memcpy(to, array, static_cast<size_t>(size) * sizeof(T));
  array = to;
}

// Old slots go in order: their new homes ascend, so both tables are walked once from front to back. Twice the slots
// halve every cluster, so no key ends up further from home than the old table's clusters were long.
template <typename Slots>
void Rehash(const uint64_t* old_slots, int32_t old_log2, uint64_t* slots, int32_t capacity_log2) {
  Clear<Slots>(slots, capacity_log2);
  const uint64_t mask = (uint64_t{1} << capacity_log2) - 1;
  for (uint64_t o = 0; o < uint64_t{1} << old_log2; ++o) {
    const uint32_t id = Slots::IdAt(old_slots, o);
    if (id == kNoId) continue;
    const auto key = Slots::KeyAt(old_slots, o);
    uint64_t h = Slots::Home(key, capacity_log2);
    while (Slots::IdAt(slots, h) != kNoId) h = (h + 1) & mask;
    Slots::Set(slots, h, key, id);
  }
}

template <typename Slots, typename Table>
void Init(Table* table, uint64_t* slots, int32_t capacity_log2, typename Slots::Key* entries, int64_t max_entries) {
  Clear<Slots>(slots, capacity_log2);
  *table = {slots, capacity_log2, entries, 0, max_entries};
}

template <typename Slots, typename Table>
void Grow(Table* table, uint64_t* slots, int32_t capacity_log2, typename Slots::Key* entries, int64_t max_entries) {
  Rehash<Slots>(table->slots, table->capacity_log2, slots, capacity_log2);
  MoveTo(table->entries, entries, table->num_entries);
  table->slots = slots;
  table->capacity_log2 = capacity_log2;
  table->max_entries = max_entries;
}

}  // namespace

void DictInit32(DictTable32* table, uint64_t* slots, int32_t capacity_log2, uint32_t* entries, int64_t max_entries) {
  Init<Slots32>(table, slots, capacity_log2, entries, max_entries);
}

void DictGrow32(DictTable32* table, uint64_t* slots, int32_t capacity_log2, uint32_t* entries, int64_t max_entries) {
  Grow<Slots32>(table, slots, capacity_log2, entries, max_entries);
}

void DictInit64(DictTable64* table, uint64_t* slots, int32_t capacity_log2, uint64_t* entries, int64_t max_entries) {
  Init<Slots64>(table, slots, capacity_log2, entries, max_entries);
}

void DictGrow64(DictTable64* table, uint64_t* slots, int32_t capacity_log2, uint64_t* entries, int64_t max_entries) {
  Grow<Slots64>(table, slots, capacity_log2, entries, max_entries);
}

void DictInitBytes(DictTableBytes* table, uint64_t* slots, int32_t capacity_log2, uint32_t* starts, uint32_t* lengths,
                   int64_t max_entries, uint8_t* bytes, int64_t max_bytes) {
  ClearBytes(slots, capacity_log2);
  *table = {slots, capacity_log2, starts, lengths, 0, max_entries, bytes, 0, max_bytes};
}

void DictGrowBytes(DictTableBytes* table, uint64_t* slots, int32_t capacity_log2, uint32_t* starts, uint32_t* lengths,
                   int64_t max_entries, uint8_t* bytes, int64_t max_bytes) {
  ClearBytes(slots, capacity_log2);
  const int32_t slots_log2 = DictStringSlotsLog2(capacity_log2);
  const uint64_t mask = (uint64_t{1} << slots_log2) - 1;
  const uint32_t* old_slots = SlotsBytes::Slots(table->slots);
  const StringKey* old_keys = SlotsBytes::Keys(table->slots, table->capacity_log2);
  uint32_t* new_slots = SlotsBytes::Slots(slots);
  std::memcpy(SlotsBytes::Keys(slots, capacity_log2), old_keys,
              static_cast<size_t>(table->num_entries + 1) * sizeof(StringKey));
  for (uint64_t o = 0; o < uint64_t{1} << DictStringSlotsLog2(table->capacity_log2); ++o) {
    const uint32_t slot = old_slots[o];
    if (slot == 0) continue;
    uint64_t h = SlotsBytes::Home(old_keys[slot & ~SlotsBytes::kSixteen], slots_log2);
    while (new_slots[h] != 0) h = (h + 1) & mask;
    new_slots[h] = slot;
  }
  table->slots = slots;
  table->capacity_log2 = capacity_log2;
  MoveTo(table->starts, starts, table->num_entries);
  MoveTo(table->lengths, lengths, table->num_entries);
  MoveTo(table->bytes, bytes, table->num_bytes);
  table->max_entries = max_entries;
  table->max_bytes = max_bytes;
}

}  // namespace inlay::kernels
