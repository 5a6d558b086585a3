// Arrays that pass the basic validation and lead outside all the same: an error that names the place, and nothing read
// out of bounds.
#include <gmock/gmock.h>

#include "engine/ipc/batch_encoder.h"
#include "tests/ipc/encoded.h"
#include "tests/reference/array_arena.h"
#include "tests/reference/ipc_arrays.h"

namespace inlay::ipc {
namespace {

using ::testing::HasSubstr;

class EncoderFaults : public ::testing::Test {
 protected:
  template <typename T>
  BufferView Of(const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
    return arena_.Keep(std::vector<uint8_t>(bytes, bytes + values.size() * sizeof(T)));
  }
  ArrayView Bytes(const DataType& type, int64_t length) {
    return {.type = &type, .length = length, .buffers = {{}, Of(std::vector<int8_t>(static_cast<size_t>(length)))}};
  }
  ArrayView Children(ArrayView array, std::vector<ArrayView> children) {
    array.children = arena_.Keep(std::move(children));
    return array;
  }
  // Of a batch that holds this column, which must pass what a writer checks before.
  Status Encode(const Field& field, const ArrayView& array) {
    schema_ = {{field}};
    const RecordBatchView batch{&schema_, array.length, {&array, 1}};
    if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) {
      ADD_FAILURE() << status.ToString();
      return status;
    }
    encoder_.emplace(*BatchEncoder::Make(&schema_, {}));
    return encoder_->Encode(batch, {}, 0);
  }
  void ExpectFault(const Field& field, const ArrayView& array, const std::string& message) {
    const Status status = Encode(field, array);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr(message));
  }

  reference::ArrayArena arena_;
  Schema schema_;
  std::optional<BatchEncoder> encoder_;
  const DataType int8_ = Int8();
};

TEST_F(EncoderFaults, ListViewsOutsideOfTheirItems) {
  const Field field{"c", ListView({"item", Int8()})};
  const auto with = [&](int32_t start, int32_t size) {
    return Children({.type = &field.type,
                     .length = 3,
                     .buffers = {Of<uint8_t>({0b011}), Of<int32_t>({0, start, 99}), Of<int32_t>({1, size, -99})}},
                    {Bytes(int8_, 5)});
  };
  for (const auto& [start, size] : {std::pair{4, 2}, {-1, 1}, {6, 1}, {0, -1}, {INT32_MAX, INT32_MAX}}) {
    ExpectFault(field, with(start, size), "column 'c': row 1: a list of ");
  }
  EXPECT_TRUE(Encode(field, with(4, 1)).ok()) << "what stands in a null slot is not looked at";
  EXPECT_TRUE(Encode(field, with(77, 0)).ok()) << "nor where an empty list begins";
}

TEST_F(EncoderFaults, UnionsOutsideOfTheirMembers) {
  const Field field{"c", DenseUnion({{"a", Int8()}, {"b", Int8()}}, {3, 5})};
  const auto with = [&](int8_t id, int32_t offset) {
    return Children({.type = &field.type, .length = 2, .buffers = {{}, Of<int8_t>({3, id}), Of<int32_t>({0, offset})}},
                    {Bytes(int8_, 2), Bytes(int8_, 1)});
  };
  for (int8_t id : {int8_t{0}, int8_t{-1}, int8_t{127}, int8_t{-128}}) {
    ExpectFault(field, with(id, 0), "column 'c': row 1: type id " + std::to_string(id));
  }
  for (int32_t offset : {-1, 1, INT32_MAX, INT32_MIN}) ExpectFault(field, with(5, offset), "column 'c': row 1: offset");
  EXPECT_TRUE(Encode(field, with(5, 0)).ok());
}

TEST_F(EncoderFaults, ViewsOutsideOfTheirData) {
  const Field field{"c", Struct({{"v", BinaryView()}})};
  const auto with = [&](int32_t length, int32_t buffer, int32_t offset) {
    ArrayView views{.type = &field.type.children()[0].type,
                    .length = 2,
                    .buffers = {{}, Of<int32_t>({0, 0, 0, 0, length, 0, buffer, offset})}};
    views.variadic_buffers = arena_.Keep(std::vector<BufferView>{Of<int8_t>({}), Of(std::vector<int8_t>(20))});
    return Children({.type = &field.type, .length = 2}, {views});
  };
  ExpectFault(field, with(-1, 1, 0), "column 'c.v': element 1: a view of a negative length");
  for (int32_t buffer : {-1, 2, INT32_MAX})
    ExpectFault(field, with(13, buffer, 0), "column 'c.v': element 1: a view names");
  for (int32_t offset : {-1, 8, INT32_MAX})
    ExpectFault(field, with(13, 1, offset), "column 'c.v': element 1: a view reaches");
  ExpectFault(field, with(13, 0, 0), "a view reaches");
  EXPECT_TRUE(Encode(field, with(13, 1, 7)).ok());
}

