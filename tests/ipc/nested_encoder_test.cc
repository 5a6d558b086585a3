// Arrays of every type, sliced at every level, as the encoder writes them.
#include <gmock/gmock.h>

#include "engine/ipc/batch_encoder.h"
#include "tests/ipc/encoded.h"
#include "tests/ipc/expect_equal.h"
#include "tests/reference/ipc_arrays.h"
#include "tests/reference/random_columns.h"

namespace inlay::ipc {
namespace {

Schema AnySchema(uint64_t seed) {
  Schema schema{reference::FlatFields()};
  for (Field& field : reference::NestedFields(seed)) schema.fields.push_back(std::move(field));
  return schema;
}

void CheckEncoded(BatchEncoder* encoder, const RecordBatchView& batch, int version) {
  encoder->Clear();
  const Status status = encoder->Encode(batch, {}, 0);
  ASSERT_TRUE(status.ok()) << status.ToString();
  const auto bytes = WithEnd(Join(encoder->pieces()));
  const auto messages = reference::ReadMessages(bytes, 0, 64);
  ASSERT_EQ(messages.size(), 1u);
  ASSERT_EQ(messages[0].version, version);
  const reference::MessageArrays arrays(messages[0], batch.schema->fields, batch.columns);
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    ASSERT_EQ(reference::ValuesOf(arrays.columns()[i]), reference::ValuesOf(batch.columns[i]))
        << batch.schema->fields[i].name << ": " << batch.columns[i].type->ToString();
  }
}

TEST(NestedEncoder, SlicesOfEveryTypeAtEveryOffset) {
  constexpr int64_t kRows = 140;
  const int64_t counts[] = {0, 1, 7, 8, 9, 64, 65, 74};
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    const Schema schema = AnySchema(seed);
    reference::RandomTable table(schema, seed, reference::DictionaryHistory::kSame);
    const RecordBatch data = table.Next(kRows);
    ASSERT_TRUE(ValidateBatch(data, Validation::kFull).ok());
    for (const MetadataVersion version : {MetadataVersion::kV4, MetadataVersion::kV5}) {
      auto encoder = BatchEncoder::Make(&schema, {.metadata_version = version});
      ASSERT_TRUE(encoder.ok());
      for (int64_t offset = 0; offset <= 65; ++offset) {
        std::vector<ArrayView> columns;
        const int64_t count = counts[(offset + static_cast<int64_t>(seed)) % 8];
        for (const ArrayView& column : data.columns()) columns.push_back(column.Slice(offset, count));
        ASSERT_NO_FATAL_FAILURE(
            CheckEncoded(&*encoder, {&schema, count, columns}, version == MetadataVersion::kV4 ? 3 : 4));
      }
    }
  }
}

// Every type within every other, many small tables.
TEST(NestedEncoder, ManyTypes) {
  for (uint64_t seed = 100; seed < 130; ++seed) {
    const Schema schema{reference::NestedFields(seed)};
    reference::RandomTable table(schema, seed, reference::DictionaryHistory::kGrows);
    auto encoder = BatchEncoder::Make(&schema, {});
    ASSERT_TRUE(encoder.ok());
    for (int64_t rows : {0, 1, 13}) {
      ASSERT_NO_FATAL_FAILURE(CheckEncoded(&*encoder, table.Next(rows), 4)) << "seed " << seed;
    }
  }
}

// Through the writer and the library's own reader, which validates everything.
TEST(NestedEncoder, ReadBackEqual) {
  const Schema schema = AnySchema(7);
  reference::RandomTable table(schema, 7, reference::DictionaryHistory::kSame);
  const RecordBatch data = table.Next(300);
  const auto pool = ThreadPool::Start(2);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    BufferSink sink;
    auto writer = StreamWriter::Open(&sink, schema, {.compression = compression, .executor = pool->get()});
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    std::vector<std::vector<ArrayView>> slices;
    for (int64_t start : {0, 1, 8, 37, 299, 300}) {
      std::vector<ArrayView>& slice = slices.emplace_back();
      for (const ArrayView& column : data.columns()) slice.push_back(column.Slice(start, 300 - start));
      ASSERT_TRUE(writer->Write({&schema, 300 - start, slice}).ok());
    }
    ASSERT_TRUE(writer->Finish().ok());
    auto reader = OpenStream(sink.bytes());
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    for (const std::vector<ArrayView>& slice : slices) {
      const auto batch = reader->Next();
      ASSERT_TRUE(batch.ok()) << batch.status().ToString();
      ASSERT_TRUE(batch->has_value());
      ExpectEqual(**batch, {&schema, slice[0].length, slice});
    }
    EXPECT_FALSE((*reader->Next()).has_value());
  }
}

}  // namespace
}  // namespace inlay::ipc
