// Runs a kernel test once for each instruction set that this machine can execute.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "kernels/target.h"

namespace inlay::kernels {

// A test fixture parameterised by target: the cap is set for the length of one test. Instantiate it with
// INLAY_INSTANTIATE_FOR_TARGETS(Suite), which fails when the machine has no target at all.
class TargetTest : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    before_ = ActiveTarget();
    CapTarget(GetParam());
    ASSERT_EQ(ActiveTarget(), GetParam());
  }
  void TearDown() override { CapTarget(before_); }

 private:
  Target before_ = Target::kScalar;
};

inline std::vector<Target> TestedTargets() {
  std::vector<Target> targets;
  for (int t = 0; t < kNumTargets; ++t) {
    if ((SupportedTargets() >> t) & 1) targets.push_back(static_cast<Target>(t));
  }
  return targets;
}

inline std::string TargetParamName(const testing::TestParamInfo<Target>& info) {
  return std::string(TargetName(info.param));
}

}  // namespace inlay::kernels

#define INLAY_INSTANTIATE_FOR_TARGETS(suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(Targets, suite, testing::ValuesIn(::inlay::kernels::TestedTargets()), \
                           ::inlay::kernels::TargetParamName)
