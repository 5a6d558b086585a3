#include "kernels/dictionary.h"

#include <random>
#include <string>

#include "kernels/byte_array.h"
#include "kernels/dictionary_slots.h"
#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/dictionary.h"

namespace inlay::kernels {
namespace {

class DictionaryTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(DictionaryTest);

// One table type, its functions and the memory it lives in.
struct Fixed32 {
  using Value = uint32_t;
  using Table = DictTable32;
  static constexpr auto Init = &DictInit32;
  static constexpr auto Encode = &DictEncode32;
  static constexpr auto Grow = &DictGrow32;
  static constexpr auto SlotBytes = &DictSlotBytes32;
  static constexpr auto Home = &Slots32::Home;
};
struct Fixed64 {
  using Value = uint64_t;
  using Table = DictTable64;
  static constexpr auto Init = &DictInit64;
  static constexpr auto Encode = &DictEncode64;
  static constexpr auto Grow = &DictGrow64;
  static constexpr auto SlotBytes = &DictSlotBytes64;
  static constexpr auto Home = &Slots64::Home;
};

template <typename Kind>
struct Dictionary {
  typename Kind::Table table;
  std::vector<uint64_t> slots;
  std::vector<typename Kind::Value> entries;

  Dictionary(int32_t capacity_log2, int64_t max_entries) { Resize(capacity_log2, max_entries, true); }

  void Resize(int32_t capacity_log2, int64_t max_entries, bool is_new) {
    std::vector<uint64_t> more(static_cast<size_t>(Kind::SlotBytes(capacity_log2) / 8));
    std::vector<typename Kind::Value> more_entries(static_cast<size_t>(max_entries));
    (is_new ? Kind::Init : Kind::Grow)(&table, more.data(), capacity_log2, more_entries.data(), max_entries);
    slots.swap(more);
    entries.swap(more_entries);
  }

