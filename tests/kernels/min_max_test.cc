#include "kernels/min_max.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/min_max_xsimd.h"
#include "tests/kernels/guarded.h"
#include "tests/kernels/random_bytes.h"
#include "tests/kernels/targets.h"
#include "tests/reference/min_max.h"

namespace inlay::kernels {
namespace {

class MinMaxTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(MinMaxTest);

// Calls check(data, n) for every length 1..257 between guard pages on both sides, and at every alignment up to 64
// bytes. `values` holds at least 321 of them.
template <typename T, typename Check>
void EveryLengthAndAlignment(const std::vector<T>& values, Check check) {
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (int64_t n = 1; n <= 257; ++n) {
      Guarded memory(static_cast<size_t>(n) * sizeof(T), side);
      std::memcpy(memory.data(), values.data() + n % 64, static_cast<size_t>(n) * sizeof(T));
      check(memory.as<T>(), n);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  for (int64_t alignment = 0; alignment < 64; alignment += static_cast<int64_t>(sizeof(T))) {
    for (int64_t n = 1; n <= 257; n += 1 + alignment % 3) {
      check(values.data() + alignment / static_cast<int64_t>(sizeof(T)), n);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

template <typename T>
void CheckIntegers(void (*min_max)(const T*, int64_t, T*, T*)) {
  Random random(1);
  for (int range = 0; range < 3; ++range) {
    std::vector<T> values(400);
    for (T& value : values) value = static_cast<T>(range == 0 ? random.Next() : random.Next() % 5 - 2);
    if (range == 2) {
      for (T& value : values) value = static_cast<T>(value << (sizeof(T) * 8 - 3));  // around the sign bit
    }
    EveryLengthAndAlignment(values, [&](const T* data, int64_t n) {
      T min, max;
      min_max(data, n, &min, &max);
      ASSERT_EQ(min, *std::min_element(data, data + n)) << n;
      ASSERT_EQ(max, *std::max_element(data, data + n)) << n;
    });
  }
  // Each place of a long run can hold either bound.
  for (size_t at = 0; at < 300; ++at) {
    std::vector<T> values(300, T{7});
    T min, max;
    values[at] = std::numeric_limits<T>::min();
    min_max(values.data(), 300, &min, &max);
    ASSERT_EQ(min, std::numeric_limits<T>::min()) << at;
    ASSERT_EQ(max, 7) << at;
    values[at] = std::numeric_limits<T>::max();
    min_max(values.data(), 300, &min, &max);
    ASSERT_EQ(min, 7) << at;
    ASSERT_EQ(max, std::numeric_limits<T>::max()) << at;
  }
}

TEST_P(MinMaxTest, Integers) {
  CheckIntegers<int32_t>(&MinMaxInt32);
  CheckIntegers<uint32_t>(&MinMaxUint32);
  CheckIntegers<int64_t>(&MinMaxInt64);
  CheckIntegers<uint64_t>(&MinMaxUint64);
}

// How a floating-point type is stored and read back.
struct Float {
  using Bits = uint32_t;
  using Value = float;
  static constexpr Bits kInfinity = 0x7F800000u, kQuietNan = 0x7FC00000u, kSignallingNan = 0x7F800001u;
  static double ToDouble(Bits bits) { return std::bit_cast<float>(bits); }
};
struct Double {
  using Bits = uint64_t;
  using Value = double;
  static constexpr Bits kInfinity = 0x7FF0000000000000u, kQuietNan = 0x7FF8000000000000u,
                        kSignallingNan = 0x7FF0000000000001u;
  static double ToDouble(Bits bits) { return std::bit_cast<double>(bits); }
};
struct Half {
  using Bits = uint16_t;
  using Value = uint16_t;
  static constexpr Bits kInfinity = 0x7C00, kQuietNan = 0x7E00, kSignallingNan = 0x7C01;
  static double ToDouble(Bits bits) { return reference::Float16Value(bits); }
};

template <typename F>
using MinMaxFunction = int64_t (*)(const typename F::Value*, int64_t, typename F::Value*, typename F::Value*);

// One call against the oracle: counts, and values with the sign of zero.
template <typename F>
void CheckOne(MinMaxFunction<F> min_max, const typename F::Bits* data, int64_t n) {
  using Bits = typename F::Bits;
  std::vector<double> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(F::ToDouble(data[i]));
  const reference::FloatBounds expected = reference::MinMax(values);
  typename F::Value min = std::bit_cast<typename F::Value>(Bits{0x1234});
  typename F::Value max = std::bit_cast<typename F::Value>(Bits{0x5678});
  ASSERT_EQ(min_max(reinterpret_cast<const typename F::Value*>(data), n, &min, &max), expected.nan_count) << n;
  if (expected.nan_count == n) {
    ASSERT_EQ(std::bit_cast<Bits>(min), 0x1234);
    ASSERT_EQ(std::bit_cast<Bits>(max), 0x5678);
    return;
  }
  const double got_min = F::ToDouble(std::bit_cast<Bits>(min)), got_max = F::ToDouble(std::bit_cast<Bits>(max));
  ASSERT_EQ(std::bit_cast<uint64_t>(got_min), std::bit_cast<uint64_t>(expected.min)) << got_min << " of " << n;
  ASSERT_EQ(std::bit_cast<uint64_t>(got_max), std::bit_cast<uint64_t>(expected.max)) << got_max << " of " << n;
}

template <typename F>
void CheckFloats(MinMaxFunction<F> min_max) {
  using Bits = typename F::Bits;
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (sizeof(Bits) * 8 - 1));
  constexpr Bits kSpecial[] = {0, F::kInfinity, F::kQuietNan, F::kSignallingNan, 1 /* smallest subnormal */};
  Random random(2);
  // Of 8 values: how many are special.
  for (uint64_t specials = 0; specials <= 8; specials += 2) {
    std::vector<Bits> values(400);
    for (Bits& value : values) {
      const uint64_t r = random.Next();
      value = static_cast<Bits>(r);
      if ((r >> 20) % 8 < specials) value = static_cast<Bits>(kSpecial[(r >> 30) % 5] | (r % 2 != 0 ? kSign : 0));
    }
    EveryLengthAndAlignment(values, [&](const Bits* data, int64_t n) { CheckOne<F>(min_max, data, n); });
    if (testing::Test::HasFatalFailure()) return;
  }
  // Runs of zeros of both signs, of NaNs, of each infinity, with one other value at each place.
  const Bits fills[] = {0,
                        kSign,
                        F::kQuietNan,
                        F::kSignallingNan,
                        static_cast<Bits>(F::kSignallingNan | kSign),
                        F::kInfinity,
                        static_cast<Bits>(F::kInfinity | kSign)};
  for (Bits fill : fills) {
    for (Bits other : fills) {
      for (size_t at = 0; at < 140; at += 9) {
        std::vector<Bits> values(140, fill);
        values[at] = other;
        CheckOne<F>(min_max, values.data(), 140);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(MinMaxTest, Floats) { CheckFloats<Float>(&MinMaxFloat); }
TEST_P(MinMaxTest, Doubles) { CheckFloats<Double>(&MinMaxDouble); }
TEST_P(MinMaxTest, Halves) { CheckFloats<Half>(&MinMaxFloat16); }

TEST_P(MinMaxTest, EveryHalf) {
  std::vector<uint16_t> values(65536);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(i);
  for (int64_t first = 0; first < 65536 - 64; first += 61) CheckOne<Half>(&MinMaxFloat16, values.data() + first, 64);
  CheckOne<Half>(&MinMaxFloat16, values.data(), 65536);
}

// Two vector libraries, written apart from each other, against the same oracle.
TEST(MinMaxXsimd, EveryVariant) {
  size_t num_tested = 0;
  for (const FloatMinMax& variant : XsimdFloatMinMax()) {
    if (((SupportedTargets() >> static_cast<int>(variant.needs)) & 1) == 0) continue;
    SCOPED_TRACE(variant.name);
    CheckFloats<Float>(variant.f32);
    CheckFloats<Double>(variant.f64);
    ++num_tested;
  }
#if defined(__x86_64__)
  EXPECT_GE(num_tested, 1u);
#else
  EXPECT_EQ(num_tested, 0u);
#endif
}

}  // namespace
}  // namespace inlay::kernels
