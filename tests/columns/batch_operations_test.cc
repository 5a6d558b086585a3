// Operations on batches of every type, against the text of each value.
#include <gtest/gtest.h>
#include <inlay/batch_operations.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/columns/assembler.h"
#include "tests/base/counting_allocator.h"
#include "tests/columns/array_pool.h"
#include "tests/columns/random_array.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using Texts = std::vector<std::string>;

// A batch of random columns, its schema and its memory.
class RandomBatch {
 public:
  RandomBatch(uint32_t seed, int depth, int64_t num_rows) : random_(seed) {
    for (const char* name : {"a", "b"}) schema_.fields.push_back(random_.RandomField(name, depth));
    Fill(num_rows);
  }
  // Every flat type, and each nested one.
  explicit RandomBatch(uint32_t seed) : random_(seed) {
    for (const DataType& type : RandomArrays::FlatTypes()) schema_.fields.push_back({type.ToString(), type});
    for (int64_t kind = 0; kind < RandomArrays::kNumNested; ++kind) {
      const DataType type = random_.Nested(kind, 2);
      schema_.fields.push_back({type.ToString(), type});
    }
    Fill(random_.Below(200));
  }

  RandomArrays& random() { return random_; }
  RecordBatchView view() const { return {&schema_, num_rows_, columns_}; }
  ArrayView Mask() {
    const Field field{"mask", Bool()};
    ArrayView mask = random_.Array(field, num_rows_);
    mask.type = &bool_;
    return mask;
  }

 private:
  void Fill(int64_t num_rows) {
    num_rows_ = num_rows;
    for (const Field& field : schema_.fields) columns_.push_back(random_.Array(field, num_rows));
  }

  RandomArrays random_;
  const DataType bool_ = Bool();
  Schema schema_;
  int64_t num_rows_ = 0;
  std::vector<ArrayView> columns_;
};

Texts TextsOf(const ArrayView& array) {
  Texts texts;
  for (int64_t row = 0; row < array.length; ++row) texts.push_back(reference::ValueText(array, row));
  return texts;
}

std::vector<Texts> TextsOf(const RecordBatchView& batch) {
  std::vector<Texts> texts;
  for (const ArrayView& column : batch.columns) texts.push_back(TextsOf(column));
  return texts;
}

// What a null row of the field reads like: unions and runs leave nulls to a child.
std::string NullText(const Field& field) {
  if (field.type.id() == TypeId::kRunEndEncoded) return NullText(field.type.children()[1]);
  if (field.type.id() != TypeId::kDenseUnion && field.type.id() != TypeId::kSparseUnion) return "null";
  size_t member = 0;
  while (!CanHoldNull(field.type.children()[member])) ++member;
  return std::to_string(field.type.type_ids()[member]) + "=" + NullText(field.type.children()[member]);
}

void ExpectGood(const Result<RecordBatch>& result, const std::vector<Texts>& wanted) {
  ASSERT_EQ(result.status().ToString(), "ok");
  ASSERT_EQ(ValidateBatch(*result, Validation::kFull).ToString(), "ok");
  for (size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_EQ(result->columns()[i].length, result->num_rows());
    ASSERT_EQ(TextsOf(result->columns()[i]), wanted[i]) << result->schema().fields[i].type.ToString();
  }
}

void CheckFilter(RandomBatch* batch) {
  const ArrayView mask = batch->Mask();
  std::vector<Texts> wanted(batch->view().columns.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (int64_t row = 0; row < mask.length; ++row) {
      if (reference::ValueText(mask, row) != "true") continue;
      wanted[i].push_back(reference::ValueText(batch->view().columns[i], row));
    }
  }
  ExpectGood(Filter(batch->view(), mask), wanted);
}

