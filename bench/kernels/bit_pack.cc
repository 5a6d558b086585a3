#include "kernels/bit_pack.h"

#include <cstring>
#include <random>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kValues = 4096;

template <typename T>
void Register(const std::string& name, int width, void (*pack)(const T*, int64_t, int, uint8_t*)) {
  RegisterForTargets(name + "/width:" + std::to_string(width), kValues, [=](benchmark::State& state) {
    const int64_t n = state.range(0);
    std::mt19937_64 random(1);
    std::vector<T> values(static_cast<size_t>(n));
    for (T& value : values) value = static_cast<T>(random() >> (64 - width));
    std::vector<uint8_t> out(static_cast<size_t>(BitPackedBytes(n, width)));
    for (auto _ : state) {
      pack(values.data(), n, width, out.data());
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * n);
    state.SetBytesProcessed(state.iterations() * n * static_cast<int64_t>(sizeof(T)));
  });
}

// The limit: as many bytes, only copied.
void CopyThem(benchmark::State& state) {
  std::vector<uint32_t> values(kValues), out(kValues);
  for (auto _ : state) {
    std::memcpy(out.data(), values.data(), kValues * sizeof(uint32_t));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kValues);
  state.SetBytesProcessed(state.iterations() * kValues * static_cast<int64_t>(sizeof(uint32_t)));
}

const bool kRegistered = [] {
  benchmark::RegisterBenchmark("BitPack32/memcpy", CopyThem);
  for (int width : {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 20, 24, 27, 31, 32}) {
    Register<uint32_t>("BitPack32", width, BitPack32);
  }
  for (int width : {1, 3, 7}) Register<uint8_t>("BitPack8", width, BitPack8);
  for (int width : {1, 5, 10, 13}) Register<uint16_t>("BitPack16", width, BitPack16);
  for (int width : {1, 7, 12, 20, 27, 33, 40, 53}) Register<uint64_t>("BitPack64", width, BitPack64);
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
