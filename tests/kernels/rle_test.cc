#include "kernels/rle.h"

#include <gmock/gmock.h>

#include <random>
#include <vector>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/rle_hybrid.h"

namespace inlay::kernels {
namespace {

using testing::ElementsAre;

class RleTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(RleTest);

int64_t EncodeAs(const uint8_t* values, int64_t n, int width, uint8_t* out) {
  return RleHybridEncode8(values, n, width, out);
}
int64_t EncodeAs(const uint16_t* values, int64_t n, int width, uint8_t* out) {
  return RleHybridEncode16(values, n, width, out);
}
int64_t EncodeAs(const uint32_t* values, int64_t n, int width, uint8_t* out) {
  return RleHybridEncode32(values, n, width, out);
}

// Runs of `mean_run` values on average, or of exactly that many.
std::vector<uint32_t> Runs(size_t n, int width, double mean_run, uint64_t seed, bool exact = false) {
  std::mt19937_64 random(seed);
  std::geometric_distribution<size_t> more(1 / mean_run);
  std::vector<uint32_t> values;
  while (values.size() < n) {
    const auto value = width == 0 ? 0u : static_cast<uint32_t>(random() >> (64 - width));
    const size_t length = exact ? static_cast<size_t>(mean_run) : 1 + more(random);
    values.insert(values.end(), std::min(length, n - values.size()), value);
  }
  return values;
}

// Input and output end right before an unreadable page.
template <typename T>
class Encoder {
 public:
  Encoder(size_t max_values, int max_width)
      : max_values_(max_values),
        out_bytes_(static_cast<size_t>(RleHybridMaxBytes(static_cast<int64_t>(max_values), max_width))),
        in_(max_values * sizeof(T), Guarded::Side::kAtEnd),
        out_(out_bytes_, Guarded::Side::kAtEnd) {}

  std::vector<uint8_t> Encode(std::span<const uint32_t> values, int width) {
    T* in = in_.template as<T>() + (max_values_ - values.size());
    for (size_t i = 0; i < values.size(); ++i) in[i] = static_cast<T>(values[i]);
    const auto n = static_cast<int64_t>(values.size());
    uint8_t* out = out_.data() + (out_bytes_ - static_cast<size_t>(RleHybridMaxBytes(n, width)));
    const int64_t size = EncodeAs(in, n, width, out);
    return std::vector<uint8_t>(out, out + size);
  }