void CheckTake(RandomBatch* batch) {
  RandomArrays& random = batch->random();
  const RecordBatchView view = batch->view();
  const DataType types[] = {Int8(), UInt8(), Int16(), UInt16(), Int32(), UInt32(), Int64(), UInt64()};
  const Field field{"indexes", types[random.Below(8)]};
  ArrayPool pool;
  bool nulls = true;
  for (const Field& column : view.schema->fields) nulls &= CanHoldNull(column);
  nulls &= !random.OneIn(3);
  const int64_t width = FixedByteWidth(field.type);
  const int64_t count = view.num_rows == 0 && !nulls ? 0 : random.Below(150);
  std::vector<uint8_t> bytes(static_cast<size_t>(count * width), 0);
  std::string validity;
  std::vector<Texts> wanted(view.columns.size());
  for (int64_t i = 0; i < count; ++i) {
    const bool is_null = nulls && (view.num_rows == 0 || random.OneIn(3));
    const int64_t row = is_null ? 127 : random.Below(std::min<int64_t>(view.num_rows, 127));
    bytes[static_cast<size_t>(i * width)] = static_cast<uint8_t>(row);
    validity += is_null ? '0' : '1';
    for (size_t k = 0; k < wanted.size(); ++k) {
      wanted[k].push_back(is_null ? NullText(view.schema->fields[k]) : reference::ValueText(view.columns[k], row));
    }
  }
  const ArrayView indexes{.type = &field.type,
                          .length = count,
                          .buffers = {nulls ? pool.Bits(validity) : BufferView{}, pool.Values(bytes)}};
  ExpectGood(Take(view, indexes), wanted);
}

TEST(Filter, EveryType) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    RandomBatch batch(seed);
    CheckFilter(&batch);
    if (HasFatalFailure()) return;
  }
}

TEST(Filter, RandomNesting) {
  for (uint32_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE(seed);
    RandomBatch batch(seed, 3, seed % 7 == 0 ? 0 : 1 + 29 * (seed % 11));
    CheckFilter(&batch);
    if (HasFatalFailure()) return;
  }
}

TEST(Filter, LongColumnsAndAllDensities) {
  RandomBatch batch(5);
  ArrayPool pool;
  Schema schema{{{"i", Int64()}, {"s", Utf8()}, {"b", Bool()}}};
  RandomArrays random(9);
  constexpr int64_t kRows = 20000;
  std::vector<ArrayView> columns;
  for (const Field& field : schema.fields) columns.push_back(random.Array(field, kRows));
  const DataType type = Bool();
  for (const int64_t one_in : {1, 2, 3, 50, 5000, 100000}) {
    std::string bits;
    std::vector<Texts> wanted(columns.size());
    for (int64_t row = 0; row < kRows; ++row) {
      const bool kept = random.OneIn(one_in);
      bits += kept ? '1' : '0';
      for (size_t i = 0; kept && i < columns.size(); ++i) wanted[i].push_back(reference::ValueText(columns[i], row));
    }
    const ArrayView mask{.type = &type, .length = kRows, .buffers = {{}, pool.Bits(bits)}};
    ExpectGood(Filter({&schema, kRows, columns}, mask), wanted);
  }
}

TEST(Filter, RefusesOtherMasks) {
  ArrayPool pool;
  const Schema schema{{{"a", Int32()}}};
  const ArrayView column = pool.Fixed<int32_t>(Int32(), {1, 2, 3});
  const RecordBatchView batch{&schema, 3, {&column, 1}};
  const ArrayView too_short{.type = pool.Type(Bool()), .length = 2, .buffers = {{}, pool.Bits("11")}};
  EXPECT_EQ(Filter(batch, too_short).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Filter(batch, column).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Filter(batch, {}).status().code(), StatusCode::kInvalidArgument);
}

TEST(Take, EveryType) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    RandomBatch batch(seed);
    CheckTake(&batch);
    if (HasFatalFailure()) return;
  }
}

TEST(Take, RandomNesting) {
  for (uint32_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE(seed);
    RandomBatch batch(seed, 3, seed % 7 == 0 ? 0 : 1 + 29 * (seed % 11));
    CheckTake(&batch);
    if (HasFatalFailure()) return;
  }
}