  int64_t Encode(const std::vector<typename Kind::Value>& values, std::vector<uint32_t>& ids) {
    ids.assign(values.size(), 0xDEADBEEF);
    return Kind::Encode(&table, values.data(), static_cast<int64_t>(values.size()), ids.data());
  }
};

template <typename Kind>
void EveryLengthAndCardinality() {
  using Value = typename Kind::Value;
  std::mt19937_64 random(3);
  constexpr size_t kMax = 257;
  Guarded values_memory(kMax * sizeof(Value), Guarded::Side::kAtEnd), ids_memory(kMax * 4, Guarded::Side::kAtEnd);
  for (uint64_t distinct : {1u, 2u, 3u, 16u, 100u, 1u << 30}) {
    std::vector<Value> domain = {0, 1, static_cast<Value>(-1),
                                 static_cast<Value>(uint64_t{1} << 63 >> (64 - 8 * sizeof(Value)))};
    while (domain.size() < std::min<uint64_t>(distinct, 1000)) domain.push_back(static_cast<Value>(random()));
    for (size_t n = 0; n <= kMax; ++n) {
      Dictionary<Kind> dictionary(DictCapacityLog2(kMax), kMax);
      reference::Dictionary<Value> expected;
      Value* values = values_memory.as<Value>() + kMax - n;
      uint32_t* ids = ids_memory.as<uint32_t>() + kMax - n;
      for (size_t i = 0; i < n; ++i)
        values[i] = domain[(random() + distinct) % std::min<uint64_t>(distinct, domain.size())];
      ASSERT_EQ(Kind::Encode(&dictionary.table, values, static_cast<int64_t>(n), ids), static_cast<int64_t>(n));
      for (size_t i = 0; i < n; ++i) ASSERT_EQ(ids[i], expected.IdOf(values[i])) << i << " of " << n;
      ASSERT_EQ(dictionary.table.num_entries, static_cast<int64_t>(expected.entries.size()));
      for (size_t e = 0; e < expected.entries.size(); ++e) ASSERT_EQ(dictionary.entries[e], expected.entries[e]);
    }
  }
}

TEST_P(DictionaryTest, EveryLengthAndCardinality32) { EveryLengthAndCardinality<Fixed32>(); }
TEST_P(DictionaryTest, EveryLengthAndCardinality64) { EveryLengthAndCardinality<Fixed64>(); }

// Encodes everything, growing at each stop; ids must be those of the oracle.
template <typename Kind>
void GrowFromTheSmallest(const std::vector<typename Kind::Value>& values) {
  reference::Dictionary<typename Kind::Value> expected;
  Dictionary<Kind> dictionary(kDictMinCapacityLog2, 32);
  std::vector<uint32_t> ids(values.size());
  int64_t done = 0;
  const int64_t n = static_cast<int64_t>(values.size());
  while (true) {
    done += Kind::Encode(&dictionary.table, values.data() + done, n - done, ids.data() + done);
    if (done == n) break;
    ASSERT_EQ(dictionary.table.num_entries, dictionary.table.max_entries);
    const int32_t log2 = dictionary.table.capacity_log2 + 1;
    dictionary.Resize(log2, int64_t{1} << (log2 - 1), false);
  }
  for (size_t i = 0; i < values.size(); ++i) ASSERT_EQ(ids[i], expected.IdOf(values[i])) << i;
  ASSERT_EQ(dictionary.table.num_entries, static_cast<int64_t>(expected.entries.size()));
  for (size_t e = 0; e < expected.entries.size(); ++e) ASSERT_EQ(dictionary.entries[e], expected.entries[e]);
}

template <typename Kind>
void GrowsOnManyPatterns() {
  using Value = typename Kind::Value;
  std::mt19937_64 random(4);
  constexpr size_t kValues = 20000;
  const auto make = [](auto next) {
    std::vector<Value> values;
    for (size_t i = 0; i < kValues; ++i) values.push_back(static_cast<Value>(next(i)));
    return values;
  };
  GrowFromTheSmallest<Kind>(make([&](size_t) { return random(); }));
  GrowFromTheSmallest<Kind>(make([&](size_t) { return random() % 5000; }));
  GrowFromTheSmallest<Kind>(make([](size_t i) { return i; }));
  GrowFromTheSmallest<Kind>(make([](size_t i) { return i / 3 * 1000; }));
  GrowFromTheSmallest<Kind>(make([](size_t i) { return uint64_t{i} << (8 * sizeof(Value) - 16); }));
  GrowFromTheSmallest<Kind>(make([](size_t i) { return i % 300 | (i / 300) << 16; }));
}

TEST_P(DictionaryTest, Grows32) { GrowsOnManyPatterns<Fixed32>(); }
TEST_P(DictionaryTest, Grows64) { GrowsOnManyPatterns<Fixed64>(); }

template <typename Kind>
void StopsBeforeTheEntryTooMany() {
  using Value = typename Kind::Value;
  std::vector<Value> values;
  for (int i = 0; i < 400; ++i) values.push_back(static_cast<Value>(i % 10));
  for (int i = 0; i < 40; ++i) values.push_back(static_cast<Value>(i));
  Dictionary<Kind> dictionary(kDictMinCapacityLog2, 10);
  std::vector<uint32_t> ids;
  ASSERT_EQ(dictionary.Encode(values, ids), 410);
  for (size_t i = 0; i < 410; ++i) ASSERT_EQ(ids[i], i < 400 ? i % 10 : i - 400);
  ASSERT_EQ(dictionary.table.num_entries, 10);
  // A full table still finds what it has.
  values.resize(410);
  ASSERT_EQ(dictionary.Encode(values, ids), 410);
  dictionary.Resize(kDictMinCapacityLog2 + 1, 11, false);
  ASSERT_EQ(dictionary.Encode({9, 77, 78}, ids), 2);
  EXPECT_EQ(ids[0], 9u);
  EXPECT_EQ(ids[1], 10u);
  EXPECT_EQ(dictionary.entries[10], 77u);
}

TEST_P(DictionaryTest, StopsBeforeTheEntryTooMany32) { StopsBeforeTheEntryTooMany<Fixed32>(); }
TEST_P(DictionaryTest, StopsBeforeTheEntryTooMany64) { StopsBeforeTheEntryTooMany<Fixed64>(); }

// Keys made to share one home: the same stop on every target, and all that was
// entered is still found.
template <typename Kind>
void CollidingKeysStop() {
  using Value = typename Kind::Value;
  std::vector<Value> values;
  for (Value i = 0; values.size() < 300; ++i) {
    if (Kind::Home(i, 12) == 0) values.push_back(i);
  }
  Dictionary<Kind> dictionary(12, 2048);
  std::vector<uint32_t> ids;
  ASSERT_EQ(dictionary.Encode(values, ids), kDictMaxProbes + 1);
  ASSERT_EQ(dictionary.table.num_entries, kDictMaxProbes + 1);
  values.resize(kDictMaxProbes + 1);
  dictionary.Resize(13, 4096, false);
  ASSERT_EQ(dictionary.Encode(values, ids), kDictMaxProbes + 1);
  for (size_t i = 0; i < values.size(); ++i) ASSERT_EQ(ids[i], i);
}

TEST_P(DictionaryTest, CollidingKeysStop32) { CollidingKeysStop<Fixed32>(); }
TEST_P(DictionaryTest, CollidingKeysStop64) { CollidingKeysStop<Fixed64>(); }

// Keys in equal steps, among them the steps that a single product with the
// golden ratio would pile up (377, 610): none is so far from home that the
// dictionary stops.
TEST(DictionarySlots, EqualStepsDoNotPileUp) {
  constexpr int32_t kLog2 = 12;
  for (uint64_t step = 1; step < 2000; ++step) {
    std::vector<bool> used32(1 << kLog2), used64(1 << kLog2);
    const auto distance = [](std::vector<bool>& used, uint64_t h) {
      int64_t d = 0;
      for (; used[h]; ++d) h = (h + 1) % used.size();
      used[h] = true;
      return d;
    };
    for (uint32_t i = 0; i < 1 << (kLog2 - 1); ++i) {
      ASSERT_LE(distance(used32, Slots32::Home(static_cast<uint32_t>(i * step), kLog2)), kDictMaxProbes) << step;
      ASSERT_LE(distance(used64, Slots64::Home(i * step, kLog2)), kDictMaxProbes) << step;
    }
  }
}

// ---- byte strings

struct Strings {
  std::vector<std::string> values;
  std::vector<uint32_t> starts, lengths;
  std::string bytes;

