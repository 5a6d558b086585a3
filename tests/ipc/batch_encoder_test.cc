// Messages as the encoder makes them, before any sink.
#include "engine/ipc/batch_encoder.h"

#include <gmock/gmock.h>

#include "tests/ipc/encoded.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

TEST(BatchEncoder, BodiesAreAlignedWhereverAMessageBegins) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 100, 20, 1);
  for (int32_t alignment : {8, 16, 32, 64}) {
    auto encoder = BatchEncoder::Make(&schema, {.alignment_bytes = alignment});
    ASSERT_TRUE(encoder.ok());
    for (int64_t start = 0; start <= 128; start += 8) {
      encoder->Clear();
      ASSERT_TRUE(encoder->Encode(data.view(), {}, start).ok());
      const auto bytes = Join(encoder->pieces());
      ASSERT_EQ(encoder->metadata_bytes() + encoder->body_bytes(), static_cast<int64_t>(bytes.size()));
      ASSERT_EQ((start + encoder->metadata_bytes()) % alignment, 0);
      ASSERT_EQ(reference::ReadMessages(WithEnd(bytes), static_cast<size_t>(start), alignment).size(), 1u);
    }
  }
}

TEST(BatchEncoder, MetadataChangesFromBatchToBatch) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 10, 20, 2);
  auto encoder = BatchEncoder::Make(&schema, {});
  std::vector<uint8_t> plain;
  for (const KeyValueMetadata& metadata :
       {KeyValueMetadata{}, KeyValueMetadata{{"key", "value"}, {"", ""}, {"key", "again"}}, KeyValueMetadata{}}) {
    encoder->Clear();
    ASSERT_TRUE(encoder->Encode(data.view(), metadata, 0).ok());
    const auto bytes = Join(encoder->pieces());
    const auto messages = reference::ReadMessages(WithEnd(bytes), 0, 64);
    EXPECT_EQ(messages.at(0).metadata, metadata);
    if (metadata.empty() && !plain.empty()) {
      EXPECT_EQ(bytes, plain);
    }
    if (metadata.empty()) plain = bytes;
  }
}

TEST(BatchEncoder, DictionariesAndTheirBatchGather) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 1000, 20, 3);
  for (const Compression& compression : {Uncompressed(), Lz4()}) {
    auto encoder = BatchEncoder::Make(&schema, {.compression = compression});
    for (int round = 0; round < 3; ++round) {
      encoder->Clear();
      std::vector<int64_t> metadata_bytes;
      int64_t at = 0;
      for (size_t i = 0; i < 4; ++i) {
        const Field& field = schema.fields[20 + i];
        const ArrayView values = data.view().columns[20 + i].Slice(round, 900);
        ASSERT_TRUE(encoder->EncodeDictionary(static_cast<int64_t>(i), i % 2 == 1, field, values, at).ok());
        at += encoder->metadata_bytes() + encoder->body_bytes();
        metadata_bytes.push_back(encoder->metadata_bytes());
      }
      ASSERT_TRUE(encoder->Encode(data.view(), {}, at).ok());
      const auto bytes = WithEnd(Join(encoder->pieces()));
      const auto messages = reference::ReadMessages(bytes, 0, 64);
      ASSERT_EQ(messages.size(), 5u);
      for (size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(messages[i].kind, 2);
        EXPECT_EQ(messages[i].dictionary_id, static_cast<int64_t>(i));
        EXPECT_EQ(messages[i].is_delta, i % 2 == 1);
        EXPECT_EQ(messages[i].num_rows, 900);
        EXPECT_EQ(static_cast<int64_t>(messages[i].metadata_size), metadata_bytes[i]);
        ASSERT_EQ(messages[i].nodes.size(), 1u);
        EXPECT_EQ(messages[i].nodes[0].second, data.view().columns[20 + i].Slice(round, 900).CountNulls());
      }
      EXPECT_EQ(messages[4].kind, 3);
      EXPECT_EQ(messages[4].nodes.size(), schema.fields.size());
    }
  }
}

}  // namespace
}  // namespace inlay::ipc
