// Concatenation and equality of arrays of every type, against the text of each value.
#include <gtest/gtest.h>
#include <inlay/array.h>

#include <string>
#include <vector>

#include "engine/columns/array_equality.h"
#include "engine/columns/concatenate.h"
#include "engine/columns/dictionary_unifier.h"
#include "tests/base/counting_allocator.h"
#include "tests/columns/array_pool.h"
#include "tests/columns/random_array.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using reference::ValueText;

std::vector<std::string> Texts(const ArrayView& array) {
  std::vector<std::string> texts;
  for (int64_t row = 0; row < array.length; ++row) texts.push_back(ValueText(array, row));
  return texts;
}

void CheckConcatenation(const Field& field, std::span<const ArrayView> arrays) {
  SCOPED_TRACE(field.type.ToString());
  std::vector<std::string> wanted;
  for (const ArrayView& array : arrays) {
    ASSERT_EQ(ValidateArray(array, field, Validation::kFull).ToString(), "ok");
    for (std::string& text : Texts(array)) wanted.push_back(std::move(text));
  }
  Arena arena;
  ArrayView whole;
  const Status status = ConcatenateArrays(field, nullptr, arrays, &arena, &whole);
  ASSERT_EQ(status.ToString(), "ok");
  ASSERT_EQ(ValidateArray(whole, field, Validation::kFull).ToString(), "ok");
  ASSERT_EQ(Texts(whole), wanted);
  // Each part equals what it became, and the first row that differs is the one whose text does.
  int64_t start = 0;
  ArrayEquality equality;
  for (const ArrayView& array : arrays) {
    EXPECT_EQ(equality.FirstDifference(array, 0, whole, start, array.length), array.length);
    for (int64_t row = 0; row < array.length; ++row) ASSERT_EQ(HashRow(array, row), HashRow(whole, start + row));
    for (const ArrayView& other : arrays) {
      int64_t same = 0;
      const int64_t most = std::min(array.length, other.length);
      while (same < most && ValueText(array, same) == ValueText(other, same)) ++same;
      ASSERT_EQ(NumRowsInCommon(array, other), same);
      ASSERT_EQ(equality.FirstDifference(array, 0, other, 0, most), same);
    }
    start += array.length;
  }
}

TEST(ConcatenateArrays, EveryTypeByName) {
  RandomArrays random(1);
  std::vector<DataType> types = RandomArrays::FlatTypes();
  for (int64_t kind = 0; kind < RandomArrays::kNumNested; ++kind) {
    for (int i = 0; i < 12; ++i) types.push_back(random.Nested(kind, 2));
  }
  for (const DataType& type : types) {
    const Field field{"f", type};
    for (const int64_t length : {0, 1, 9, 130}) {
      const ArrayView arrays[] = {random.Array(field, length), random.Array(field, 3), random.Array(field, length)};
      CheckConcatenation(field, arrays);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(ConcatenateArrays, RandomNesting) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    RandomArrays random(seed);
    const Field field = random.RandomField("f", 4);
    std::vector<ArrayView> arrays;
    for (int64_t n = random.Below(4); n > 0; --n)
      arrays.push_back(random.Array(field, random.Below(random.OneIn(3) ? 2 : 70)));
    CheckConcatenation(field, arrays);
    if (HasFatalFailure()) return;
  }
}

TEST(ConcatenateArrays, FailsCleanlyWithoutMemory) {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    RandomArrays random(seed);
    const Field field{"f", random.Type(3)};
    const ArrayView arrays[] = {random.Array(field, 20000), random.Array(field, 100)};
    for (int64_t num_successes = 0;; ++num_successes) {
      CountingAllocator allocator(num_successes);
      Arena arena(allocator.get());
      ArrayView whole;
      const Status status = ConcatenateArrays(field, nullptr, arrays, &arena, &whole);
      if (status.ok()) break;
      ASSERT_EQ(status.code(), StatusCode::kOutOfMemory);
    }
  }
}

