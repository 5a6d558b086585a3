// Random batches of every type and nesting, sliced at every level, through the C interfaces and back.
#include <gtest/gtest.h>
#include <inlay/batch_operations.h>
#include <inlay/c_data.h>

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "tests/columns/random_array.h"

namespace inlay {
namespace {

struct Owned {
  explicit Owned(uint32_t seed) : random(seed) {}
  RandomArrays random;
  Schema schema;
  std::vector<ArrayView> columns;
};

// Every flat type, and every nested one over random types.
RecordBatch RandomBatchOfAllTypes(uint32_t seed) {
  auto owned = std::make_shared<Owned>(seed);
  RandomArrays& random = owned->random;
  const auto add = [&](DataType type) {
    std::string name = "c" + std::to_string(owned->schema.fields.size());
    owned->schema.fields.push_back({std::move(name), std::move(type), true, {{"key", "value"}}});
  };
  for (const DataType& type : RandomArrays::FlatTypes()) add(type);
  for (int64_t kind = 0; kind < RandomArrays::kNumNested; ++kind) {
    add(random.Nested(kind, 2));
    add(random.Nested(kind, 4));
  }
  const int64_t num_rows = random.OneIn(8) ? 0 : random.Below(60);
  for (const Field& field : owned->schema.fields) owned->columns.push_back(random.Array(field, num_rows));
  const RecordBatchView view{.schema = &owned->schema, .num_rows = num_rows, .columns = owned->columns};
  return RecordBatch(std::move(owned), view);
}

void ExpectSame(const RecordBatch& a, const RecordBatch& b) {
  EXPECT_TRUE(a.schema() == b.schema());
  const Result<std::optional<Difference>> difference = FindDifference(a, b);
  ASSERT_TRUE(difference.ok()) << difference.status().ToString();
  EXPECT_FALSE(difference->has_value()) << (*difference)->ToString();
}

TEST(CDataRandom, BatchesComeBack) {
  std::set<TypeId> types;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const RecordBatch batch = RandomBatchOfAllTypes(seed);
    for (const Field& field : batch.schema().fields) types.insert(field.type.id());
    const int64_t start = batch.num_rows() / 3;
    const Result<RecordBatch> slice = Slice(batch, start, batch.num_rows() - start - batch.num_rows() / 5);
    ASSERT_TRUE(slice.ok());
    for (const RecordBatch* one : {&batch, &*slice}) {
      ArrowSchema c_schema;
      ArrowArray c_array;
      ASSERT_TRUE(ExportSchema(one->schema(), &c_schema).ok());
      ASSERT_TRUE(ExportRecordBatch(*one, &c_array).ok());
      const Result<Schema> schema = ImportSchema(&c_schema);
      ASSERT_TRUE(schema.ok()) << schema.status().ToString();
      const Result<RecordBatch> back = ImportRecordBatch(&c_array, *schema);
      ASSERT_TRUE(back.ok()) << back.status().ToString();
      ExpectSame(*back, *one);
    }
  }
  EXPECT_EQ(types.size(), static_cast<size_t>(TypeId::kRunEndEncoded) + 1) << "a type is missing";
}

TEST(CDataRandom, StreamsComeBack) {
  for (uint32_t seed = 100; seed < 110; ++seed) {
    SCOPED_TRACE(seed);
    const RecordBatch batch = RandomBatchOfAllTypes(seed);
    std::vector<RecordBatch> batches;
    for (int64_t row = 0; row < batch.num_rows(); row += 7) {
      Result<RecordBatch> slice = Slice(batch, row, std::min<int64_t>(7, batch.num_rows() - row));
      ASSERT_TRUE(slice.ok());
      batches.push_back(std::move(*slice));
    }
    ArrowArrayStream stream;
    ASSERT_TRUE(ExportStream(batch.schema(), batches, &stream).ok());
    Result<ImportedStream> imported = ImportStream(&stream);
    ASSERT_TRUE(imported.ok()) << imported.status().ToString();
    for (const RecordBatch& expected : batches) {
      const auto next = imported->Next();
      ASSERT_TRUE(next.ok() && next->has_value()) << next.status().ToString();
      ExpectSame(**next, expected);
    }
    const auto end = imported->Next();
    EXPECT_TRUE(end.ok() && !end->has_value());
  }
}

}  // namespace
}  // namespace inlay
