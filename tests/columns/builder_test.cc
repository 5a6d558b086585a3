#include <inlay/builder.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/base/counting_allocator.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using reference::ArrayText;
using testing::HasSubstr;

// What may be passed, and what must not compile because it would dangle or has no meaning.
static_assert(std::is_constructible_v<ColumnValues, std::vector<int64_t>&>);
static_assert(std::is_constructible_v<ColumnValues, const std::array<float, 3>&>);
static_assert(std::is_constructible_v<ColumnValues, std::span<const uint8_t>>);
static_assert(std::is_constructible_v<ColumnValues, const int32_t (&)[4]>);
static_assert(std::is_constructible_v<ColumnValues, std::vector<bool>>);
static_assert(std::is_constructible_v<ColumnValues, std::vector<std::string>>);
static_assert(std::is_constructible_v<ColumnValues, std::vector<std::optional<int8_t>>>);
static_assert(!std::is_constructible_v<ColumnValues, std::vector<int64_t>>);
static_assert(!std::is_constructible_v<ColumnValues, std::array<double, 2>>);
static_assert(!std::is_constructible_v<ColumnValues, std::vector<char>&>);
static_assert(!std::is_constructible_v<ColumnValues, std::string&>);
static_assert(!std::is_constructible_v<ColumnValues, std::vector<int*>&>);
static_assert(!std::is_constructible_v<ColumnValues, std::set<int>&>);

std::string Message(BatchBuilder& builder) { return builder.Finish().status().message(); }

template <typename Values>
void ExpectColumn(const Values& values, const DataType& type, const std::string& text) {
  const Result<RecordBatch> batch = BatchBuilder().Add("c", type, values).Finish();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(ArrayText(batch->columns()[0]), text) << type.ToString();
  EXPECT_TRUE(batch->schema().fields[0].type == type);
}

TEST(BatchBuilder, PutsColumnsTogether) {
  const std::vector<int64_t> time = {1, 2};
  const std::vector<double> price = {101.25, 101.5};
  const std::vector<std::string_view> symbol = {"INLY", "größe"};
  const auto batch = BatchBuilder()
                         .Add("time", Timestamp(TimeUnit::kMicro, "UTC"), time)
                         .Add("price", price)
                         .Add("symbol", symbol)
                         .Finish();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(batch->num_rows(), 2);
  EXPECT_EQ(batch->schema().ToString(),
            "time: timestamp[us, UTC] not null\nprice: float64 not null\nsymbol: utf8 not null\n");
  EXPECT_EQ(ArrayText(batch->columns()[2]), "['INLY', 'größe']");
  EXPECT_EQ(batch->columns()[0].buffers[1].data, reinterpret_cast<const uint8_t*>(time.data()));
}

TEST(BatchBuilder, TypesFollowFromElements) {
  const auto type_of = [](const ColumnValues& values) {
    const Result<RecordBatch> batch = BatchBuilder().Add("c", values).Finish();
    return batch.ok() ? batch->schema().fields[0].type.ToString() : batch.status().ToString();
  };
  EXPECT_EQ(type_of(std::span<const int8_t>()), "int8");
  EXPECT_EQ(type_of(std::span<const uint8_t>()), "uint8");
  EXPECT_EQ(type_of(std::span<const int16_t>()), "int16");
  EXPECT_EQ(type_of(std::span<const uint16_t>()), "uint16");
  EXPECT_EQ(type_of(std::span<const int32_t>()), "int32");
  EXPECT_EQ(type_of(std::span<const uint32_t>()), "uint32");
  EXPECT_EQ(type_of(std::span<const long long>()), "int64");
  EXPECT_EQ(type_of(std::span<const unsigned long>()), "uint64");
  EXPECT_EQ(type_of(std::span<const float>()), "float32");
  EXPECT_EQ(type_of(std::span<double>()), "float64");
  EXPECT_EQ(type_of(std::span<const bool>()), "bool");
  EXPECT_EQ(type_of(std::vector<const char*>()), "utf8");
  EXPECT_EQ(type_of(std::span<const std::array<uint8_t, 5>>()), "fixed_size_binary(5)");
}

TEST(BatchBuilder, OtherTypesHeldTheSameWay) {
  const std::vector<int32_t> int32 = {1, -2};
  ExpectColumn(int32, Date32(), "[01000000, feffffff]");
  ExpectColumn(int32, Time32(TimeUnit::kMilli), "[01000000, feffffff]");
  ExpectColumn(int32, Decimal32(9, 2), "[01000000, feffffff]");
  ExpectColumn(std::vector<uint16_t>{0x3C00}, Float16(), "[003c]");
  const std::vector<std::string> text = {"abc", "a longer text that is not inline"};
  const std::string texts = "['abc', 'a longer text that is not inline']";
  for (const DataType& type : {Utf8(), LargeUtf8(), Utf8View(), Binary(), LargeBinary(), BinaryView()}) {
    ExpectColumn(text, type, texts);
  }
  ExpectColumn(std::vector<const char*>{"abc", "def"}, FixedSizeBinary(3), "[616263, 646566]");
  const std::vector<std::array<uint8_t, 16>> decimals = {{1}, {2}};
  ExpectColumn(decimals, Decimal128(38, 0), "[01000000000000000000000000000000, 02000000000000000000000000000000]");
  ExpectColumn(std::vector<bool>{true, false, true}, Bool(), "[true, false, true]");
  const bool bools[] = {false, true};
  ExpectColumn(bools, Bool(), "[false, true]");
}

