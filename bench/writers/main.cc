// Whole Parquet files, inlay beside Arrow C++ in one process on one thread. Usage:
//
//   writers_bench [--rows=N] [--arrow-file=NAME=PATH]... [--batch-rows=N] [--file=PATH]
//   [Google Benchmark flags]
//
// Prints Google Benchmark's medians, of CPU time since one thread does all the work and machines are shared, and then,
// for every table, codec and sink, how many times Arrow's speed inlay has, both files' sizes and how much memory each
// held.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/medians.h"
#include "bench/writers/writers.h"

namespace inlay::bench {
namespace {

struct Case {
  std::string name;
  Job job;
};

using Writer = Result<Outcome> (*)(const Job&);

void Fail(const Status& status) {
  std::fprintf(stderr, "writers_bench: %s\n", status.ToString().c_str());
  std::exit(1);
}

void Register(const Case& one, const char* library, Writer writer, std::map<std::string, Outcome>* outcomes) {
  const std::string name = one.name + "/" + library;
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    for (auto _ : state) {
      auto outcome = writer(one.job);
      if (!outcome.ok()) {
        state.SkipWithError(outcome.status().ToString().c_str());
        return;
      }
      (*outcomes)[name] = *outcome;
    }
    state.SetBytesProcessed(state.iterations() * one.job.table->bytes);
  })->Unit(benchmark::kMillisecond);
}

void PrintRatios(const std::vector<Case>& cases, const Medians& medians, std::map<std::string, Outcome>& outcomes) {
  std::printf("\n%-32s %7s %14s %14s %9s %21s\n", "table/codec/sink", "speed", "inlay GB/s", "arrow GB/s", "size",
              "memory inlay/arrow MB");
  for (const Case& one : cases) {
    const double ours = medians.cpu_seconds(one.name + "/inlay"), theirs = medians.cpu_seconds(one.name + "/arrow");
    if (ours == 0 || theirs == 0) continue;
    const Outcome& a = outcomes[one.name + "/inlay"];
    const Outcome& b = outcomes[one.name + "/arrow"];
    const auto bytes = static_cast<double>(one.job.table->bytes);
    std::printf("%-32s %6.2fx %14.2f %14.2f %8.3fx %10.0f / %-8.0f\n", one.name.c_str(), theirs / ours,
                bytes / ours / 1e9, bytes / theirs / 1e9,
                static_cast<double>(a.file_bytes) / static_cast<double>(b.file_bytes),
                static_cast<double>(a.peak_memory_bytes) / 1e6, static_cast<double>(b.peak_memory_bytes) / 1e6);
  }
}

// The value of "--name=value", or null.
const char* Value(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name) || argument.size() <= name.size() || argument[name.size()] != '=') return nullptr;
  return argument.data() + name.size() + 1;
}

int Main(int argc, char** argv) {
  int64_t rows = 4'000'000, batch_rows = 0;
  std::string file;
  std::vector<std::string> arrow_files;
  std::vector<char*> rest = {argv[0]};
  std::vector<std::string> comparing = ComparingFlags();
  for (std::string& flag : comparing) rest.push_back(flag.data());
  for (int i = 1; i < argc; ++i) {
    if (const char* v = Value(argv[i], "--rows"))
      rows = std::atoll(v);
    else if (const char* v = Value(argv[i], "--batch-rows"))
      batch_rows = std::atoll(v);
    else if (const char* v = Value(argv[i], "--file"))
      file = v;
    else if (const char* v = Value(argv[i], "--arrow-file"))
      arrow_files.emplace_back(v);
    else
      rest.push_back(argv[i]);
  }
  std::vector<std::unique_ptr<Table>> tables;
  if (rows > 0) tables.push_back(std::make_unique<Table>(NineColumns(rows)));
  for (const std::string& named : arrow_files) {
    const size_t equals = named.find('=');
    auto table = ReadArrowFile(named.substr(0, equals), named.substr(equals + 1));
    if (!table.ok()) Fail(table.status());
    tables.push_back(std::make_unique<Table>(std::move(*table)));
  }
  std::vector<Case> cases;
  for (auto& table : tables) {
    if (batch_rows > 0) *table = Rebatch(*table, batch_rows);
    if (Status s = PrepareArrow(*table); !s.ok()) Fail(s);
    for (const Compression& codec : {Uncompressed(), Snappy(), Lz4(), Zstd(1)}) {
      const std::string name = table->name + "/" + std::string(CodecName(codec.codec));
      cases.push_back({name + "/null", {table.get(), codec, ""}});
      if (!file.empty()) cases.push_back({name + "/file", {table.get(), codec, file}});
    }
  }
  std::map<std::string, Outcome> outcomes;
  for (const Case& one : cases) {
    Register(one, "inlay", &WriteWithInlay, &outcomes);
    Register(one, "arrow", &WriteWithArrow, &outcomes);
  }
  int rest_count = static_cast<int>(rest.size());
  benchmark::Initialize(&rest_count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(rest_count, rest.data())) return 2;
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  PrintRatios(cases, medians, outcomes);
  return 0;
}

}  // namespace
}  // namespace inlay::bench

int main(int argc, char** argv) { return inlay::bench::Main(argc, argv); }
