// Whether a column chunk is compressed: what its first page shows is not always what follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <inlay/builder.h>
#include <inlay/parquet.h>

#include <string>
#include <vector>

#include "tests/kernels/random_bytes.h"
#include "tests/reference/parquet_reader.h"

namespace inlay::parquet {
namespace {

using format::CompressionCodec;
using kernels::Random;

std::vector<Codec> BuiltCodecs() {
  std::vector<Codec> codecs;
  for (Codec codec : {Codec::kSnappy, Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    if (ValidateCompression({codec, {}}).ok()) codecs.push_back(codec);
  }
  return codecs;
}

std::string BytesOf(int64_t value) { return std::string(reinterpret_cast<const char*>(&value), sizeof(value)); }
std::optional<std::string> BytesOf(const std::optional<std::string>& value) { return value; }

// Writes one column and returns its only chunk, whose values are as they were.
template <typename Values>
reference::ReadChunk WriteColumn(const Values& values, const WriterProperties& properties) {
  const Result<RecordBatch> batch = BatchBuilder().Add("column", values).Finish();
  EXPECT_TRUE(batch.ok()) << batch.status().ToString();
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, batch->schema(), properties);
  EXPECT_TRUE(writer.ok()) << writer.status().ToString();
  EXPECT_TRUE(writer->WriteLast(*batch).ok());
  EXPECT_TRUE(writer->Finish().ok());
  auto outcome = reference::ReadParquet(sink.Release());
  EXPECT_EQ(outcome.fault, "");
  EXPECT_EQ(outcome.file.row_groups.size(), 1u);
  reference::ReadChunk chunk = std::move(outcome.file.row_groups.at(0).at(0));
  EXPECT_EQ(chunk.values.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (chunk.values[i] != BytesOf(values[i])) {
      ADD_FAILURE() << "row " << i;
      break;
    }
  }
  return chunk;
}

double StoredShare(const reference::ReadChunk& chunk) {
  return static_cast<double>(chunk.metadata.total_compressed_size) /
         static_cast<double>(chunk.metadata.total_uncompressed_size);
}

std::string Url(int64_t number) { return "https://example.com/a/long/path/" + std::to_string(number) + "/index.html"; }

TEST(ChunkCompression, TextAfterPagesOfNulls) {
  std::vector<std::optional<std::string>> values(40'000);
  for (size_t row = 25'000; row < values.size(); ++row) values[row] = Url(static_cast<int64_t>(row));
  for (Codec codec : BuiltCodecs()) {
    SCOPED_TRACE(static_cast<int>(codec));
    WriterProperties properties;
    properties.compression.codec = codec;
    properties.max_page_rows = 10'000;
    properties.encoding = Encoding::kPlain;
    const auto chunk = WriteColumn(values, properties);
    EXPECT_NE(chunk.metadata.codec, CompressionCodec::kUncompressed);
    EXPECT_LT(StoredShare(chunk), 0.5);
  }
}

TEST(ChunkCompression, DictionaryOfTextUnderIndexesWithoutPattern) {
  Random random(1);
  std::vector<std::optional<std::string>> values(30'000);
  for (auto& value : values) value = Url(random.Below(2'000));
  for (Codec codec : BuiltCodecs()) {
    SCOPED_TRACE(static_cast<int>(codec));
    WriterProperties properties;
    properties.compression.codec = codec;
    properties.encoding = Encoding::kDictionary;
    const auto chunk = WriteColumn(values, properties);
    EXPECT_NE(chunk.metadata.codec, CompressionCodec::kUncompressed);
    ASSERT_GE(chunk.pages.size(), 2u);
    const format::PageHeader& dictionary = chunk.pages[0].header;
    EXPECT_EQ(dictionary.type, format::PageType::kDictionaryPage);
    EXPECT_LT(dictionary.compressed_page_size, dictionary.uncompressed_page_size / 2);
  }
}

TEST(ChunkCompression, NoiseStaysAsItIs) {
  Random random(2);
  std::vector<int64_t> values(40'000);
  for (int64_t& value : values) value = static_cast<int64_t>(random.Next());
  for (Codec codec : BuiltCodecs()) {
    SCOPED_TRACE(static_cast<int>(codec));
    WriterProperties properties;
    properties.compression.codec = codec;
    properties.max_page_bytes = 20'000;
    const auto chunk = WriteColumn(values, properties);
    EXPECT_EQ(chunk.metadata.codec, CompressionCodec::kUncompressed);
    EXPECT_EQ(chunk.metadata.total_compressed_size, chunk.metadata.total_uncompressed_size);
  }
}

TEST(ChunkCompression, PatternAfterNoise) {
  Random random(3);
  std::vector<int64_t> values(100'000);
  // A pattern long enough for a sample on the way, and one that is seen at the end alone.
  for (const size_t noisy_rows : {20'000u, 90'000u}) {
    for (size_t row = 0; row < values.size(); ++row) {
      values[row] = row < noisy_rows ? static_cast<int64_t>(random.Next()) : static_cast<int64_t>(row);
    }
    for (Codec codec : BuiltCodecs()) {
      SCOPED_TRACE(testing::Message() << noisy_rows << " rows of noise, codec " << static_cast<int>(codec));
      WriterProperties properties;
      properties.compression.codec = codec;
      properties.max_page_bytes = 50'000;
      properties.dictionary = false;
      const auto chunk = WriteColumn(values, properties);
      EXPECT_NE(chunk.metadata.codec, CompressionCodec::kUncompressed);
      EXPECT_LT(StoredShare(chunk), 0.99);
    }
  }
}

TEST(ChunkCompression, DictionaryIsChosenByTheFirstValuesNotByNulls) {
  std::vector<std::optional<std::string>> values(60'000);
  for (size_t row = 30'000; row < values.size(); ++row) values[row] = Url(static_cast<int64_t>(row % 50));
  for (int64_t page_rows : {128'000, 5'000}) {
    SCOPED_TRACE(page_rows);
    WriterProperties properties;
    properties.max_page_rows = page_rows;
    const auto chunk = WriteColumn(values, properties);
    EXPECT_TRUE(chunk.metadata.dictionary_page_offset.has_value());
    EXPECT_THAT(chunk.metadata.encodings, testing::Contains(format::Encoding::kRleDictionary));
    EXPECT_LT(chunk.metadata.total_uncompressed_size, 60'000);
  }
}

}  // namespace
}  // namespace inlay::parquet
