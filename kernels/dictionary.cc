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

HWY_INLINE uint64_t LoadLe64(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// 16 bytes from kOnesThenZeros + 16 - n: n ones, then zeros. A load, not a shift: no branch on lengths around 8.
alignas(32) constexpr uint8_t kOnesThenZeros[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

HWY_INLINE StringKey ShortKey(const uint8_t* readable16, uint32_t length) {
  const uint8_t* mask = kOnesThenZeros + 16 - length;
  return {LoadLe64(readable16) & LoadLe64(mask),
          (LoadLe64(readable16 + 8) & LoadLe64(mask + 8)) | uint64_t{length} << 56};
}

// A short string with less than 16 readable bytes.
HWY_NOINLINE StringKey ShortKeyAtEnd(const uint8_t* bytes, uint32_t length) {
  uint8_t padded[16] = {};
  if (length != 0) std::memcpy(padded, bytes, length);
  return ShortKey(padded, length);
}

// At least 16 bytes: 16 at a time, then the last 16, which may overlap.
HWY_INLINE StringKey LongKey(const uint8_t* bytes, uint32_t length) {
  uint64_t hash = length * kMix2;
  for (uint32_t i = 0; i + 16 < length; i += 16) {
    hash = MultiplyFold(LoadLe64(bytes + i) ^ kMix0, LoadLe64(bytes + i + 8) ^ hash);
  }
  const uint8_t* last = bytes + length - 16;
  return {MultiplyFold(LoadLe64(last) ^ kMix1, LoadLe64(last + 8) ^ hash), kLongTag | length};
}

HWY_INLINE bool SameLong(const uint8_t* a, const uint8_t* b, uint32_t length) {
  uint64_t differ = 0;
  for (uint32_t i = 0; i + 16 < length; i += 16) {
    differ = (LoadLe64(a + i) ^ LoadLe64(b + i)) | (LoadLe64(a + i + 8) ^ LoadLe64(b + i + 8));
    if (differ != 0) return false;
  }
  a += length - 16;
  b += length - 16;
  return ((LoadLe64(a) ^ LoadLe64(b)) | (LoadLe64(a + 8) ^ LoadLe64(b + 8))) == 0;
}

// Values at least 16 bytes long whose key is found have the same hash; here their bytes are compared.
HWY_INLINE bool SameBytes(const DictTableBytes& table, const uint64_t* slot, StringKey key, const uint8_t* bytes) {
  return key.high < kLongTag || SameLong(table.bytes + (slot[2] >> 32), bytes, static_cast<uint32_t>(key.high));
}

uint32_t FindOrEnterBytes(DictTableBytes* table, StringKey key, const uint8_t* bytes, uint32_t length) {
  const uint64_t mask = (uint64_t{1} << table->capacity_log2) - 1;
  uint64_t h = SlotsBytes::Home(key, table->capacity_log2);
  for (int64_t probe = 0; probe <= kDictMaxProbes; ++probe, h = (h + 1) & mask) {
    uint64_t* slot = table->slots + SlotsBytes::kWords * h;
    const uint32_t id = static_cast<uint32_t>(slot[2]);
    if (id == kNoId) {
      if (table->num_entries >= table->max_entries || length > table->max_bytes - table->num_bytes) return kNoId;
      const uint32_t next = static_cast<uint32_t>(table->num_entries++);
      const uint32_t start = static_cast<uint32_t>(table->num_bytes);
      if (length != 0) std::memcpy(table->bytes + start, bytes, length);
      table->num_bytes += length;
      table->starts[next] = start;
      table->lengths[next] = length;
      slot[0] = key.low;
      slot[1] = key.high;
      slot[2] = uint64_t{start} << 32 | next;
      return next;
    }
    if (((slot[0] ^ key.low) | (slot[1] ^ key.high)) == 0 && SameBytes(*table, slot, key, bytes)) return id;
  }
  return kNoId;
}

// The keys of a block of at most kBlock values.
HWY_INLINE void MakeKeys(const uint8_t* base, int64_t readable, const uint32_t* starts, const uint32_t* lengths,
                         int64_t size, StringKey* HWY_RESTRICT keys) {
  uint32_t longest = 0, last_start = 0;
  for (int64_t j = 0; j < size; ++j) {
    longest = lengths[j] > longest ? lengths[j] : longest;
    last_start = starts[j] > last_start ? starts[j] : last_start;
  }
  if (longest <= kMaxInlineBytes && int64_t{last_start} + 16 <= readable) {
    for (int64_t j = 0; j < size; ++j) keys[j] = ShortKey(base + starts[j], lengths[j]);
    return;
  }
  for (int64_t j = 0; j < size; ++j) {
    const uint8_t* bytes = base + starts[j];
    keys[j] = lengths[j] > kMaxInlineBytes          ? LongKey(bytes, lengths[j])
              : int64_t{starts[j]} + 16 <= readable ? ShortKey(bytes, lengths[j])
                                                    : ShortKeyAtEnd(bytes, lengths[j]);
  }
}

// Looks for the keys of the listed values `distance` slots from home; the list keeps those that are not there. kAll:
// the list is not read, all `num_listed` values are looked for.
template <bool kAll>
HWY_INLINE int64_t ProbeBytes(const DictTableBytes& table, uint64_t distance, const StringKey* keys,
                              const uint8_t* base, const uint32_t* starts, uint32_t* HWY_RESTRICT ids,
                              uint8_t* HWY_RESTRICT listed, int64_t num_listed) {
  const uint64_t mask = (uint64_t{1} << table.capacity_log2) - 1;
  const uint64_t* const slots = table.slots;
  const int32_t log2 = table.capacity_log2;
  int64_t num_missed = 0;
  for (int64_t m = 0; m < num_listed; ++m) {
    const int64_t j = kAll ? m : listed[m];
    const StringKey key = keys[j];
    const uint64_t h = (SlotsBytes::Home(key, log2) + distance) & mask;
    const uint64_t* slot = slots + SlotsBytes::kWords * h;
    ids[j] = static_cast<uint32_t>(slot[2]);
    listed[num_missed] = static_cast<uint8_t>(j);
    const uint64_t differ = (slot[0] ^ key.low) | (slot[1] ^ key.high);
    if (HWY_UNLIKELY(key.high >= kLongTag)) {
      num_missed += !(differ == 0 && SameBytes(table, slot, key, base + starts[j]));
    } else {
      num_missed += differ != 0;
    }
  }
  return num_missed;
}

int64_t EncodeBytes(DictTableBytes* table, const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                    const uint32_t* lengths, int64_t num_values, uint32_t* ids_out) {
  StringKey keys[kBlock];
  uint8_t missed[kBlock];
  for (int64_t i = 0; i < num_values; i += kBlock) {
    const int64_t size = num_values - i < kBlock ? num_values - i : kBlock;
    MakeKeys(base, readable_end - base, starts + i, lengths + i, size, keys);
    int64_t num_missed = ProbeBytes<true>(*table, 0, keys, base, starts + i, ids_out + i, missed, size);
    for (uint64_t distance = 1; distance <= kMaxBlockProbes && num_missed <= kBlock / 2; ++distance) {
      num_missed = ProbeBytes<false>(*table, distance, keys, base, starts + i, ids_out + i, missed, num_missed);
    }
    for (int64_t m = 0; m < num_missed; ++m) {
      const int64_t at = i + missed[m];
      const uint32_t id = FindOrEnterBytes(table, keys[missed[m]], base + starts[at], lengths[at]);
      if (HWY_UNLIKELY(id == kNoId)) return at;
      ids_out[at] = id;
    }
  }
  return num_values;
}

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
