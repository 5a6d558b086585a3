#include <inlay/array.h>

#include <gtest/gtest.h>

#include <vector>

namespace inlay {
namespace {

template <typename T>
BufferView Bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), static_cast<int64_t>(values.size() * sizeof(T))};
}

TEST(ArrayView, CountsNullsOfItsWindow) {
  const DataType type = Int32();
  const std::vector<int32_t> values(16, 7);
  const std::vector<uint8_t> validity = {0b11110000, 0b11111110};
  ArrayView array{.type = &type, .length = 10, .offset = 2, .buffers = {Bytes(validity), Bytes(values)}};
  EXPECT_EQ(array.CountNulls(), 3);
  EXPECT_EQ(array.Slice(1, 3).CountNulls(), 1);
  EXPECT_EQ(array.Slice(1, 3).offset, 3);
  array.buffers[0] = {};
  EXPECT_EQ(array.CountNulls(), 0);
}

TEST(ArrayView, SliceKeepsNoneAndAll) {
  const DataType type = Int32();
  ArrayView array{.type = &type, .length = 10, .null_count = 0};
  EXPECT_EQ(array.Slice(3, 4).null_count, 0);
  array.null_count = 10;
  EXPECT_EQ(array.Slice(3, 4).null_count, 4);
  array.null_count = 5;
  EXPECT_EQ(array.Slice(3, 4).null_count, kUnknownNullCount);
  EXPECT_EQ(array.Slice(0, 10).null_count, 5);
}

TEST(ArrayView, NullTypeIsAllNullAndUnionsHaveNone) {
  const DataType null = Null();
  EXPECT_EQ((ArrayView{.type = &null, .length = 5}).CountNulls(), 5);
  const DataType sparse = SparseUnion({{"a", Int8()}}, {0});
  EXPECT_EQ((ArrayView{.type = &sparse, .length = 5}).CountNulls(), 0);
}

TEST(RecordBatch, SharesItsOwner) {
  const auto owner = std::make_shared<Schema>();
  RecordBatch batch(owner, RecordBatchView{.schema = owner.get(), .num_rows = 3});
  const RecordBatch copy = batch;
  batch = RecordBatch();
  EXPECT_EQ(batch.num_rows(), 0);
  EXPECT_EQ(owner.use_count(), 2);
  EXPECT_EQ(&copy.schema(), owner.get());
  const RecordBatchView& view = copy;
  EXPECT_EQ(view.num_rows, 3);
}

}  // namespace
}  // namespace inlay
