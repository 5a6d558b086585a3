// What the writers wrote, read back by the library's readers and taken apart by hand.
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kRows = 140;

std::vector<Compression> Codecs() { return {Uncompressed(), Lz4(), Zstd()}; }

// Each message's nodes and buffers against the batch: counts, presence of validity, sizes of uncompressed buffers.
void CheckMessage(const reference::IpcMessage& message, const RecordBatchView& batch, const WriteOptions& options) {
  ASSERT_EQ(message.kind, 3);
  ASSERT_EQ(message.version, 4);
  ASSERT_EQ(message.num_rows, batch.num_rows);
  ASSERT_EQ(message.codec, options.compression.codec == Codec::kNone ? -1 : options.compression.codec == Codec::kZstd);
  ASSERT_EQ(message.nodes.size(), batch.columns.size());
  size_t next = 0;
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    const ArrayView& column = batch.columns[i];
    ASSERT_EQ(message.nodes[i].first, column.length);
    ASSERT_EQ(message.nodes[i].second, column.CountNulls());
    if (column.type->id() == TypeId::kNull) continue;
    const auto& validity = message.buffers.at(next++);
    const auto& values = message.buffers.at(next++);
    const bool is_text = column.type->id() >= TypeId::kUtf8 && column.type->id() != TypeId::kFixedSizeBinary;
    const reference::Pair* text = is_text ? &message.buffers.at(next++) : nullptr;
    if (column.CountNulls() == 0) {
      ASSERT_EQ(validity.second, 0) << column.type->ToString();
    }
    if (options.compression.codec != Codec::kNone) continue;
    if (column.CountNulls() > 0) {
      ASSERT_EQ(validity.second, (column.length + 7) / 8);
      if (column.length % 8 != 0) {
        const uint8_t last = message.body[static_cast<size_t>(validity.first + validity.second - 1)];
        ASSERT_EQ(last >> (column.length % 8), 0) << "bits past the end";
      }
    }
    if (column.type->id() == TypeId::kBool) {
      ASSERT_EQ(values.second, (column.length + 7) / 8);
    } else if (is_text) {
      const int64_t width =
          column.type->id() == TypeId::kLargeUtf8 || column.type->id() == TypeId::kLargeBinary ? 8 : 4;
      ASSERT_EQ(values.second, (column.length + 1) * width);
      const auto body = message.body.subspan(static_cast<size_t>(values.first), static_cast<size_t>(values.second));
      ASSERT_EQ(width == 4 ? reference::LoadLittle<int32_t>(body, 0) : reference::LoadLittle<int64_t>(body, 0), 0);
      const size_t last = body.size() - static_cast<size_t>(width);
      ASSERT_EQ(width == 4 ? reference::LoadLittle<int32_t>(body, last) : reference::LoadLittle<int64_t>(body, last),
                text->second);
    } else {
      ASSERT_EQ(values.second, column.length * FixedByteWidth(*column.type));
    }
  }
  ASSERT_EQ(next, message.buffers.size());
}

