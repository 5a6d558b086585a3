// Arrow IPC written and read by inlay, by Arrow C++ and, to files, by plain write(2), in one process. Usage:
//
//   ipc_bench [--directory=PATH] [Google Benchmark flags]
//
// Files are made in PATH (/dev/shm). Prints Google Benchmark's medians and then, for every case, how many times the
// others' speed inlay has: of CPU time on one thread, of real time on two.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/ipc/sides.h"
#include "bench/ipc/tables.h"
#include "bench/medians.h"

namespace inlay::bench {
namespace {

// One job done by several sides, the first of which is inlay.
struct Case {
  struct Side {
    std::string name;
    std::function<Result<int64_t>()> run;
  };
  std::string name;
  int64_t bytes = 0;  // of values, a run
  std::vector<Side> sides;
  std::string made_file = {};  // removed before each run, uncounted: replacing a file is work of its own
  std::string read_file = {};
};

void Exit(const Status& status) {
  std::fprintf(stderr, "ipc_bench: %s\n", status.ToString().c_str());
  std::exit(1);
}

std::map<std::string, int64_t>& Outcomes() {
  static std::map<std::string, int64_t> outcomes;
  return outcomes;
}

void Register(const Case& one, const Case::Side& side) {
  const std::string name = one.name + "/" + side.name;
  auto* registered = benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    for (auto _ : state) {
      if (!one.made_file.empty()) {
        state.PauseTiming();
        unlink(one.made_file.c_str());
        state.ResumeTiming();
      }
      const auto outcome = side.run();
      if (!outcome.ok()) {
        state.SkipWithError(outcome.status().ToString().c_str());
        return;
      }
      Outcomes()[name] = *outcome;
    }
    state.SetBytesProcessed(state.iterations() * one.bytes);
  });
  registered->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}

std::vector<Case::Side> WriteSides(WriteJob job) {
  std::vector<Case::Side> sides = {{"inlay", [=] { return WriteWithInlay(job); }}};
#ifdef INLAY_BENCH_ARROW
  sides.push_back({"arrow", [=] { return WriteWithArrow(job); }});
#endif
  if (!job.path.empty() && job.compression.codec == Codec::kNone) {
    sides.push_back({"plain", [=] { return WritePlainly(job); }});
  }
  if (job.compression.codec == Codec::kNone || !job.path.empty()) return sides;
  job.two_threads = true;
  sides.push_back({"inlay2", [=] { return WriteWithInlay(job); }});
#ifdef INLAY_BENCH_ARROW
  sides.push_back({"arrow2", [=] { return WriteWithArrow(job); }});
#endif
  return sides;
}

std::vector<Case::Side> ReadSides(ReadJob job) {
  ReadJob trusted = job;
  trusted.validation = Validation::kBasic;
  std::vector<Case::Side> sides = {{"inlay", [=] { return ReadWithInlay(job); }},
                                   {"trusted", [=] { return ReadWithInlay(trusted); }}};
#ifdef INLAY_BENCH_ARROW
  sides.push_back({"arrow", [=] { return ReadWithArrow(job); }});
#endif
  return sides;
}

constexpr Codec kCodecs[] = {Codec::kNone, Codec::kLz4, Codec::kZstd};

void AddWriteCases(const Batches& table, int64_t num_rounds, const std::string& directory, std::vector<Case>* cases) {
  for (const Codec codec : kCodecs) {
    WriteJob job{.batches = table.batches, .num_rounds = num_rounds, .compression = {codec, {}}, .path = {}};
    const std::string name = "write/" + table.name + "/" + std::string(CodecName(codec));
    cases->push_back({name + "/null", table.bytes * num_rounds, WriteSides(job), {}});
    job.path = directory + "/ipc_bench-" + std::to_string(getpid()) + ".arrows";
    cases->push_back({name + "/file", table.bytes * num_rounds, WriteSides(job), job.path});
  }
}

