// Floating-point min/max by xsimd: the row of x86-64's floor, SSE2, which Highway lacks, and a second one for AVX2.
// Contracts as in min_max.h. The list is empty on other architectures.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/target.h"

namespace inlay::kernels {

struct FloatMinMax {
  const char* name;
  Target needs;
  int64_t (*f32)(const float*, int64_t, float*, float*);
  int64_t (*f64)(const double*, int64_t, double*, double*);
};

std::span<const FloatMinMax> XsimdFloatMinMax();

int64_t MinMaxFloatSse2(const float* values, int64_t n, float* min, float* max);
int64_t MinMaxDoubleSse2(const double* values, int64_t n, double* min, double* max);
int64_t MinMaxFloatXsimdAvx2(const float* values, int64_t n, float* min, float* max);
int64_t MinMaxDoubleXsimdAvx2(const double* values, int64_t n, double* min, double* max);

}  // namespace inlay::kernels
