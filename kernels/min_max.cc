// Numbers. Strings and decimals are in min_max_bytes.cc.
#include "kernels/min_max.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/min_max.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "kernels/min_max_table.h"
#include "kernels/min_max_xsimd.h"
#include "kernels/rows.h"

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// ---- Integers

// Below AVX-512 there is no unsigned 64-bit comparison: such values are compared as signed with the top bit flipped.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET > HWY_AVX3
constexpr bool kFlipsUnsigned64 = true;
#else
constexpr bool kFlipsUnsigned64 = false;
#endif

// kFlip: T is the signed form of unsigned values.
template <typename T, bool kFlip>
HWY_INLINE void MinMaxIntegers(const T* values, int64_t n, T* min, T* max) {
  const hn::ScalableTag<T> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  constexpr T kTopBit = kFlip ? std::numeric_limits<T>::min() : 0;
  if (n < lanes) {
    T low = static_cast<T>(values[0] ^ kTopBit), high = low;
    for (int64_t i = 1; i < n; ++i) {
      const T value = static_cast<T>(values[i] ^ kTopBit);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    *min = static_cast<T>(low ^ kTopBit);
    *max = static_cast<T>(high ^ kTopBit);
    return;
  }
  const auto top_bit = hn::Set(d, kTopBit);
  const auto load = [&](int64_t i) HWY_ATTR {
    const auto v = hn::LoadU(d, values + i);
    if constexpr (kFlip) return hn::Xor(v, top_bit);
    return v;
  };
  auto low0 = load(0), low1 = low0, low2 = low0, low3 = low0;
  auto high0 = low0, high1 = low0, high2 = low0, high3 = low0;
  int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const auto a = load(i), b = load(i + lanes), c = load(i + 2 * lanes), e = load(i + 3 * lanes);
    low0 = hn::Min(low0, a);
    high0 = hn::Max(high0, a);
    low1 = hn::Min(low1, b);
    high1 = hn::Max(high1, b);
    low2 = hn::Min(low2, c);
    high2 = hn::Max(high2, c);
    low3 = hn::Min(low3, e);
    high3 = hn::Max(high3, e);
  }
  for (; i + lanes <= n; i += lanes) {
    low0 = hn::Min(low0, load(i));
    high0 = hn::Max(high0, load(i));
  }
  const auto last = load(n - lanes);  // some of its values for the second time
  const auto low = hn::Min(hn::Min(hn::Min(low0, low1), hn::Min(low2, low3)), last);
  const auto high = hn::Max(hn::Max(hn::Max(high0, high1), hn::Max(high2, high3)), last);
  *min = static_cast<T>(hn::GetLane(hn::MinOfLanes(d, low)) ^ kTopBit);
  *max = static_cast<T>(hn::GetLane(hn::MaxOfLanes(d, high)) ^ kTopBit);
}

void MinMaxI32(const int32_t* values, int64_t n, int32_t* min, int32_t* max) {
  MinMaxIntegers<int32_t, false>(values, n, min, max);
}
void MinMaxU32(const uint32_t* values, int64_t n, uint32_t* min, uint32_t* max) {
  MinMaxIntegers<uint32_t, false>(values, n, min, max);
}
void MinMaxI64(const int64_t* values, int64_t n, int64_t* min, int64_t* max) {
  MinMaxIntegers<int64_t, false>(values, n, min, max);
}
void MinMaxU64(const uint64_t* values, int64_t n, uint64_t* min, uint64_t* max) {
  if constexpr (kFlipsUnsigned64) {
    MinMaxIntegers<int64_t, true>(reinterpret_cast<const int64_t*>(values), n, reinterpret_cast<int64_t*>(min),
                                  reinterpret_cast<int64_t*>(max));
  } else {
    MinMaxIntegers<uint64_t, false>(values, n, min, max);
  }
}

// ---- Floating point

// The smaller (greater) of a value and an accumulator that is never NaN: a NaN leaves the accumulator as it is. The x86
// instructions give their second operand when either is NaN; Arm's would keep a quieted signalling NaN.
template <class D>
HWY_INLINE hn::Vec<D> SmallerOf(D, hn::Vec<D> value, hn::Vec<D> accumulator) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Min(value, accumulator);
#else
  return hn::IfThenElse(hn::Lt(value, accumulator), value, accumulator);
#endif
}
template <class D>
HWY_INLINE hn::Vec<D> GreaterOf(D, hn::Vec<D> value, hn::Vec<D> accumulator) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Max(value, accumulator);
#else
  return hn::IfThenElse(hn::Lt(accumulator, value), value, accumulator);
