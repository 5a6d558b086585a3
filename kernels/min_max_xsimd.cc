#include "kernels/min_max_xsimd.h"

namespace inlay::kernels {

std::span<const FloatMinMax> XsimdFloatMinMax() {
#if defined(__x86_64__)
  static constexpr FloatMinMax kList[] = {
      {"xsimd_sse2", Target::kSse2, &MinMaxFloatSse2, &MinMaxDoubleSse2},
      {"xsimd_avx2", Target::kAvx2, &MinMaxFloatXsimdAvx2, &MinMaxDoubleXsimdAvx2},
  };
  return kList;
#else
  return {};
#endif
}

}  // namespace inlay::kernels
