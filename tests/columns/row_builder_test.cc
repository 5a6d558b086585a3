#include <inlay/row_builder.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/base/counting_allocator.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using reference::ArrayText;
using testing::HasSubstr;

static_assert(!std::is_copy_constructible_v<RowBuilder>);

Schema OneColumn(DataType type, bool nullable = true) { return {{{"c", std::move(type), nullable}}, {}}; }

// The column after each of these appended one row.
template <typename... Values>
std::string Column(DataType type, Values... values) {
  RowBuilder rows(OneColumn(std::move(type)));
  (rows.Append(values).EndRow(), ...);
  rows.AppendNull().EndRow();
  const RecordBatchView batch = rows.batch();
  if (batch.error != nullptr) return batch.error->ToString();
  EXPECT_TRUE(ValidateBatch(batch, Validation::kFull).ok()) << ValidateBatch(batch, Validation::kFull).ToString();
  return ArrayText(batch.columns[0]);
}

TEST(RowBuilder, RowsOfSeveralColumns) {
  const Schema schema{{{"time", Timestamp(TimeUnit::kMicro), false}, {"host", Utf8(), false}, {"value", Float64()}},
                      {}};
  RowBuilder rows(schema);
  rows.Append(int64_t{7}).Append("alpha").AppendOptional(std::optional<double>(0.5)).EndRow();
  rows.Append(8).Append(std::string("beta")).AppendOptional(std::optional<double>()).EndRow();
  EXPECT_TRUE(rows.status().ok()) << rows.status().ToString();
  const RecordBatchView batch = rows.batch();
  EXPECT_EQ(batch.num_rows, 2);
  EXPECT_EQ(batch.error, nullptr);
  EXPECT_TRUE(*batch.schema == schema);
  EXPECT_TRUE(ValidateBatch(batch, Validation::kFull).ok());
  EXPECT_EQ(ArrayText(batch.columns[0]), "[0700000000000000, 0800000000000000]");
  EXPECT_EQ(ArrayText(batch.columns[1]), "['alpha', 'beta']");
  EXPECT_EQ(ArrayText(batch.columns[2]), "[000000000000e03f, null]");
}

TEST(RowBuilder, IntegersFitWhereTheyFit) {
  EXPECT_EQ(Column(Int8(), int8_t{-128}, 127, 5u, 6L), "[-128, 127, 5, 6, null]");
  EXPECT_EQ(Column(UInt8(), uint8_t{255}, 0, 200LL), "[255, 0, 200, null]");
  EXPECT_EQ(Column(Int16(), int16_t{-3}, -32768), "[-3, -32768, null]");
  EXPECT_EQ(Column(UInt16(), uint16_t{3}, 65535), "[3, 65535, null]");
  EXPECT_EQ(Column(Int32(), -1, INT64_C(-2147483648), uint8_t{3}), "[-1, -2147483648, 3, null]");
  EXPECT_EQ(Column(UInt32(), 1u, 4294967295L), "[1, 4294967295, null]");
  EXPECT_EQ(Column(Int64(), INT64_MIN, 3, -4LL, 5u, uint64_t{INT64_MAX}),
            "[-9223372036854775808, 3, -4, 5, 9223372036854775807, null]");
  EXPECT_EQ(Column(UInt64(), uint64_t{5}, 6), "[5, 6, null]");
  EXPECT_EQ(Column(Date32(), 1), "[01000000, null]");
  EXPECT_EQ(Column(Float16(), uint16_t{0x3C00}), "[003c, null]");
  EXPECT_EQ(Column(Float32(), 1.0f, 1), "[0000803f, 0000803f, null]");
  EXPECT_EQ(Column(Float64(), 1.0, 1.0f, -1, 1u),
            "[000000000000f03f, 000000000000f03f, 000000000000f0bf, 000000000000f03f, null]");
}

TEST(RowBuilder, TextAndBytes) {
  const std::string longer = "more than twelve bytes";
  for (const DataType& type : {Utf8(), LargeUtf8(), Utf8View(), Binary(), LargeBinary(), BinaryView()}) {
    EXPECT_EQ(Column(type, "a", std::string_view(), longer, longer.c_str()),
              "['a', '', '" + longer + "', '" + longer + "', null]")
        << type.ToString();
  }
  EXPECT_EQ(Column(FixedSizeBinary(2), "ab", std::vector<uint8_t>{1, 2}), "[6162, 0102, null]");
  EXPECT_EQ(Column(FixedSizeBinary(0), ""), "['', null]");
  EXPECT_EQ(Column(Bool(), true, false, true, true, false, false, false, true, true),
            "[true, false, true, true, false, false, false, true, true, null]");
  EXPECT_EQ(Column(IntervalDayTime(), std::array<uint8_t, 8>{1, 0, 0, 0, 2}), "[0100000002000000, null]");
  EXPECT_EQ(Column(Null()), "[null]");
}

