#include "engine/parquet/statistics.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace inlay::parquet {
namespace {

using encoding::PageValues;
using encoding::ValueLayout;

template <typename T>
PageValues Numbers(const std::vector<T>& values) {
  PageValues page;
  page.layout = ValueLayout::kNumbers;
  page.value_bytes = sizeof(T);
  page.num_values = static_cast<int64_t>(values.size());
  page.data = reinterpret_cast<const uint8_t*>(values.data());
  return page;
}

template <typename T>
std::string Plain(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) bytes = std::string(bytes.rbegin(), bytes.rend());
  return bytes;
}

template <typename T>
format::Statistics Of(SortOrder order, std::vector<std::vector<T>> blocks) {
  ColumnStatistics statistics;
  statistics.Start(order, sizeof(T));
  for (const auto& block : blocks) statistics.Update(Numbers(block));
  return statistics.Finish(0, 64, false, sizeof(T));
}

TEST(Statistics, IntegersBySign) {
  const auto is_signed = Of<int32_t>(SortOrder::kInt32, {{5, -7}, {3, 9}});
  EXPECT_EQ(is_signed.min_value, Plain<int32_t>(-7));
  EXPECT_EQ(is_signed.max_value, Plain<int32_t>(9));
  EXPECT_EQ(is_signed.is_min_value_exact, true);
  const auto is_unsigned = Of<uint32_t>(SortOrder::kUInt32, {{5u, 0xFFFFFFF9u}, {3u}});
  EXPECT_EQ(is_unsigned.min_value, Plain<uint32_t>(3));
  EXPECT_EQ(is_unsigned.max_value, Plain<uint32_t>(0xFFFFFFF9u));
  const auto wide = Of<int64_t>(SortOrder::kInt64, {{1}, {std::numeric_limits<int64_t>::min()}, {7}});
  EXPECT_EQ(wide.min_value, Plain(std::numeric_limits<int64_t>::min()));
  EXPECT_EQ(wide.max_value, Plain<int64_t>(7));
}

TEST(Statistics, FloatsLeaveNanOutAndCountIt) {
  const double nan = std::nan("");
  const auto some = Of<double>(SortOrder::kDouble, {{nan, 2.0}, {nan}, {-1.0, nan}});
  EXPECT_EQ(some.min_value, Plain(-1.0));
  EXPECT_EQ(some.max_value, Plain(2.0));
  EXPECT_EQ(some.nan_count, 3);
  const auto none = Of<double>(SortOrder::kDouble, {{nan}, {nan, nan}});
  EXPECT_FALSE(none.min_value.has_value());
  EXPECT_FALSE(none.max_value.has_value());
  EXPECT_EQ(none.nan_count, 3);
  EXPECT_EQ(Of<float>(SortOrder::kFloat, {{1.0f}}).nan_count, 0);
  EXPECT_FALSE(Of<int32_t>(SortOrder::kInt32, {{1}}).nan_count.has_value());
}

TEST(Statistics, AZeroMinIsNegativeAndAZeroMaxPositive) {
  const auto low = Of<double>(SortOrder::kDouble, {{0.0, 3.0}, {-0.0}});
  EXPECT_EQ(low.min_value, Plain(-0.0));
  const auto high = Of<float>(SortOrder::kFloat, {{-0.0f}, {-3.0f}});
  EXPECT_EQ(high.max_value, Plain(0.0f));
}

TEST(Statistics, AColumnWithoutValuesHasNoBounds) {
  const auto empty = Of<int32_t>(SortOrder::kInt32, {});
  EXPECT_FALSE(empty.min_value.has_value());
  EXPECT_EQ(empty.null_count, 0);
  const auto unordered = Of<int32_t>(SortOrder::kNone, {{1, 2}});
  EXPECT_FALSE(unordered.min_value.has_value());
}

TEST(Statistics, TruncatedBoundsStayBoundsAndUtf8) {
  EXPECT_EQ(TruncateMin("short", 5, true), "short");
  EXPECT_EQ(TruncateMin("longer", 5, true), "longe");
  EXPECT_EQ(TruncateMax("longer", 5, true), "longf");
  // A character of two bytes is not cut in half.
  EXPECT_EQ(TruncateMin("abc\xC3\xA9z", 4, true), "abc");
  EXPECT_EQ(TruncateMax("abc\xC3\xA9z", 4, true), "abd");
  EXPECT_EQ(TruncateMin("abc\xC3\xA9z", 4, false), "abc\xC3");
  // U+007F grows when it is incremented, so that the character before it is.
  EXPECT_EQ(TruncateMax("ab\x7F\x7F\x7F", 3, true), "ac");
  // U+D7FF is followed by U+E000: surrogates are not characters.
  EXPECT_EQ(TruncateMax("\xED\x9F\xBFxx", 3, true), "\xEE\x80\x80");
  EXPECT_EQ(TruncateMax("\xF4\x8F\xBF\xBFxx", 4, true), "\xF4\x8F\xBF\xBFxx");  // no character is greater
}

TEST(Statistics, BinaryBoundsCarryOverFf) {
  EXPECT_EQ(TruncateMax("a\xFF\xFFz", 3, false), "b");
  EXPECT_EQ(TruncateMax("\xFF\xFF\xFFz", 3, false), "\xFF\xFF\xFFz");  // nothing shorter is greater
  EXPECT_EQ(TruncateMax("\xFF\xFE\xFFz", 2, true), "\xFF\xFF");        // not UTF-8 after all
}

TEST(Statistics, StringsSayWhetherTheyAreExact) {
  const std::string bytes = "applebananacherries";
  const std::vector<uint32_t> starts = {5, 0, 11}, lengths = {6, 5, 8};
  PageValues page;
  page.layout = ValueLayout::kByteArrays;
  page.num_values = 3;
  page.data = reinterpret_cast<const uint8_t*>(bytes.data());
  page.readable_end = page.data + bytes.size();
  page.starts = starts.data();
  page.lengths = lengths.data();
  ColumnStatistics statistics;
  statistics.Start(SortOrder::kBytes, 0);
  statistics.Update(page);
  const auto cut = statistics.Finish(2, 6, true, 0);
  EXPECT_EQ(cut.min_value, "apple");
  EXPECT_EQ(cut.is_min_value_exact, true);
  EXPECT_EQ(cut.max_value, "cherrj");
  EXPECT_EQ(cut.is_max_value_exact, false);
  EXPECT_EQ(cut.null_count, 2);
}

TEST(Statistics, WideDecimalsAreSigned) {
  // Two's complement of 16 bytes in the machine's order: 5, -3, 4.
  std::vector<uint8_t> values;
  for (int value : {5, -3, 4}) {
    std::vector<uint8_t> one(16, value < 0 ? 0xFF : 0);
    one[std::endian::native == std::endian::little ? 0 : 15] = static_cast<uint8_t>(value);
    values.insert(values.end(), one.begin(), one.end());
  }
  ColumnStatistics statistics;
  statistics.Start(SortOrder::kDecimal, 16);
  for (int i = 0; i < 3; ++i) {
    PageValues page;
    page.layout = ValueLayout::kFixedBytes;
    page.value_bytes = 16;
    page.num_values = 1;
    page.data = values.data() + 16 * i;
    statistics.Update(page);
  }
  const auto result = statistics.Finish(0, 64, false, 9);
  EXPECT_EQ(result.min_value, std::string(8, '\xFF') + "\xFD");
  EXPECT_EQ(result.max_value, std::string(8, '\0') + "\x05");
}

}  // namespace
}  // namespace inlay::parquet
