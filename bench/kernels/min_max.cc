#include "kernels/min_max.h"

#include <random>
#include <string>
#include <vector>

#include "bench/kernels/targets.h"
#include "kernels/min_max_xsimd.h"

namespace inlay::kernels {
namespace {

template <typename T, typename Function>
auto NumbersBody(Function min_max) {
  return [min_max](benchmark::State& state) {
    std::mt19937_64 random(1);
    std::vector<T> values(static_cast<size_t>(state.range(0)));
    for (T& value : values) value = static_cast<T>(random() % 30000);
    T min{}, max{};
    for (auto _ : state) {
      min_max(values.data(), state.range(0), &min, &max);
      benchmark::DoNotOptimize(min);
      benchmark::DoNotOptimize(max);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<int64_t>(sizeof(T)));
  };
}

template <typename T, typename Function>
void BenchNumbers(const char* name, Function min_max) {
  RegisterForTargets(name, (32 << 10) / static_cast<int64_t>(sizeof(T)), NumbersBody<T>(min_max));
}

void BenchXsimd() {
  for (const FloatMinMax& variant : XsimdFloatMinMax()) {
    if (((SupportedTargets() >> static_cast<int>(variant.needs)) & 1) == 0) continue;
    const std::string name = variant.name;
    benchmark::RegisterBenchmark(("MinMaxFloat/" + name).c_str(), NumbersBody<float>(variant.f32))->Arg(8 << 10);
    benchmark::RegisterBenchmark(("MinMaxDouble/" + name).c_str(), NumbersBody<double>(variant.f64))->Arg(4 << 10);
  }
}

// `make(random)` gives one string.
template <typename Make>
void BenchStrings(const char* name, Make make) {
  RegisterForTargets(name, 16 << 10, [make](benchmark::State& state) {
    std::mt19937_64 random(1);
    std::string bytes;
    std::vector<uint32_t> starts, lengths;
    for (int64_t i = 0; i < state.range(0); ++i) {
      const std::string value = make(random);
      starts.push_back(static_cast<uint32_t>(bytes.size()));
      lengths.push_back(static_cast<uint32_t>(value.size()));
      bytes += value;
    }
    const auto* base = reinterpret_cast<const uint8_t*>(bytes.data());
    int64_t min = 0, max = 0;
    for (auto _ : state) {
      MinMaxBytes(base, starts.data(), lengths.data(), state.range(0), &min, &max);
      benchmark::DoNotOptimize(min);
      benchmark::DoNotOptimize(max);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
}

template <typename Function>
void BenchFixed(const char* name, int64_t value_bytes, int64_t random_bytes, Function min_max) {
  RegisterForTargets(name, (32 << 10) / value_bytes, [=](benchmark::State& state) {
    std::mt19937_64 random(1);
    std::vector<uint8_t> bytes(static_cast<size_t>(state.range(0) * value_bytes));
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (static_cast<int64_t>(i) % value_bytes < random_bytes) bytes[i] = static_cast<uint8_t>(random());
    }
    int64_t min = 0, max = 0;
    for (auto _ : state) {
      min_max(bytes.data(), value_bytes, state.range(0), &min, &max);
      benchmark::DoNotOptimize(min);
      benchmark::DoNotOptimize(max);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
}

std::string RandomLetters(std::mt19937_64& random, size_t length) {
  std::string value(length, 'a');
  for (char& c : value) c = static_cast<char>('a' + random() % 26);
  return value;
}

const bool kRegistered = [] {
  BenchNumbers<int32_t>("MinMaxInt32", &MinMaxInt32);
  BenchNumbers<uint32_t>("MinMaxUint32", &MinMaxUint32);
  BenchNumbers<int64_t>("MinMaxInt64", &MinMaxInt64);
  BenchNumbers<uint64_t>("MinMaxUint64", &MinMaxUint64);
  BenchNumbers<float>("MinMaxFloat", &MinMaxFloat);
  BenchNumbers<double>("MinMaxDouble", &MinMaxDouble);
  BenchXsimd();
  BenchNumbers<uint16_t>("MinMaxFloat16", &MinMaxFloat16);
  BenchStrings("MinMaxBytes/14", [](auto& random) { return RandomLetters(random, 14); });
  BenchStrings("MinMaxBytes/0to15", [](auto& random) { return RandomLetters(random, random() % 16); });
  BenchStrings("MinMaxBytes/16distinct", [](auto& random) { return "name_" + std::to_string(random() % 16); });
  BenchStrings("MinMaxBytes/longprefix",
               [](auto& random) { return "https://example.org/" + RandomLetters(random, 8 + random() % 30); });
  BenchFixed("MinMaxFixed/16", 16, 16, &MinMaxFixed);
  BenchFixed("MinMaxFixed/5", 5, 5, &MinMaxFixed);
  BenchFixed("MinMaxDecimal/16", 16, 6, &MinMaxDecimal);
  BenchFixed("MinMaxDecimal/32", 32, 6, &MinMaxDecimal);
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
