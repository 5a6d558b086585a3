// The loop of min_max_xsimd.h, for one xsimd architecture. Included by files that are compiled with that architecture's
// options alone: only templates that carry its tag may be used in here, so that no symbol they share with other files
// is compiled for a CPU that the machine may not be (no std:: templates; a test reads the symbols).
#pragma once

#include <xsimd/xsimd.hpp>

#include "kernels/min_max_table.h"

namespace inlay::kernels {

template <class Arch, typename T>
int64_t XsimdMinMax(const T* values, int64_t n, T* min, T* max) {
  using Batch = xsimd::batch<T, Arch>;
  constexpr int64_t kLanes = static_cast<int64_t>(Batch::size);
  constexpr T kInfinity = static_cast<T>(__builtin_inf());
  // min(x, y) is y when x is NaN. (x != x does not find NaNs: the AVX comparison is an ordered one.)
  Batch low0(kInfinity), low1(kInfinity), high0(-kInfinity), high1(-kInfinity);
  int64_t nan_count = 0, i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    const Batch a = Batch::load_unaligned(values + i), b = Batch::load_unaligned(values + i + kLanes);
    const Batch c = Batch::load_unaligned(values + i + 2 * kLanes), d = Batch::load_unaligned(values + i + 3 * kLanes);
    if (xsimd::any(xsimd::isnan(a) | xsimd::isnan(b) | xsimd::isnan(c) | xsimd::isnan(d))) {
      for (int64_t j = i; j < i + 4 * kLanes; ++j) nan_count += values[j] != values[j];
    }
    low0 = xsimd::min(a, low0);
    high0 = xsimd::max(a, high0);
    low1 = xsimd::min(b, low1);
    high1 = xsimd::max(b, high1);
    low0 = xsimd::min(c, low0);
    high0 = xsimd::max(c, high0);
    low1 = xsimd::min(d, low1);
    high1 = xsimd::max(d, high1);
  }
  T low_lanes[kLanes], high_lanes[kLanes];
  xsimd::min(low0, low1).store_unaligned(low_lanes);
  xsimd::max(high0, high1).store_unaligned(high_lanes);
  T low = kInfinity, high = -kInfinity;
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    low = low_lanes[lane] < low ? low_lanes[lane] : low;
    high = high_lanes[lane] > high ? high_lanes[lane] : high;
  }
  for (; i < n; ++i) {
    nan_count += values[i] != values[i];
    low = values[i] < low ? values[i] : low;
    high = values[i] > high ? values[i] : high;
  }
  return FinishFloats(nan_count, n, low, high, min, max);
}

}  // namespace inlay::kernels
