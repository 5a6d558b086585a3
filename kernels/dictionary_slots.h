// The slots of the dictionary tables, in 64-bit words:
//   4-byte keys   {id << 32 | key}
//   8-byte keys   {key, id}
//   byte strings  4 bytes a slot: 0 when empty, else id + 1, with the top bit
//   set when the string has 16 bytes. After the slots, 16 bytes an entry: at
//   [0] a key of no string, at [id + 1] the entry's StringKey. So slots are few
//   cache lines though they are sparse, and keys are dense.
// A key's home is the top bits of its hash, as many as number the slots. An empty
// slot of numbers has id kNoId and a key that is at home elsewhere or nowhere, so
// that the first probe may compare keys alone. Private to the family `dictionary`.
#pragma once

#include <cstdint>

#include "kernels/dictionary.h"

namespace inlay::kernels {

inline constexpr uint32_t kNoId = 0xFFFFFFFFu;

// Two products with a fold between them. One product alone (Fibonacci hashing)
// is quicker by a few operations, but keys in equal steps then pile up for some
// steps, far past kDictMaxProbes; with two, patterns behave like random keys.
inline constexpr uint64_t kMix0 = 0xA24BAED4963EE407u;
inline constexpr uint64_t kMix1 = 0x9FB21C651E98DF25u;
inline constexpr uint64_t kMix2 = 0xD6E8FEB86659FD93u;
inline uint64_t HomeOfSum(uint64_t sum, int32_t capacity_log2) {
  return ((sum ^ (sum >> 32)) * kMix2) >> (64 - capacity_log2);
}

struct Slots32 {
  using Key = uint32_t;
  static constexpr int kWords = 1;
  static uint64_t Home(Key key, int32_t capacity_log2) { return HomeOfSum(key * kMix0, capacity_log2); }
  static Key KeyAt(const uint64_t* slots, uint64_t h) { return static_cast<Key>(slots[h]); }
  static uint32_t IdAt(const uint64_t* slots, uint64_t h) { return static_cast<uint32_t>(slots[h] >> 32); }
  static void Set(uint64_t* slots, uint64_t h, Key key, uint32_t id) { slots[h] = uint64_t{id} << 32 | key; }
};

struct Slots64 {
  using Key = uint64_t;
  static constexpr int kWords = 2;
  static uint64_t Home(Key key, int32_t capacity_log2) { return HomeOfSum(key * kMix0, capacity_log2); }
  static Key KeyAt(const uint64_t* slots, uint64_t h) { return slots[2 * h]; }
  static uint32_t IdAt(const uint64_t* slots, uint64_t h) { return static_cast<uint32_t>(slots[2 * h + 1]); }
  static void Set(uint64_t* slots, uint64_t h, Key key, uint32_t id) {
    slots[2 * h] = key;
    slots[2 * h + 1] = id;
  }
};

// A string in two words. Up to 15 bytes: the bytes, then up to the last byte a
// filling that depends on the length alone, the length itself at its end. 16
// bytes: the bytes. Longer: a hash of all bytes, and the length under the tag
// 0xFF in the last byte; then the bytes must be compared as well.
struct StringKey {
  uint64_t low, high;
};
inline constexpr uint32_t kMaxInlineBytes = 15;
inline constexpr uint64_t kLongTag = uint64_t{0xFF} << 56;
inline constexpr uint64_t kEmptyTag = uint64_t{0xFE} << 56;

// Both halves of the 128-bit product, folded: every bit of the result depends
// on every bit of both factors.
inline uint64_t MultiplyFold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Where things are in the memory of a table of strings.
struct SlotsBytes {
  static constexpr uint32_t kSixteen = uint32_t{1} << 31;

  static uint32_t* Slots(uint64_t* memory) { return reinterpret_cast<uint32_t*>(memory); }
  static const uint32_t* Slots(const uint64_t* memory) { return reinterpret_cast<const uint32_t*>(memory); }
  static StringKey* Keys(uint64_t* memory, int32_t capacity_log2) {
    return reinterpret_cast<StringKey*>(Slots(memory) + (uint64_t{1} << DictStringSlotsLog2(capacity_log2)));
  }
  static const StringKey* Keys(const uint64_t* memory, int32_t capacity_log2) {
    return reinterpret_cast<const StringKey*>(Slots(memory) + (uint64_t{1} << DictStringSlotsLog2(capacity_log2)));
  }
  static uint64_t Home(StringKey key, int32_t slots_log2) { return HomeOfSum(key.low + key.high * kMix0, slots_log2); }
};

}  // namespace inlay::kernels
