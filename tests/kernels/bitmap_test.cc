#include "kernels/bitmap.h"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/bit_pack.h"

namespace inlay::kernels {
namespace {

class BitmapTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(BitmapTest);

int64_t CountOneByOne(const uint8_t* bits, int64_t offset, int64_t n) {
  int64_t count = 0;
  for (int64_t i = offset; i < offset + n; ++i) count += (bits[i / 8] >> (i % 8)) & 1;
  return count;
}

TEST_P(BitmapTest, CountsEveryOffsetAndLength) {
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (int64_t offset = 0; offset < 66; ++offset) {
      for (int64_t n = 0; n < 258; ++n) {
        const int64_t size = (offset + n + 7) / 8;
        Guarded memory(static_cast<size_t>(size), side);
        for (int64_t i = 0; i < size; ++i) memory.data()[i] = static_cast<uint8_t>(i * 37 + n);
        ASSERT_EQ(CountSetBits(memory.data(), offset, n), CountOneByOne(memory.data(), offset, n))
            << "offset " << offset << " length " << n;
      }
    }
  }
}

using reference::BitAt;

void SetBit(std::vector<uint8_t>& bits, int64_t i) {
  bits[static_cast<size_t>(i / 8)] = static_cast<uint8_t>(bits[static_cast<size_t>(i / 8)] | 1 << (i % 8));
}

size_t BytesOf(int64_t num_bits) { return static_cast<size_t>((num_bits + 7) / 8); }

// Random bits of which about `ones` in 256 are set; long constant stretches among them.
std::vector<uint8_t> RandomBits(size_t num_bytes, uint32_t ones, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> bits(num_bytes);
  for (size_t i = 0; i < 8 * num_bytes; ++i) {
    if (random() % 256 < ones) SetBit(bits, static_cast<int64_t>(i));
  }
  for (size_t i = 0; i < num_bytes / 4; ++i) bits[num_bytes / 8 + i] = i < num_bytes / 8 ? 0 : 0xFF;
  return bits;
}

// A place for `num_bytes` that ends right before an unreadable page or begins right after one.
class Place {
 public:
  explicit Place(size_t max_bytes)
      : max_bytes_(max_bytes), end_(max_bytes, Guarded::Side::kAtEnd), start_(max_bytes, Guarded::Side::kAtStart) {}

  uint8_t* Bytes(size_t num_bytes, bool at_end) {
    return at_end ? end_.data() + (max_bytes_ - num_bytes) : start_.data();
  }
  uint8_t* CopyOf(const uint8_t* from, size_t num_bytes, bool at_end) {
    return std::copy_n(from, num_bytes, Bytes(num_bytes, at_end)) - num_bytes;
  }

 private:
  size_t max_bytes_;
  Guarded end_, start_;
};

constexpr int64_t kLengths = 258, kMaxOffset = 66;
constexpr size_t kMaxBytes = 64;

// The bitmaps of all tests: sparse, half and dense.
std::vector<std::vector<uint8_t>> Bitmaps() {
  return {RandomBits(kMaxBytes, 20, 1), RandomBits(kMaxBytes, 128, 2), RandomBits(kMaxBytes, 240, 3)};
}

TEST_P(BitmapTest, CopiesEveryOffsetAndLength) {
  Place in(kMaxBytes), out(kMaxBytes);
  const std::vector<uint8_t> bits = Bitmaps()[1];
  for (bool at_end : {true, false}) {
    for (int64_t offset = 0; offset < kMaxOffset; ++offset) {
      for (int64_t n = 0; n < kLengths; ++n) {
        std::vector<uint8_t> expected(BytesOf(n));
        for (int64_t i = 0; i < n; ++i) {
          if (BitAt(bits.data(), offset + i)) SetBit(expected, i);
        }
        const uint8_t* from = in.CopyOf(bits.data(), BytesOf(offset + n), at_end);
        uint8_t* to = out.Bytes(BytesOf(n), at_end);
        CopyBits(from, offset, n, to);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), to)) << "offset " << offset << " length " << n;
      }
    }
  }
}

