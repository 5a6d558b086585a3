#include "kernels/bitmap.h"

#include <cstring>
#include <random>
#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kBits = 1 << 17;

std::vector<uint8_t> RandomBytes(int64_t num_bytes, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> bytes(static_cast<size_t>(num_bytes));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

// Validity with one null in `one_in`.
std::vector<uint8_t> Validity(int64_t num_bits, uint32_t one_in) {
  std::mt19937 random(5);
  std::vector<uint8_t> bits(static_cast<size_t>(num_bits / 8), 0);
  for (int64_t i = 0; i < num_bits; ++i) {
    if (random() % one_in != 0) bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(1 << (i % 8));
  }
  return bits;
}

template <typename Kernel>
void RegisterKernel(const std::string& name, uint32_t one_in, Kernel kernel) {
  RegisterForTargets(name, kBits, [one_in, kernel](benchmark::State& state) {
    const int64_t n = state.range(0);
    const std::vector<uint8_t> bytes = RandomBytes(n + 64, 1), validity = Validity(n + 512, one_in);
    std::vector<uint8_t> out(static_cast<size_t>(n / 8 + 64));
    for (auto _ : state) {
      kernel(bytes.data(), validity.data(), n, out.data());
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * n);
  });
}

const bool kRegistered = [] {
  RegisterForTargets("CountSetBits", 1 << 20, [](benchmark::State& state) {
    std::vector<uint8_t> bits(static_cast<size_t>(state.range(0) / 8), 0x5A);
    for (auto _ : state) benchmark::DoNotOptimize(CountSetBits(bits.data(), 0, state.range(0)));
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
  RegisterKernel("CopyBits/memcpy", 2, [](const uint8_t* bytes, const uint8_t*, int64_t n, uint8_t* out) {
    std::memcpy(out, bytes, static_cast<size_t>(n / 8));
  });
  RegisterKernel("CopyBits/offset:3", 2,
                 [](const uint8_t* bytes, const uint8_t*, int64_t n, uint8_t* out) { CopyBits(bytes, 3, n, out); });
  RegisterKernel("AndBits/offsets:3,5", 2, [](const uint8_t* bytes, const uint8_t* validity, int64_t n, uint8_t* out) {
    AndBits(bytes, 3, validity, 5, n, out);
  });
  RegisterKernel("PackBools", 2,
                 [](const uint8_t* bytes, const uint8_t*, int64_t n, uint8_t* out) { PackBools(bytes, n, out); });
  for (uint32_t one_in : {2, 10, 1000}) {
    RegisterKernel("CompactBits/nulls:1in" + std::to_string(one_in), one_in,
                   [](const uint8_t* bytes, const uint8_t* validity, int64_t n, uint8_t* out) {
                     CompactBits(bytes, 3, validity, 5, n, out);
                   });
  }
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
