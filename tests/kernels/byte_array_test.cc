#include "kernels/byte_array.h"

#include <algorithm>
#include <random>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/byte_array.h"

namespace inlay::kernels {
namespace {

class ByteArrayTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(ByteArrayTest);

constexpr size_t kRoomBytes = 1 << 17;

// Values one after the other, up to `readable_end` and no byte further; out with its slack up to an unwritable page.
void ExpectEqualToReference(const std::vector<uint32_t>& starts, const std::vector<uint32_t>& lengths, Guarded& source,
                            Guarded& target, size_t source_bytes) {
  const int64_t n = static_cast<int64_t>(starts.size());
  const uint8_t* base = source.data() + kRoomBytes - source_bytes;
  const auto expected = reference::PlainByteArray(base, starts, lengths);
  uint8_t* out = target.data() + kRoomBytes - (expected.size() + kByteArraySlackBytes);
  ASSERT_EQ(SumLengths(lengths.data(), n) + 4 * n, static_cast<int64_t>(expected.size()));
  ASSERT_EQ(PlainByteArray(base, base + source_bytes, starts.data(), lengths.data(), n, out),
            static_cast<int64_t>(expected.size()));
  ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out)) << n << " values";
}

TEST_P(ByteArrayTest, EveryCountAndLength) {
  Guarded source(kRoomBytes, Guarded::Side::kAtEnd), target(kRoomBytes, Guarded::Side::kAtEnd);
  std::mt19937_64 random(1);
  for (size_t i = 0; i < kRoomBytes; ++i) source.data()[i] = static_cast<uint8_t>(random());
  for (uint32_t max_length : {0u, 1u, 7u, 16u, 17u, 32u, 33u, 64u, 65u, 130u, 300u}) {
    for (size_t n = 0; n < 258; ++n) {
      std::vector<uint32_t> starts, lengths;
      uint32_t at = 0;
      for (size_t i = 0; i < n; ++i) {
        // Gaps between values, as nulls that hide bytes leave them; none after the last.
        if (i % 7 == 3) at += static_cast<uint32_t>(random() % 5);
        starts.push_back(at);
        lengths.push_back(n % 2 == 0 ? max_length : static_cast<uint32_t>(random() % (max_length + 1)));
        at += lengths.back();
      }
      ExpectEqualToReference(starts, lengths, source, target, at);
    }
  }
}

TEST_P(ByteArrayTest, ValuesInAnyOrder) {
  Guarded source(kRoomBytes, Guarded::Side::kAtEnd), target(kRoomBytes, Guarded::Side::kAtEnd);
  std::mt19937_64 random(2);
  for (size_t i = 0; i < kRoomBytes; ++i) source.data()[i] = static_cast<uint8_t>(random());
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> starts, lengths;
    const uint32_t source_bytes = static_cast<uint32_t>(random() % 400);
    for (int i = 0; i < 100; ++i) {
      starts.push_back(static_cast<uint32_t>(random() % (source_bytes + 1)));
      lengths.push_back(static_cast<uint32_t>(random() % (source_bytes - starts.back() + 1)));
    }
    ExpectEqualToReference(starts, lengths, source, target, source_bytes);
  }
}

TEST_P(ByteArrayTest, NoValuesTouchNothing) {
  EXPECT_EQ(PlainByteArray(nullptr, nullptr, nullptr, nullptr, 0, nullptr), 0);
  EXPECT_EQ(SumLengths(nullptr, 0), 0);
}

TEST_P(ByteArrayTest, SumsPast32Bits) {
  const std::vector<uint32_t> lengths(1001, 0xFFFFFFFFu);
  EXPECT_EQ(SumLengths(lengths.data(), 1001), int64_t{1001} * 0xFFFFFFFF);
}

}  // namespace
}  // namespace inlay::kernels
