#include "kernels/byte_swap.h"

#include <cstring>

#include "tests/kernels/guarded.h"
#include "tests/kernels/random_bytes.h"
#include "tests/kernels/targets.h"
#include "tests/reference/byte_swap.h"

namespace inlay::kernels {
namespace {

class ByteSwapTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(ByteSwapTest);

struct Width {
  int64_t bytes;
  void (*swap)(const uint8_t*, int64_t, uint8_t*);
};
constexpr Width kWidths[] = {
    {2, &ByteSwap16}, {4, &ByteSwap32}, {8, &ByteSwap64}, {16, &ByteSwap128}, {32, &ByteSwap256}};

TEST_P(ByteSwapTest, EveryLengthBetweenGuards) {
  for (const Width& width : kWidths) {
    const std::vector<uint8_t> bytes = Random(1).Bytes(258 * width.bytes);
    for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
      for (int64_t n = 0; n <= 257; ++n) {
        const size_t size = static_cast<size_t>(n * width.bytes);
        Guarded in(size, side), out(size, side);
        std::memcpy(in.data(), bytes.data(), size);
        const std::vector<uint8_t> expected = reference::ByteSwap(bytes.data(), n, width.bytes);
        width.swap(in.data(), n, out.data());
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.data())) << width.bytes << " x " << n;
        width.swap(in.data(), n, in.data());
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), in.data()))
            << width.bytes << " x " << n << " in place";
      }
    }
  }
}

TEST_P(ByteSwapTest, EveryAlignment) {
  for (const Width& width : kWidths) {
    const std::vector<uint8_t> bytes = Random(2).Bytes(64 + 80 * width.bytes);
    for (int64_t alignment = 0; alignment < 64; ++alignment) {
      for (int64_t n : {1, 3, 16, 79}) {
        std::vector<uint8_t> out(static_cast<size_t>(n * width.bytes + 128), 0x55);
        uint8_t* at = out.data() + 63 - alignment;
        width.swap(bytes.data() + alignment, n, at);
        const std::vector<uint8_t> expected = reference::ByteSwap(bytes.data() + alignment, n, width.bytes);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), at)) << width.bytes << " x " << n;
        ASSERT_EQ(at[n * width.bytes], 0x55);
      }
    }
  }
}

TEST_P(ByteSwapTest, DecimalsOfEveryWidthToEveryLength) {
  for (int64_t in_bytes : {4, 8, 16, 32}) {
    const std::vector<uint8_t> bytes = Random(3).Bytes(258 * in_bytes);
    for (int64_t out_bytes = 1; out_bytes <= in_bytes; ++out_bytes) {
      for (int64_t n = 0; n <= 257; n += n < 20 ? 1 : 23) {
        const Guarded::Side side = n % 2 == 0 ? Guarded::Side::kAtEnd : Guarded::Side::kAtStart;
        Guarded in(static_cast<size_t>(n * in_bytes), side), out(static_cast<size_t>(n * out_bytes), side);
        std::memcpy(in.data(), bytes.data(), static_cast<size_t>(n * in_bytes));
        DecimalToFlba(in.data(), in_bytes, n, out_bytes, out.data());
        const std::vector<uint8_t> expected = reference::DecimalToFlba(bytes.data(), in_bytes, n, out_bytes);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.data()))
            << n << " decimals of " << in_bytes << " bytes to " << out_bytes;
      }
    }
  }
}

TEST_P(ByteSwapTest, DecimalsWriteNothingOutside) {
  for (int64_t in_bytes : {4, 8, 16, 32}) {
    const std::vector<uint8_t> bytes = Random(4).Bytes(64 + 258 * in_bytes);
    for (int64_t out_bytes = 1; out_bytes <= in_bytes; ++out_bytes) {
      for (int64_t alignment = 0; alignment < 64; ++alignment) {
        const int64_t n = 1 + (alignment * 37 + out_bytes) % 257;
        std::vector<uint8_t> out(static_cast<size_t>(128 + n * out_bytes), 0x55);
        DecimalToFlba(bytes.data() + alignment, in_bytes, n, out_bytes, out.data() + 64);
        const std::vector<uint8_t> expected =
            reference::DecimalToFlba(bytes.data() + alignment, in_bytes, n, out_bytes);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.data() + 64));
        for (int64_t i = 0; i < 64; ++i) {
          ASSERT_EQ(out[static_cast<size_t>(i)], 0x55);
          ASSERT_EQ(out[static_cast<size_t>(64 + n * out_bytes + i)], 0x55);
        }
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
