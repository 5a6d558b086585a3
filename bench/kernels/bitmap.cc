#include "kernels/bitmap.h"

#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

const bool kRegistered = [] {
  RegisterForTargets("CountSetBits", 1 << 20, [](benchmark::State& state) {
    std::vector<uint8_t> bits(static_cast<size_t>(state.range(0) / 8), 0x5A);
    for (auto _ : state) benchmark::DoNotOptimize(CountSetBits(bits.data(), 0, state.range(0)));
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