  void Add(const std::string& value) {
    values.push_back(value);
    starts.push_back(static_cast<uint32_t>(bytes.size()));
    lengths.push_back(static_cast<uint32_t>(value.size()));
    bytes += value;
  }
  int64_t size() const { return static_cast<int64_t>(values.size()); }
};

struct BytesDictionary {
  DictTableBytes table;
  std::vector<uint64_t> slots;
  std::vector<uint32_t> starts, lengths;
  std::vector<uint8_t> bytes;

  BytesDictionary(int32_t capacity_log2, int64_t max_entries, int64_t max_bytes) {
    Resize(capacity_log2, max_entries, max_bytes, true);
  }
  void Resize(int32_t capacity_log2, int64_t max_entries, int64_t max_bytes, bool is_new) {
    std::vector<uint64_t> more(static_cast<size_t>(DictSlotBytesBytes(capacity_log2) / 8));
    std::vector<uint32_t> more_starts(static_cast<size_t>(max_entries)), more_lengths(more_starts);
    std::vector<uint8_t> more_bytes(static_cast<size_t>(max_bytes + kDictArenaSlackBytes));
    (is_new ? DictInitBytes : DictGrowBytes)(&table, more.data(), capacity_log2, more_starts.data(),
                                             more_lengths.data(), max_entries, more_bytes.data(), max_bytes);
    slots.swap(more);
    starts.swap(more_starts);
    lengths.swap(more_lengths);
    bytes.swap(more_bytes);
  }
  std::string Entry(size_t id) const {
    return std::string(reinterpret_cast<const char*>(bytes.data()) + starts[id], lengths[id]);
  }
};

// Encodes with the values right before an unreadable page, growing entries or
// bytes at each stop.
void ExpectEqualToReference(const Strings& strings, BytesDictionary& dictionary, Guarded& memory, size_t memory_bytes) {
  uint8_t* base = memory.data() + memory_bytes - strings.bytes.size();
  std::memcpy(base, strings.bytes.data(), strings.bytes.size());
  std::vector<uint32_t> ids(strings.values.size());
  int64_t done = 0;
  while (true) {
    done += DictEncodeBytes(&dictionary.table, base, base + strings.bytes.size(), strings.starts.data() + done,
                            strings.lengths.data() + done, strings.size() - done, ids.data() + done);
    if (done == strings.size()) break;
    const DictTableBytes& t = dictionary.table;
    const bool entries_full = t.num_entries == t.max_entries;
    ASSERT_TRUE(entries_full || t.num_bytes + strings.lengths[static_cast<size_t>(done)] > t.max_bytes);
    dictionary.Resize(t.capacity_log2 + entries_full, t.max_entries << entries_full,
                      entries_full ? t.max_bytes : 2 * t.max_bytes, false);
  }
  reference::Dictionary<std::string> expected;
  for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], expected.IdOf(strings.values[i])) << i;
  ASSERT_EQ(dictionary.table.num_entries, static_cast<int64_t>(expected.entries.size()));
  int64_t total = 0;
  for (size_t e = 0; e < expected.entries.size(); ++e) {
    ASSERT_EQ(dictionary.Entry(e), expected.entries[e]);
    ASSERT_EQ(dictionary.starts[e], total);
    total += dictionary.lengths[e];
  }
  ASSERT_EQ(dictionary.table.num_bytes, total);
}

