#include <cstring>
#include <memory>

#include "kernels/min_max.h"
#include "tests/kernels/guarded.h"
#include "tests/kernels/random_bytes.h"
#include "tests/kernels/targets.h"
#include "tests/reference/min_max.h"

namespace inlay::kernels {
namespace {

class MinMaxBytesTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(MinMaxBytesTest);

using Indexes = std::pair<int64_t, int64_t>;

struct Strings {
  std::vector<uint32_t> starts, lengths;
  std::vector<std::string_view> views;

  void Add(const uint8_t* base, uint32_t start, uint32_t length) {
    starts.push_back(start);
    lengths.push_back(length);
    views.emplace_back(reinterpret_cast<const char*>(base) + start, length);
  }
  Indexes Call(const uint8_t* base) const {
    Indexes got{-1, -1};
    MinMaxBytes(base, starts.data(), lengths.data(), static_cast<int64_t>(starts.size()), &got.first, &got.second);
    return got;
  }
};

// Strings of a small alphabet, so that many share prefixes or are equal; NUL is in it, so that padding is not mistaken
// for data.
void CheckStrings(int64_t n, int64_t max_length, int64_t letters, int64_t gap, Guarded::Side side, uint64_t seed) {
  constexpr uint8_t kLetters[] = {'a', 0x00, 0xFF, 'b', 0x80, 0x7F, 0x01, 'c'};
  Random random(seed);
  std::vector<uint32_t> lengths(static_cast<size_t>(n));
  int64_t total = 0;
  for (uint32_t& length : lengths) {
    length = static_cast<uint32_t>(random.Below(max_length + 1));
    total += length + gap;
  }
  Guarded memory(static_cast<size_t>(total > 0 ? total - gap : 0), side);
  uint8_t* base = memory.data();
  Strings strings;
  uint32_t start = 0;
  for (uint32_t length : lengths) {
    for (uint32_t i = 0; i < length; ++i) base[start + i] = kLetters[random.Below(letters)];
    strings.Add(base, start, length);
    start += length + static_cast<uint32_t>(gap);
  }
  ASSERT_EQ(strings.Call(base), reference::MinMaxStrings(strings.views))
      << n << " strings up to " << max_length << " of " << letters << " letters, gap " << gap << ", seed " << seed;
}

TEST_P(MinMaxBytesTest, StringsOneAfterTheOther) {
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (int64_t n = 1; n <= 257; ++n) {
      for (int64_t max_length : {0, 1, 3, 7, 8, 9, 16, 20, 40}) {
        CheckStrings(n, max_length, 1 + (n + max_length) % 8, 0, side, static_cast<uint64_t>(n * 100 + max_length));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(MinMaxBytesTest, StringsWithGapsBetween) {
  for (int64_t n = 1; n <= 100; ++n) {
    for (int64_t max_length : {2, 7, 9, 20}) {
      CheckStrings(n, max_length, 1 + n % 8, 1 + n % 5, Guarded::Side::kAtEnd, static_cast<uint64_t>(n));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(MinMaxBytesTest, ManyStrings) {
  for (int64_t max_length : {1, 6, 8, 12, 30}) {
    for (int64_t letters : {1, 2, 8}) {
      CheckStrings(5000, max_length, letters, 0, Guarded::Side::kAtEnd,
                   static_cast<uint64_t>(max_length * 10 + letters));
      if (HasFatalFailure()) return;
    }
  }
}

// Every string ends a page of its own: nothing around it may be read.
TEST_P(MinMaxBytesTest, ReadsNothingAroundAString) {
  for (uint32_t length = 0; length <= 40; ++length) {
    for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
      std::vector<std::unique_ptr<Guarded>> pages;
      for (int i = 0; i < 20; ++i) pages.push_back(std::make_unique<Guarded>(length, side));
      const uint8_t* base = pages[0]->data();
      for (auto& page : pages) base = std::min<const uint8_t*>(base, page->data());
      Strings strings;
      for (size_t i = 0; i < pages.size(); ++i) {
        // Mappings may lie further apart than an offset can say: such ones are left out.
        if (pages[i]->data() - base > INT64_C(0xFFFFFFF0)) continue;
        for (uint32_t b = 0; b < length; ++b)
          pages[i]->data()[b] = static_cast<uint8_t>(b + 1 == length ? i * 7 % 20 : 5);
        strings.Add(base, static_cast<uint32_t>(pages[i]->data() - base), length);
      }
      ASSERT_GE(strings.views.size(), 1u);
      ASSERT_EQ(strings.Call(base), reference::MinMaxStrings(strings.views)) << length;
    }
  }
}

// Two strings that differ in one byte, at each place of one.
TEST_P(MinMaxBytesTest, ADifferenceAnywhere) {
  for (uint32_t length = 1; length <= 80; ++length) {
    for (uint32_t at = 0; at < length; ++at) {
      std::vector<uint8_t> bytes(size_t{length} * 3, 0x80);
      bytes[length + at] = 0x7F;
      bytes[2 * length + at] = 0x81;
      Strings strings;
      for (uint32_t i = 0; i < 3; ++i) strings.Add(bytes.data(), i * length, length);
      ASSERT_EQ(strings.Call(bytes.data()), (Indexes{1, 2})) << length << " " << at;
    }
  }
}

TEST_P(MinMaxBytesTest, APrefixComesFirstAndTheFirstOfEqualsWins) {
  const uint8_t bytes[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  for (uint32_t longest = 0; longest <= 24; ++longest) {
    Strings strings;
    for (int twice = 0; twice < 2; ++twice) {
      for (uint32_t length = longest; length > 0; --length) strings.Add(bytes, 0, length);
      strings.Add(bytes, 3, 0);
    }
    ASSERT_EQ(strings.Call(bytes), (Indexes{longest, 0})) << longest;
  }
}

void CheckFixed(const std::vector<uint8_t>& bytes, int64_t value_bytes, int64_t n, Guarded::Side side) {
  const size_t size = static_cast<size_t>(n * value_bytes);
  Guarded memory(size, side);
  if (size != 0) std::memcpy(memory.data(), bytes.data(), size);
  std::vector<std::string_view> views;
  for (int64_t i = 0; i < n; ++i) {
    views.emplace_back(reinterpret_cast<const char*>(bytes.data()) + i * value_bytes, static_cast<size_t>(value_bytes));
  }
  Indexes got{-1, -1};
  MinMaxFixed(memory.data(), value_bytes, n, &got.first, &got.second);
  ASSERT_EQ(got, reference::MinMaxStrings(views)) << n << " of " << value_bytes << " bytes";
}

TEST_P(MinMaxBytesTest, FixedWidth) {
  Random random(5);
  for (int64_t value_bytes : {0, 1, 2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 32, 33, 64, 100}) {
    const std::vector<uint8_t> any = random.Bytes(258 * value_bytes);
    std::vector<uint8_t> same = any;  // many equal bytes: the difference comes late or never
    for (uint8_t& byte : same) byte = byte < 8 ? 0xFF : 0x7F;
    for (int64_t n = 1; n <= 257; n += n < 70 ? 1 : 11) {
      const Guarded::Side side = n % 2 == 0 ? Guarded::Side::kAtEnd : Guarded::Side::kAtStart;
      CheckFixed(any, value_bytes, n, side);
      CheckFixed(same, value_bytes, n, side);
      if (HasFatalFailure()) return;
    }
  }
}

void CheckDecimals(const std::vector<uint8_t>& bytes, int64_t value_bytes, int64_t n, Guarded::Side side) {
  const size_t size = static_cast<size_t>(n * value_bytes);
  Guarded memory(size, side);
  std::memcpy(memory.data(), bytes.data(), size);
  std::vector<std::vector<uint8_t>> ordered;
  for (int64_t i = 0; i < n; ++i) {
    ordered.push_back(reference::OrderedDecimal(bytes.data() + i * value_bytes, value_bytes));
  }
  Indexes got{-1, -1};
  MinMaxDecimal(memory.data(), value_bytes, n, &got.first, &got.second);
  ASSERT_EQ(got, reference::FirstMinMax(ordered)) << n << " of " << value_bytes << " bytes";
}

TEST_P(MinMaxBytesTest, Decimals) {
  Random random(6);
  for (int64_t value_bytes : {16, 32}) {
    for (int64_t equal_bytes = 0; equal_bytes <= value_bytes; equal_bytes += 2) {
      // Values whose most significant bytes are all zeros or all ones, down to values that are only -1 and 0.
      std::vector<uint8_t> bytes = random.Bytes(1100 * value_bytes);
      for (int64_t i = 0; i < 1100; ++i) {
        const uint8_t sign = random.Below(2) != 0 ? 0xFF : 0x00;
        for (int64_t b = 0; b < equal_bytes; ++b) {
          const int64_t at = std::endian::native == std::endian::little ? value_bytes - 1 - b : b;
          bytes[static_cast<size_t>(i * value_bytes + at)] = sign;
        }
      }
      for (int64_t n = 1; n <= 257; n += n < 40 ? 1 : 31) {
        CheckDecimals(bytes, value_bytes, n, n % 2 == 0 ? Guarded::Side::kAtEnd : Guarded::Side::kAtStart);
        if (HasFatalFailure()) return;
      }
      CheckDecimals(bytes, value_bytes, 1100, Guarded::Side::kAtEnd);
    }
  }
}

TEST_P(MinMaxBytesTest, EveryAlignment) {
  const std::vector<uint8_t> bytes = Random(7).Bytes(64 + 40 * 32);
  for (int64_t alignment = 0; alignment < 64; ++alignment) {
    const std::vector<uint8_t> moved(bytes.begin() + alignment, bytes.end());
    for (int64_t value_bytes : {16, 32}) {
      CheckFixed(moved, value_bytes, 39, Guarded::Side::kAtEnd);
      Indexes got{-1, -1}, same{-2, -2};
      MinMaxDecimal(bytes.data() + alignment, value_bytes, 39, &got.first, &got.second);
      MinMaxDecimal(moved.data(), value_bytes, 39, &same.first, &same.second);
      ASSERT_EQ(got, same);
      MinMaxFixed(bytes.data() + alignment, value_bytes, 39, &got.first, &got.second);
      MinMaxFixed(moved.data(), value_bytes, 39, &same.first, &same.second);
      ASSERT_EQ(got, same);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
