// Google Benchmark's console output, and its medians kept for what is compared afterwards.
#pragma once

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace inlay::bench {

class Medians final : public benchmark::ConsoleReporter {
 public:
  Medians()
      : ConsoleReporter(isatty(1) ? benchmark::ConsoleReporter::OO_ColorTabular
                                  : benchmark::ConsoleReporter::OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
      const double in_unit = benchmark::GetTimeUnitMultiplier(run.time_unit);
      cpu_seconds_[run.run_name.function_name] = run.GetAdjustedCPUTime() / in_unit;
      real_seconds_[run.run_name.function_name] = run.GetAdjustedRealTime() / in_unit;
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // Of the benchmark registered under `name`; 0 when it did not run.
  double cpu_seconds(const std::string& name) const { return Find(cpu_seconds_, name); }
  double real_seconds(const std::string& name) const { return Find(real_seconds_, name); }

 private:
  static double Find(const std::map<std::string, double>& seconds, const std::string& name) {
    const auto found = seconds.find(name);
    return found == seconds.end() ? 0 : found->second;
  }

  std::map<std::string, double> cpu_seconds_;
  std::map<std::string, double> real_seconds_;
};

// What the benches that compare pass to Google Benchmark before the caller's own arguments: runs of all cases alternate
// at random, five of each, and only their medians and spreads are shown.
inline std::vector<std::string> ComparingFlags() {
  return {"--benchmark_repetitions=5", "--benchmark_enable_random_interleaving=true",
          "--benchmark_report_aggregates_only=true"};
}

}  // namespace inlay::bench
