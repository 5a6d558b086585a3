#include "kernels/bit_pack.h"

#include <random>
#include <vector>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/bit_pack.h"

namespace inlay::kernels {
namespace {

class BitPackTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(BitPackTest);

void Pack(const uint8_t* values, int64_t n, int width, uint8_t* out) { BitPack8(values, n, width, out); }
void Pack(const uint16_t* values, int64_t n, int width, uint8_t* out) { BitPack16(values, n, width, out); }
void Pack(const uint32_t* values, int64_t n, int width, uint8_t* out) { BitPack32(values, n, width, out); }
void Pack(const uint64_t* values, int64_t n, int width, uint8_t* out) { BitPack64(values, n, width, out); }

template <typename T>
std::vector<T> RandomValues(size_t count, int width, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(count);
  for (T& value : values) value = width == 0 ? T{0} : static_cast<T>(random() >> (64 - width));
  if (count > 2) values[count / 2] = static_cast<T>(width == 0 ? 0 : ~uint64_t{0} >> (64 - width));
  return values;
}

// Input and output each end right before an unreadable page or begin right after one; the byte on the output's other
// side is watched. The lengths bring every alignment with them.
template <typename T>
void PackEveryWidthAndLength() {
  constexpr int64_t kMaxValues = 257;
  constexpr size_t kInBytes = kMaxValues * sizeof(T), kOutBytes = (kMaxValues + 7) / 8 * 8 * sizeof(T);
  Guarded in_end(kInBytes, Guarded::Side::kAtEnd), in_start(kInBytes, Guarded::Side::kAtStart);
  Guarded out_end(kOutBytes, Guarded::Side::kAtEnd), out_start(kOutBytes, Guarded::Side::kAtStart);
  for (int width = 0; width <= static_cast<int>(8 * sizeof(T)); ++width) {
    const std::vector<T> values = RandomValues<T>(kMaxValues, width, static_cast<uint64_t>(width));
    for (size_t n = 0; n <= kMaxValues; ++n) {
      const std::vector<uint8_t> expected = reference::BitPack(std::span(values).first(n), width);
      ASSERT_EQ(static_cast<int64_t>(expected.size()), BitPackedBytes(static_cast<int64_t>(n), width));
      for (bool at_end : {true, false}) {
        T* in = at_end ? in_end.as<T>() + (kMaxValues - n) : in_start.as<T>();
        uint8_t* out = at_end ? out_end.data() + (kOutBytes - expected.size()) : out_start.data();
        uint8_t* watched = at_end ? out - 1 : out + expected.size();
        std::copy_n(values.begin(), n, in);
        std::fill_n(out, expected.size(), uint8_t{0xAA});
        *watched = 0x5C;
        Pack(in, static_cast<int64_t>(n), width, out);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out)) << "width " << width << " length " << n;
        ASSERT_EQ(*watched, 0x5C) << "width " << width << " length " << n;
      }
    }
  }
}

TEST_P(BitPackTest, Packs8) { PackEveryWidthAndLength<uint8_t>(); }
TEST_P(BitPackTest, Packs16) { PackEveryWidthAndLength<uint16_t>(); }
TEST_P(BitPackTest, Packs32) { PackEveryWidthAndLength<uint32_t>(); }
TEST_P(BitPackTest, Packs64) { PackEveryWidthAndLength<uint64_t>(); }

// Every bit of every value lands in its place, alone: the oracle has no part in this one.
TEST_P(BitPackTest, OneBitAtATime) {
  for (int width = 1; width <= 32; ++width) {
    for (size_t i = 0; i < 64; ++i) {
      for (int bit = 0; bit < width; ++bit) {
        std::vector<uint32_t> values(64);
        values[i] = 1u << bit;
        std::vector<uint8_t> out(static_cast<size_t>(BitPackedBytes(64, width)));
        BitPack32(values.data(), 64, width, out.data());
        const size_t place = i * static_cast<size_t>(width) + static_cast<size_t>(bit);
        for (size_t b = 0; b < out.size(); ++b) {
          ASSERT_EQ(out[b], b == place / 8 ? 1 << (place % 8) : 0) << "width " << width << " value " << i;
        }
      }
    }
  }
}

// Every alignment of the output, and of the input where the type allows it.
template <typename T>
void PackAtEveryAlignment() {
  constexpr size_t kValues = 200;
  std::vector<T> in(kValues + 64);
  std::vector<uint8_t> out(kValues * sizeof(T) + 64);
  for (int width = 1; width <= static_cast<int>(8 * sizeof(T)); ++width) {
    const std::vector<T> values = RandomValues<T>(kValues, width, 7);
    const std::vector<uint8_t> expected = reference::BitPack(std::span<const T>(values), width);
    for (size_t shift = 0; shift < 64; ++shift) {
      std::copy(values.begin(), values.end(), in.begin() + static_cast<std::ptrdiff_t>(shift));
      Pack(in.data() + shift, kValues, width, out.data() + shift);
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.begin() + static_cast<std::ptrdiff_t>(shift)));
    }
  }
}

TEST_P(BitPackTest, EveryAlignment) {
  PackAtEveryAlignment<uint8_t>();
  PackAtEveryAlignment<uint16_t>();
  PackAtEveryAlignment<uint32_t>();
  PackAtEveryAlignment<uint64_t>();
}

}  // namespace
}  // namespace inlay::kernels