TEST(RowBuilder, Decimals) {
  for (const DataType& type : {Decimal32(5, 2), Decimal64(5, 2), Decimal128(5, 2), Decimal256(5, 2)}) {
    RowBuilder rows(OneColumn(type));
    rows.AppendDecimal(258).EndRow();
    rows.AppendDecimal(-2).EndRow();
    const size_t rest = static_cast<size_t>(FixedByteWidth(type)) * 2 - 4;
    EXPECT_EQ(ArrayText(rows.batch().columns[0]),
              "[0201" + std::string(rest, '0') + ", feff" + std::string(rest, 'f') + "]");
    rows.AppendDecimal(100000).EndRow();
    EXPECT_THAT(rows.batch().error->message(), HasSubstr("column 'c': row 2: a decimal of more than 5 digits"));
  }
}

TEST(RowBuilder, MistakesAreRememberedAndReachTheWriter) {
  const auto expect = [](std::string_view message, const Schema& schema,
                         const std::function<void(RowBuilder&)>& append) {
    RowBuilder rows(schema);
    append(rows);
    rows.EndRow();
    EXPECT_EQ(rows.num_rows(), 1);
    for (int i = 0; i < 2000; ++i) rows.Append(1).Append("more").AppendNull().EndRow();
    EXPECT_EQ(rows.num_rows(), 2001);  // counted on
    const RecordBatchView batch = rows.batch();
    EXPECT_THAT(rows.status().message(), HasSubstr(message));
    EXPECT_EQ(batch.num_rows, 0);
    EXPECT_THAT(ValidateBatch(batch, Validation::kBasic).message(), HasSubstr(message));
    rows.Clear();
    EXPECT_TRUE(rows.status().ok());
    EXPECT_EQ(rows.num_rows(), 0);
    EXPECT_EQ(rows.batch().error, nullptr);
  };
  expect("column 'c': row 0: text in a column of int32", OneColumn(Int32()), [](auto& r) { r.Append("x"); });
  expect("an integer out of range in a column of int8", OneColumn(Int8()), [](auto& r) { r.Append(128); });
  expect("an integer out of range in a column of uint8", OneColumn(UInt8()), [](auto& r) { r.Append(-1); });
  expect("an integer out of range in a column of int64", OneColumn(Int64()), [](auto& r) { r.Append(UINT64_MAX); });
  expect("an integer that is not exact", OneColumn(Float32()), [](auto& r) { r.Append((1 << 24) + 1); });
  expect("an integer in a column of utf8", OneColumn(Utf8()), [](auto& r) { r.Append(1); });
  expect("an integer in a column of float16", OneColumn(Float16()), [](auto& r) { r.Append(1); });
  expect("a double in a column of float32", OneColumn(Float32()), [](auto& r) { r.Append(0.1); });
  expect("a floating-point number in a column of int32", OneColumn(Int32()), [](auto& r) { r.Append(1.0f); });
  expect("a boolean in a column of int32", OneColumn(Int32()), [](auto& r) { r.Append(true); });
  expect("a null pointer", OneColumn(Utf8()), [](auto& r) { r.Append(static_cast<const char*>(nullptr)); });
  expect("null in a field that is not nullable", OneColumn(Utf8(), false), [](auto& r) { r.AppendNull(); });
  expect("a value of 3 bytes in a column of fixed_size_binary(2)", OneColumn(FixedSizeBinary(2)),
         [](auto& r) { r.Append("abc"); });
  expect("text in a column of decimal32", OneColumn(Decimal32(9, 0)), [](auto& r) { r.Append("1234"); });
  expect("a decimal in a column of utf8", OneColumn(Utf8()), [](auto& r) { r.AppendDecimal(1); });
  expect("a decimal out of range", OneColumn(Decimal32(9, 0)), [](auto& r) { r.AppendDecimal(INT64_C(1) << 31); });
  expect("column 'c': row 0: the row ends before this column", OneColumn(Int32()), [](auto&) {});
  expect("row 0: more values than columns", OneColumn(Int32()), [](auto& r) { r.Append(1).Append(2); });
  expect("row 0: more values than columns", OneColumn(Int32()), [](auto& r) { r.Append(1).AppendNull(); });
  expect("row 0: more values than columns", {}, [](auto& r) { r.Append("x"); });
}

