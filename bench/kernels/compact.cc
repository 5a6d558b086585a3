#include "kernels/compact.h"

#include <cstring>
#include <random>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kValues = 1 << 16;

std::vector<uint8_t> RandomBits(int percent_null) {
  std::mt19937_64 random(1);
  std::vector<uint8_t> bits(kValues / 8);
  for (int64_t i = 0; i < kValues; ++i) {
    bits[static_cast<size_t>(i / 8)] |=
        static_cast<uint8_t>((static_cast<int>(random() % 100) >= percent_null) << (i % 8));
  }
  return bits;
}

template <typename T>
void Register(const std::string& name, int64_t (*compact)(const T*, const uint8_t*, int64_t, int64_t, T*)) {
  for (int percent_null : {0, 1, 10, 50}) {
    RegisterForTargets(name + "/null" + std::to_string(percent_null), kValues, [=](benchmark::State& state) {
      const std::vector<uint8_t> bits = RandomBits(percent_null);
      std::vector<T> values(kValues), out(kValues + kCompactSlackBytes);
      for (auto _ : state) benchmark::DoNotOptimize(compact(values.data(), bits.data(), 0, kValues, out.data()));
      state.SetItemsProcessed(state.iterations() * kValues);
    });
  }
}

const bool kRegistered = [] {
  Register<uint8_t>("Compact8", &Compact8);
  Register<uint16_t>("Compact16", &Compact16);
  Register<uint32_t>("Compact32", &Compact32);
  Register<uint64_t>("Compact64", &Compact64);
  for (int percent_null : {1, 10, 50}) {
    RegisterForTargets("CompactFixed16/null" + std::to_string(percent_null), kValues, [=](benchmark::State& state) {
      const std::vector<uint8_t> bits = RandomBits(percent_null);
      std::vector<uint8_t> values(16 * kValues), out(16 * kValues + kCompactSlackBytes);
      for (auto _ : state)
        benchmark::DoNotOptimize(CompactFixed(values.data(), 16, bits.data(), 0, kValues, out.data()));
      state.SetItemsProcessed(state.iterations() * kValues);
    });
  }
  for (int percent_null : {0, 10, 50}) {
    RegisterForTargets("CompactOffsets32/null" + std::to_string(percent_null), kValues, [=](benchmark::State& state) {
      const std::vector<uint8_t> bits = RandomBits(percent_null);
      std::vector<int32_t> offsets(kValues + 1);
      std::vector<uint32_t> starts(kValues + 16), lengths(kValues + 16);
      for (auto _ : state) {
        benchmark::DoNotOptimize(CompactOffsets32(offsets.data(), 0, percent_null == 0 ? nullptr : bits.data(), 0,
                                                  kValues, starts.data(), lengths.data()));
      }
      state.SetItemsProcessed(state.iterations() * kValues);
    });
  }
  benchmark::RegisterBenchmark("Compact64/memcpy", [](benchmark::State& state) {
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
