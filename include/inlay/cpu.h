// The instruction sets that the library's kernels use. The best one is found at run time; these calls report the choice
// and cap it, for incidents, tests and benches. What the library writes is the same on every one of them.
#pragma once

#include <span>
#include <string_view>

#include <inlay/export.h>
#include <inlay/status.h>

namespace inlay::cpu {

/// Names of the targets that this machine can execute and this build has, from the least to the best: "scalar", "sse2",
/// "sse4", "avx2", "avx3" (AVX-512 F, VL, DQ, BW), "avx3_dl" (with VBMI, VBMI2, VPCLMULQDQ and others); "neon", "sve",
/// "sve2". Lives as long as the program.
INLAY_EXPORT std::span<const std::string_view> SupportedTargets();

/// The one that kernels use now.
INLAY_EXPORT std::string_view ActiveTarget();

/// Makes `name` the best target that kernels use, from their next call on, in every thread; naming the best one lifts
/// the cap. An error, which lists the choices, when no target has this name or this machine lacks it.
INLAY_EXPORT Status CapTarget(std::string_view name);

/// Names of the kernel families: "bit_pack", ... Lives as long as the program.
INLAY_EXPORT std::span<const std::string_view> KernelFamilies();

/// The target whose code a family runs now: the active one, or the nearest below it for which the family has code of
/// its own. Empty when no family has this name.
INLAY_EXPORT std::string_view FamilyTarget(std::string_view family);

}  // namespace inlay::cpu
