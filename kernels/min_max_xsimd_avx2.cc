// Compiled with -mavx2: nothing but the two functions and templates tagged avx2 may come out of this file.
#include "kernels/min_max_xsimd_loop.h"

namespace inlay::kernels {

int64_t MinMaxFloatXsimdAvx2(const float* values, int64_t n, float* min, float* max);
int64_t MinMaxDoubleXsimdAvx2(const double* values, int64_t n, double* min, double* max);

int64_t MinMaxFloatXsimdAvx2(const float* values, int64_t n, float* min, float* max) {
  return XsimdMinMax<xsimd::avx2>(values, n, min, max);
}
int64_t MinMaxDoubleXsimdAvx2(const double* values, int64_t n, double* min, double* max) {
  return XsimdMinMax<xsimd::avx2>(values, n, min, max);
}

}  // namespace inlay::kernels