TEST(RoundTrip, StreamOfSlicesAtEveryOffset) {
  const Schema schema = FlatSchema();
  for (const Compression& compression : Codecs()) {
    for (int null_percent : {0, 30, 100}) {
      RandomBatch data(&schema, kRows, null_percent, 1);
      const WriteOptions options{.compression = compression};
      BufferSink sink;
      auto writer = StreamWriter::Open(&sink, schema, options);
      ASSERT_TRUE(writer.ok()) << writer.status().ToString();
      const int64_t counts[] = {0, 1, 7, 8, 9, 64, 65, 74};
      for (int64_t offset = 0; offset <= 65; ++offset) {
        const Status status = writer->Write(data.Slice(offset, counts[offset % 8]));
        ASSERT_TRUE(status.ok()) << status.ToString();
      }
      ASSERT_TRUE(writer->Finish().ok());
      ASSERT_EQ(writer->bytes_written(), static_cast<int64_t>(sink.bytes().size()));

      auto messages = reference::ReadMessages(sink.bytes(), 0, 64);
      ASSERT_EQ(messages.size(), 67u);
      auto reader = OpenStream(sink.bytes());
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      EXPECT_EQ(reader->schema(), schema);
      for (int64_t offset = 0; offset <= 65; ++offset) {
        const RecordBatchView slice = data.Slice(offset, counts[offset % 8]);
        const auto& message = messages[static_cast<size_t>(offset + 1)];
        CheckMessage(message, slice, options);
        const auto batch = reader->Next();
        ASSERT_TRUE(batch.ok()) << batch.status().ToString();
        ASSERT_TRUE(batch->has_value());
        ExpectEqual(**batch, slice);
        EXPECT_EQ(reader->block().offset_bytes, static_cast<int64_t>(message.offset));
        EXPECT_EQ(reader->block().metadata_bytes, static_cast<int64_t>(message.metadata_size));
        EXPECT_EQ(reader->block().body_bytes, static_cast<int64_t>(message.body.size()));
        EXPECT_EQ(reader->block().compression, compression.codec);
      }
      for (int i = 0; i < 2; ++i) {
        const auto end = reader->Next();
        ASSERT_TRUE(end.ok());
        EXPECT_FALSE(end->has_value());
      }
    }
  }
}

TEST(RoundTrip, FileAtEveryAlignment) {
  Schema schema = FlatSchema();
  schema.metadata = {{"of", "the schema"}};
  schema.fields[3].metadata = {{"of", "a field"}, {"of", "the same"}};
  for (const Compression& compression : Codecs()) {
    for (int32_t alignment : {8, 16, 32, 64}) {
      RandomBatch data(&schema, kRows, 20, 2);
      const WriteOptions options{.compression = compression, .alignment_bytes = alignment};
      BufferSink sink;
      auto writer = FileWriter::Open(&sink, schema, options);
      ASSERT_TRUE(writer.ok()) << writer.status().ToString();
      ASSERT_TRUE(writer->AddMetadata("key", "old").ok());
      ASSERT_TRUE(writer->AddMetadata("other", "value").ok());
      const int64_t starts[] = {0, 3, 64, 17};
      for (int64_t start : starts) ASSERT_TRUE(writer->Write(data.Slice(start, 60)).ok());
      ASSERT_TRUE(writer->AddMetadata("key", "new").ok());
      EXPECT_EQ(writer->num_rows(), 240);
      ASSERT_TRUE(writer->Finish().ok());

      const auto file = reference::ReadFile(sink.bytes(), alignment);
      ASSERT_EQ(file.blocks.size(), 4u);
      ASSERT_EQ(file.messages.size(), 5u);
      EXPECT_EQ(file.footer.Scalar<int16_t>(0, 0), 4);
      for (size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(file.blocks[i].offset, static_cast<int64_t>(file.messages[i + 1].offset) + 8);
        EXPECT_EQ(file.blocks[i].metadata_size, static_cast<int64_t>(file.messages[i + 1].metadata_size));
        EXPECT_EQ(file.blocks[i].body_size, static_cast<int64_t>(file.messages[i + 1].body.size()));
      }

      const auto reader = OpenFile(sink.bytes());
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      EXPECT_EQ(reader->schema(), schema);
      EXPECT_EQ(reader->metadata_version(), 5);
      EXPECT_EQ(reader->metadata(), (KeyValueMetadata{{"key", "new"}, {"other", "value"}}));
      ASSERT_EQ(reader->num_batches(), 4);
      const auto blocks = reader->ReadBlocks();
      ASSERT_TRUE(blocks.ok());
      for (int64_t i : {3, 1, 0, 2}) {
        const auto batch = reader->ReadBatch(i);
        ASSERT_TRUE(batch.ok()) << batch.status().ToString();
        ExpectEqual(*batch, data.Slice(starts[i], 60));
        const BlockInfo& block = (*blocks)[static_cast<size_t>(i)];
        EXPECT_EQ(block.offset_bytes, file.blocks[static_cast<size_t>(i)].offset);
        EXPECT_EQ(block.num_rows, 60);
        EXPECT_EQ(block.compression, compression.codec);
      }
      EXPECT_EQ(reader->ReadBatch(4).status().code(), StatusCode::kInvalidArgument);
      EXPECT_EQ(reader->ReadBatch(-1).status().code(), StatusCode::kInvalidArgument);

      // The bytes of a file are a stream behind its magic bytes; a reader of streams takes both.
      for (size_t skip : {size_t{0}, size_t{8}}) {
        auto stream = StreamReader::Open(
            MakeBufferSource({sink.bytes().data() + skip, static_cast<int64_t>(sink.bytes().size() - skip)}));
        ASSERT_TRUE(stream.ok()) << stream.status().ToString();
        for (int64_t start : starts) ExpectEqual(**stream->Next(), data.Slice(start, 60));
        EXPECT_FALSE((*stream->Next()).has_value());
      }
    }
  }
}