TEST_P(BitmapTest, AndsEveryPairOfOffsets) {
  Place in_a(kMaxBytes), in_b(kMaxBytes), out(kMaxBytes);
  const std::vector<std::vector<uint8_t>> bitmaps = Bitmaps();
  const uint8_t *a = bitmaps[1].data(), *b = bitmaps[2].data();
  for (bool at_end : {true, false}) {
    for (int64_t a_offset = 0; a_offset < 17; ++a_offset) {
      for (int64_t b_offset = 0; b_offset < 9; ++b_offset) {
        for (int64_t n = 0; n < kLengths; n += n < 80 ? 1 : 3) {
          std::vector<uint8_t> expected(BytesOf(n));
          for (int64_t i = 0; i < n; ++i) {
            if (BitAt(a, a_offset + i) && BitAt(b, b_offset + i)) SetBit(expected, i);
          }
          uint8_t* to = out.Bytes(BytesOf(n), at_end);
          AndBits(in_a.CopyOf(a, BytesOf(a_offset + n), at_end), a_offset,
                  in_b.CopyOf(b, BytesOf(b_offset + n), at_end), b_offset, n, to);
          ASSERT_TRUE(std::equal(expected.begin(), expected.end(), to))
              << "offsets " << a_offset << " and " << b_offset << " length " << n;
        }
      }
    }
  }
}

TEST_P(BitmapTest, PacksBoolsOfEveryLength) {
  Place in(kLengths), out(kMaxBytes);
  std::mt19937 random(9);
  std::vector<uint8_t> bytes(kLengths);
  for (uint8_t& byte : bytes) byte = random() % 2 == 0 ? uint8_t{0} : static_cast<uint8_t>(1 << (random() % 8));
  for (bool at_end : {true, false}) {
    for (int64_t n = 0; n < kLengths; ++n) {
      std::vector<uint8_t> expected(BytesOf(n));
      for (int64_t i = 0; i < n; ++i) {
        if (bytes[static_cast<size_t>(i)] != 0) SetBit(expected, i);
      }
      uint8_t* to = out.Bytes(BytesOf(n), at_end);
      PackBools(in.CopyOf(bytes.data(), static_cast<size_t>(n), at_end), n, to);
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), to)) << "length " << n;
    }
  }
}

TEST_P(BitmapTest, CompactsEveryOffsetAndLength) {
  Place in_values(kMaxBytes), in_validity(kMaxBytes), out(kMaxBytes);
  const std::vector<std::vector<uint8_t>> bitmaps = Bitmaps();
  const std::vector<uint8_t> value_bits = RandomBits(kMaxBytes, 128, 77);
  for (const std::vector<uint8_t>& validity : bitmaps) {
    for (int64_t offset = 0; offset < kMaxOffset; offset += 3) {
      for (int64_t n = 0; n < kLengths; ++n) {
        const int64_t values_offset = (offset * 5) % 13;
        const bool at_end = n % 2 == 0;
        int64_t count = 0;
        std::vector<uint8_t> expected(BytesOf(n));
        for (int64_t i = 0; i < n; ++i) {
          if (!BitAt(validity.data(), offset + i)) continue;
          if (BitAt(value_bits.data(), values_offset + i)) SetBit(expected, count);
          ++count;
        }
        expected.resize(BytesOf(count));
        uint8_t* to = out.Bytes(BytesOf(n) + 8, at_end);
        ASSERT_EQ(CompactBits(in_values.CopyOf(value_bits.data(), BytesOf(values_offset + n), at_end), values_offset,
                              in_validity.CopyOf(validity.data(), BytesOf(offset + n), at_end), offset, n, to),
                  count);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), to)) << "offset " << offset << " length " << n;
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