TEST(Take, NamesTheRowOfABadIndex) {
  ArrayPool pool;
  const Schema schema{{{"a", Int32(), false}}};
  const ArrayView column = pool.Fixed<int32_t>(Int32(), {1, 2, 3});
  const RecordBatchView batch{&schema, 3, {&column, 1}};
  const auto message = [&](const ArrayView& indexes) { return Take(batch, indexes).status().ToString(); };
  EXPECT_EQ(message(pool.Fixed<int16_t>(Int16(), {0, 2, 3})),
            "invalid argument: row 2: index 3 into a batch of 3 rows");
  EXPECT_EQ(message(pool.Fixed<int64_t>(Int64(), {0, -1})), "invalid argument: row 1: index -1 into a batch of 3 rows");
  EXPECT_EQ(message(pool.Fixed<uint64_t>(UInt64(), {~uint64_t{0}})),
            "invalid argument: row 0: index 18446744073709551615 into a batch of 3 rows");
  EXPECT_EQ(message(pool.Fixed<double>(Float64(), {0})), "invalid argument: indexes must be integers");
  ArrayView with_null = pool.Fixed<int32_t>(Int32(), {0, 99});
  with_null.buffers[0] = pool.Bits("10");
  EXPECT_EQ(message(with_null), "invalid argument: column 'a': a null index, and the field cannot hold nulls");
}

TEST(Copy, KeepsNothingOfTheOriginal) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    auto batch = std::make_unique<RandomBatch>(seed, 3, 100);
    std::vector<ArrayView> slices;
    for (const ArrayView& column : batch->view().columns) slices.push_back(column.Slice(17, 50));
    const std::vector<Texts> wanted = TextsOf({batch->view().schema, 50, slices});
    const Result<RecordBatch> copy = Copy({batch->view().schema, 50, slices});
    batch.reset();
    ExpectGood(copy, wanted);
    if (HasFatalFailure()) return;
  }
}

TEST(Copy, IsAsSmallAsTheSlice) {
  ArrayPool pool;
  const Schema schema{{{"s", Utf8()}, {"v", Utf8View()}, {"l", List({"item", Int64()})}}};
  constexpr int64_t kRows = 100000;
  const std::string text(50, 'x');
  std::string views;
  std::string data;
  std::vector<int32_t> offsets = {0};
  for (int64_t i = 0; i < kRows; ++i) {
    AppendView(text, 0, static_cast<int32_t>(data.size()), &views);
    data += text;
    offsets.push_back(static_cast<int32_t>(10 * (i + 1)));
  }
  const ArrayView columns[] = {pool.Strings(Utf8(), std::vector<std::string>(kRows, text)),
                               {.type = pool.Type(Utf8View()),
                                .length = kRows,
                                .buffers = {{}, pool.Text(views)},
                                .variadic_buffers = pool.Buffers({pool.Text(data)})},
                               {.type = pool.Type(List({"item", Int64()})),
                                .length = kRows,
                                .buffers = {{}, pool.Values(offsets)},
                                .children = pool.Children({pool.Fixed(Int64(), std::vector<int64_t>(10 * kRows, 7))})}};
  const Result<RecordBatch> slice = Slice(RecordBatchView{&schema, kRows, columns}, 5000, 10);
  ASSERT_TRUE(slice.ok());
  CountingAllocator allocator;
  const Result<RecordBatch> copy = Copy(*slice, allocator.get());
  ASSERT_TRUE(copy.ok());
  EXPECT_LT(allocator.live_bytes(), 100000);
  EXPECT_FALSE(FindDifference(*copy, *slice)->has_value());
}

TEST(Slice, SharesTheOwner) {
  RandomBatch original(3, 3, 80);
  Result<RecordBatch> whole = Copy(original.view());
  ASSERT_TRUE(whole.ok());
  const std::vector<Texts> texts = TextsOf(*whole);
  const Result<RecordBatch> slice = Slice(*whole, 10, 30);
  const uint8_t* const values = whole->columns()[0].buffers[1].data;
  *whole = RecordBatch();
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(slice->columns()[0].buffers[1].data, values);
  std::vector<Texts> wanted;
  for (const Texts& column : texts) wanted.emplace_back(column.begin() + 10, column.begin() + 40);
  ExpectGood(slice, wanted);
}

