// Dictionary hashing: values -> ids in order of first occurrence. Ids, entries and where a call stops are the same on
// every target.
//
// A table lives in memory of the caller, at these sizes (64-byte alignment is best); nothing here allocates:
//   slots    DictSlotBytesX(capacity_log2) bytes
//   entries  max_entries values: what id i stands for is entries[i]
// The slots are open-addressed with linear probing, at most half full: max_entries <= 2^(capacity_log2 - 1). A quarter
// full is faster while the slots fit the cache; DictCapacityLog2(max_entries) chooses.
//
// Stopping. An Encode call returns the number of values done. It is less than num_values when the next value is new and
//   - num_entries == max_entries, or (strings) its bytes do not fit the arena, or
//   - its place would be more than kDictMaxProbes slots from home, which only keys made to collide bring about; this
//     bounds the time per value. num_entries may be any number then.
// In all cases the caller grows the table to at least twice the capacity and goes on from the first value not done, or
// gives up the dictionary. A caller that loops must grow `capacity_log2` each time and give up at a limit.
#pragma once

#include <bit>
#include <cstdint>

namespace inlay::kernels {

inline constexpr int64_t kDictMaxProbes = 128;
inline constexpr int32_t kDictMinCapacityLog2 = 6;
inline constexpr int32_t kDictMaxCapacityLog2 = 30;

// A good capacity for tables of up to max_entries entries (at most 2^29): a quarter full or less while that is small.
constexpr int32_t DictCapacityLog2(int64_t max_entries) {
  const int32_t exact =
      static_cast<int32_t>(std::bit_width(static_cast<uint64_t>(max_entries > 1 ? max_entries - 1 : 1)));
  const int32_t chosen = exact + (max_entries <= 8192 ? 2 : 1);
  return chosen < 9 ? 9 : chosen;
}

// Values of 4 bytes: integers, float32, compared as raw bits, so that -0.0 != 0.0 and NaNs differ by payload.
struct DictTable32 {
  uint64_t* slots = nullptr;
  int32_t capacity_log2 = 0;
  uint32_t* entries = nullptr;
  int64_t num_entries = 0;
  int64_t max_entries = 0;
};
constexpr int64_t DictSlotBytes32(int32_t capacity_log2) { return int64_t{8} << capacity_log2; }

// Makes an empty table in the given memory. Cost: fills the slots.
void DictInit32(DictTable32* table, uint64_t* slots, int32_t capacity_log2, uint32_t* entries, int64_t max_entries);
// Appends nothing but ids: ids_out[i] is the id of values[i] for i below the returned number of values done.
int64_t DictEncode32(DictTable32* table, const uint32_t* values, int64_t num_values, uint32_t* ids_out);
// Moves the table to larger memory; ids stay. `slots` is new memory; `entries` may be the old array if it has the room,
// else the entries are copied. The old memory is free afterwards.
void DictGrow32(DictTable32* table, uint64_t* slots, int32_t capacity_log2, uint32_t* entries, int64_t max_entries);

// Values of 8 bytes, likewise.
struct DictTable64 {
  uint64_t* slots = nullptr;
  int32_t capacity_log2 = 0;
  uint64_t* entries = nullptr;
  int64_t num_entries = 0;
  int64_t max_entries = 0;
};
constexpr int64_t DictSlotBytes64(int32_t capacity_log2) { return int64_t{16} << capacity_log2; }

void DictInit64(DictTable64* table, uint64_t* slots, int32_t capacity_log2, uint64_t* entries, int64_t max_entries);
int64_t DictEncode64(DictTable64* table, const uint64_t* values, int64_t num_values, uint32_t* ids_out);
void DictGrow64(DictTable64* table, uint64_t* slots, int32_t capacity_log2, uint64_t* entries, int64_t max_entries);

// Strings, binaries and values of any other fixed width. Entry i is bytes[starts[i] .. starts[i] + lengths[i]): the
// kernel copies a new entry's bytes into the arena. Entries lie there one after the other, without gaps, so
// PlainByteArray(bytes, bytes + num_bytes, starts, lengths, num_entries, out) is the dictionary page of strings, and
// bytes[0 .. num_bytes) is that of fixed-width values.
struct DictTableBytes {
  uint64_t* slots = nullptr;
  int32_t capacity_log2 = 0;
  uint32_t* starts = nullptr;   // room for max_entries
  uint32_t* lengths = nullptr;  // room for max_entries
  int64_t num_entries = 0;
  int64_t max_entries = 0;
  uint8_t* bytes = nullptr;  // room for max_bytes + kDictArenaSlackBytes
  int64_t num_bytes = 0;
  int64_t max_bytes = 0;  // below 2^32
};
inline constexpr int64_t kDictArenaSlackBytes = 32;
// Slots of strings are small, so there are more of them, four times as many while they fit the cache; the keys of the
// entries lie behind them.
constexpr int32_t DictStringSlotsLog2(int32_t capacity_log2) { return capacity_log2 + (capacity_log2 <= 16 ? 2 : 1); }
constexpr int64_t DictSlotBytesBytes(int32_t capacity_log2) {
  return (int64_t{4} << DictStringSlotsLog2(capacity_log2)) + (int64_t{8} << capacity_log2) + 16;
}

void DictInitBytes(DictTableBytes* table, uint64_t* slots, int32_t capacity_log2, uint32_t* starts, uint32_t* lengths,
                   int64_t max_entries, uint8_t* bytes, int64_t max_bytes);
// Value i is base[starts[i] .. starts[i] + lengths[i]). Reads those bytes, and bytes after a value but before
// readable_end (the end of the whole values buffer); none after readable_end.
int64_t DictEncodeBytes(DictTableBytes* table, const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                        const uint32_t* lengths, int64_t num_values, uint32_t* ids_out);
// As above; each of starts, lengths and bytes may be the old memory if it has the room.
void DictGrowBytes(DictTableBytes* table, uint64_t* slots, int32_t capacity_log2, uint32_t* starts, uint32_t* lengths,
                   int64_t max_entries, uint8_t* bytes, int64_t max_bytes);

uint32_t DictionaryTargets();

}  // namespace inlay::kernels
