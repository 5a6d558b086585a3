// The instruction sets that kernels are compiled for, and the one in use.
//
// The choice is made at the first kernel call from what the CPU and the operating system support; it can be capped from
// above (for incidents, tests and benches). It is the only mutable global state of the library.
#pragma once

#include <cstdint>
#include <string_view>

namespace inlay::kernels {

// Within one architecture a later target includes all that an earlier one can do.
enum class Target : uint8_t {
  kScalar,  // plain C++, every architecture but AArch64, whose floor is kNeon
  kSse2,    // xsimd rows alone: x86-64's floor
  kSse4,    // SSE4.2, PCLMUL
  kAvx2,    // AVX2, BMI1, BMI2, FMA, F16C
  kAvx3,    // AVX-512 F, VL, DQ, BW
  kAvx3Dl,  // with VNNI, VBMI, VBMI2, VPCLMULQDQ, BITALG
  kNeon,    // AArch64 Advanced SIMD
  kSve,     // any vector length
  kSve2,
};
inline constexpr int kNumTargets = 9;

// Lower-case name as the command line and `inlay::cpu` spell it: "scalar", "sse2", ... "avx3_dl", "neon", "sve2".
std::string_view TargetName(Target target);

// Bit set, 1 << Target, of what this machine can execute. Not changed by a cap. kSse2 is listed where xsimd is built
// in.
uint32_t SupportedTargets();

// The target that kernels use now: the best supported one at most as good as the cap.
Target ActiveTarget();

// Makes `target` the best one that kernels use from the next call on, in every thread. A target that this machine lacks
// acts as the best supported one below it.
void CapTarget(Target target);

}  // namespace inlay::kernels