#endif
}

template <typename T>
HWY_INLINE int64_t MinMaxFloats(const T* values, int64_t n, T* min, T* max) {
  const hn::ScalableTag<T> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto infinity = hn::Set(d, std::numeric_limits<T>::infinity());
  auto low0 = infinity, low1 = infinity, low2 = infinity, low3 = infinity;
  auto high0 = hn::Neg(infinity), high1 = high0, high2 = high0, high3 = high0;
  size_t nan_count = 0;
  int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const auto a = hn::LoadU(d, values + i), b = hn::LoadU(d, values + i + lanes);
    const auto c = hn::LoadU(d, values + i + 2 * lanes), e = hn::LoadU(d, values + i + 3 * lanes);
    const auto any_nan = hn::Or(hn::Or(hn::IsNaN(a), hn::IsNaN(b)), hn::Or(hn::IsNaN(c), hn::IsNaN(e)));
    if (HWY_UNLIKELY(!hn::AllFalse(d, any_nan))) {
      nan_count += hn::CountTrue(d, hn::IsNaN(a)) + hn::CountTrue(d, hn::IsNaN(b)) + hn::CountTrue(d, hn::IsNaN(c)) +
                   hn::CountTrue(d, hn::IsNaN(e));
    }
    low0 = SmallerOf(d, a, low0);
    high0 = GreaterOf(d, a, high0);
    low1 = SmallerOf(d, b, low1);
    high1 = GreaterOf(d, b, high1);
    low2 = SmallerOf(d, c, low2);
    high2 = GreaterOf(d, c, high2);
    low3 = SmallerOf(d, e, low3);
    high3 = GreaterOf(d, e, high3);
  }
  for (; i + lanes <= n; i += lanes) {
    const auto a = hn::LoadU(d, values + i);
    nan_count += hn::CountTrue(d, hn::IsNaN(a));
    low0 = SmallerOf(d, a, low0);
    high0 = GreaterOf(d, a, high0);
  }
  const auto low_lanes = SmallerOf(d, SmallerOf(d, low0, low1), SmallerOf(d, low2, low3));
  const auto high_lanes = GreaterOf(d, GreaterOf(d, high0, high1), GreaterOf(d, high2, high3));
  T low = hn::GetLane(hn::MinOfLanes(d, low_lanes));
  T high = hn::GetLane(hn::MaxOfLanes(d, high_lanes));
  for (; i < n; ++i) {
    const T value = values[i];
    nan_count += value != value;
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  return FinishFloats(static_cast<int64_t>(nan_count), n, low, high, min, max);
}

int64_t MinMaxF32(const float* values, int64_t n, float* min, float* max) { return MinMaxFloats(values, n, min, max); }
int64_t MinMaxF64(const double* values, int64_t n, double* min, double* max) {
  return MinMaxFloats(values, n, min, max);
}

// binary16 is ordered as 16-bit integers are, once the magnitude bits of negative numbers are inverted.
constexpr int16_t kFloat16Magnitude = 0x7FFF, kFloat16Infinity = 0x7C00;

HWY_INLINE int16_t Float16Key(int16_t bits) { return bits < 0 ? static_cast<int16_t>(bits ^ kFloat16Magnitude) : bits; }

