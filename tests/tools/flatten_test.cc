#include "tools/flatten.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace inlay::tools {
namespace {

using Texts = std::vector<std::optional<std::string>>;

template <typename T>
BufferView Buffer(const std::vector<T>& data) {
  return {reinterpret_cast<const uint8_t*>(data.data()), static_cast<int64_t>(data.size() * sizeof(T))};
}

// Values of a utf8 or binary column, through its buffers.
Texts TextsOf(const ArrayView& array) {
  Texts texts;
  for (int64_t i = 0; i < array.length; ++i) {
    int32_t ends[2];
    std::memcpy(ends, array.buffers[1].data + 4 * (array.offset + i), sizeof ends);
    const bool there = array.buffers[0].data == nullptr || (array.buffers[0].data[i / 8] >> i % 8 & 1) != 0;
    texts.push_back(there ? std::optional(std::string(reinterpret_cast<const char*>(array.buffers[2].data) + ends[0],
                                                      static_cast<size_t>(ends[1] - ends[0])))
                          : std::nullopt);
  }
  return texts;
}

struct Flat {
  Schema schema, flat;
  FlatBatch batch;
  Status status;
  // The rows [first, first + count) of one column.
  Flat(const DataType& type, ArrayView array, int64_t first, int64_t count)
      : schema{.fields = {{"x", type, true, {{"k", "v"}}}}}, flat(FlatSchema(schema)) {
    array.type = &schema.fields[0].type;
    const RecordBatchView view{&schema, array.length, {&array, 1}};
    status = batch.Fill(view, flat, first, count);
  }
  const ArrayView& column() const { return batch.view().columns[0]; }
};

TEST(FlatSchema, ChangesTypesAlone) {
  const Schema schema{.fields = {{"d", Dictionary(TypeId::kInt8, Utf8View()), false, {{"k", "v"}}},
                                 {"v", BinaryView()},
                                 {"i", Int64()}},
                      .metadata = {{"a", "b"}}};
  const Schema expected{.fields = {{"d", Utf8(), false, {{"k", "v"}}}, {"v", Binary()}, {"i", Int64()}},
                        .metadata = {{"a", "b"}}};
  EXPECT_EQ(FlatSchema(schema), expected);
}

// Dictionary: "zero", null, "", "three".
struct TextDictionary {
  std::vector<int32_t> offsets = {0, 4, 4, 4, 9};
  std::vector<uint8_t> bytes = {'z', 'e', 'r', 'o', 't', 'h', 'r', 'e', 'e'};
  std::vector<uint8_t> validity = {0b1101};
  DataType type = Utf8();
  ArrayView array{.type = &type, .length = 4, .buffers = {Buffer(validity), Buffer(offsets), Buffer(bytes)}};
};

template <typename Index>
void CheckIndexType(TypeId index_type) {
  const TextDictionary dictionary;
  const std::vector<Index> indexes = {9, 3, 0, 1, 2, 99, 3, 0};  // 9 stands before the slice, 99 under a null
  const std::vector<uint8_t> validity = {0b11011111};
  const ArrayView array{
      .length = 7, .offset = 1, .buffers = {Buffer(validity), Buffer(indexes)}, .dictionary = &dictionary.array};
  const Flat whole(Dictionary(index_type, Utf8()), array, 0, 7);
  ASSERT_TRUE(whole.status.ok()) << whole.status.ToString();
  EXPECT_EQ(TextsOf(whole.column()), (Texts{"three", "zero", {}, "", {}, "three", "zero"}));
  EXPECT_EQ(whole.column().null_count, 2);
  EXPECT_EQ(*whole.column().type, Utf8());
  EXPECT_TRUE(ValidateBatch(whole.batch.view(), Validation::kFull).ok());
  const Flat part(Dictionary(index_type, Utf8()), array, 4, 2);
  EXPECT_EQ(TextsOf(part.column()), (Texts{{}, "three"}));
}

TEST(FlatBatch, DictionariesBecomeTheirValuesForEveryIndexType) {
  CheckIndexType<int8_t>(TypeId::kInt8);
  CheckIndexType<uint8_t>(TypeId::kUInt8);
  CheckIndexType<int16_t>(TypeId::kInt16);
  CheckIndexType<uint16_t>(TypeId::kUInt16);
  CheckIndexType<int32_t>(TypeId::kInt32);
  CheckIndexType<uint32_t>(TypeId::kUInt32);
  CheckIndexType<int64_t>(TypeId::kInt64);
  CheckIndexType<uint64_t>(TypeId::kUInt64);
}

TEST(FlatBatch, DictionariesOfNumbersAndBooleans) {
  const std::vector<int32_t> indexes = {1, 0, 1};
  const std::vector<double> numbers = {7, 2.5, -3};
  const DataType float64 = Float64();
  const ArrayView values{.type = &float64, .length = 2, .offset = 1, .buffers = {{}, Buffer(numbers)}};
  const Flat flat(Dictionary(TypeId::kInt32, Float64()),
                  {.length = 3, .buffers = {{}, Buffer(indexes)}, .dictionary = &values}, 0, 3);
  ASSERT_TRUE(flat.status.ok());
  double out[3];
  std::memcpy(out, flat.column().buffers[1].data, sizeof out);
  EXPECT_EQ(std::vector<double>(out, out + 3), (std::vector<double>{-3, 2.5, -3}));

  const std::vector<uint8_t> bits = {0b01};
  const DataType boolean = Bool();
  const ArrayView truth{.type = &boolean, .length = 2, .buffers = {{}, Buffer(bits)}};
  const Flat flags(Dictionary(TypeId::kInt32, Bool()),
                   {.length = 3, .buffers = {{}, Buffer(indexes)}, .dictionary = &truth}, 0, 3);
  ASSERT_TRUE(flags.status.ok());
  EXPECT_EQ(flags.column().buffers[1].data[0], 0b010);
}

TEST(FlatBatch, NullsNeedNoDictionary) {
  const std::vector<int32_t> indexes = {5, 6};
  const std::vector<uint8_t> validity = {0};
  const Flat flat(Dictionary(TypeId::kInt32, Utf8()), {.length = 2, .buffers = {Buffer(validity), Buffer(indexes)}}, 0,
                  2);
  ASSERT_TRUE(flat.status.ok());
  EXPECT_EQ(TextsOf(flat.column()), (Texts{{}, {}}));
}

TEST(FlatBatch, ViewsBecomeStringsWithOffsets) {
  const std::string first = "a string of more than twelve bytes";
  const std::string second = "xx another one that is long";
  std::vector<uint8_t> views(5 * 16);
  const auto put = [&](size_t row, const std::string& text, int32_t buffer, int32_t offset) {
    uint8_t* view = views.data() + 16 * row;
    const auto size = static_cast<int32_t>(text.size());
    std::memcpy(view, &size, 4);
    if (size <= 12) {
      std::memcpy(view + 4, text.data(), text.size());
      return;
    }
    std::memcpy(view + 4, text.data(), 4);
    std::memcpy(view + 8, &buffer, 4);
    std::memcpy(view + 12, &offset, 4);
  };
  put(0, "twelve bytes", 0, 0);
  put(1, first, 0, 0);
  put(2, "", 0, 0);
  put(3, second.substr(3), 1, 3);
  put(4, "tiny", 0, 0);
  const std::vector<uint8_t> validity = {0b01111};
  const BufferView data[] = {{reinterpret_cast<const uint8_t*>(first.data()), static_cast<int64_t>(first.size())},
                             {reinterpret_cast<const uint8_t*>(second.data()), static_cast<int64_t>(second.size())}};
  const Flat flat(Utf8View(), {.length = 5, .buffers = {Buffer(validity), Buffer(views)}, .variadic_buffers = data}, 0,
                  5);
  ASSERT_TRUE(flat.status.ok());
  EXPECT_EQ(TextsOf(flat.column()), (Texts{"twelve bytes", first, "", second.substr(3), {}}));
}

TEST(FlatBatch, OtherColumnsAreBorrowed) {
  const std::vector<int64_t> numbers = {1, 2, 3};
  const Flat flat(Int64(), {.length = 3, .buffers = {{}, Buffer(numbers)}}, 1, 2);
  ASSERT_TRUE(flat.status.ok());
  EXPECT_EQ(flat.column().buffers[1].data, reinterpret_cast<const uint8_t*>(numbers.data()));
  EXPECT_EQ(flat.column().offset, 1);
  EXPECT_EQ(flat.column().length, 2);
}

TEST(FlatBatch, StringsPast32BitOffsetsAreToldFromOtherErrors) {
  // 4 MB a row, 600 rows: they share their bytes, so that only the decoded column would be large.
  const std::vector<uint8_t> bytes(4'000'000, 'x');
  const std::vector<int32_t> offsets = {0, 4'000'000};
  const std::vector<int8_t> indexes(600, 0);
  const DataType binary = Binary();
  const ArrayView values{.type = &binary, .length = 1, .buffers = {{}, Buffer(offsets), Buffer(bytes)}};
  const ArrayView array{.length = 600, .buffers = {{}, Buffer(indexes)}, .dictionary = &values};
  EXPECT_EQ(Flat(Dictionary(TypeId::kInt8, Binary()), array, 0, 600).status.code(), StatusCode::kLimitExceeded);
  EXPECT_TRUE(Flat(Dictionary(TypeId::kInt8, Binary()), array, 0, 2).status.ok());
}

}  // namespace
}  // namespace inlay::tools
