// Steady state: the table has all entries, as after the first page of a column chunk. "new" fills an empty table.
#include "kernels/dictionary.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kValues = 1 << 17;

template <typename T>
struct Fixed {
  std::vector<T> values, entries;
  std::vector<uint64_t> slots;
  std::vector<uint32_t> ids;
  int32_t log2;

  explicit Fixed(size_t distinct)
      : values(kValues), entries(distinct), ids(kValues), log2(DictCapacityLog2(static_cast<int64_t>(distinct))) {
    std::mt19937_64 random(1);
    for (T& e : entries) e = static_cast<T>(random());
    for (T& v : values) v = entries[random() % distinct];
    slots.resize(size_t{2} << log2);
  }
};

template <typename T, typename Table, typename Init, typename Encode>
void RegisterFixed(const std::string& name, Init init, Encode encode) {
  for (size_t distinct : {16, 1000, 20000, 65536}) {
    RegisterForTargets(name + "/distinct" + std::to_string(distinct), kValues, [=](benchmark::State& state) {
      Fixed<T> in(distinct);
      Table table;
      init(&table, in.slots.data(), in.log2, in.entries.data(), static_cast<int64_t>(distinct));
      encode(&table, in.values.data(), kValues, in.ids.data());
      for (auto _ : state) benchmark::DoNotOptimize(encode(&table, in.values.data(), kValues, in.ids.data()));
      state.SetItemsProcessed(state.iterations() * kValues);
    });
  }
  RegisterForTargets(name + "/new20000", 20000, [=](benchmark::State& state) {
    Fixed<T> in(20000);
    std::mt19937_64 random(1);
    for (T& v : in.values) v = static_cast<T>(random());
    for (auto _ : state) {
      Table table;
      init(&table, in.slots.data(), in.log2, in.entries.data(), 20000);
      benchmark::DoNotOptimize(encode(&table, in.values.data(), 20000, in.ids.data()));
    }
    state.SetItemsProcessed(state.iterations() * 20000);
  });
}

void RegisterStrings(size_t distinct, uint32_t least, uint32_t most) {
  const std::string length = std::to_string(least) + (least == most ? "" : "-" + std::to_string(most));
  const std::string name = "DictEncodeBytes/length" + length + "/distinct" + std::to_string(distinct);
  RegisterForTargets(name, kValues, [=](benchmark::State& state) {
    std::mt19937_64 random(1);
    std::vector<std::string> domain(distinct);
    for (std::string& s : domain) {
      s.resize(least + random() % (most - least + 1));
      for (char& c : s) c = static_cast<char>('a' + random() % 26);
    }
    std::string bytes;
    std::vector<uint32_t> starts, lengths, ids(kValues), entry_starts(distinct), entry_lengths(distinct);
    for (int64_t i = 0; i < kValues; ++i) {
      const std::string& s = domain[random() % distinct];
      starts.push_back(static_cast<uint32_t>(bytes.size()));
      lengths.push_back(static_cast<uint32_t>(s.size()));
      bytes += s;
    }
    const int32_t log2 = DictCapacityLog2(static_cast<int64_t>(distinct));
    std::vector<uint64_t> slots(static_cast<size_t>(DictSlotBytesBytes(log2)) / 8);
    std::vector<uint8_t> arena(bytes.size() + kDictArenaSlackBytes);
    DictTableBytes table;
    DictInitBytes(&table, slots.data(), log2, entry_starts.data(), entry_lengths.data(), static_cast<int64_t>(distinct),
                  arena.data(), static_cast<int64_t>(bytes.size()));
    const auto* base = reinterpret_cast<const uint8_t*>(bytes.data());
    const auto encode = [&] {
      return DictEncodeBytes(&table, base, base + bytes.size(), starts.data(), lengths.data(), kValues, ids.data());
    };
    encode();
    for (auto _ : state) benchmark::DoNotOptimize(encode());
    state.SetItemsProcessed(state.iterations() * kValues);
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
  });
}

const bool kRegistered = [] {
  RegisterFixed<uint32_t, DictTable32>("DictEncode32", &DictInit32, &DictEncode32);
  RegisterFixed<uint64_t, DictTable64>("DictEncode64", &DictInit64, &DictEncode64);
  for (size_t distinct : {16, 1000, 20000}) {
    RegisterStrings(distinct, 5, 15);
    RegisterStrings(distinct, 5, 30);
    for (uint32_t length : {16u, 24u, 60u, 300u}) RegisterStrings(distinct, length, length);
  }
  benchmark::RegisterBenchmark("DictEncode64/memcpy", [](benchmark::State& state) {
    std::vector<uint64_t> values(kValues), out(kValues);
    for (auto _ : state) {
      std::memcpy(out.data(), values.data(), kValues * 8);
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kValues);
  });
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