TEST(ConcatenateArrays, DictionariesAreKeptWhenOneServesAll) {
  ArrayPool pool;
  const Field field{"f", Dictionary(TypeId::kInt8, Utf8())};
  const auto array = [&](const std::vector<int8_t>& indexes, const std::vector<std::string>& values) {
    return ArrayView{.type = &field.type,
                     .length = static_cast<int64_t>(indexes.size()),
                     .buffers = {{}, pool.Values(indexes)},
                     .dictionary = pool.One(pool.Strings(Utf8(), values))};
  };
  Arena arena;
  ArrayView whole;
  const ArrayView extended[] = {array({1, 0}, {"a", "b"}), array({2, 2}, {"a", "b", "c"})};
  ASSERT_TRUE(ConcatenateArrays(field, nullptr, extended, &arena, &whole).ok());
  EXPECT_EQ(Texts(*whole.dictionary), (std::vector<std::string>{"'a'", "'b'", "'c'"}));
  EXPECT_EQ(Texts(whole), (std::vector<std::string>{"'b'", "'a'", "'c'", "'c'"}));
  const ArrayView different[] = {array({1, 0}, {"a", "b"}), array({0, 1, 2}, {"c", "b", "c"})};
  ASSERT_TRUE(ConcatenateArrays(field, nullptr, different, &arena, &whole).ok());
  EXPECT_EQ(Texts(*whole.dictionary), (std::vector<std::string>{"'a'", "'b'", "'c'"}));
  EXPECT_EQ(Texts(whole), (std::vector<std::string>{"'b'", "'a'", "'c'", "'b'", "'c'"}));
}

TEST(ConcatenateArrays, IndexTypesThatAreTooSmall) {
  ArrayPool pool;
  const Field member{"d", Dictionary(TypeId::kInt8, Int32())};
  const auto array = [&](int32_t first) {
    std::vector<int32_t> values;
    for (int32_t i = 0; i < 65; ++i) values.push_back(first + i);
    return ArrayView{.type = &member.type,
                     .length = 1,
                     .buffers = {{}, pool.Values<int8_t>({0})},
                     .dictionary = pool.One(pool.Fixed(Int32(), values))};
  };
  Arena arena;
  ArrayView whole;
  const FieldPath parent{nullptr, "s"};
  const ArrayView fits[] = {array(0), array(63)};
  EXPECT_TRUE(ConcatenateArrays(member, &parent, fits, &arena, &whole).ok());
  EXPECT_EQ(whole.dictionary->length, 128);
  const ArrayView too_many[] = {array(0), array(64)};
  const Status status = ConcatenateArrays(member, &parent, too_many, &arena, &whole);
  EXPECT_EQ(status.code(), StatusCode::kLimitExceeded);
  EXPECT_NE(status.message().find("column 's.d'"), std::string::npos) << status.message();
}

TEST(ConcatenateArrays, OrderedDictionariesKeepTheirOrder) {
  ArrayPool pool;
  const Field field{"f", Dictionary(TypeId::kInt16, Utf8(), true)};
  const auto array = [&](const std::vector<std::string>& values) {
    return ArrayView{.type = &field.type,
                     .length = 1,
                     .buffers = {{}, pool.Values<int16_t>({0})},
                     .dictionary = pool.One(pool.Strings(Utf8(), values))};
  };
  Arena arena;
  ArrayView whole;
  const ArrayView agree[] = {array({"low", "high"}), array({"low", "middle", "high"})};
  ASSERT_TRUE(ConcatenateArrays(field, nullptr, agree, &arena, &whole).ok());
  EXPECT_EQ(Texts(*whole.dictionary), (std::vector<std::string>{"'low'", "'middle'", "'high'"}));
  const ArrayView disagree[] = {array({"low", "high"}), array({"high", "low"})};
  EXPECT_EQ(ConcatenateArrays(field, nullptr, disagree, &arena, &whole).code(), StatusCode::kInvalidArgument);
}