TEST_P(DictionaryTest, StringsOfEveryLengthAndCount) {
  constexpr size_t kRoom = 1 << 17;
  Guarded memory(kRoom, Guarded::Side::kAtEnd);
  std::mt19937_64 random(5);
  for (uint32_t max_length : {0u, 1u, 3u, 8u, 15u, 16u, 17u, 33u, 70u, 200u}) {
    for (int n = 0; n < 258; ++n) {
      Strings strings;
      for (int i = 0; i < n; ++i) {
        // Two letters, zero among them: many repeats, common prefixes, and
        // lengths that zeros alone tell apart.
        std::string value(random() % (max_length + 1), '\0');
        if (!value.empty()) value[random() % value.size()] = static_cast<char>('a' + random() % 2);
        strings.Add(value);
      }
      BytesDictionary dictionary(9, 256, 1 << 16);
      ExpectEqualToReference(strings, dictionary, memory, kRoom);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DictionaryTest, StringsGrow) {
  constexpr size_t kRoom = 1 << 20;
  Guarded memory(kRoom, Guarded::Side::kAtEnd);
  for (int form = 0; form < 6; ++form) {
    Strings strings;
    std::mt19937_64 random(6);
    for (int i = 0; i < 10000; ++i) {
      const std::string number = std::to_string(random() % 7000);
      strings.Add(form == 0   ? number
                  : form == 1 ? "a common prefix, " + number + (i % 3 == 0 ? " and a tail" : "")
                  : form == 2 ? number + std::string(30, '0')
                  : form == 3 ? std::string(12 - 2, '\0') + static_cast<char>(i >> 8) + static_cast<char>(i)
                  : form == 4 ? static_cast<char>(i) + std::string(7, '\0') + static_cast<char>(i >> 8)
                              : std::string(16 - number.size(), ' ') + number);
    }
    BytesDictionary dictionary(kDictMinCapacityLog2, 32, 256);
    ExpectEqualToReference(strings, dictionary, memory, kRoom);
    if (HasFatalFailure()) return;
  }
}

TEST_P(DictionaryTest, StringsDifferByOneByteAnywhere) {
  constexpr size_t kRoom = 1 << 20;
  Guarded memory(kRoom, Guarded::Side::kAtEnd);
  Strings strings;
  for (size_t length = 1; length < 80; ++length) {
    for (size_t at = 0; at < length; ++at) {
      std::string value(length, 'x');
      value[at] = 'y';
      strings.Add(value);
      strings.Add(std::string(length, 'x'));
    }
  }
  BytesDictionary dictionary(DictCapacityLog2(4096), 4096, kRoom);
  ExpectEqualToReference(strings, dictionary, memory, kRoom);
}

// Blocks of one kind of length and of several, one table for all: a value has the same entry whatever lies around it.
TEST_P(DictionaryTest, StringsOfOneLengthThenOfMany) {
  constexpr size_t kRoom = 1 << 18;
  Guarded memory(kRoom, Guarded::Side::kAtEnd);
  Strings strings;
  std::mt19937_64 random(7);
  const auto add = [&](uint64_t least, uint64_t most) {
    for (int i = 0; i < 512; ++i) {
      const std::string number = std::to_string(random() % 400);
      strings.Add(number + std::string(least + random() % (most - least + 1) - number.size(), 'x'));
    }
  };
  add(16, 16);
  add(17, 32);
  add(3, 15);
  add(3, 32);
  add(16, 17);
  add(3, 70);
  add(16, 16);
  BytesDictionary dictionary(DictCapacityLog2(4096), 4096, kRoom);
  ExpectEqualToReference(strings, dictionary, memory, kRoom);
}

// Strings of 16 bytes that are what the table keeps for others: shorter ones, and none.
TEST_P(DictionaryTest, StringsThatLookLikeKeys) {
  constexpr size_t kRoom = 1 << 16;
  Guarded memory(kRoom, Guarded::Side::kAtEnd);
  std::vector<std::string> looks = {std::string(15, '\0') + '\xFE', std::string(16, '\0'),
                                    std::string(15, '\0') + '\xFF', std::string(15, '\0')};
  for (char length = 0; length < 16; ++length) {
    std::string shorter(static_cast<size_t>(length), 'k'), look = shorter;
    for (int at = length; at < 16; ++at) look += static_cast<char>(length + 15 - at);
    looks.push_back(shorter);
    looks.push_back(look);
  }
  for (const size_t only_length : {0u, 16u}) {
    Strings strings;
    for (int round = 0; round < 40; ++round) {
      for (const std::string& look : looks) {
        if (only_length == 0 || look.size() == only_length) strings.Add(look);
      }
    }
    BytesDictionary dictionary(9, 256, kRoom);
    ExpectEqualToReference(strings, dictionary, memory, kRoom);
  }
}

TEST_P(DictionaryTest, StringEntriesAreTheDictionaryPage) {
  Strings strings;
  for (const char* value : {"oslo", "", "bergen", "oslo", "a city with a longer name", ""}) strings.Add(value);
  BytesDictionary dictionary(kDictMinCapacityLog2, 32, 100);
  std::vector<uint32_t> ids(6);
  const auto* base = reinterpret_cast<const uint8_t*>(strings.bytes.data());
  DictTableBytes& table = dictionary.table;
  ASSERT_EQ(DictEncodeBytes(&table, base, base + strings.bytes.size(), strings.starts.data(), strings.lengths.data(), 6,
                            ids.data()),
            6);
  EXPECT_EQ(ids, (std::vector<uint32_t>{0, 1, 2, 0, 3, 1}));
  std::vector<uint8_t> page(200);
  page.resize(static_cast<size_t>(PlainByteArray(table.bytes, table.bytes + table.num_bytes, table.starts,
                                                 table.lengths, table.num_entries, page.data())));
  using namespace std::string_literals;
  EXPECT_EQ(std::string(page.begin(), page.end()),
            "\4\0\0\0oslo\0\0\0\0\6\0\0\0bergen\x19\0\0\0a city with a longer name"s);
}

TEST(DictCapacityLog2, LeavesHalfTheSlotsEmpty) {
  EXPECT_GE(DictCapacityLog2(0), kDictMinCapacityLog2);
  for (int64_t n : {1, 2, 16, 31, 32, 33, 1000, 8192, 8193, 65536, 1 << 29}) {
    EXPECT_LE(2 * n, int64_t{1} << DictCapacityLog2(n)) << n;
    EXPECT_LE(DictCapacityLog2(n), kDictMaxCapacityLog2) << n;
  }
}

}  // namespace
}  // namespace inlay::kernels
