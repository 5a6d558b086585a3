// RowBuilder beside a push_back into one vector a column: at most twice its time is the aim.
#include <inlay/row_builder.h>

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace inlay {
namespace {

constexpr int64_t kRows = 16384;

void PushBackNumbers(benchmark::State& state) {
  std::vector<int64_t> a;
  std::vector<int32_t> b;
  std::vector<double> c;
  std::vector<int64_t> d;
  for (auto _ : state) {
    a.clear(), b.clear(), c.clear(), d.clear();
    for (int64_t i = 0; i < kRows; ++i) {
      a.push_back(i);
      b.push_back(static_cast<int32_t>(i));
      c.push_back(static_cast<double>(i));
      d.push_back(i * 3);
    }
    benchmark::DoNotOptimize(a.data());
    benchmark::DoNotOptimize(b.data());
    benchmark::DoNotOptimize(c.data());
    benchmark::DoNotOptimize(d.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kRows * 4);
}
BENCHMARK(PushBackNumbers);

void RowBuilderNumbers(benchmark::State& state) {
  RowBuilder rows({{{"a", Int64(), false}, {"b", Int32()}, {"c", Float64()}, {"d", Timestamp(TimeUnit::kMicro)}}, {}});
  for (auto _ : state) {
    rows.Clear();
    for (int64_t i = 0; i < kRows; ++i) {
      rows.Append(i).Append(static_cast<int32_t>(i)).Append(static_cast<double>(i)).Append(i * 3);
      rows.EndRow();
    }
    benchmark::DoNotOptimize(rows.batch());
  }
  if (!rows.status().ok()) state.SkipWithError(rows.status().ToString().c_str());
  state.SetItemsProcessed(state.iterations() * kRows * 4);
}
BENCHMARK(RowBuilderNumbers);

std::vector<std::string> Words() {
  std::vector<std::string> words;
  for (int i = 0; i < 1024; ++i) words.push_back("host-" + std::to_string(i * 7919 % 100000));
  return words;
}

void PushBackMixed(benchmark::State& state) {
  const std::vector<std::string> words = Words();
  std::vector<int64_t> a;
  std::vector<std::string> b;
  std::vector<std::optional<double>> c;
  for (auto _ : state) {
    a.clear(), b.clear(), c.clear();
    for (int64_t i = 0; i < kRows; ++i) {
      a.push_back(i);
      b.push_back(words[static_cast<size_t>(i % 1024)]);
      c.push_back(i % 10 == 0 ? std::optional<double>() : static_cast<double>(i));
    }
    benchmark::DoNotOptimize(a.data());
    benchmark::DoNotOptimize(b.data());
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kRows * 3);
}
BENCHMARK(PushBackMixed);

void RowBuilderMixed(benchmark::State& state) {
  const std::vector<std::string> words = Words();
  RowBuilder rows({{{"a", Int64(), false}, {"b", Utf8()}, {"c", Float64()}}, {}});
  for (auto _ : state) {
    rows.Clear();
    for (int64_t i = 0; i < kRows; ++i) {
      rows.Append(i).Append(words[static_cast<size_t>(i % 1024)]);
      rows.AppendOptional(i % 10 == 0 ? std::optional<double>() : static_cast<double>(i)).EndRow();
    }
    benchmark::DoNotOptimize(rows.batch());
  }
  if (!rows.status().ok()) state.SkipWithError(rows.status().ToString().c_str());
  state.SetItemsProcessed(state.iterations() * kRows * 3);
}
BENCHMARK(RowBuilderMixed);

}  // namespace
}  // namespace inlay
