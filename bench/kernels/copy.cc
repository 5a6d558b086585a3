#include "kernels/copy.h"

#include <cstring>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

void Memcpy(benchmark::State& state) {
  std::vector<uint8_t> in(static_cast<size_t>(state.range(0)), 1), out(in.size());
  for (auto _ : state) {
    std::memcpy(out.data(), in.data(), in.size());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Memcpy)->Arg(16 << 10)->Arg(256 << 10)->Arg(1 << 20);

template <typename T>
void BenchRebase(const char* name, void (*rebase)(const T*, int64_t, T, T*)) {
  for (int64_t size : {16 << 10, 1 << 20}) {
    RegisterForTargets(name, size, [rebase](benchmark::State& state) {
      const int64_t n = state.range(0) / static_cast<int64_t>(sizeof(T));
      std::vector<T> in(static_cast<size_t>(n), 7), out(in.size());
      for (auto _ : state) {
        rebase(in.data(), n, T{3}, out.data());
        benchmark::ClobberMemory();
      }
      state.SetBytesProcessed(state.iterations() * state.range(0));
      state.SetItemsProcessed(state.iterations() * n);
    });
  }
}

const bool kRegistered = [] {
  benchmark::RegisterBenchmark("CopyPadded",
                               [](benchmark::State& state) {
                                 std::vector<uint8_t> in(static_cast<size_t>(state.range(0)), 1), out(in.size() + 64);
                                 for (auto _ : state) {
                                   CopyPadded(in.data(), state.range(0), state.range(0) + 63, out.data());
                                   benchmark::ClobberMemory();
                                 }
                                 state.SetBytesProcessed(state.iterations() * state.range(0));
                               })
      ->Arg(16 << 10)
      ->Arg(1 << 20);
  BenchRebase<int32_t>("RebaseOffsets32", &RebaseOffsets32);
  BenchRebase<int64_t>("RebaseOffsets64", &RebaseOffsets64);
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
