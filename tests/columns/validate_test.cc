#include <inlay/array.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/columns/array_pool.h"

namespace inlay {
namespace {

using testing::HasSubstr;

class ValidateTest : public testing::Test {
 protected:
  // Passes kBasic or not as told, and is refused by kFull with this message.
  void ExpectFault(const ArrayView& array, std::string_view message, bool basic_finds_it, bool nullable = true) {
    const Field field{"f", *array.type, nullable};
    const Status full = ValidateArray(array, field, Validation::kFull);
    EXPECT_EQ(full.code(), StatusCode::kInvalidArgument) << message;
    EXPECT_THAT(full.message(), HasSubstr(message));
    EXPECT_THAT(full.message(), HasSubstr("column 'f"));
    const Status basic = ValidateArray(array, field, Validation::kBasic);
    EXPECT_EQ(basic.ok(), !basic_finds_it) << basic.ToString();
  }
  void ExpectGood(const ArrayView& array, bool nullable = true) {
    const Status status = ValidateArray(array, {"f", *array.type, nullable}, Validation::kFull);
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  ArrayPool pool_;
};

TEST_F(ValidateTest, EveryTypePasses) {
  for (const auto& [field, array] : SampleArrays(&pool_)) {
    SCOPED_TRACE(field.name);
    for (int64_t start = 0; start <= 5; ++start) {
      for (int64_t count = 0; start + count <= 5; ++count) ExpectGood(array.Slice(start, count));
    }
  }
}

TEST_F(ValidateTest, EmptyArraysMayHaveNoBuffers) {
  for (const auto& [field, array] : SampleArrays(&pool_)) {
    SCOPED_TRACE(field.name);
    if (array.type->id() == TypeId::kRunEndEncoded) continue;
    ArrayView empty{.type = array.type};
    std::vector<ArrayView> children;
    for (const ArrayView& child : array.children) children.push_back({.type = child.type});
    for (ArrayView& child : children) {
      if (child.type->id() != TypeId::kStruct) continue;
      child.children =
          pool_.Children({{.type = &child.type->children()[0].type}, {.type = &child.type->children()[1].type}});
    }
    empty.children = children;
    empty.dictionary = array.dictionary;
    ExpectGood(empty);
  }
}

TEST_F(ValidateTest, EveryBufferOneByteShortIsFound) {
  for (const auto& [field, array] : SampleArrays(&pool_)) {
    for (size_t i = 0; i < 3; ++i) {
      if (array.buffers[i].size_bytes == 0) continue;
      ArrayView broken = array;
      // A bitmap of five values is one byte, and an empty one means no nulls.
      if (i == 0) broken.length = 9;
      if (i == 0 && array.type->id() != TypeId::kInt8) continue;
      --broken.buffers[i].size_bytes;
      EXPECT_FALSE(ValidateArray(broken, field, Validation::kBasic).ok()) << field.name << ", buffer " << i;
    }
  }
}

TEST_F(ValidateTest, Heads) {
  const ArrayView good = pool_.Fixed<int32_t>(Int32(), {1, 2, 3});
  const auto with = [&](auto change) {
    ArrayView array = good;
    change(array);
    return array;
  };
  ExpectFault(with([](ArrayView& a) { a.length = -1; }), "negative length", true);
  ExpectFault(with([](ArrayView& a) { a.offset = -1; }), "negative offset", true);
  ExpectFault(with([](ArrayView& a) { a.offset = INT64_MAX; }), "overflow", true);
  ExpectFault(with([](ArrayView& a) { a.length = INT64_MAX / 2; }), "are needed", true);
  ExpectFault(with([](ArrayView& a) { a.offset = 1; }), "buffer of values has 12 bytes, 16 are needed", true);
  ExpectFault(with([](ArrayView& a) { a.null_count = 4; }), "null count of 4 in 3 values", true);
  ExpectFault(with([](ArrayView& a) { a.null_count = -2; }), "null count", true);
  ExpectFault(with([](ArrayView& a) { a.null_count = 1; }), "no validity bits", true);
  ExpectFault(with([](ArrayView& a) { a.buffers[1].data = nullptr; }), "without memory", true);
  ExpectFault(with([](ArrayView& a) { a.buffers[2].size_bytes = -1; }), "negative size", true);
  ExpectFault(with([&](ArrayView& a) {
                a.buffers[0] = pool_.Bits("101");
                a.null_count = 2;
              }),
              "null count says 2, the validity bits 1", false);
  EXPECT_THAT(ValidateArray(good, {"x", Utf8()}, Validation::kBasic).message(),
              HasSubstr("column 'x': holds int32, the schema says utf8"));
  EXPECT_THAT(ValidateArray({}, {"x", Utf8()}, Validation::kBasic).message(), HasSubstr("without a type"));
  EXPECT_THAT(ValidateArray(good, {"x", DataType(TypeId::kList)}, Validation::kBasic).message(), HasSubstr("children"));
}

TEST_F(ValidateTest, RequiredFieldsHaveNoNulls) {
  ArrayView array = pool_.Fixed<int32_t>(Int32(), {1, 2, 3, 4});
  array.buffers[0] = pool_.Bits("1101");
  ExpectGood(array);
  ExpectFault(array, "row 2: null in a field that is not nullable", true, false);
  ExpectGood(array.Slice(0, 2), false);
  ExpectFault({.type = pool_.Type(Null()), .length = 1}, "row 0: null", true, false);
}

TEST_F(ValidateTest, RequiredMembersMayHideUnderNulls) {
  ArrayView member = pool_.Fixed<int32_t>(Int32(), {1, 2, 3, 4});
  member.buffers[0] = pool_.Bits("1101");
  ArrayView array{
      .type = pool_.Type(Struct({{"m", Int32(), false}})), .length = 4, .children = pool_.Children({member})};
  ExpectFault(array, "column 'f.m': element 2: null", false);
  array.buffers[0] = pool_.Bits("1101");
  ExpectGood(array);
  // One level up, and through lists whose null holds the null.
  ArrayView outer{.type = pool_.Type(Struct({{"s", *array.type}})), .length = 4, .children = pool_.Children({array})};
  ExpectGood(outer);
  ArrayView list{.type = pool_.Type(List({"item", Int32(), false})),
                 .length = 3,
                 .buffers = {{}, pool_.Values<int32_t>({0, 2, 3, 4})},
                 .children = pool_.Children({member})};
  ExpectFault(list, "column 'f.item': element 2: null", false);
  list.buffers[0] = pool_.Bits("101");
  ExpectGood(list);
  ExpectGood(list.Slice(1, 2));
}

TEST_F(ValidateTest, RequiredMembersOfUnionsCountWhereChosen) {
  ArrayView member = pool_.Fixed<int32_t>(Int32(), {1, 2, 3});
  member.buffers[0] = pool_.Bits("110");
  const ArrayView other = pool_.Fixed<int8_t>(Int8(), {1, 2, 3});
  ArrayView array{.type = pool_.Type(SparseUnion({{"a", Int32(), false}, {"b", Int8()}}, {0, 1})),
                  .length = 3,
                  .buffers = {{}, pool_.Values<int8_t>({0, 0, 1})},
                  .children = pool_.Children({member, other})};
  ExpectGood(array);
  array.buffers[1] = pool_.Values<int8_t>({0, 0, 0});
  ExpectFault(array, "column 'f.a': element 2: null", false);
}

TEST_F(ValidateTest, Offsets) {
  ArrayView array = pool_.Strings(Binary(), {"ab", "cd", "ef"});
  array.buffers[1] = pool_.Values<int32_t>({0, 4, 2, 6});
  ExpectFault(array, "row 1: offsets go back from 4 to 2", false);
  array.buffers[1] = pool_.Values<int32_t>({-1, 2, 4, 6});
  ExpectFault(array, "offsets run from -1", true);
  array.buffers[1] = pool_.Values<int32_t>({0, 2, 4, 7});
  ExpectFault(array, "the last offset is 7, there are 6 bytes", true);
  array.buffers[1] = pool_.Values<int32_t>({0, 2, 4});
  ExpectFault(array, "buffer of offsets has 12 bytes, 16 are needed", true);
  array.buffers[1] = pool_.Values<int32_t>({0, 9, 4, 6});
  ExpectFault(array, "go back from 9 to 4", false);
  // Far behind the first block.
  std::vector<std::string> many(5000, "x");
  std::vector<int64_t> offsets(5001);
  for (size_t i = 0; i <= 5000; ++i) offsets[i] = static_cast<int64_t>(i);
  offsets[4500] = 4498;
  array = pool_.Strings<int64_t>(LargeBinary(), many);
  array.buffers[1] = pool_.Values(offsets);
  ExpectFault(array, "row 4499: offsets go back from 4499 to 4498", false);
}

TEST_F(ValidateTest, Text) {
  ExpectGood(pool_.Strings(Utf8(), {"ascii", "größe", "日本", ""}));
  ExpectGood(pool_.Strings(Binary(), {"\xFF"}));
  ExpectFault(pool_.Strings(Utf8(), {"ascii", "bad\xFF"}), "row 1: not valid UTF-8", false);
  ExpectFault(pool_.Strings<int64_t>(LargeUtf8(), {"\xE2\x82", "\xAC"}), "row 0: not valid UTF-8", false);
  // Whole text is good, the cut between the values is not.
  ExpectFault(pool_.Strings(Utf8(), {"a", "\xC3", "\xA4"}), "row 1: not valid UTF-8", false);
  ArrayView hidden = pool_.Strings(Utf8(), {"a", "\xFF", "b"});
  ExpectFault(hidden, "row 1", false);
  hidden.buffers[0] = pool_.Bits("101");
  ExpectGood(hidden);
  ExpectGood(pool_.Strings(Utf8(), {"\xFF", "b", "\xFF"}).Slice(1, 1));
}

TEST_F(ValidateTest, Views) {
  const std::string long_text = "more than twelve";
  const auto array = [&](std::string_view value, int32_t buffer, int32_t offset, DataType type = Utf8View()) {
    std::string views;
    AppendView(value, buffer, offset, &views);
    return ArrayView{.type = pool_.Type(std::move(type)),
                     .length = 1,
                     .buffers = {{}, pool_.Text(views)},
                     .variadic_buffers = pool_.Buffers({pool_.Text(long_text), pool_.Text("more \xFF than twelve")})};
  };
  ExpectGood(array(long_text, 0, 0));
  ExpectFault(array(long_text, 2, 0), "data buffer that is not there", false);
  ExpectFault(array(long_text, -1, 0), "data buffer that is not there", false);
  ExpectFault(array(long_text, 0, 1), "reaches out", false);
  ExpectFault(array(long_text, 0, -1), "reaches out", false);
  ExpectFault(array(long_text, 0, INT32_MAX), "reaches out", false);
  ExpectFault(array("MORE than twelve", 0, 0), "prefix", false);
  ExpectFault(array("\xFF", 0, 0), "row 0: not valid UTF-8", false);
  ExpectFault(array("more \xFF than twelve", 1, 0), "not valid UTF-8", false);
  ExpectGood(array("more \xFF than twelve", 1, 0, BinaryView()));
  ArrayView broken = array("abc", 0, 0);
  broken.buffers[1] = pool_.Values<int32_t>({-5, 0, 0, 0});
  ExpectFault(broken, "negative length", false);
  broken.buffers[1] = pool_.Values<int32_t>({2, 0x64636261, 0, 0});
  ExpectFault(broken, "padded", false);
  broken.buffers[0] = pool_.Bits("0");
  ExpectGood(broken);
}

TEST_F(ValidateTest, Decimals) {
  ExpectGood(pool_.Fixed<int32_t>(Decimal32(3, 1), {999, -999, 0}));
  ExpectFault(pool_.Fixed<int32_t>(Decimal32(3, 1), {999, 1000}), "row 1: a decimal of more than 3 digits", false);
  ExpectFault(pool_.Fixed<int32_t>(Decimal32(9, 1), {INT32_MIN}), "row 0", false);
  ExpectGood(pool_.Fixed<int64_t>(Decimal64(18, 1), {999999999999999999, -999999999999999999}));
  ExpectFault(pool_.Fixed<int64_t>(Decimal64(18, 1), {-1000000000000000000}), "row 0", false);
  ExpectFault(pool_.Fixed<int64_t>(Decimal64(18, 1), {INT64_MIN}), "row 0", false);
  // 10^20 = 5 * 2^64 + 7766279631452241920.
  ExpectGood(
      pool_.Fixed<uint64_t>(Decimal128(20, 0), {7766279631452241919u, 5, 0 - 7766279631452241919u, ~uint64_t{5}}));
  ExpectFault(pool_.Fixed<uint64_t>(Decimal128(20, 0), {7766279631452241920u, 5}), "row 0", false);
  ExpectFault(pool_.Fixed<uint64_t>(Decimal128(20, 0), {0 - 7766279631452241920u, ~uint64_t{5}}), "row 0", false);
  ExpectFault(pool_.Fixed<uint64_t>(Decimal128(38, 0), {0, uint64_t{1} << 63}), "row 0", false);
  const uint64_t ones = ~uint64_t{0};
  ExpectGood(pool_.Fixed<uint64_t>(Decimal256(1, 0), {9, 0, 0, 0, 0 - uint64_t{9}, ones, ones, ones}));
  ExpectFault(pool_.Fixed<uint64_t>(Decimal256(1, 0), {0 - uint64_t{10}, ones, ones, ones}), "row 0", false);
  ExpectFault(pool_.Fixed<uint64_t>(Decimal256(76, 0), {0, 0, 0, uint64_t{1} << 62}), "row 0", false);
}

TEST_F(ValidateTest, Lists) {
  const std::span<const ArrayView> items = pool_.Children({pool_.Fixed<int32_t>(Int32(), {1, 2, 3})});
  const Field item{"item", Int32()};
  ArrayView array{.type = pool_.Type(List(item)), .length = 2, .children = items};
  array.buffers[1] = pool_.Values<int32_t>({0, 2, 4});
  ExpectFault(array, "the last offset is 4, there are 3 items", true);
  array.buffers[1] = pool_.Values<int32_t>({1, 0, 3});
  ExpectFault(array, "row 0: offsets go back", false);
  array.children = {};
  ExpectFault(array, "has 0 children, its type 1", true);
  ArrayView views{.type = pool_.Type(ListView(item)), .length = 2, .children = items};
  views.buffers[1] = pool_.Values<int32_t>({0, 2});
  views.buffers[2] = pool_.Values<int32_t>({3, 2});
  ExpectFault(views, "row 1: a list of 2 items from 2, there are 3", false);
  views.buffers[2] = pool_.Values<int32_t>({-1, 1});
  ExpectFault(views, "row 0", false);
  ArrayView fixed{.type = pool_.Type(FixedSizeList(item, 2)), .length = 2, .children = items};
  ExpectFault(fixed, "has 3 items, 4 are needed", true);
  fixed.length = INT64_MAX;
  ExpectFault(fixed, "are needed", true);
  ArrayView broken_child = pool_.Fixed<int32_t>(Int32(), {1, 2});
  broken_child.length = 3;
  fixed = {.type = fixed.type, .length = 1, .children = pool_.Children({broken_child})};
  ExpectGood(fixed);
  broken_child.offset = INT64_MAX;
  fixed.children = pool_.Children({broken_child});
  ExpectFault(fixed, "child", true);
}

TEST_F(ValidateTest, NestedFaultsAreNamedByPath) {
  const ArrayView text = pool_.Strings(Utf8(), {"a", "\xFF"});
  const ArrayView list{.type = pool_.Type(List({"item", Utf8()})),
                       .length = 1,
                       .buffers = {{}, pool_.Values<int32_t>({0, 2})},
                       .children = pool_.Children({text})};
  const ArrayView array{
      .type = pool_.Type(Struct({{"tags", *list.type}})), .length = 1, .children = pool_.Children({list})};
  ExpectFault(array, "column 'f.tags.item': element 1: not valid UTF-8", false);
}

TEST_F(ValidateTest, Unions) {
  const std::vector<Field> members = {{"a", Int32()}, {"b", Int32()}};
  const ArrayView values = pool_.Fixed<int32_t>(Int32(), {1, 2});
  ArrayView sparse{
      .type = pool_.Type(SparseUnion(members, {3, 4})), .length = 2, .children = pool_.Children({values, values})};
  sparse.buffers[1] = pool_.Values<int8_t>({3, 5});
  ExpectFault(sparse, "row 1: type id 5 is not of this union", false);
  sparse.buffers[1] = pool_.Values<int8_t>({3, -1});
  ExpectFault(sparse, "row 1: type id -1", false);
  sparse.children = pool_.Children({values, values.Slice(0, 1)});
  ExpectFault(sparse, "member 'b' has 1 values, 2 are needed", true);
  ArrayView dense = {
      .type = pool_.Type(DenseUnion(members, {3, 4})), .length = 3, .children = pool_.Children({values, values})};
  dense.buffers[1] = pool_.Values<int8_t>({3, 4, 3});
  dense.buffers[2] = pool_.Values<int32_t>({1, 0, 0});
  ExpectFault(dense, "row 2: offsets into a member go back", false);
  dense.buffers[2] = pool_.Values<int32_t>({0, 2, 1});
  ExpectFault(dense, "row 1: offset 2 into a member of 2 values", false);
  dense.buffers[2] = pool_.Values<int32_t>({0, -1, 1});
  ExpectFault(dense, "row 1: offset -1", false);
}

TEST_F(ValidateTest, Dictionaries) {
  const ArrayView words = pool_.Strings(Utf8(), {"a", "b"});
  ArrayView array = pool_.Fixed<int8_t>(Dictionary(TypeId::kInt8, Utf8()), {0, 2, 1, -1});
  ExpectFault(array, "without a dictionary", true);
  array.dictionary = &words;
  ExpectFault(array, "row 1: index 2 into a dictionary of 2 values", false);
  array.buffers[0] = pool_.Bits("1011");
  ExpectFault(array, "row 3: index -1", false);
  array.buffers[0] = pool_.Bits("1010");
  ExpectGood(array);
  const ArrayView wrong = pool_.Strings(Binary(), {"a", "b"});
  array.dictionary = &wrong;
  ExpectFault(array, "holds binary, the schema says utf8", true);
}

TEST_F(ValidateTest, RunEnds) {
  const auto array = [&](std::vector<int16_t> run_ends, int64_t num_values) {
    return ArrayView{.type = pool_.Type(RunEndEncoded(TypeId::kInt16, {"values", Bool()})),
                     .length = 4,
                     .offset = 1,
                     .children = pool_.Children(
                         {pool_.Fixed<int16_t>(Int16(), run_ends),
                          {.type = pool_.Type(Bool()), .length = num_values, .buffers = {{}, pool_.Bits("0101")}}})};
  };
  ExpectGood(array({2, 5}, 2));
  ExpectFault(array({2, 4}, 2), "the last run ends at 4, not at 5", false);
  ExpectFault(array({2, 2, 5}, 3), "run 1 ends at 2, the one before at 2", false);
  ExpectFault(array({0, 5}, 2), "run 0 ends at 0", false);
  ExpectFault(array({2, 5}, 1), "fewer values than run ends", true);
  ExpectFault(array({}, 0), "the last run ends at 0", false);
}

TEST_F(ValidateTest, Batches) {
  const Schema schema{{{"a", Int32()}, {"b", Utf8(), false}}, {}};
  std::vector<ArrayView> columns = {pool_.Fixed<int32_t>(Int32(), {1, 2}), pool_.Strings(Utf8(), {"x", "y"})};
  RecordBatchView batch{.schema = &schema, .num_rows = 2, .columns = columns};
  EXPECT_TRUE(ValidateBatch(batch, Validation::kFull).ok());
  const auto message = [&] { return ValidateBatch(batch, Validation::kBasic).message(); };
  batch.num_rows = 3;
  EXPECT_THAT(message(), HasSubstr("column 'a': has 2 rows, the batch has 3"));
  batch.num_rows = -1;
  EXPECT_THAT(message(), HasSubstr("negative number of rows"));
  batch = {.schema = &schema, .num_rows = 2, .columns = std::span(columns).first(1)};
  EXPECT_THAT(message(), HasSubstr("1 columns under a schema of 2"));
  EXPECT_THAT(ValidateBatch({}, Validation::kBasic).message(), HasSubstr("without a schema"));
  const Status error = Status::LimitExceeded("from the builder");
  batch = {.schema = &schema, .num_rows = 2, .columns = columns, .error = &error};
  EXPECT_EQ(ValidateBatch(batch, Validation::kBasic).code(), StatusCode::kLimitExceeded);
}

}  // namespace
}  // namespace inlay
