#include "kernels/crc32.h"

#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

const bool kRegistered = [] {
  for (int64_t size : {128, 4096, 1 << 20}) {
    RegisterForTargets("Crc32", size, [](benchmark::State& state) {
      std::vector<uint8_t> bytes(static_cast<size_t>(state.range(0)), 0x5A);
      for (auto _ : state) benchmark::DoNotOptimize(Crc32(0, bytes.data(), state.range(0)));
      state.SetBytesProcessed(state.iterations() * state.range(0));
    });
  }
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
