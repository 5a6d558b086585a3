#include "kernels/compact.h"

#include <algorithm>
#include <random>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/compact.h"

namespace inlay::kernels {
namespace {

class CompactTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(CompactTest);

constexpr int64_t kMaxValues = 257, kMaxOffset = 65;
// Share of ones out of 64: none, few, half, most, all but stretches of zeros, all.
constexpr int kDensities[] = {0, 3, 32, 58, 63, 64};

// A part of guarded memory of `size` bytes that touches the unreadable page at the chosen side.
uint8_t* Part(Guarded& whole, size_t whole_size, size_t size, Guarded::Side side) {
  return side == Guarded::Side::kAtEnd ? whole.data() + whole_size - size : whole.data();
}

std::vector<uint8_t> RandomBits(int64_t num_bits, int density, std::mt19937_64& random) {
  std::vector<uint8_t> bits(static_cast<size_t>(num_bits + 7) / 8);
  for (int64_t i = 0; i < num_bits; ++i) {
    const bool one = static_cast<int>(random() % 64) < density;
    bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(one << (i % 8));
  }
  return bits;
}

// compact(values, validity, bit_offset, num_values, out) against the oracle, for all lengths and offsets.
template <typename Compact>
void ExpectEqualToReference(int64_t value_bytes, Compact compact) {
  constexpr size_t kBits = (kMaxOffset + kMaxValues + 7) / 8;
  const size_t room = static_cast<size_t>(kMaxValues * value_bytes);
  std::mt19937_64 random(static_cast<uint64_t>(value_bytes));
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    Guarded values_memory(room, side), bits_memory(kBits, side), out_memory(room + kCompactSlackBytes, side);
    for (size_t i = 0; i < room; ++i) values_memory.data()[i] = static_cast<uint8_t>(random());
    for (int density : kDensities) {
      const std::vector<uint8_t> all_bits = RandomBits(kMaxOffset + kMaxValues, density, random);
      for (int64_t offset = 0; offset <= kMaxOffset; ++offset) {
        // Every length at offset 0, every seventeenth elsewhere.
        for (int64_t n = offset % 17; n <= kMaxValues; n += offset == 0 ? 1 : 17) {
          const size_t size = static_cast<size_t>(n * value_bytes);
          const size_t bits_size = static_cast<size_t>((offset + n + 7) / 8);
          uint8_t* values = Part(values_memory, room, size, side);
          uint8_t* bits = Part(bits_memory, kBits, bits_size, side);
          uint8_t* out = Part(out_memory, room + kCompactSlackBytes, size + kCompactSlackBytes, side);
          std::memcpy(bits, all_bits.data(), bits_size);
          const auto expected = reference::Compact(values, value_bytes, bits, offset, n);
          const int64_t kept = compact(values, bits, offset, n, out);
          ASSERT_EQ(kept * value_bytes, static_cast<int64_t>(expected.size()))
              << "offset " << offset << " length " << n << " density " << density;
          ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out))
              << "offset " << offset << " length " << n << " density " << density;
        }
      }
    }
  }
}

template <typename T>
auto Typed(int64_t (*compact)(const T*, const uint8_t*, int64_t, int64_t, T*)) {
  return [compact](const uint8_t* values, const uint8_t* validity, int64_t offset, int64_t n, uint8_t* out) {
    return compact(reinterpret_cast<const T*>(values), validity, offset, n, reinterpret_cast<T*>(out));
  };
}

TEST_P(CompactTest, Width1) { ExpectEqualToReference(1, Typed<uint8_t>(&Compact8)); }
TEST_P(CompactTest, Width2) { ExpectEqualToReference(2, Typed<uint16_t>(&Compact16)); }
TEST_P(CompactTest, Width4) { ExpectEqualToReference(4, Typed<uint32_t>(&Compact32)); }
TEST_P(CompactTest, Width8) { ExpectEqualToReference(8, Typed<uint64_t>(&Compact64)); }