TEST(BatchBuilder, OptionalsAreNullable) {
  using Texts = std::vector<std::optional<std::string>>;
  const auto batch = BatchBuilder()
                         .Add("a", std::vector<std::optional<int32_t>>{1, {}, 3})
                         .Add("b", Texts{"x", {}, ""})
                         .Add("c", std::vector<std::optional<bool>>{{}, true, false})
                         .Add("d", Utf8View(), Texts{{}, "0123456789abcdef", {}})
                         .Add("e", FixedSizeBinary(1), Texts{"x", "y", {}})
                         .Add("f", std::vector<std::optional<double>>{{}, {}, {}})
                         .Finish();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_TRUE(batch->schema().fields[0].nullable);
  const std::string texts[] = {"[1, null, 3]",        "['x', null, '']",
                               "[null, true, false]", "[null, '0123456789abcdef', null]",
                               "[78, 79, null]",      "[null, null, null]"};
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(ArrayText(batch->columns()[i]), texts[i]);
  EXPECT_EQ(batch->columns()[5].null_count, 3);
}

TEST(BatchBuilder, ManyBlocks) {
  std::vector<std::optional<int64_t>> numbers(5003);
  std::vector<std::optional<std::string>> texts(5003);
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i % 3 == 0) continue;
    numbers[i] = static_cast<int64_t>(i);
    texts[i] = std::to_string(i);
  }
  const auto batch = BatchBuilder().Add("n", numbers).Add("t", texts).Finish();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  for (int64_t i = 0; i < 5003; ++i) {
    const std::string text = std::to_string(i);
    ASSERT_EQ(reference::ValueText(batch->columns()[0], i), i % 3 == 0 ? "null" : text);
    ASSERT_EQ(reference::ValueText(batch->columns()[1], i), i % 3 == 0 ? "null" : "'" + text + "'");
  }
}

TEST(BatchBuilder, ArraysOfAnyType) {
  const DataType type = Struct({{"x", Int32()}});
  const int32_t numbers[] = {4, 5};
  const ArrayView child{
      .type = &type.children()[0].type, .length = 2, .buffers = {{}, {reinterpret_cast<const uint8_t*>(numbers), 8}}};
  const auto batch = BatchBuilder().Add("s", {.type = &type, .length = 2, .children = {&child, 1}}).Finish();
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(ArrayText(batch->columns()[0]), "[{x: 4}, {x: 5}]");
}

TEST(BatchBuilder, ErrorsNameTheColumn) {
  const std::vector<int32_t> two = {1, 2};
  const std::vector<int32_t> three = {1, 2, 3};
  EXPECT_THAT(Message(BatchBuilder().Add("a", two).Add("b", three)),
              HasSubstr("column 'b': has 3 rows, the batch has 2"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", Timestamp(TimeUnit::kNano), two)),
              HasSubstr("column 'a': values of another C++ type: timestamp[ns] is held as int64_t"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", List({"item", Int32()}), two)), HasSubstr("add an ArrayView"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", Decimal32(10, 0), two)), HasSubstr("column 'a': type decimal32"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", std::vector{"ok", "\xFF"})),
              HasSubstr("column 'a': row 1: not valid UTF-8"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", std::vector<const char*>{nullptr})), HasSubstr("row 0: a null pointer"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", FixedSizeBinary(2), std::vector{"abc"})), HasSubstr("row 0: 3 bytes"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", Decimal32(1, 0), std::vector<std::optional<int32_t>>{{}, 10})),
              HasSubstr("row 1: a decimal of more than 1 digits"));
  const std::vector<std::array<uint8_t, 4>> bytes(1);
  EXPECT_THAT(Message(BatchBuilder().Add("a", Int32(), bytes)), HasSubstr("arrays of 4 bytes do not fit int32"));
  EXPECT_THAT(Message(BatchBuilder().Add("a", ArrayView{})), HasSubstr("column 'a': an array without a type"));
  EXPECT_THAT(Message(BatchBuilder().Add("\xFF", two)), HasSubstr("name is not UTF-8"));
}

TEST(BatchBuilder, OutOfMemoryAtAnyAllocationIsAnError) {
  const std::vector<std::optional<std::string>> texts = {"a", {}, "longer than twelve"};
  int64_t k = 0;
  for (bool failed = true; failed; ++k) {
    CountingAllocator allocator(k);
    const Result<RecordBatch> batch = BatchBuilder(allocator.get())
                                          .Add("t", texts)
                                          .Add("v", Utf8View(), texts)
                                          .Add("b", std::vector<bool>(3))
                                          .Finish();
    failed = !batch.ok();
    EXPECT_EQ(batch.status().code(), failed ? StatusCode::kOutOfMemory : StatusCode::kOk);
  }
  EXPECT_GT(k, 6);
}

TEST(BatchBuilder, IsUsedUpByFinish) {
  BatchBuilder builder;
  EXPECT_TRUE(builder.Finish().ok());
  EXPECT_THAT(Message(builder), HasSubstr("finished already"));
}

}  // namespace
}  // namespace inlay
