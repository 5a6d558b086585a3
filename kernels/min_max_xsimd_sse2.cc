#include "kernels/min_max_xsimd.h"
#include "kernels/min_max_xsimd_loop.h"

namespace inlay::kernels {

int64_t MinMaxFloatSse2(const float* values, int64_t n, float* min, float* max) {
  return XsimdMinMax<xsimd::sse2>(values, n, min, max);
}
int64_t MinMaxDoubleSse2(const double* values, int64_t n, double* min, double* max) {
  return XsimdMinMax<xsimd::sse2>(values, n, min, max);
}

}  // namespace inlay::kernels
