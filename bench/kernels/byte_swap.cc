#include "kernels/byte_swap.h"

#include <vector>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kInputBytes = 16 << 10;  // in and out together fit the first-level cache
constexpr int64_t kApart = 2048;           // their addresses differ in the low 12 bits too, as those of pages may

void BenchSwap(const char* name, int64_t width, void (*swap)(const uint8_t*, int64_t, uint8_t*)) {
  RegisterForTargets(name, kInputBytes / width, [swap](benchmark::State& state) {
    std::vector<uint8_t> in(kInputBytes, 0x5A), out(kInputBytes + kApart);
    for (auto _ : state) {
      swap(in.data(), state.range(0), out.data() + kApart);
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * kInputBytes);
  });
}

void BenchDecimal(const char* name, int64_t in_bytes, int64_t out_bytes) {
  RegisterForTargets(name, kInputBytes / in_bytes, [in_bytes, out_bytes](benchmark::State& state) {
    std::vector<uint8_t> in(kInputBytes, 0x5A), out(kInputBytes + kApart);
    for (auto _ : state) {
      DecimalToFlba(in.data(), in_bytes, state.range(0), out_bytes, out.data() + kApart);
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * kInputBytes);
  });
}

const bool kRegistered = [] {
  BenchSwap("ByteSwap16", 2, &ByteSwap16);
  BenchSwap("ByteSwap32", 4, &ByteSwap32);
  BenchSwap("ByteSwap64", 8, &ByteSwap64);
  BenchSwap("ByteSwap128", 16, &ByteSwap128);
  BenchSwap("ByteSwap256", 32, &ByteSwap256);
  BenchDecimal("DecimalToFlba/8to5", 8, 5);
  BenchDecimal("DecimalToFlba/16to9", 16, 9);
  BenchDecimal("DecimalToFlba/16to16", 16, 16);
  BenchDecimal("DecimalToFlba/32to12", 32, 12);
  BenchDecimal("DecimalToFlba/32to20", 32, 20);
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