TEST(RoundTrip, NothingAtAll) {
  for (const Schema& schema : {Schema{}, FlatSchema()}) {
    for (int num_batches : {0, 1}) {
      BufferSink sink;
      auto writer = FileWriter::Open(&sink, schema);
      ASSERT_TRUE(writer.ok());
      RandomBatch data(&schema, 0, 0, 3);
      for (int i = 0; i < num_batches; ++i) ASSERT_TRUE(writer->Write(data.view()).ok());
      ASSERT_TRUE(writer->Finish().ok());
      const auto file = reference::ReadFile(sink.bytes(), 64);
      const auto reader = OpenFile(sink.bytes());
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      ASSERT_EQ(reader->num_batches(), num_batches);
      if (num_batches == 0) continue;
      const auto batch = reader->ReadBatch(0);
      ASSERT_TRUE(batch.ok()) << batch.status().ToString();
      EXPECT_EQ(batch->num_rows(), 0);
      for (size_t i = 0, next = 0; i < schema.fields.size(); ++i) {
        const TypeId id = schema.fields[i].type.id();
        if (id == TypeId::kNull) continue;
        const bool is_text = id >= TypeId::kUtf8 && id != TypeId::kFixedSizeBinary;
        const int64_t offset_bytes = id == TypeId::kLargeUtf8 || id == TypeId::kLargeBinary ? 8 : 4;
        EXPECT_EQ(file.messages[1].buffers[next + 1].second, is_text ? offset_bytes : 0) << "one offset, and it is 0";
        next += is_text ? 3 : 2;
      }
    }
  }
}

TEST(RoundTrip, RowsWithoutColumns) {
  const Schema schema;
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, schema);
  ASSERT_TRUE(writer->Write({&schema, 12, {}}).ok());
  ASSERT_TRUE(writer->Finish().ok());
  auto reader = OpenStream(sink.bytes());
  EXPECT_EQ((**reader->Next()).num_rows(), 12);
}

// Large buffers go to the sink from where they lie; nothing else does.
TEST(RoundTrip, LargeBuffersAreNotCopied) {
  const Schema schema{{{"int64", Int64()}, {"text", Utf8()}}};
  RandomBatch data(&schema, 10000, 10, 4);
  std::vector<BufferView> seen;
  std::vector<uint8_t> bytes;
  CallbackSink sink([&](BufferView piece) {
    seen.push_back(piece);
    bytes.insert(bytes.end(), piece.data, piece.data + piece.size_bytes);
    return Status();
  });
  auto writer = StreamWriter::Open(&sink, schema);
  ASSERT_TRUE(writer.ok());
  seen.clear();
  const RecordBatchView slice = data.Slice(8, 9000);
  ASSERT_TRUE(writer->Write(slice).ok());
  const auto has = [&](const uint8_t* from, int64_t size) {
    for (const BufferView& piece : seen) {
      if (piece.data == from && piece.size_bytes == size) return true;
    }
    return false;
  };
  EXPECT_TRUE(has(slice.columns[0].buffers[1].data + 8 * 8, 9000 * 8));
  const auto offset_at = [&](int64_t row) {
    return reference::LoadValue<int32_t>(slice.columns[1].buffers[1].data + 4 * row);
  };
  EXPECT_TRUE(has(slice.columns[1].buffers[2].data + offset_at(8), offset_at(9008) - offset_at(8)));
  EXPECT_FALSE(has(slice.columns[0].buffers[0].data + 1, 1125)) << "small buffers are gathered";
  EXPECT_LE(seen.size(), 6u) << "metadata with what is staged, two borrowed buffers with their padding";
  auto reader = OpenStream(bytes);
  ExpectEqual(**reader->Next(), slice);
}