// The file is written by inlay.
void AddReadCases(const Batches& table, const std::string& directory, std::vector<Case>* cases) {
  for (const Codec codec : kCodecs) {
    const std::string path = directory + "/ipc_bench-" + std::to_string(getpid()) + "-" + table.name + "-" +
                             std::string(CodecName(codec)) + ".arrow";
    auto writer = ipc::FileWriter::Open(path, table.batches.front().schema(), {.compression = {codec, {}}});
    if (!writer.ok()) Exit(writer.status());
    for (const RecordBatch& batch : table.batches) {
      if (Status status = writer->Write(batch); !status.ok()) Exit(status);
    }
    if (Status status = writer->Finish(); !status.ok()) Exit(status);
    cases->push_back(
        {"read/" + table.name + "/" + std::string(CodecName(codec)), table.bytes, ReadSides({.path = path}), {}});
  }
}

void PrintRatios(const std::vector<Case>& cases, const Medians& medians) {
  std::printf("\n%-28s %12s %10s %10s  %s\n", "case", "inlay us", "GB/s", "output", "times the speed of (output)");
  for (const Case& one : cases) {
    const std::string ours = one.name + "/" + one.sides[0].name;
    const double seconds = medians.cpu_seconds(ours);
    if (seconds == 0) continue;
    std::printf("%-28s %12.1f %10.2f %10lld ", one.name.c_str(), seconds * 1e6,
                static_cast<double>(one.bytes) / seconds / 1e9,
                static_cast<long long>(Outcomes()[one.name + "/" + one.sides[0].name]));
    for (size_t i = 1; i < one.sides.size(); ++i) {
      const std::string theirs = one.name + "/" + one.sides[i].name;
      const bool two_threads = one.sides[i].name.ends_with('2');
      const double ratio = two_threads ? medians.real_seconds(theirs) / medians.real_seconds(ours)
                                       : medians.cpu_seconds(theirs) / seconds;
      std::printf(" %s %.2f (%.3f)", one.sides[i].name.c_str(), ratio,
                  static_cast<double>(Outcomes()[one.name + "/" + one.sides[i].name]) /
                      static_cast<double>(Outcomes()[one.name + "/" + one.sides[0].name]));
    }
    std::printf("\n");
  }
}

int Main(int argc, char** argv) {
  std::string directory = "/dev/shm";
  std::vector<std::string> comparing = ComparingFlags();
  comparing.push_back("--benchmark_min_time=0.05");
  std::vector<char*> rest = {argv[0]};
  for (std::string& flag : comparing) rest.push_back(flag.data());
  for (int i = 1; i < argc; ++i) {
    constexpr std::string_view kDirectory = "--directory=";
    const std::string_view argument = argv[i];
    if (argument.starts_with(kDirectory)) {
      directory = argument.substr(kDirectory.size());
    } else {
      rest.push_back(argv[i]);
    }
  }
  const Batches tiny = Numbers("tiny", 20, 100);
  const Batches tiny_mixed = Mixed("tiny9", 1, 100);
  const Batches large = Mixed("large", 1, 1 << 20);
  const Batches medium = Mixed("medium", 16, 1 << 16);
  const Batches wide = Numbers("wide", 10000, 10);
  const Batches less_wide = Numbers("wide/10", 1000, 10);
  std::vector<Case> cases;
#ifdef INLAY_BENCH_ARROW
  for (const Batches* table : {&tiny, &tiny_mixed, &large, &medium, &wide, &less_wide}) {
    if (Status status = PrepareArrow(table->batches); !status.ok()) Exit(status);
  }
#endif
  AddWriteCases(tiny, 200, directory, &cases);
  AddWriteCases(tiny_mixed, 200, directory, &cases);
  AddWriteCases(large, 1, directory, &cases);
  AddWriteCases(medium, 1, directory, &cases);
  for (const Batches* table : {&wide, &less_wide}) {
    WriteJob job;
    job.batches = table->batches;
    cases.push_back({"write/" + table->name, table->bytes, WriteSides(job), {}});
  }
  AddReadCases(large, directory, &cases);
  AddReadCases(medium, directory, &cases);
  for (const Case& one : cases) {
    for (const Case::Side& side : one.sides) Register(one, side);
  }
  int rest_count = static_cast<int>(rest.size());
  benchmark::Initialize(&rest_count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(rest_count, rest.data())) return 2;
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  PrintRatios(cases, medians);
  for (const Case& one : cases) {
    for (const std::string& path : {one.made_file, one.read_file}) {
      if (!path.empty()) unlink(path.c_str());
    }
  }
  return 0;
}

}  // namespace
}  // namespace inlay::bench

int main(int argc, char** argv) { return inlay::bench::Main(argc, argv); }