 private:
  size_t max_values_, out_bytes_;
  Guarded in_, out_;
};

template <typename T>
void Check(Encoder<T>& encoder, std::span<const uint32_t> values, int width) {
  const std::vector<uint8_t> stream = encoder.Encode(values, width);
  const std::vector<uint8_t> expected = reference::RleHybridReference(width).Encode(values);
  ASSERT_EQ(stream, expected) << "width " << width << " length " << values.size();
  const auto decoded = reference::RleHybridDecode(stream, static_cast<int64_t>(values.size()), width);
  ASSERT_TRUE(decoded.has_value()) << "width " << width << " length " << values.size();
  ASSERT_TRUE(std::equal(values.begin(), values.end(), decoded->begin(), decoded->end()));
}

template <typename T>
void CheckEveryWidthAndLength() {
  Encoder<T> encoder(258, 8 * sizeof(T));
  for (int width = 0; width <= static_cast<int>(8 * sizeof(T)); ++width) {
    for (double mean_run : {1.0, 9.0, 40.0}) {
      const std::vector<uint32_t> values = Runs(258, width, mean_run, static_cast<uint64_t>(width));
      for (size_t n = 0; n <= 257; n += width % 8 == 3 || n < 20 ? 1 : 7) {
        ASSERT_NO_FATAL_FAILURE(Check<T>(encoder, std::span(values).first(n), width));
      }
    }
  }
}

TEST_P(RleTest, EveryWidthAndLength8) { CheckEveryWidthAndLength<uint8_t>(); }
TEST_P(RleTest, EveryWidthAndLength16) { CheckEveryWidthAndLength<uint16_t>(); }
TEST_P(RleTest, EveryWidthAndLength32) { CheckEveryWidthAndLength<uint32_t>(); }

// One run of every length at every place of a group, among values that differ.
TEST_P(RleTest, OneRunAtEveryPlace) {
  Encoder<uint8_t> encoder8(160, 8);
  Encoder<uint32_t> encoder32(160, 32);
  for (int width : {1, 2, 3, 4, 5, 8}) {
    for (size_t at = 0; at < 20; ++at) {
      for (size_t length = 1; length < 90; ++length) {
        std::vector<uint32_t> values(at + length + 21);
        for (size_t i = 0; i < values.size(); ++i) values[i] = i & 1;
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(at), length, 1);
        ASSERT_NO_FATAL_FAILURE(Check(encoder8, values, width));
        ASSERT_NO_FATAL_FAILURE(Check(encoder32, values, width));
      }
    }
  }
}

template <typename T>
void CheckLongStreams() {
  constexpr size_t kValues = 33'001;  // literal runs are cut, blocks of bits too
  Encoder<T> encoder(kValues, 8 * sizeof(T));
  for (int width : {1, 2, 3, 8, 16, 20, 32}) {
    if (width > static_cast<int>(8 * sizeof(T))) continue;
    for (double mean_run : {1.0, 3.0, 10.0, 100.0, 1000.0, 1e5}) {
      const std::vector<uint32_t> values = Runs(kValues, width, mean_run, 11);
      ASSERT_NO_FATAL_FAILURE(Check<T>(encoder, values, width));
    }
    for (double run : {7.0, 8.0, 10.0, 16.0, 24.0, 64.0}) {
      ASSERT_NO_FATAL_FAILURE(Check<T>(encoder, Runs(9'000, width, run, 5, /*exact=*/true), width));
    }
  }
}

TEST_P(RleTest, LongStreams8) { CheckLongStreams<uint8_t>(); }
TEST_P(RleTest, LongStreams16) { CheckLongStreams<uint16_t>(); }
TEST_P(RleTest, LongStreams32) { CheckLongStreams<uint32_t>(); }

// Bits at an offset in a bitmap that ends right before an unreadable page: the same bytes as from values.
void CheckBits(std::span<const uint32_t> values, size_t offset) {
  Guarded in((values.size() + offset + 7) / 8, Guarded::Side::kAtEnd);
  std::fill_n(in.data(), (values.size() + offset + 7) / 8, uint8_t{0xFF});
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t bit = offset + i;
    if (values[i] == 0) in.data()[bit / 8] = static_cast<uint8_t>(in.data()[bit / 8] & ~(1 << (bit % 8)));
  }
  const auto n = static_cast<int64_t>(values.size());
  const auto room = static_cast<size_t>(RleHybridMaxBytes(n, 1));
  Guarded out(room, Guarded::Side::kAtEnd);
  const int64_t size = RleHybridEncodeBits(in.data(), static_cast<int64_t>(offset), n, out.data());
  const std::vector<uint8_t> expected = reference::RleHybridReference(1).Encode(values);
  ASSERT_EQ(std::vector<uint8_t>(out.data(), out.data() + size), expected) << "offset " << offset << " length " << n;
}

TEST_P(RleTest, BitsOfEveryOffsetAndLength) {
  for (double mean_run : {2.0, 60.0, 300.0}) {
    const std::vector<uint32_t> values = Runs(700, 1, mean_run, 3);
    for (size_t offset = 0; offset < 66; offset += 5) {
      for (size_t n = 0; n < 700; n += n < 80 ? 1 : 13) {
        ASSERT_NO_FATAL_FAILURE(CheckBits(std::span(values).first(n), offset));
      }
    }
  }
}

TEST_P(RleTest, LongBits) {
  for (double mean_run : {2.0, 20.0, 200.0, 3000.0, 1e5}) {
    const std::vector<uint32_t> values = Runs(100'003, 1, mean_run, 4);
    for (size_t offset : {0, 3, 64}) ASSERT_NO_FATAL_FAILURE(CheckBits(values, offset));
  }
  ASSERT_NO_FATAL_FAILURE(CheckBits(std::vector<uint32_t>(100'003, 1), 5));
  ASSERT_NO_FATAL_FAILURE(CheckBits(std::vector<uint32_t>(100'003, 0), 5));
}

// Constant stretches that meet the end of a block of 4096 bytes.
TEST_P(RleTest, BitsAroundTheEndOfABlock) {
  constexpr size_t kBlock = 4096 * 8;
  for (size_t before : {0, 8, 24, 56, 64, 65, 72, 128, 160}) {
    for (size_t after : {0, 8, 40, 56, 63, 64, 72, 136}) {
      std::vector<uint32_t> values(kBlock + 1000);
      for (size_t i = 0; i < values.size(); ++i) values[i] = i & 1;
      std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(kBlock - before), before + after, 1);
      ASSERT_NO_FATAL_FAILURE(CheckBits(values, 1));
    }
  }
}

TEST_P(RleTest, ARunAlone) {
  uint8_t out[256];
  EXPECT_EQ(RleHybridEncodeRun(1, 0, 1, out), 0);
  ASSERT_EQ(RleHybridEncodeRun(1, 63, 1, out), 2);
  EXPECT_THAT(std::span(out, 2), ElementsAre(126, 1));
  ASSERT_EQ(RleHybridEncodeRun(0x01020304, 64, 25, out), 6);
  EXPECT_THAT(std::span(out, 6), ElementsAre(0x80, 0x01, 4, 3, 2, 1));
  ASSERT_EQ(RleHybridEncodeRun(0, 5, 0, out), 1);
  EXPECT_EQ(out[0], 10);
  // A run's length is at most 2^31 - 1 in the format.
  ASSERT_EQ(RleHybridEncodeRun(1, (int64_t{1} << 31) + 2, 2, out), 8);
  EXPECT_THAT(std::span(out, 8), ElementsAre(0xF0, 0xFF, 0xFF, 0xFF, 0x0F, 1, 20, 1));
}

}  // namespace
}  // namespace inlay::kernels
