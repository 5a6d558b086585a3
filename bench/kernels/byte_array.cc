#include "kernels/byte_array.h"

#include <cstring>
#include <random>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kValues = 1 << 14;

struct Input {
  std::vector<uint32_t> starts, lengths;
  std::vector<uint8_t> bytes, out;

  Input(uint32_t min_length, uint32_t max_length) {
    std::mt19937_64 random(1);
    uint32_t at = 0;
    for (int64_t i = 0; i < kValues; ++i) {
      starts.push_back(at);
      lengths.push_back(min_length + static_cast<uint32_t>(random() % (max_length - min_length + 1)));
      at += lengths.back();
    }
    bytes.resize(at);
    out.resize(at + 4 * kValues + kByteArraySlackBytes);
  }
};

const bool kRegistered = [] {
  const uint32_t ranges[][2] = {{6, 14}, {0, 16}, {0, 32}, {20, 30}, {10, 100}, {100, 400}};
  for (const auto& range : ranges) {
    const uint32_t low = range[0], high = range[1];
    const std::string name = "/length" + std::to_string(low) + "-" + std::to_string(high);
    RegisterForTargets("PlainByteArray" + name, kValues, [=](benchmark::State& state) {
      Input in(low, high);
      for (auto _ : state) {
        benchmark::DoNotOptimize(PlainByteArray(in.bytes.data(), in.bytes.data() + in.bytes.size(), in.starts.data(),
                                                in.lengths.data(), kValues, in.out.data()));
      }
      state.SetItemsProcessed(state.iterations() * kValues);
      state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(in.bytes.size()));
    });
    benchmark::RegisterBenchmark(("PlainByteArray" + name + "/memcpy").c_str(), [=](benchmark::State& state) {
      Input in(low, high);
      for (auto _ : state) {
        std::memcpy(in.out.data(), in.bytes.data(), in.bytes.size());
        benchmark::ClobberMemory();
      }
      state.SetItemsProcessed(state.iterations() * kValues);
      state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(in.bytes.size()));
    });
  }
  RegisterForTargets("SumLengths", kValues, [](benchmark::State& state) {
    Input in(6, 14);
    for (auto _ : state) benchmark::DoNotOptimize(SumLengths(in.lengths.data(), kValues));
    state.SetItemsProcessed(state.iterations() * kValues);
  });
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