TEST_P(CompactTest, AnyFixedWidth) {
  for (int64_t width : {1, 3, 8, 12, 16, 32}) {
    ExpectEqualToReference(
        width, [width](const uint8_t* values, const uint8_t* validity, int64_t offset, int64_t n, uint8_t* out) {
          return CompactFixed(values, width, validity, offset, n, out);
        });
  }
}

template <typename Offset, typename Compact>
void ExpectOffsetsEqualToReference(Compact compact) {
  constexpr size_t kBits = (kMaxOffset + kMaxValues + 7) / 8;
  constexpr Offset kBase = sizeof(Offset) == 8 ? static_cast<Offset>(int64_t{7} << 33) : Offset{1000};
  constexpr size_t kSlack = 16 * sizeof(uint32_t);
  std::mt19937_64 random(5);
  std::vector<Offset> all(kMaxValues + 1);
  all[0] = kBase + 3;
  for (size_t i = 1; i < all.size(); ++i) all[i] = all[i - 1] + static_cast<Offset>(random() % 50);
  const size_t room = kMaxValues * sizeof(uint32_t) + kSlack;
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    Guarded offsets_memory(all.size() * sizeof(Offset), side), bits_memory(kBits, side), starts_memory(room, side),
        lengths_memory(room, side);
    for (int density : kDensities) {
      const std::vector<uint8_t> all_bits = RandomBits(kMaxOffset + kMaxValues, density, random);
      for (int64_t offset = 0; offset <= kMaxOffset; ++offset) {
        for (int64_t n = offset % 17; n <= kMaxValues; n += offset == 0 ? 1 : 17) {
          const size_t size = static_cast<size_t>(n + 1) * sizeof(Offset);
          const size_t bits_size = static_cast<size_t>((offset + n + 7) / 8);
          const size_t out_size = static_cast<size_t>(n) * sizeof(uint32_t) + kSlack;
          auto* offsets = reinterpret_cast<Offset*>(Part(offsets_memory, all.size() * sizeof(Offset), size, side));
          uint8_t* bits = Part(bits_memory, kBits, bits_size, side);
          auto* starts = reinterpret_cast<uint32_t*>(Part(starts_memory, room, out_size, side));
          auto* lengths = reinterpret_cast<uint32_t*>(Part(lengths_memory, room, out_size, side));
          std::memcpy(offsets, all.data(), size);
          std::memcpy(bits, all_bits.data(), bits_size);
          if (density == 64 && offset % 2 == 0) bits = nullptr;
          const auto expected = reference::CompactOffsets<Offset>(offsets, kBase, bits, offset, n);
          const int64_t kept = compact(offsets, kBase, bits, offset, n, starts, lengths);
          ASSERT_EQ(kept, static_cast<int64_t>(expected.starts.size())) << "offset " << offset << " length " << n;
          ASSERT_EQ(std::vector<uint32_t>(starts, starts + kept), expected.starts) << offset << " length " << n;
          ASSERT_EQ(std::vector<uint32_t>(lengths, lengths + kept), expected.lengths) << offset << " length " << n;
        }
      }
    }
  }
}

TEST_P(CompactTest, Offsets32) { ExpectOffsetsEqualToReference<int32_t>(&CompactOffsets32); }
TEST_P(CompactTest, Offsets64) { ExpectOffsetsEqualToReference<int64_t>(&CompactOffsets64); }

TEST_P(CompactTest, OffsetsUseAll32Bits) {
  const int64_t offsets[] = {0, 5, 0xFFFFFF00, 0xFFFFFFFF};
  uint32_t starts[3 + 16], lengths[3 + 16];
  const uint8_t validity = 0b101;
  ASSERT_EQ(CompactOffsets64(offsets, 0, &validity, 0, 3, starts, lengths), 2);
  EXPECT_EQ(starts[1], 0xFFFFFF00u);
  EXPECT_EQ(lengths[0], 5u);
  EXPECT_EQ(lengths[1], 0xFFu);
  ASSERT_EQ(CompactOffsets64(offsets, 0, nullptr, 0, 3, starts, lengths), 3);
  EXPECT_EQ(lengths[1], 0xFFFFFF00u - 5);
}

}  // namespace
}  // namespace inlay::kernels