TEST(Slice, OutOfBounds) {
  const RandomBatch batch(3, 1, 10);
  EXPECT_TRUE(Slice(batch.view(), 10, 0).ok());
  for (const auto& [start, count] : {std::pair<int64_t, int64_t>{0, 11}, {11, 0}, {-1, 2}, {2, -1}, {5, INT64_MAX}}) {
    EXPECT_EQ(Slice(batch.view(), start, count).status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(Slice(RecordBatch(), 0, 0).status().code(), StatusCode::kInvalidArgument);
}

TEST(Concatenate, PutsBackWhatWasSliced) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    RandomBatch batch(seed, 3, 120);
    const Result<RecordBatch> first = Slice(batch.view(), 0, 50);
    const Result<RecordBatch> second = Slice(batch.view(), 50, 70);
    const Result<RecordBatch> whole = Concatenate(std::vector<RecordBatchView>{*first, *second});
    ExpectGood(whole, TextsOf(batch.view()));
    if (HasFatalFailure()) return;
    EXPECT_FALSE(FindDifference(*whole, batch.view())->has_value());
  }
}

TEST(Concatenate, RefusesOtherSchemas) {
  ArrayPool pool;
  const Schema a{{{"a", Int32()}}}, b{{{"b", Int32()}}};
  const ArrayView column = pool.Fixed<int32_t>(Int32(), {1});
  const RecordBatchView batches[] = {{&a, 1, {&column, 1}}, {&b, 1, {&column, 1}}};
  EXPECT_EQ(Concatenate(batches).status().ToString(), "invalid argument: batch 1 has another schema than batch 0");
  EXPECT_EQ(Concatenate({}).status().code(), StatusCode::kInvalidArgument);
}

TEST(BatchOperations, FailCleanlyWithoutMemory) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    RandomBatch batch(seed, 3, 5000);
    const ArrayView mask = batch.Mask();
    ArrayPool pool;
    std::vector<int32_t> rows;
    for (int32_t i = 0; i < 3000; ++i) rows.push_back(i * 7 % 5000);
    const ArrayView indexes = pool.Fixed(Int32(), rows);
    for (int operation = 0; operation < 3; ++operation) {
      for (int64_t num_successes = 0;; ++num_successes) {
        CountingAllocator allocator(num_successes);
        const Result<RecordBatch> result = operation == 0   ? Filter(batch.view(), mask, allocator.get())
                                           : operation == 1 ? Take(batch.view(), indexes, allocator.get())
                                                            : Copy(batch.view(), allocator.get());
        if (result.ok()) break;
        ASSERT_EQ(result.status().code(), StatusCode::kOutOfMemory);
      }
    }
  }
}

TEST(FindDifference, FindsTheFirstRowThatDiffers) {
  for (uint32_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE(seed);
    RandomBatch batch(seed, 3, 60);
    RandomArrays& random = batch.random();
    // Another order from some row on.
    const int64_t first = random.Below(60);
    std::vector<int32_t> rows;
    for (int32_t i = 0; i < 60; ++i) rows.push_back(i < first ? i : static_cast<int32_t>(random.Below(60)));
    ArrayPool pool;
    const Result<RecordBatch> other = Take(batch.view(), pool.Fixed(Int32(), rows));
    ASSERT_TRUE(other.ok());
    const Result<std::optional<Difference>> difference = FindDifference(batch.view(), *other);
    ASSERT_TRUE(difference.ok());
    const std::vector<Texts> left = TextsOf(batch.view()), right = TextsOf(*other);
    size_t column = 0;
    while (column < left.size() && left[column] == right[column]) ++column;
    ASSERT_EQ(difference->has_value(), column < left.size());
    if (!difference->has_value()) continue;
    int64_t row = 0;
    while (left[column][static_cast<size_t>(row)] == right[column][static_cast<size_t>(row)]) ++row;
    EXPECT_EQ((*difference)->row, row);
    EXPECT_EQ((*difference)->path.substr(0, 1), batch.view().schema->fields[column].name);
  }
}

std::string Report(const ArrayView& a, const ArrayView& b) {
  const Schema schema{{{"c", *a.type}}};
  const auto difference = FindDifference({&schema, a.length, {&a, 1}}, {&schema, b.length, {&b, 1}});
  if (!difference.ok()) return difference.status().ToString();
  return difference->has_value() ? (*difference)->ToString() : "equal";
}

