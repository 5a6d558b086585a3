#include "kernels/copy.h"

#include <cstring>
#include <limits>

#include "tests/kernels/guarded.h"
#include "tests/kernels/random_bytes.h"
#include "tests/kernels/targets.h"

namespace inlay::kernels {
namespace {

class CopyTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(CopyTest);

TEST_P(CopyTest, CopiesAndPads) {
  const std::vector<uint8_t> bytes = Random(1).Bytes(64 + 257);
  for (int64_t padding : {0, 1, 7, 63}) {
    for (int64_t size = 0; size <= 257; ++size) {
      const int64_t padded = size + padding;
      Guarded out(static_cast<size_t>(padded), size % 2 == 0 ? Guarded::Side::kAtEnd : Guarded::Side::kAtStart);
      const uint8_t* in = bytes.data() + size % 64;
      CopyPadded(in, size, padded, out.data());
      for (int64_t i = 0; i < padded; ++i) ASSERT_EQ(out.data()[i], i < size ? in[i] : 0) << size << "+" << padding;
    }
  }
}

TEST_P(CopyTest, AnEmptyRangeMayBeNull) {
  uint8_t out[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  CopyPadded(nullptr, 0, 4, out);
  EXPECT_EQ(std::memcmp(out, "\0\0\0\0\5\6\7\10", 8), 0);
}

template <typename T>
void Check(void (*rebase)(const T*, int64_t, T, T*)) {
  Random random(2);
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (int64_t n = 0; n <= 257; ++n) {
      const size_t bytes = static_cast<size_t>(n) * sizeof(T);
      Guarded in(bytes, side), out(bytes, side);
      const T base = static_cast<T>(random.Next() / 2);
      std::vector<T> expected(static_cast<size_t>(n));
      for (int64_t i = 0; i < n; ++i) {
        expected[static_cast<size_t>(i)] = static_cast<T>(i * 1000003);
        in.as<T>()[i] = static_cast<T>(static_cast<uint64_t>(base) + static_cast<uint64_t>(i * 1000003));
      }
      rebase(in.as<T>(), n, base, out.as<T>());
      ASSERT_EQ(std::vector<T>(out.as<T>(), out.as<T>() + n), expected) << n;
      rebase(in.as<T>(), n, base, in.as<T>());
      ASSERT_EQ(std::vector<T>(in.as<T>(), in.as<T>() + n), expected) << n << " in place";
    }
  }
}

TEST_P(CopyTest, RebasesOffsets) {
  Check<int32_t>(&RebaseOffsets32);
  Check<int64_t>(&RebaseOffsets64);
}

TEST_P(CopyTest, RebasesAtEveryAlignment) {
  std::vector<int32_t> in(16 + 257), out(16 + 257 + 1);
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int32_t>(i);
  for (int64_t alignment = 0; alignment < 16; ++alignment) {
    for (int64_t n = 0; n <= 257; ++n) {
      std::fill(out.begin(), out.end(), -1);
      RebaseOffsets32(in.data() + alignment, n, 5, out.data() + 15 - alignment);
      for (int64_t i = 0; i < static_cast<int64_t>(out.size()); ++i) {
        const int64_t at = i - (15 - alignment);
        ASSERT_EQ(out[static_cast<size_t>(i)], at >= 0 && at < n ? alignment + at - 5 : -1);
      }
    }
  }
}

TEST_P(CopyTest, ADifferenceThatDoesNotFitWraps) {
  const int32_t in[2] = {std::numeric_limits<int32_t>::min(), 0};
  int32_t out[2];
  RebaseOffsets32(in, 2, 1, out);
  EXPECT_EQ(out[0], std::numeric_limits<int32_t>::max());
  EXPECT_EQ(out[1], -1);
}

}  // namespace
}  // namespace inlay::kernels
