// The row of the min_max family, and what ends a floating-point min/max on every row.
#pragma once

#include <cstdint>

namespace inlay::kernels {

struct MinMaxTable {
  void (*i32)(const int32_t*, int64_t, int32_t*, int32_t*);
  void (*u32)(const uint32_t*, int64_t, uint32_t*, uint32_t*);
  void (*i64)(const int64_t*, int64_t, int64_t*, int64_t*);
  void (*u64)(const uint64_t*, int64_t, uint64_t*, uint64_t*);
  int64_t (*f32)(const float*, int64_t, float*, float*);
  int64_t (*f64)(const double*, int64_t, double*, double*);
  int64_t (*f16)(const uint16_t*, int64_t, uint16_t*, uint16_t*);
};

// Zeros come out of the comparisons with either sign, as the lanes happened to meet.
template <typename T>
[[gnu::always_inline]] inline int64_t FinishFloats(int64_t nan_count, int64_t n, T low, T high, T* min, T* max) {
  if (nan_count == n) return n;
  *min = low == T{0} ? -T{0} : low;
  *max = high == T{0} ? T{0} : high;
  return nan_count;
}

}  // namespace inlay::kernels
