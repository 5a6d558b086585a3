#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/encoding/dictionary_builder.h"
#include "engine/encoding/dictionary_choice.h"
#include "tests/encoding/values.h"

namespace inlay::encoding {
namespace {

constexpr int64_t kNoLimit = int64_t{1} << 30;

// Encodes in blocks; fewer indexes than values when the dictionary is full.
template <typename Page>
std::vector<uint32_t> EncodeAll(DictionaryBuilder* builder, const Page& values) {
  std::vector<uint32_t> indexes(static_cast<size_t>(values.num_values));
  int64_t done = 0;
  while (done < values.num_values) {
    const int64_t count = std::min(DictionaryBuilder::kMaxBlockValues, values.num_values - done);
    auto encoded = builder->Encode(values.Slice(done, count), indexes.data() + done);
    EXPECT_TRUE(encoded.ok());
    done += *encoded;
    if (*encoded < count) break;
  }
  indexes.resize(static_cast<size_t>(done));
  return indexes;
}

template <typename T>
void ExpectFirstOccurrenceOrder(int64_t num_values, uint64_t num_distinct) {
  std::mt19937_64 random(num_distinct);
  std::vector<T> values;
  for (int64_t i = 0; i < num_values; ++i) values.push_back(static_cast<T>(random() % num_distinct * 0x9E3779B1u));
  DictionaryBuilder builder(&DefaultAllocator());
  ASSERT_TRUE(builder.Start(ValueLayout::kNumbers, sizeof(T), kNoLimit).ok());
  const auto indexes = EncodeAll(&builder, NumbersOf(values));
  ASSERT_EQ(indexes.size(), values.size());
  std::map<T, uint32_t> first;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto found = first.emplace(values[i], static_cast<uint32_t>(first.size())).first;
    ASSERT_EQ(indexes[i], found->second) << i;
  }
  EXPECT_EQ(builder.num_entries(), static_cast<int64_t>(first.size()));
  EXPECT_EQ(builder.plain_bytes(), builder.num_entries() * static_cast<int64_t>(sizeof(T)));
}

TEST(DictionaryBuilder, IndexesCountFirstOccurrencesAsTheTableGrows) {
  for (uint64_t num_distinct : {1u, 16u, 3000u, 50000u}) {
    ExpectFirstOccurrenceOrder<uint32_t>(60'000, num_distinct);
    ExpectFirstOccurrenceOrder<uint64_t>(60'000, num_distinct);
  }
}

TEST(DictionaryBuilder, StringsAreCopied) {
  std::vector<std::string> values;
  for (int i = 0; i < 20'000; ++i)
    values.push_back("value " + std::string(static_cast<size_t>(i % 50), 'x') + std::to_string(i % 7000));
  DictionaryBuilder builder(&DefaultAllocator());
  ASSERT_TRUE(builder.Start(ValueLayout::kByteArrays, 0, kNoLimit).ok());
  std::vector<uint32_t> indexes;
  {
    const Strings strings(values);
    indexes = EncodeAll(&builder, strings.page());
  }
  ASSERT_EQ(indexes.size(), values.size());
  const PageValues entries = builder.entries();
  int64_t bytes = 0;
  for (int64_t i = 0; i < entries.num_values; ++i) bytes += 4 + int64_t{entries.lengths[i]};
  EXPECT_EQ(builder.plain_bytes(), bytes);
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string entry(reinterpret_cast<const char*>(entries.data) + entries.starts[indexes[i]],
                            entries.lengths[indexes[i]]);
    ASSERT_EQ(entry, values[i]);
  }
}

TEST(DictionaryBuilder, StopsAtItsLimitWithEveryIndexInUse) {
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < 10'000; ++i) numbers.push_back(i);
  DictionaryBuilder builder(&DefaultAllocator());
  ASSERT_TRUE(builder.Start(ValueLayout::kNumbers, 8, 8 * 1500).ok());
  EXPECT_EQ(EncodeAll(&builder, NumbersOf(numbers)).size(), 1500u);
  EXPECT_EQ(builder.num_entries(), 1500);

  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("0123456789abcdef" + std::to_string(10'000 + i));
  const Strings strings(texts);
  ASSERT_TRUE(builder.Start(ValueLayout::kByteArrays, 0, 50'000).ok());
  const auto done = static_cast<int64_t>(EncodeAll(&builder, strings.page()).size());
  EXPECT_EQ(builder.num_entries(), done);
  EXPECT_GT(done, 1500);
  EXPECT_LT(done, 5000);
}

TEST(DictionaryBuilder, StartsAfreshAndKeepsItsMemory) {
  std::vector<uint32_t> values(4096);
  for (uint32_t i = 0; i < 4096; ++i) values[i] = i;
  DictionaryBuilder builder(&DefaultAllocator());
  ASSERT_TRUE(builder.Start(ValueLayout::kNumbers, 4, kNoLimit, 4096).ok());
  EncodeAll(&builder, NumbersOf(values));
  const int64_t reserved = builder.reserved_bytes();
  ASSERT_TRUE(builder.Start(ValueLayout::kNumbers, 4, kNoLimit, 4096).ok());
  EXPECT_EQ(builder.num_entries(), 0);
  EXPECT_EQ(EncodeAll(&builder, NumbersOf(std::vector<uint32_t>{9, 9, 7})), (std::vector<uint32_t>{0, 0, 1}));
  EXPECT_EQ(builder.reserved_bytes(), reserved);
}

// A sample of a column of `num_values` values, spread over it.
template <typename ValueAt>
void Sample(DictionaryChoice* choice, int64_t num_values, ValueAt value_at) {
  ASSERT_TRUE(choice->Start(ValueLayout::kNumbers, 8).ok());
  const int64_t step = (num_values - DictionaryChoice::kWindowValues) / (DictionaryChoice::kWindows - 1);
  for (int64_t window = 0; window < DictionaryChoice::kWindows; ++window) {
    std::vector<uint64_t> values;
    for (int64_t i = 0; i < DictionaryChoice::kWindowValues; ++i) values.push_back(value_at(window * step + i));
    ASSERT_TRUE(choice->AddWindow(NumbersOf(values)).ok());
  }
}

TEST(DictionaryChoice, EstimatesDistinctValues) {
  constexpr int64_t kValues = 1 << 20;
  constexpr int64_t kLimit = 1 << 20;
  DictionaryBuilder builder(&DefaultAllocator());
  DictionaryChoice choice(&builder);
  std::mt19937_64 random(1);
  for (uint64_t num_distinct : {1u, 200u, 5000u, 60'000u}) {
    Sample(&choice, kValues, [&](int64_t) { return random() % num_distinct; });
    EXPECT_NEAR(choice.EstimateDistinct(kValues), static_cast<double>(num_distinct),
                0.15 * static_cast<double>(num_distinct));
    EXPECT_TRUE(choice.DictionaryPays(kValues, kLimit)) << num_distinct;
  }
  Sample(&choice, kValues, [&](int64_t) { return random(); });
  EXPECT_FALSE(choice.DictionaryPays(kValues, kLimit));
}

TEST(DictionaryChoice, ValuesThatRepeatOnlyNearEachOtherAreNotFew) {
  constexpr int64_t kValues = 1 << 20;
  DictionaryBuilder builder(&DefaultAllocator());
  DictionaryChoice choice(&builder);
  Sample(&choice, kValues, [](int64_t i) { return static_cast<uint64_t>(i / 4); });
  EXPECT_NEAR(choice.EstimateDistinct(kValues), kValues / 4, 0.1 * kValues / 4);
  EXPECT_FALSE(choice.DictionaryPays(kValues, 1 << 20)) << "2 MiB of entries";
}

}  // namespace
}  // namespace inlay::encoding
