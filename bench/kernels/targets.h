// Registers one bench for each instruction set of this machine: "CountSetBits/avx2/1048576".
#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "kernels/target.h"

namespace inlay::kernels {

// `body(state)` runs with the target capped. `size` is passed as state.range(0).
template <typename Body>
void RegisterForTargets(const std::string& name, int64_t size, Body body) {
  for (int t = 0; t < kNumTargets; ++t) {
    if (((SupportedTargets() >> t) & 1) == 0) continue;
    const Target target = static_cast<Target>(t);
    benchmark::RegisterBenchmark((name + "/" + std::string(TargetName(target))).c_str(), [body, target](
                                                                                             benchmark::State& state) {
      const Target before = ActiveTarget();
      CapTarget(target);
      body(state);
      CapTarget(before);
    })->Arg(size);
  }
}

}  // namespace inlay::kernels
