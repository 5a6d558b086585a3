#include "kernels/target.h"

#include <gtest/gtest.h>

#include "kernels/families.h"
#include "tests/kernels/targets.h"

namespace inlay::kernels {
namespace {

TEST(Target, ThisMachineHasATargetAndStartsWithTheBest) {
  ASSERT_FALSE(TestedTargets().empty());
  EXPECT_EQ(ActiveTarget(), TestedTargets().back());
}

TEST(Target, ACapChoosesTheBestTargetAtOrBelowIt) {
  const Target best = ActiveTarget();
  CapTarget(TestedTargets().front());
  EXPECT_EQ(ActiveTarget(), TestedTargets().front());
  CapTarget(static_cast<Target>(kNumTargets - 1));
  EXPECT_EQ(ActiveTarget(), best);
}

TEST(Target, EveryFamilyHasARowForEveryTarget) {
  ASSERT_FALSE(Families().empty());
  for (Target target : TestedTargets()) {
    CapTarget(target);
    for (const Family& family : Families()) {
      EXPECT_LE(FamilyTarget(family), target) << family.name;
    }
  }
  CapTarget(TestedTargets().back());
}

}  // namespace
}  // namespace inlay::kernels