int64_t MinMaxF16(const uint16_t* values, int64_t n, uint16_t* min, uint16_t* max) {
  const hn::ScalableTag<int16_t> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto magnitude = hn::Set(d, kFloat16Magnitude), infinity = hn::Set(d, kFloat16Infinity);
  auto low = hn::Set(d, std::numeric_limits<int16_t>::max()), high = hn::Set(d, std::numeric_limits<int16_t>::min());
  const auto* bits = reinterpret_cast<const int16_t*>(values);
  size_t nan_count = 0;
  int64_t i = 0;
  // By reference: a vector of unknown length has no copy in a closure.
  const auto key_of = [&](auto v) HWY_ATTR { return hn::Xor(v, hn::And(hn::BroadcastSignBit(v), magnitude)); };
  const auto meet_checked = [&](auto v) HWY_ATTR {
    const auto nan = hn::Gt(hn::And(v, magnitude), infinity);
    nan_count += hn::CountTrue(d, nan);
    low = hn::Min(low, hn::IfThenElse(nan, low, key_of(v)));
    high = hn::Max(high, hn::IfThenElse(nan, high, key_of(v)));
  };
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const auto a = hn::LoadU(d, bits + i), b = hn::LoadU(d, bits + i + lanes);
    const auto c = hn::LoadU(d, bits + i + 2 * lanes), e = hn::LoadU(d, bits + i + 3 * lanes);
    const auto greatest = hn::Max(hn::Max(hn::And(a, magnitude), hn::And(b, magnitude)),
                                  hn::Max(hn::And(c, magnitude), hn::And(e, magnitude)));
    if (HWY_LIKELY(hn::AllFalse(d, hn::Gt(greatest, infinity)))) {
      const auto key_a = key_of(a), key_b = key_of(b), key_c = key_of(c), key_e = key_of(e);
      low = hn::Min(low, hn::Min(hn::Min(key_a, key_b), hn::Min(key_c, key_e)));
      high = hn::Max(high, hn::Max(hn::Max(key_a, key_b), hn::Max(key_c, key_e)));
    } else {
      meet_checked(a);
      meet_checked(b);
      meet_checked(c);
      meet_checked(e);
    }
  }
  for (; i + lanes <= n; i += lanes) meet_checked(hn::LoadU(d, bits + i));
  alignas(64) int16_t low_lanes[HWY_MAX_BYTES / 2], high_lanes[HWY_MAX_BYTES / 2];
  hn::StoreU(low, d, low_lanes);
  hn::StoreU(high, d, high_lanes);
  int16_t smallest = low_lanes[0], greatest = high_lanes[0];
  for (int64_t lane = 1; lane < lanes; ++lane) {
    smallest = std::min(smallest, low_lanes[lane]);
    greatest = std::max(greatest, high_lanes[lane]);
  }
  for (; i < n; ++i) {
    const int16_t v = bits[i];
    if ((v & kFloat16Magnitude) > kFloat16Infinity) {
      ++nan_count;
    } else {
      smallest = std::min(smallest, Float16Key(v));
      greatest = std::max(greatest, Float16Key(v));
    }
  }
  if (static_cast<int64_t>(nan_count) == n) return n;
  // Keys of -0.0 and +0.0 are -1 and 0.
  *min = smallest == 0 ? 0x8000 : static_cast<uint16_t>(Float16Key(smallest));
  *max = greatest == -1 ? 0x0000 : static_cast<uint16_t>(Float16Key(greatest));
  return static_cast<int64_t>(nan_count);
}

constexpr MinMaxTable kTable = {&MinMaxI32, &MinMaxU32, &MinMaxI64, &MinMaxU64, &MinMaxF32, &MinMaxF64, &MinMaxF16};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

#if HWY_ARCH_X86_64 && (HWY_TARGETS & HWY_SCALAR)
static constexpr MinMaxTable kSse2Table = {N_SCALAR::kTable.i32, N_SCALAR::kTable.u32, N_SCALAR::kTable.i64,
                                           N_SCALAR::kTable.u64, &MinMaxFloatSse2,     &MinMaxDoubleSse2,
                                           N_SCALAR::kTable.f16};
#define INLAY_ROW_SSE2 {Target::kSse2, &kSse2Table},
#else
#define INLAY_ROW_SSE2
#endif

static constexpr Rows<MinMaxTable> kRows = MakeRows<MinMaxTable>({INLAY_ROWS(kTable) INLAY_ROW_SSE2});

uint32_t MinMaxTargets() { return kRows.own; }

void MinMaxInt32(const int32_t* values, int64_t n, int32_t* min, int32_t* max) {
  kRows.Active().i32(values, n, min, max);
}
void MinMaxUint32(const uint32_t* values, int64_t n, uint32_t* min, uint32_t* max) {
  kRows.Active().u32(values, n, min, max);
}
void MinMaxInt64(const int64_t* values, int64_t n, int64_t* min, int64_t* max) {
  kRows.Active().i64(values, n, min, max);
}
void MinMaxUint64(const uint64_t* values, int64_t n, uint64_t* min, uint64_t* max) {
  kRows.Active().u64(values, n, min, max);
}
int64_t MinMaxFloat(const float* values, int64_t n, float* min, float* max) {
  return kRows.Active().f32(values, n, min, max);
}
int64_t MinMaxDouble(const double* values, int64_t n, double* min, double* max) {
  return kRows.Active().f64(values, n, min, max);
}
int64_t MinMaxFloat16(const uint16_t* values, int64_t n, uint16_t* min, uint16_t* max) {
  return kRows.Active().f16(values, n, min, max);
}

}  // namespace inlay::kernels
#endif
