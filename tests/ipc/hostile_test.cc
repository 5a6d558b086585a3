// Truncations and bit flips of good streams and files: an error, or batches that are valid; never a crash.
#include <random>

#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kRows = 40;
// What the damaged inputs may make a reader take.
const ReadOptions kSmall{.max_message_bytes = 1 << 20, .max_uncompressed_bytes = 1 << 20};

struct Outputs {
  std::vector<uint8_t> stream;
  std::vector<uint8_t> file;
};

Outputs Write(const Schema& schema, RandomBatch& data, const Compression& compression) {
  BufferSink stream_sink;
  BufferSink file_sink;
  auto stream = StreamWriter::Open(&stream_sink, schema, {.compression = compression, .alignment_bytes = 8});
  auto file = FileWriter::Open(&file_sink, schema, {.compression = compression, .alignment_bytes = 8});
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(stream->Write(data.Slice(i, kRows - 3)).ok());
    EXPECT_TRUE(file->Write(data.Slice(i, kRows - 3)).ok());
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(file->Finish().ok());
  return {stream_sink.Release(), file_sink.Release()};
}

// Batches until the end or an error.
std::vector<RecordBatch> ReadStream(const std::vector<uint8_t>& bytes, Status* status) {
  std::vector<RecordBatch> batches;
  auto reader = OpenStream(bytes, kSmall);
  *status = reader.status();
  while (status->ok()) {
    auto batch = reader->Next();
    *status = batch.status();
    if (!batch.ok() || !batch->has_value()) break;
    batches.push_back(std::move(**batch));
  }
  return batches;
}

std::vector<RecordBatch> ReadFile(const std::vector<uint8_t>& bytes, Status* status) {
  std::vector<RecordBatch> batches;
  const auto reader = OpenFile(bytes, kSmall);
  *status = reader.status();
  if (!reader.ok()) return batches;
  for (int64_t i = 0; i < reader->num_batches() && status->ok(); ++i) {
    auto batch = reader->ReadBatch(i);
    *status = batch.status();
    if (batch.ok()) batches.push_back(std::move(*batch));
  }
  return batches;
}

void ExpectExpectedError(const Status& status) {
  ASSERT_THAT(status.code(), testing::AnyOf(StatusCode::kOk, StatusCode::kCorruptData, StatusCode::kNotImplemented,
                                            StatusCode::kLimitExceeded))
      << status.ToString();
}

// Touches every byte that the batch's values reach.
size_t Walk(const std::vector<RecordBatch>& batches) {
  size_t num_bytes = 0;
  for (const RecordBatch& batch : batches) {
    for (const ArrayView& column : batch.columns()) {
      if (column.length > 1 << 20) continue;
      for (const auto& value : reference::ValuesOf(column)) num_bytes += value ? value->size() : 0;
    }
  }
  return num_bytes;
}

TEST(Hostile, Truncations) {
  const Schema schema{{{"int", Int32()}, {"text", Utf8()}, {"bits", Bool()}}};
  RandomBatch data(&schema, kRows, 20, 1);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    const Outputs good = Write(schema, data, compression);
    for (size_t size = 0; size < good.stream.size(); ++size) {
      Status status;
      const std::vector<uint8_t> cut(good.stream.begin(), good.stream.begin() + static_cast<ptrdiff_t>(size));
      const auto batches = ReadStream(cut, &status);
      ASSERT_LE(batches.size(), 2u);
      for (size_t i = 0; i < batches.size(); ++i)
        ExpectEqual(batches[i], data.Slice(static_cast<int64_t>(i), kRows - 3));
      ExpectExpectedError(status);
    }
    for (size_t size = 0; size < good.file.size(); ++size) {
      const std::vector<uint8_t> cut(good.file.begin(), good.file.begin() + static_cast<ptrdiff_t>(size));
      ASSERT_EQ(OpenFile(cut).status().code(), StatusCode::kCorruptData) << size;
    }
  }
}

TEST(Hostile, BitFlips) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, kRows, 20, 2);
  std::mt19937 random(3);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    const Outputs good = Write(schema, data, compression);
    int num_errors = 0;
    size_t num_bytes = 0;
    for (int round = 0; round < 1500; ++round) {
      for (bool is_file : {false, true}) {
        std::vector<uint8_t> bytes = is_file ? good.file : good.stream;
        // Metadata is a small part of the bytes: half of the flips go there.
        const size_t range = round % 2 == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 6000);
        for (int flips = 1 + round % 4; flips > 0; --flips) {
          const size_t at = is_file && round % 4 == 1 ? bytes.size() - 1 - random() % range : random() % range;
          bytes[at] ^= static_cast<uint8_t>(1u << (random() % 8));
        }
        Status status;
        num_bytes += Walk(is_file ? ReadFile(bytes, &status) : ReadStream(bytes, &status));
        ExpectExpectedError(status);
        num_errors += !status.ok();
      }
    }
    EXPECT_GT(num_errors, 300);
    EXPECT_GT(num_bytes, 0u);
  }
}

TEST(Hostile, RandomBytesBehindAGoodPrefix) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint8_t> bytes(8 + random() % 300);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() % (round % 2 == 0 ? 256 : 9));
    for (size_t i = 0; i < 4; ++i) bytes[i] = 0xFF;
    bytes[4] = static_cast<uint8_t>((bytes.size() - 8) & 0xFF);
    bytes[5] = static_cast<uint8_t>((bytes.size() - 8) >> 8);
    bytes[6] = bytes[7] = 0;
    Status status;
    Walk(ReadStream(bytes, &status));
    ExpectExpectedError(status);
  }
}

}  // namespace
}  // namespace inlay::ipc
