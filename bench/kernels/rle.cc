#include "kernels/rle.h"

#include <random>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kValues = 1 << 13;

// Values of 10 bits in runs of a geometrically distributed length.
void RegisterRuns(const std::string& name, double mean_run) {
  RegisterForTargets("RleHybridEncode32/" + name, kValues, [mean_run](benchmark::State& state) {
    std::mt19937_64 random(1);
    std::geometric_distribution<int> more(1 / mean_run);
    std::vector<uint32_t> values;
    while (static_cast<int64_t>(values.size()) < state.range(0)) {
      values.insert(values.end(), static_cast<size_t>(1 + more(random)), static_cast<uint32_t>(random() >> 54));
    }
    std::vector<uint8_t> out(static_cast<size_t>(RleHybridMaxBytes(state.range(0), 10)));
    for (auto _ : state) benchmark::DoNotOptimize(RleHybridEncode32(values.data(), state.range(0), 10, out.data()));
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
}

// Validity bits of which every `one_in`-th is 0, at random; 0: all are 1.
void RegisterBits(const std::string& name, uint32_t one_in, int64_t offset) {
  RegisterForTargets("RleHybridEncodeBits/" + name, kValues, [=](benchmark::State& state) {
    std::mt19937 random(1);
    std::vector<uint8_t> bits(static_cast<size_t>(state.range(0) / 8 + 1));
    for (uint8_t& byte : bits) {
      for (int bit = 0; bit < 8; ++bit) {
        if (one_in == 0 || random() % one_in != 0) byte = static_cast<uint8_t>(byte | 1 << bit);
      }
    }
    std::vector<uint8_t> out(static_cast<size_t>(RleHybridMaxBytes(state.range(0), 1)));
    for (auto _ : state) {
      benchmark::DoNotOptimize(RleHybridEncodeBits(bits.data(), offset, state.range(0), out.data()));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
}

const bool kRegistered = [] {
  RegisterRuns("random", 1);
  RegisterRuns("runs_of_10", 10);
  RegisterRuns("runs_of_100", 100);
  RegisterRuns("runs_of_1000", 1000);
  RegisterBits("half_null", 2, 3);
  RegisterBits("tenth_null", 10, 3);
  RegisterBits("hundredth_null", 100, 0);
  RegisterBits("thousandth_null", 1000, 3);
  RegisterBits("no_null", 0, 0);
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