TEST(ConcatenateArrays, RunEndsThatAreTooSmall) {
  ArrayPool pool;
  const Field field{"runs", RunEndEncoded(TypeId::kInt16, {"values", Int8()})};
  const ArrayView array{
      .type = &field.type,
      .length = 20000,
      .null_count = 0,
      .children = pool.Children({pool.Fixed<int16_t>(Int16(), {30000}), pool.Fixed<int8_t>(Int8(), {7})})};
  Arena arena;
  ArrayView whole;
  EXPECT_EQ(ConcatenateArrays(field, nullptr, std::vector<ArrayView>{array, array}, &arena, &whole).code(),
            StatusCode::kLimitExceeded);
  const ArrayView parts[] = {array, array.Slice(5, 12767)};
  ASSERT_TRUE(ConcatenateArrays(field, nullptr, parts, &arena, &whole).ok());
  EXPECT_EQ(whole.children[0].length, 2);
}

TEST(ConcatenateArrays, OffsetsThatAreTooSmall) {
  // Lists of null items, of which there may be many.
  ArrayPool pool;
  const Field field{"lists", List({"item", Null()})};
  const ArrayView array{.type = &field.type,
                        .length = 1,
                        .buffers = {{}, pool.Values<int32_t>({0, 2000000000})},
                        .children = pool.Children({{.type = pool.Type(Null()), .length = 2000000000}})};
  Arena arena;
  ArrayView whole;
  const Status status = ConcatenateArrays(field, nullptr, std::vector<ArrayView>{array, array}, &arena, &whole);
  EXPECT_EQ(status.code(), StatusCode::kLimitExceeded);
  EXPECT_NE(status.message().find("column 'lists'"), std::string::npos) << status.message();
}

TEST(ConcatenateArrays, WhatIsSharedIsNotMultiplied) {
  // A million items seen a thousand times, a long text seen a thousand times.
  ArrayPool pool;
  const Field lists{"lists", ListView({"item", Int8()})};
  const ArrayView list_views{
      .type = &lists.type,
      .length = 1000,
      .buffers = {{}, pool.Values(std::vector<int32_t>(1000, 0)), pool.Values(std::vector<int32_t>(1000, 1000000))},
      .children = pool.Children({pool.Fixed(Int8(), std::vector<int8_t>(1000000, 1))})};
  const Field texts{"texts", BinaryView()};
  std::string views;
  const std::string text(1000000, 'x');
  for (int i = 0; i < 1000; ++i) AppendView(text, 0, 0, &views);
  const ArrayView binary_views{.type = &texts.type,
                               .length = 1000,
                               .buffers = {{}, pool.Text(views)},
                               .variadic_buffers = pool.Buffers({pool.Text(text)})};
  Arena arena;
  ArrayView whole;
  ASSERT_TRUE(ConcatenateArrays(lists, nullptr, std::vector<ArrayView>{list_views, list_views}, &arena, &whole).ok());
  EXPECT_TRUE(SameValues(whole.Slice(1000, 1000), list_views));
  ASSERT_TRUE(
      ConcatenateArrays(texts, nullptr, std::vector<ArrayView>{binary_views, binary_views}, &arena, &whole).ok());
  EXPECT_TRUE(SameValues(whole.Slice(1000, 1000), binary_views));
  EXPECT_LT(arena.reserved_bytes(), 10000000);
}

