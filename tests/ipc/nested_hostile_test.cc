// Nested columns that lie: about lengths, offsets, sizes, type ids and what costs nothing to declare.
#include <algorithm>
#include <chrono>
#include <functional>
#include <random>

#include "tests/ipc/nested_batch.h"

namespace inlay::ipc {
namespace {

using I32 = std::vector<int32_t>;
using I64 = std::vector<int64_t>;

Status ReadOne(const Schema& schema, const BatchParts& parts, const ReadOptions& options = {}) {
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddBatch(parts);
  return ReadAll(maker.bytes(), options);
}

void ExpectCorrupt(const DataType& type, const PartsMaker& maker, const char* text) {
  const Status status = ReadOne({{{"c", type}}}, maker.parts);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData) << type.ToString();
  EXPECT_NE(status.message().find(text), std::string::npos) << status.ToString();
}

TEST(NestedHostile, Lists) {
  for (const I32& offsets : {I32{0, 3}, I32{-1, 2}, I32{0, -1}, I32{2, 1}, I32{INT32_MIN, INT32_MAX}}) {
    PartsMaker maker(1);
    maker.Add(1, 0, {{}, BlobOf(offsets)}).Ints({1, 2});
    ExpectCorrupt(List({"item", Int32()}), maker, "offset");
  }
  PartsMaker back(3);
  back.Add(3, 0, {{}, BlobOf(I64{0, 2, 1, 2})}).Ints({1, 2});
  ExpectCorrupt(LargeList({"item", Int32()}), back, "go back");
  PartsMaker short_offsets(2);
  short_offsets.Add(2, 0, {{}, BlobOf(I32{0, 1})}).Ints({1, 2});
  ExpectCorrupt(List({"item", Int32()}), short_offsets, "12 are needed");
  PartsMaker required(1);
  required.Add(1, 0, {{}, BlobOf(I32{0, 2})}).Add(2, 1, {{0b01}, BlobOf(I32{1, 2})});
  ExpectCorrupt(List({"item", Int32(), false}), required, "not nullable");
}

TEST(NestedHostile, ListViews) {
  for (const auto& [offset, size] : std::vector<std::pair<int64_t, int64_t>>{
           {0, 3}, {3, 0}, {-1, 1}, {0, -1}, {1, INT64_MAX}, {INT64_MAX, INT64_MAX}, {INT64_MIN, 1}}) {
    PartsMaker maker(1);
    maker.Add(1, 0, {{}, BlobOf(I64{offset}), BlobOf(I64{size})}).Ints({1, 2});
    ExpectCorrupt(LargeListView({"item", Int32()}), maker, "items");
  }
  PartsMaker no_sizes(1);
  no_sizes.Add(1, 0, {{}, BlobOf(I32{0}), {}}).Ints({1, 2});
  ExpectCorrupt(ListView({"item", Int32()}), no_sizes, "are needed");
}

TEST(NestedHostile, MembersAndItemsThatAreTooFew) {
  PartsMaker pair(2);
  pair.Add(2, 0, {{}}).Ints({1, 2, 3});
  ExpectCorrupt(FixedSizeList({"item", Int32()}, 2), pair, "4 are needed");
  PartsMaker overflow(2);
  overflow.Add(2, 0, {{}}).Ints({1, 2, 3});
  ExpectCorrupt(FixedSizeList({"item", Int32()}, INT32_MAX), overflow, "are needed");
  PartsMaker members(2);
  members.Add(2, 0, {{}}).Ints({1, 2}).Ints({1});
  ExpectCorrupt(Struct({{"a", Int32()}, {"b", Int32()}}), members, "member 'b'");
  PartsMaker sparse(2);
  sparse.Add(2, 0, {Blob{0, 0}}).Ints({1});
  ExpectCorrupt(SparseUnion({{"a", Int32()}}, {0}), sparse, "member 'a'");
}

TEST(NestedHostile, Unions) {
  const DataType dense = DenseUnion({{"a", Int32()}, {"b", Int32()}}, {0, 5});
  const auto expect = [&](const Blob& ids, const I32& offsets, const char* text) {
    PartsMaker maker(2);
    maker.Add(2, 0, {ids, BlobOf(offsets)}).Ints({1, 2}).Ints({});
    ExpectCorrupt(dense, maker, text);
  };
  expect({0, 1}, {0, 0}, "type id 1");
  expect({0, 0xFF}, {0, 0}, "type id -1");
  expect({0, 5}, {0, 0}, "offset 0 into a member of 0");
  expect({0, 0}, {0, 2}, "offset 2");
  expect({0, 0}, {-1, 0}, "offset -1");
  expect({0, 0}, {1, 0}, "go back");
  expect({0}, {0, 0}, "are needed");
  expect({0, 0}, {0}, "are needed");
}

TEST(NestedHostile, Runs) {
  const DataType type = RunEndEncoded(TypeId::kInt32, {"values", Int32()});
  const auto expect = [&](const I32& ends, const I32& values, const char* text) {
    PartsMaker maker(3);
    maker.Add(3, 0, {}).Ints(ends).Ints(values);
    ExpectCorrupt(type, maker, text);
  };
  expect({1, 2}, {1, 2}, "the last run ends at 2");
  expect({}, {}, "the last run");
  expect({2, 2, 3}, {1, 2, 3}, "the one before");
  expect({0, 3}, {1, 2}, "ends at 0");
  expect({-1, 3}, {1, 2}, "ends at -1");
  expect({1, 3}, {1}, "fewer values");
  PartsMaker null_end(3);
  null_end.Add(3, 0, {}).Add(2, 1, {{0b01}, BlobOf(I32{1, 3})}).Ints({1, 2});
  ExpectCorrupt(type, null_end, "");
}

// What takes no bytes can be declared in any number: it must cost neither time nor memory.
TEST(NestedHostile, ManyValuesOfNoBytes) {
  const auto start = std::chrono::steady_clock::now();
  const int64_t many = (int64_t{1} << 35) - 1;
  const auto expect = [&](const DataType& type, BatchParts parts, bool is_good) {
    const Status status = ReadOne({{{"c", type}}}, parts);
    EXPECT_EQ(status.code(), is_good ? StatusCode::kOk : StatusCode::kCorruptData) << status.ToString();
  };
  PartsMaker nulls(many);
  nulls.Add(many, many, {});
  expect(Null(), nulls.parts, true);
  PartsMaker list(1);
  list.Add(1, 0, {{}, BlobOf(I64{0, many})}).Add(many, many, {});
  expect(LargeList({"item", Null()}), list.parts, true);
  expect(LargeList({"item", Null(), false}), list.parts, false);
  PartsMaker empty(many);
  empty.Add(many, 0, {{}});
  expect(Struct({}), empty.parts, true);
  PartsMaker member(many);
  member.Add(many, 0, {{}}).Add(many, many, {});
  expect(Struct({{"a", Null()}}), member.parts, true);
  expect(Struct({{"a", Null(), false}}), member.parts, false);
  PartsMaker zero_width(many);
  zero_width.Add(many, 0, {{}, {}});
  expect(FixedSizeBinary(0), zero_width.parts, true);
  PartsMaker no_items(many);
  no_items.Add(many, 0, {{}}).Ints({});
  expect(FixedSizeList({"item", Int32()}, 0), no_items.parts, true);
  PartsMaker run(many);
  run.Add(many, 0, {}).Add(1, 0, {{}, BlobOf(I64{many})}).Ints({1});
  expect(RunEndEncoded(TypeId::kInt64, {"values", Int32()}), run.parts, true);
  run.parts.nodes[1] = {1, 1};
  expect(RunEndEncoded(TypeId::kInt64, {"values", Int32()}), run.parts, false);
  run.parts.nodes[1] = {1, 0};
  run.parts.nodes[2] = {1, 1};
  run.parts.buffers[2] = Blob{0};
  expect(RunEndEncoded(TypeId::kInt64, {"values", Int32(), false}), run.parts, false);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

// Buffers that share their bytes count against the limit, or a small message would take hours to check.
TEST(NestedHostile, BuffersOverAndOver) {
  Schema schema;
  BatchParts parts{.num_rows = 1000, .nodes = {}, .buffers = {Blob(4000, 'x')}};
  for (int i = 0; i < 100; ++i) {
    schema.fields.push_back({"c", Int32()});
    parts.nodes.emplace_back(1000, 0);
    parts.lies.emplace_back(0, 0);
    parts.lies.emplace_back(0, 4000);
  }
  EXPECT_TRUE(ReadOne(schema, parts, {.max_uncompressed_bytes = 400'000}).ok());
  EXPECT_EQ(ReadOne(schema, parts, {.max_uncompressed_bytes = 390'000}).code(), StatusCode::kLimitExceeded);
}

// Every number of the metadata replaced by others, one at a time: an error, or values that pass full validation.
TEST(NestedHostile, EveryNodeAndBuffer) {
  const BatchParts good = NestedParts();
  int64_t num_errors = 0;
  const auto read = [&](const BatchParts& parts) {
    StreamMaker maker;
    AddNestedHead(false, &maker);
    maker.AddBatch(parts);
    auto reader = OpenStream(maker.bytes());
    ASSERT_TRUE(reader.ok());
    const auto batch = reader->Next();
    if (batch.ok()) {
      EXPECT_TRUE(ValidateBatch(**batch, Validation::kFull).ok());
    } else {
      EXPECT_THAT(batch.status().code(), testing::AnyOf(StatusCode::kCorruptData, StatusCode::kLimitExceeded));
      ++num_errors;
    }
  };
  const I64 numbers = {0, 1, 2, 4, 7, -1, int64_t{1} << 33, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < good.nodes.size(); ++i) {
    for (int64_t number : numbers) {
      BatchParts parts = good;
      parts.nodes[i] = {number, good.nodes[i].null_count()};
      read(parts);
      parts.nodes[i] = {good.nodes[i].length(), number};
      read(parts);
    }
  }
  for (size_t i = 0; i < good.buffers.size(); ++i) {
    BatchParts parts = good;
    parts.buffers[i].clear();
    read(parts);
    std::mt19937 random(static_cast<uint32_t>(i));
    for (int round = 0; round < 20 && !good.buffers[i].empty(); ++round) {
      parts = good;
      parts.buffers[i][random() % good.buffers[i].size()] ^= static_cast<uint8_t>(1 << random() % 8);
      read(parts);
    }
  }
  for (size_t cut = 1; cut < 5; ++cut) {
    BatchParts parts = good;
    parts.nodes.resize(parts.nodes.size() - cut);
    read(parts);
    parts = good;
    parts.buffers.resize(parts.buffers.size() - cut);
    read(parts);
  }
  EXPECT_GT(num_errors, 300);
}

}  // namespace
}  // namespace inlay::ipc
