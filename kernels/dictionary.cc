#include "kernels/dictionary.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dictionary.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/dictionary_slots.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_DICTIONARY_TABLE
#define INLAY_KERNELS_DICTIONARY_TABLE
namespace inlay::kernels {

struct DictionaryTable {
  int64_t (*encode32)(DictTable32*, const uint32_t*, int64_t, uint32_t*);
  int64_t (*encode64)(DictTable64*, const uint64_t*, int64_t, uint32_t*);
  int64_t (*encode_bytes)(DictTableBytes*, const uint8_t*, const uint8_t*, const uint32_t*, const uint32_t*, int64_t,
                          uint32_t*);
};

// For each set of eight, its members in order.
struct MembersTable {
  uint8_t members[256][8];
};
constexpr MembersTable MakeMembers() {
  MembersTable table{};
  for (int set = 0; set < 256; ++set) {
    int count = 0;
    for (int i = 0; i < 8; ++i) {
      if ((set >> i) & 1) table.members[set][count++] = static_cast<uint8_t>(i);
    }
  }
  return table;
}
inline constexpr MembersTable kMembers = MakeMembers();

}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

// Values go through in blocks. The first probe of a whole block has no branches that depend on the data, so the loads
// of many values overlap; values that are not in their home slot are listed and looked up, or entered, in order.
constexpr int64_t kBlock = 256;
constexpr uint64_t kMaxBlockProbes = 3;

// Id of the key, entered if it is new; kNoId when that is not possible.
template <typename Slots, typename Table>
HWY_INLINE uint32_t FindOrEnter(Table* table, typename Slots::Key key) {
  const uint64_t mask = (uint64_t{1} << table->capacity_log2) - 1;
  uint64_t h = Slots::Home(key, table->capacity_log2);
  for (int64_t probe = 0; probe <= kDictMaxProbes; ++probe, h = (h + 1) & mask) {
    const uint32_t id = Slots::IdAt(table->slots, h);
    if (id == kNoId) {
      if (table->num_entries >= table->max_entries) return kNoId;
      const uint32_t next = static_cast<uint32_t>(table->num_entries++);
      table->entries[next] = key;
      Slots::Set(table->slots, h, key, next);
      return next;
    }
    if (Slots::KeyAt(table->slots, h) == key) return id;
  }
  return kNoId;
}

// Writes the ids of values in their home slots and lists the others.
template <typename Slots>
HWY_INLINE int64_t FirstProbe(const uint64_t* slots, int32_t capacity_log2, const typename Slots::Key* values,
                              int64_t size, uint32_t* HWY_RESTRICT ids, uint8_t* HWY_RESTRICT missed) {
  int64_t num_missed = 0;
  for (int64_t j = 0; j < size; ++j) {
    const uint64_t h = Slots::Home(values[j], capacity_log2);
    ids[j] = Slots::IdAt(slots, h);
    missed[num_missed] = static_cast<uint8_t>(j);
    num_missed += Slots::KeyAt(slots, h) != values[j];
  }
  return num_missed;
}

// Looks for the listed values `distance` slots from home and leaves in the list those that are not there.
template <typename Slots>
HWY_INLINE int64_t NextProbe(const uint64_t* slots, int32_t capacity_log2, uint64_t distance,
                             const typename Slots::Key* values, uint32_t* HWY_RESTRICT ids, uint8_t* missed,
                             int64_t num_missed) {
  const uint64_t mask = (uint64_t{1} << capacity_log2) - 1;
  int64_t still_missed = 0;
  for (int64_t m = 0; m < num_missed; ++m) {
    const uint8_t j = missed[m];
    const uint64_t h = (Slots::Home(values[j], capacity_log2) + distance) & mask;
    ids[j] = Slots::IdAt(slots, h);
    missed[still_missed] = j;
    // Away from home an empty slot may have the very key.
    still_missed += (Slots::KeyAt(slots, h) != values[j]) | (ids[j] == kNoId);
  }
  return still_missed;
}

template <typename Slots, typename Table>
int64_t Encode(Table* table, const typename Slots::Key* values, int64_t num_values, uint32_t* ids_out) {
  uint8_t missed[kBlock];
  const uint64_t* slots = table->slots;
  const int32_t log2 = table->capacity_log2;
  for (int64_t i = 0; i < num_values; i += kBlock) {
    const int64_t size = num_values - i < kBlock ? num_values - i : kBlock;
    int64_t num_missed = FirstProbe<Slots>(slots, log2, values + i, size, ids_out + i, missed);
    // Most of a few misses are values that others pushed from home; most of many misses are new.
    for (uint64_t distance = 1; distance <= kMaxBlockProbes && num_missed <= kBlock / 2; ++distance) {
      num_missed = NextProbe<Slots>(slots, log2, distance, values + i, ids_out + i, missed, num_missed);
    }
    for (int64_t m = 0; m < num_missed; ++m) {
      const int64_t at = i + missed[m];
      const uint32_t id = FindOrEnter<Slots>(table, values[at]);
      if (HWY_UNLIKELY(id == kNoId)) return at;
      ids_out[at] = id;
    }
  }
  return num_values;
}

#include "kernels/dictionary_keys-inl.h"
// after the keys
#include "kernels/dictionary_strings-inl.h"

constexpr DictionaryTable kTable = {&Encode<Slots32, DictTable32>, &Encode<Slots64, DictTable64>, &EncodeBytes};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<DictionaryTable> kRows = MakeRows<DictionaryTable>({INLAY_ROWS(kTable)});

uint32_t DictionaryTargets() { return kRows.own; }

int64_t DictEncode32(DictTable32* table, const uint32_t* values, int64_t num_values, uint32_t* ids_out) {
  return kRows.Active().encode32(table, values, num_values, ids_out);
}

int64_t DictEncode64(DictTable64* table, const uint64_t* values, int64_t num_values, uint32_t* ids_out) {
  return kRows.Active().encode64(table, values, num_values, ids_out);
}

int64_t DictEncodeBytes(DictTableBytes* table, const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                        const uint32_t* lengths, int64_t num_values, uint32_t* ids_out) {
  return kRows.Active().encode_bytes(table, base, readable_end, starts, lengths, num_values, ids_out);
}

}  // namespace inlay::kernels
#endif