TEST(FindDifference, SaysWhereAndWhat) {
  ArrayPool pool;
  EXPECT_EQ(Report(pool.Fixed<int32_t>(Int32(), {1, 2, 3}), pool.Fixed<int32_t>(Int32(), {1, 2, -4})),
            "column 'c', row 2: values differ: 3 and -4");
  EXPECT_EQ(Report(pool.Strings(Utf8(), {"a"}), pool.Strings(Utf8(), {"b"})),
            "column 'c', row 0: values differ: 'a' and 'b'");
  EXPECT_EQ(Report(pool.Strings(Binary(), {"a"}), pool.Strings(Binary(), {""})),
            "column 'c', row 0: values differ: 0x61 and 0x");
  EXPECT_EQ(Report(pool.Fixed<double>(Float64(), {0.5}), pool.Fixed<double>(Float64(), {-0.0})),
            "column 'c', row 0: values differ: 0.5 and -0");
  EXPECT_EQ(Report(pool.Fixed<uint16_t>(Float16(), {0x3C00}), pool.Fixed<uint16_t>(Float16(), {0xC100})),
            "column 'c', row 0: values differ: 1 and -2.5");
  EXPECT_EQ(
      Report(pool.Fixed<int64_t>(Decimal128(38, 2), {12345, 0}), pool.Fixed<int64_t>(Decimal128(38, 2), {-7, -1})),
      "column 'c', row 0: values differ: 123.45 and -0.07");
  EXPECT_EQ(Report(pool.Fixed<int32_t>(IntervalMonthDayNano(), {1, 2, 3, 0}),
                   pool.Fixed<int32_t>(IntervalMonthDayNano(), {1, 2, 4, 0})),
            "column 'c', row 0: values differ: 1 months 2 days 3 ns and 1 months 2 days 4 ns");
  EXPECT_EQ(Report(pool.Fixed<int32_t>(Int32(), {1}), pool.Fixed<int32_t>(Int32(), {1, 2})),
            "numbers of rows differ: 1 and 2");
  const std::string long_text(1000, 'y');
  EXPECT_LT(Report(pool.Strings(Utf8(), {long_text}), pool.Strings(Utf8(), {""})).size(), 200u);

  const DataType* const type = pool.Type(Struct({{"id", Int32()}, {"tags", List({"item", Utf8()})}}));
  const auto row = [&](const std::vector<std::string>& tags) {
    const auto count = static_cast<int32_t>(tags.size());
    const ArrayView list{.type = &type->children()[1].type,
                         .length = 1,
                         .buffers = {{}, pool.Values<int32_t>({0, count})},
                         .children = pool.Children({pool.Strings(Utf8(), tags)})};
    return ArrayView{.type = type, .length = 1, .children = pool.Children({pool.Fixed<int32_t>(Int32(), {5}), list})};
  };
  EXPECT_EQ(Report(row({"a", "b"}), row({"a", "b"})), "equal");
  EXPECT_EQ(Report(row({"a", "b"}), row({"a", "x"})),
            "column 'c.tags.item', row 0: item 1: values differ: 'b' and 'x'");
  EXPECT_EQ(Report(row({"a", "b"}), row({"a"})),
            "column 'c.tags', row 0: lists of 2 and 1 items: ['a', 'b'] and ['a']");
  ArrayView null_row = row({"a"});
  null_row.buffers[0] = pool.Bits("0");
  EXPECT_EQ(Report(row({"a"}), null_row), "column 'c', row 0: null in one alone: {id: 5, tags: ['a']} and null");
}

TEST(FindDifference, Schemas) {
  ArrayPool pool;
  const ArrayView column = pool.Fixed<int32_t>(Int32(), {1});
  const ArrayView wide = pool.Fixed<int64_t>(Int64(), {1});
  const auto report = [&](const Schema& a, const Schema& b, const ArrayView& right) {
    const auto difference = FindDifference({&a, 1, {&column, 1}}, {&b, 1, {&right, 1}});
    return (*difference)->ToString();
  };
  EXPECT_EQ(report({{{"a", Int32()}}}, {{{"b", Int32()}}}, column), "column 'a': names differ: a and b");
  EXPECT_EQ(report({{{"a", Int32()}}}, {{{"a", Int64()}}}, wide), "column 'a': types differ: int32 and int64");
  EXPECT_EQ(report({{{"a", Int32()}}}, {{{"a", Int32(), false}}}, column),
            "column 'a': nullability differs: nullable and not nullable");
}

}  // namespace
}  // namespace inlay