TEST(ConcatenateArrays, LengthsBeyondMemory) {
  // Null columns and runs take no memory a row.
  ArrayPool pool;
  const Field null_field{"n", Null()};
  const ArrayView nulls{.type = &null_field.type, .length = int64_t{1} << 62};
  Arena arena;
  ArrayView whole;
  ASSERT_TRUE(ConcatenateArrays(null_field, nullptr, std::vector<ArrayView>{nulls}, &arena, &whole).ok());
  EXPECT_TRUE(SameValues(whole, nulls));
  EXPECT_EQ(ConcatenateArrays(null_field, nullptr, std::vector<ArrayView>{nulls, nulls}, &arena, &whole).code(),
            StatusCode::kLimitExceeded);
  const Field runs_field{"r", RunEndEncoded(TypeId::kInt64, {"values", Int8()})};
  const ArrayView runs{.type = &runs_field.type,
                       .length = int64_t{1} << 61,
                       .children = pool.Children(
                           {pool.Fixed<int64_t>(Int64(), {5, int64_t{1} << 62}), pool.Fixed<int8_t>(Int8(), {7, 8})})};
  ASSERT_TRUE(ConcatenateArrays(runs_field, nullptr, std::vector<ArrayView>{runs, runs}, &arena, &whole).ok());
  EXPECT_EQ(whole.children[0].length, 4);
  EXPECT_EQ(NumRowsInCommon(whole, runs), runs.length);
}

TEST(ArrayEquality, FloatsByBitsButForNan) {
  ArrayPool pool;
  const DataType type = Float64();
  const auto array = [&](const std::vector<uint64_t>& bits) { return pool.Fixed(type, bits); };
  const uint64_t nan = 0x7FF8000000000000, other_nan = 0xFFF8000000000001, minus_zero = 0x8000000000000000;
  EXPECT_TRUE(SameValues(array({1, nan, 5}), array({1, other_nan, 5})));
  EXPECT_EQ(HashRow(array({nan}), 0), HashRow(array({other_nan}), 0));
  EXPECT_EQ(NumRowsInCommon(array({1, nan, 0}), array({1, nan, minus_zero})), 2);
  EXPECT_EQ(NumRowsInCommon(array({1, nan}), array({1, 0})), 1);
  // The same bits as integers differ.
  EXPECT_EQ(NumRowsInCommon(pool.Fixed<uint64_t>(UInt64(), {nan}), pool.Fixed<uint64_t>(UInt64(), {other_nan})), 0);
  EXPECT_TRUE(SameValues(pool.Fixed<uint16_t>(Float16(), {0x7C01}), pool.Fixed<uint16_t>(Float16(), {0xFE00})));
  EXPECT_FALSE(SameValues(pool.Fixed<uint16_t>(Float16(), {0x7C00}), pool.Fixed<uint16_t>(Float16(), {0xFE00})));
  EXPECT_TRUE(SameValues(pool.Fixed<uint32_t>(Float32(), {0x7F800001}), pool.Fixed<uint32_t>(Float32(), {0xFFC00000})));
}

TEST(ArrayEquality, PrefixesAndLengths) {
  ArrayPool pool;
  const ArrayView shorter = pool.Strings(Utf8(), {"a", "bc"});
  const ArrayView longer = pool.Strings(Utf8(), {"a", "bc", "d"});
  EXPECT_EQ(NumRowsInCommon(shorter, longer), 2);
  EXPECT_FALSE(SameValues(shorter, longer));
  EXPECT_EQ(NumRowsInCommon(pool.Strings(Utf8(), {"ab", "c"}), longer), 0);
  EXPECT_EQ(NumRowsInCommon(pool.Strings(Utf8(), {"a", "bx"}), longer), 1);
}

TEST(ArrayEquality, NullIndexesAndNullValuesAreOne) {
  ArrayPool pool;
  const DataType type = Dictionary(TypeId::kInt8, Utf8());
  ArrayView values = pool.Strings(Utf8(), {"a", "b"});
  const ArrayView null_index{.type = &type,
                             .length = 2,
                             .buffers = {pool.Bits("10"), pool.Values<int8_t>({0, 99})},
                             .dictionary = pool.One(values)};
  values.buffers[0] = pool.Bits("10");
  const ArrayView null_value{
      .type = &type, .length = 2, .buffers = {{}, pool.Values<int8_t>({0, 1})}, .dictionary = pool.One(values)};
  EXPECT_TRUE(SameValues(null_index, null_value));
  EXPECT_TRUE(SameValues(null_value, null_index));
}

}  // namespace
}  // namespace inlay