TEST(RoundTrip, BatchesOutliveTheirReader) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, kRows, 10, 5);
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, schema);
  ASSERT_TRUE(writer->Write(data.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  RecordBatch batch;
  {
    const auto reader = OpenFile(sink.bytes());
    batch = *reader->ReadBatch(0);
  }
  ExpectEqual(batch, data.view());
}

TEST(RoundTrip, MappedBuffersAreBorrowed) {
  const Schema schema{{{"int64", Int64()}, {"text", Utf8()}}};
  RandomBatch data(&schema, kRows, 0, 6);
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, schema);
  ASSERT_TRUE(writer->Write(data.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  for (size_t shift : {size_t{0}, size_t{4}, size_t{1}}) {
    alignas(64) static uint8_t memory[1 << 16];
    std::memcpy(memory + shift, sink.bytes().data(), sink.bytes().size());
    const auto reader = FileReader::Open(MakeBufferSource({memory + shift, static_cast<int64_t>(sink.bytes().size())}));
    const auto batch = reader->ReadBatch(0);
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ExpectEqual(*batch, data.view());
    const auto is_borrowed = [&](const BufferView& buffer) {
      return buffer.data >= memory && buffer.data < memory + sizeof(memory);
    };
    const auto columns = batch->columns();
    EXPECT_EQ(is_borrowed(columns[0].buffers[1]), shift == 0);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(columns[0].buffers[1].data) % 8, 0u);
    EXPECT_EQ(is_borrowed(columns[1].buffers[1]), shift != 1);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(columns[1].buffers[1].data) % 4, 0u);
    EXPECT_TRUE(is_borrowed(columns[1].buffers[2]));
  }
}

TEST(RoundTrip, DescriptorsAreReadUpToTheEndOfTheStream) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, kRows, 10, 7);
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, schema);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->Write(data.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  std::thread feeder([&] {
    auto bytes = sink.bytes();
    bytes.insert(bytes.end(), {'m', 'o', 'r', 'e'});
    for (size_t at = 0; at < bytes.size(); at += 997) {
      const size_t size = std::min<size_t>(997, bytes.size() - at);
      if (write(fds[1], bytes.data() + at, size) != static_cast<ssize_t>(size)) break;
    }
    close(fds[1]);
  });
  auto reader = StreamReader::OpenFd(fds[0]);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  for (int i = 0; i < 3; ++i) ExpectEqual(**reader->Next(), data.view());
  EXPECT_FALSE((*reader->Next()).has_value());
  feeder.join();
  char rest[8];
  EXPECT_EQ(read(fds[0], rest, sizeof(rest)), 4);
  close(fds[0]);
}

// The same bytes on every executor.
TEST(RoundTrip, ExecutorsDoNotChangeTheBytes) {
  class Backwards final : public Executor {
   public:
    void Run(int64_t num_tasks, void (*task)(void*, int64_t), void* context) override {
      std::vector<std::thread> threads;
      for (int64_t i = num_tasks; i-- > 0;) threads.emplace_back(task, context, i);
      for (std::thread& thread : threads) thread.join();
    }
  } executor;
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 3000, 10, 8);
  for (const Compression& compression : Codecs()) {
    std::vector<std::vector<uint8_t>> outputs;
    for (Executor* each : {static_cast<Executor*>(nullptr), static_cast<Executor*>(&executor)}) {
      BufferSink sink;
      auto writer = FileWriter::Open(&sink, schema, {.compression = compression, .executor = each});
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->Write(data.Slice(i * 100, 2000)).ok());
      ASSERT_TRUE(writer->Finish().ok());
      outputs.push_back(sink.Release());
    }
    EXPECT_EQ(outputs[0], outputs[1]);
    const auto reader = OpenFile(outputs[0]);
    ExpectEqual(*reader->ReadBatch(2), data.Slice(200, 2000));
  }
}