TEST_F(EncoderFaults, RunsThatDoNotReachTheEnd) {
  const Field field{"c", RunEndEncoded(TypeId::kInt16, {"values", Int8()})};
  const auto with = [&](std::vector<int16_t> ends, int64_t offset, int64_t length) {
    const auto num_runs = static_cast<int64_t>(ends.size());
    const ArrayView run_ends{
        .type = &field.type.children()[0].type, .length = num_runs, .buffers = {{}, Of(std::move(ends))}};
    return Children({.type = &field.type, .length = length, .offset = offset}, {run_ends, Bytes(int8_, num_runs)});
  };
  ExpectFault(field, with({2, 5}, 3, 3), "column 'c': the runs do not reach 6 values");
  ExpectFault(field, with({}, 0, 1), "the runs do not reach");
  EXPECT_TRUE(Encode(field, with({2, 5}, 3, 2)).ok());
  EXPECT_TRUE(Encode(field, with({}, 7, 0)).ok());
  // Out of order: anything may come of it but a crash.
  (void)Encode(field, with({-5, 9, INT16_MIN, 3, INT16_MAX, 0}, 2, 7));
}

// The lists that a list view reaches are the only ones whose first and last offset count.
TEST_F(EncoderFaults, OffsetsAtTheEdgesOfANestedSlice) {
  const Field field{"c", ListView({"item", List({"item", Int8()})})};
  const auto with = [&](std::vector<int32_t> offsets) {
    const ArrayView lists =
        Children({.type = &field.type.children()[0].type, .length = 4, .buffers = {{}, Of(std::move(offsets))}},
                 {Bytes(int8_, 9)});
    return Children({.type = &field.type, .length = 1, .buffers = {{}, Of<int32_t>({1}), Of<int32_t>({2})}}, {lists});
  };
  ExpectFault(field, with({0, 3, 4, 100, 9}), "column 'c.item': offsets run from 3 to 100");
  ExpectFault(field, with({0, -3, 4, 5, 9}), "column 'c.item': offsets run from -3 to 5");
  ExpectFault(field, with({0, 6, 4, 5, 9}), "column 'c.item': offsets run from 6 to 5");
  EXPECT_TRUE(Encode(field, with({0, 3, 4, 5, 9})).ok());
}

TEST_F(EncoderFaults, NullsWhereNoneAreAllowed) {
  const auto with = [&](const Field& field, uint8_t parent_bits, uint8_t child_bits) {
    ArrayView child = Bytes(int8_, 4);
    child.buffers[0] = Of<uint8_t>({child_bits});
    return Children({.type = &field.type, .length = 4, .buffers = {Of<uint8_t>({parent_bits})}}, {child});
  };
  const Field field{"c", Struct({{"must", Int8(), false}})};
  ExpectFault(field, with(field, 0b1111, 0b1101), "column 'c.must': element 1: null in a field that is not nullable");
  ExpectFault(field, with(field, 0b1110, 0b0110), "column 'c.must': element 3: null");
  EXPECT_TRUE(Encode(field, with(field, 0b0101, 0b1101)).ok()) << "nobody sees a null under a null";

  const Field list{"c", List({"item", Int8(), false})};
  const auto lists = [&](uint8_t bits) {
    ArrayView items = Bytes(int8_, 5);
    items.buffers[0] = Of<uint8_t>({0b10101});
    return Children({.type = &list.type, .length = 3, .buffers = {Of<uint8_t>({bits}), Of<int32_t>({0, 1, 4, 5})}},
                    {items});
  };
  ExpectFault(list, lists(0b111), "column 'c.item': element 1: null in a field");
  EXPECT_TRUE(Encode(list, lists(0b101)).ok());
}

}  // namespace
}  // namespace inlay::ipc
