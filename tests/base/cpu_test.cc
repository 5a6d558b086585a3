#include <gmock/gmock.h>
#include <inlay/cpu.h>

#include <string>

namespace inlay::cpu {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(Cpu, StartsWithTheBestTarget) {
  ASSERT_FALSE(SupportedTargets().empty());
  EXPECT_EQ(ActiveTarget(), SupportedTargets().back());
}

TEST(Cpu, EveryTargetOfTheMachineCanBeTheCap) {
  for (std::string_view target : SupportedTargets()) {
    EXPECT_TRUE(CapTarget(target).ok()) << target;
    EXPECT_EQ(ActiveTarget(), target);
    for (std::string_view family : KernelFamilies()) {
      EXPECT_THAT(SupportedTargets(), Contains(FamilyTarget(family))) << family << " on " << target;
    }
  }
  EXPECT_EQ(ActiveTarget(), SupportedTargets().back());
}

TEST(Cpu, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  const std::string_view before = ActiveTarget();
  for (std::string_view name : {"avx4", "", "AVX2", "avx2 "}) {
    const Status status = CapTarget(name);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), AllOf(HasSubstr("'" + std::string(name) + "'"), HasSubstr("unknown"),
                                        HasSubstr("scalar, sse2, sse4, avx2, avx3, avx3_dl, neon, sve, sve2")));
  }
  EXPECT_EQ(ActiveTarget(), before);
}

TEST(Cpu, ATargetOfAnotherMachineIsAnErrorThatListsThisOnes) {
  const std::string_view before = ActiveTarget();
#if defined(__aarch64__)
  const std::string_view foreign = "avx2";
#else
  const std::string_view foreign = "neon";
#endif
  const Status status = CapTarget(foreign);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("not supported by this machine"), Not(HasSubstr("unknown"))));
  for (std::string_view target : SupportedTargets()) EXPECT_THAT(status.message(), HasSubstr(std::string(target)));
  EXPECT_EQ(ActiveTarget(), before);
}

TEST(Cpu, NamesTheFamilies) {
  EXPECT_THAT(KernelFamilies(), Contains("crc32"));
  EXPECT_THAT(KernelFamilies(), Contains("min_max"));
  EXPECT_EQ(FamilyTarget("no such family"), "");
}

}  // namespace
}  // namespace inlay::cpu