// Compression that does not pay is not applied: the mark -1 and the bytes as they are.
TEST(RoundTrip, IncompressibleBuffersAreStored) {
  const Schema schema{{{"random", FixedSizeBinary(16), false}, {"zeros", Int64(), false}, {"small", Int8(), false}}};
  RandomBatch data(&schema, 4000, 0, 9);
  std::vector<ArrayView> columns(data.view().columns.begin(), data.view().columns.end());
  const std::vector<uint8_t> zeros(8 * 4000, 0);
  columns[1].buffers[1] = ViewOf(zeros);
  for (int64_t rows : {4000, 20}) {
    for (ArrayView& column : columns) column.length = rows;
    const RecordBatchView batch{&schema, rows, columns};
    for (const Compression& compression : {Lz4(), Zstd()}) {
      BufferSink sink;
      auto writer = StreamWriter::Open(&sink, schema, {.compression = compression});
      ASSERT_TRUE(writer->Write(batch).ok());
      ASSERT_TRUE(writer->Finish().ok());
      const auto message = reference::ReadMessages(sink.bytes(), 0, 64)[1];
      EXPECT_EQ(message.buffers[1].second, 8 + 16 * rows);
      EXPECT_EQ(reference::LoadLittle<int64_t>(message.body, static_cast<size_t>(message.buffers[1].first)), -1);
      EXPECT_EQ(reference::LoadLittle<int64_t>(message.body, static_cast<size_t>(message.buffers[3].first)), 8 * rows);
      EXPECT_LT(message.buffers[3].second, 8 * rows);
      EXPECT_EQ(message.buffers[0].second, 0) << "an empty buffer has no length in front";
      auto reader = OpenStream(sink.bytes());
      ExpectEqual(**reader->Next(), batch);
    }
  }
}

// No byte depends on memory outside the values: slack behind bitmaps, outside a slice.
TEST(RoundTrip, NothingOutsideTheSliceIsWritten) {
  const Schema schema = FlatSchema();
  std::vector<std::vector<uint8_t>> outputs;
  for (const uint8_t poison : {uint8_t{0xAA}, uint8_t{0x55}}) {
    RandomBatch data(&schema, 100, 25, 10);
    const RecordBatchView slice = data.Slice(13, 45);
    for (const ArrayView& column : slice.columns) {
      const int64_t width = FixedByteWidth(*column.type);
      for (int b = 0; b < 2; ++b) {
        if (column.buffers[b].size_bytes == 0) continue;
        auto* bytes = const_cast<uint8_t*>(column.buffers[b].data);
        if (b == 0 || column.type->id() == TypeId::kBool) {
          for (int64_t bit = 0; bit < column.buffers[b].size_bytes * 8; ++bit) {
            if (bit >= 13 && bit < 58) continue;
            const auto mask = static_cast<uint8_t>(1 << (bit % 8));
            bytes[bit / 8] = static_cast<uint8_t>((bytes[bit / 8] & ~mask) | (poison & mask));
          }
        } else if (width > 0) {
          std::memset(bytes, poison, static_cast<size_t>(13 * width));
          std::memset(bytes + 58 * width, poison, static_cast<size_t>(42 * width));
        }
      }
    }
    for (const Compression& compression : Codecs()) {
      BufferSink sink;
      auto writer = FileWriter::Open(&sink, schema, {.compression = compression});
      ASSERT_TRUE(writer->Write(slice).ok());
      ASSERT_TRUE(writer->Finish().ok());
      outputs.push_back(sink.Release());
    }
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(outputs[i], outputs[i + 3]);
}

}  // namespace
}  // namespace inlay::ipc