TEST(RowBuilder, TextIsCheckedWithItsRow) {
  RowBuilder rows(OneColumn(Utf8()));
  for (int i = 0; i < 10; ++i) rows.Append("größe").EndRow();
  EXPECT_EQ(rows.batch().num_rows, 10);
  rows.Append("ok").EndRow();
  rows.Append("\xC0\x80").EndRow();
  EXPECT_THAT(rows.batch().error->message(), HasSubstr("column 'c': row 11: not valid UTF-8"));
}

TEST(RowBuilder, ARowMustBeEndedBeforeItsBatch) {
  RowBuilder rows(OneColumn(Int32()));
  rows.Append(1);
  EXPECT_THAT(rows.batch().error->message(), HasSubstr("not ended"));
}

TEST(RowBuilder, SchemaErrorsStay) {
  RowBuilder rows(OneColumn(List({"item", Int32()})));
  rows.Append(1).EndRow();
  rows.Clear();
  EXPECT_EQ(rows.status().code(), StatusCode::kNotImplemented);
  EXPECT_THAT(rows.batch().error->message(), HasSubstr("column 'c': RowBuilder builds flat types"));
  EXPECT_EQ(RowBuilder(OneColumn(Decimal32(10, 0))).status().code(), StatusCode::kInvalidArgument);
}

TEST(RowBuilder, GrowsAndIsReused) {
  const Schema schema{{{"n", Int64()}, {"t", Utf8()}, {"b", Bool()}, {"l", LargeUtf8()}, {"v", Utf8View()}}, {}};
  RowBuilder rows(schema);
  for (int round = 0; round < 3; ++round) {
    const int64_t num_rows = 5000 - 1500 * round;
    for (int64_t i = 0; i < num_rows; ++i) {
      const std::string text = "text number " + std::to_string(i + round);
      if (i % 7 == round) {
        rows.AppendNull().AppendNull().AppendNull().AppendNull().AppendNull();
      } else {
        rows.Append(i).Append(text).Append(i % 3 == 0).Append(text).Append(text);
      }
      rows.EndRow();
    }
    RecordBatchView batch = rows.batch();
    ASSERT_EQ(batch.error, nullptr) << batch.error->ToString();
    ASSERT_TRUE(ValidateBatch(batch, Validation::kFull).ok());
    ASSERT_EQ(batch.num_rows, num_rows);
    for (int64_t i = 0; i < num_rows; ++i) {
      const bool is_null = i % 7 == round;
      const std::string text = "'text number " + std::to_string(i + round) + "'";
      ASSERT_EQ(reference::ValueText(batch.columns[0], i), is_null ? "null" : std::to_string(i));
      ASSERT_EQ(reference::ValueText(batch.columns[2], i), is_null ? "null" : i % 3 == 0 ? "true" : "false");
      for (size_t c : {1, 3, 4}) ASSERT_EQ(reference::ValueText(batch.columns[c], i), is_null ? "null" : text);
    }
    rows.Clear();
  }
}

TEST(RowBuilder, OutOfMemoryAtAnyAllocationIsAnError) {
  int64_t k = 0;
  for (bool failed = true; failed; ++k) {
    CountingAllocator allocator(k);
    RowBuilder rows({{{"t", Utf8()}, {"l", LargeUtf8()}, {"v", Utf8View()}, {"n", Int64()}}, {}}, allocator.get());
    for (int64_t i = 0; i < 3000; ++i) {
      rows.Append("some text").Append("some text").Append("more than twelve bytes").Append(i).EndRow();
    }
    const RecordBatchView batch = rows.batch();
    failed = batch.error != nullptr;
    EXPECT_EQ(rows.status().code(), failed ? StatusCode::kOutOfMemory : StatusCode::kOk);
    // Memory that was had is kept, and the next round works with it or fails again.
    rows.Clear();
    allocator.FailAfter(1000);
    rows.Append("x").Append("x").Append("x").Append(1).EndRow();
    const RecordBatchView again = rows.batch();
    if (again.error == nullptr) {
      EXPECT_TRUE(ValidateBatch(again, Validation::kFull).ok());
    }
  }
  EXPECT_GT(k, 12);
}

TEST(RowBuilder, Moves) {
  RowBuilder from(OneColumn(Int32()));
  from.Append(1).EndRow();
  RowBuilder rows(std::move(from));
  rows.Append(2).EndRow();
  EXPECT_EQ(ArrayText(rows.batch().columns[0]), "[1, 2]");
  from.Append(3).EndRow();  // has nothing left to write to, and says so
  EXPECT_FALSE(from.status().ok());
}

}  // namespace
}  // namespace inlay
