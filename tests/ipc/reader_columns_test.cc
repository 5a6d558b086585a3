// Some of the columns: the same values, and nothing else is touched.
#include <sys/mman.h>

#include <cstring>

#include "tests/base/counting_allocator.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"
#include "tests/ipc/random_batch.h"
#include "tests/ipc/unmapped_source.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kRows = 5000;

const Schema& ThreeColumns() {
  static const Schema schema{{{"a", Int64(), false}, {"b", Int64(), false}, {"text", Utf8()}}};
  return schema;
}

std::vector<uint8_t> WriteFile(RandomBatch& data, const Compression& compression) {
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, ThreeColumns(), {.compression = compression});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(writer->Write(data.Slice(i, kRows - 2)).ok());
  EXPECT_TRUE(writer->Finish().ok());
  return sink.Release();
}

// The columns of a batch, by position.
void ExpectColumns(const RecordBatch& batch, const RecordBatchView& whole, const std::vector<size_t>& positions) {
  ASSERT_EQ(batch.columns().size(), positions.size());
  ASSERT_EQ(batch.num_rows(), whole.num_rows);
  for (size_t i = 0; i < positions.size(); ++i) {
    EXPECT_EQ(batch.schema().fields[i], whole.schema->fields[positions[i]]);
    EXPECT_EQ(reference::ValuesOf(batch.columns()[i]), reference::ValuesOf(whole.columns[positions[i]]));
  }
}

TEST(ReaderColumns, EveryReaderHasThem) {
  RandomBatch data(&ThreeColumns(), kRows, 10, 1);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    const auto file = WriteFile(data, compression);
    const ReadOptions options{.columns = {"text", "a"}};
    const auto expect_stream = [&](Result<StreamReader> stream) {
      ASSERT_TRUE(stream.ok()) << stream.status().ToString();
      EXPECT_EQ(stream->schema().fields.size(), 2u);
      for (int i = 0; i < 3; ++i) {
        const auto batch = stream->Next();
        ASSERT_TRUE(batch.ok() && batch->has_value()) << batch.status().ToString();
        ExpectColumns(**batch, data.Slice(i, kRows - 2), {0, 2});
      }
    };
    expect_stream(OpenStream(file, options));
    expect_stream(StreamReader::Open(std::make_unique<UnmappedSource>(ViewOf(file)), options));
    auto decoder = Decoder::Make(options);
    BufferView bytes = ViewOf(file);
    for (int i = 0; i < 3; ++i) {
      const auto batch = decoder->Decode(&bytes);
      ASSERT_TRUE(batch.ok() && batch->has_value()) << batch.status().ToString();
      ExpectColumns(**batch, data.Slice(i, kRows - 2), {0, 2});
    }
    for (const bool is_mapped : {true, false}) {
      auto source = is_mapped ? MakeBufferSource(ViewOf(file)) : std::make_unique<UnmappedSource>(ViewOf(file));
      const auto reader = FileReader::Open(std::move(source), options);
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      EXPECT_EQ(reader->schema().fields.size(), 2u);
      EXPECT_EQ(*reader->CountRows(), 3 * (kRows - 2));
      for (int i = 0; i < 3; ++i) {
        ExpectColumns(*reader->ReadBatch(i), data.Slice(i, kRows - 2), {0, 2});
        ExpectColumns(*reader->ReadBatch(i, {.columns = {"b"}}), data.Slice(i, kRows - 2), {1});
        ExpectColumns(*reader->ReadBatch(i, {}), data.Slice(i, kRows - 2), {0, 2});
      }
      EXPECT_EQ(reader->ReadBatch(3, {.columns = {"b"}}).status().code(), StatusCode::kInvalidArgument);
    }
  }
}

TEST(ReaderColumns, UnknownPathsAreNamed) {
  RandomBatch data(&ThreeColumns(), kRows, 10, 1);
  const auto file = WriteFile(data, Uncompressed());
  const ReadOptions options{.columns = {"a", "test"}};
  auto decoder = Decoder::Make(options);
  BufferView bytes = ViewOf(file);
  for (const Status& status :
       {OpenFile(file, options).status(), OpenStream(file, options).status(),
        OpenFile(file)->ReadBatch(0, {.columns = {"test"}}).status(), decoder->Decode(&bytes).status()}) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("'test'"), std::string::npos) << status.message();
    EXPECT_NE(status.message().find("text"), std::string::npos) << status.message();
  }
}

// Of a source that is not in memory, the bytes of other columns are not read.
TEST(ReaderColumns, OnlyTheirBytesAreRead) {
  RandomBatch data(&ThreeColumns(), kRows, 10, 1);
  const auto file = WriteFile(data, Uncompressed());
  const reference::IpcFile parsed = reference::ReadFile(file, 64);
  const reference::IpcMessage& message = parsed.messages[2];  // the schema, batch 0, batch 1
  const auto body = static_cast<int64_t>(8 + message.offset + message.metadata_size);
  ReadLog log;
  const auto expect_untouched = [&](std::initializer_list<size_t> buffers) {
    for (const auto& [offset, size] : log.reads) {
      for (const size_t i : buffers) {
        const int64_t start = body + message.buffers[i].first;
        const int64_t end = start + message.buffers[i].second;
        EXPECT_FALSE(offset < end && offset + size > start) << "buffer " << i << ": read " << offset << " " << size;
      }
    }
    int64_t num_bytes = 0;
    for (const auto& [offset, size] : log.reads) num_bytes += size;
    log.reads.clear();
    return num_bytes;
  };
  CountingAllocator allocator;
  const auto reader =
      FileReader::Open(std::make_unique<LoggingSource>(ViewOf(file), &log), {.allocator = allocator.get()});
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE(reader->ReadBlocks().ok());
  EXPECT_LT(expect_untouched({1, 3, 4, 5, 6}), 8192) << "nothing but metadata";
  {
    const auto batch = reader->ReadBatch(1, {.columns = {"b"}});
    ASSERT_TRUE(batch.ok());
    EXPECT_LT(expect_untouched({1, 4, 5, 6}), kRows * 8 + 8192);
    EXPECT_LT(allocator.live_bytes(), kRows * 8 + 4096) << "and the batch keeps no more";
    ExpectColumns(*batch, data.Slice(1, kRows - 2), {1});
  }
  EXPECT_EQ(allocator.live_bytes(), 0);
  ASSERT_TRUE(reader->ReadBatch(1, {.columns = {"text", "a"}}).ok());
  expect_untouched({3});

  auto stream = StreamReader::Open(std::make_unique<LoggingSource>(ViewOf(file), &log), {.columns = {"b"}});
  for (int i = 0; i < 3; ++i) ExpectColumns(**stream->Next(), data.Slice(i, kRows - 2), {1});
  EXPECT_LT(expect_untouched({1, 4, 5, 6}), 3 * kRows * 8 + 8192);
}

// Dictionaries of other columns are not read either.
TEST(ReaderColumns, OnlyTheirDictionariesAreRead) {
  const Schema schema{{{"x", Dictionary(TypeId::kInt32, Utf8())}, {"y", Dictionary(TypeId::kInt32, Utf8())}}};
  std::vector<std::string> values;
  for (int i = 0; i < 1000; ++i) values.push_back("value number " + std::to_string(i));
  const Blob indexes = BlobOf(std::vector<int32_t>{3, 999, 0});
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddDictionary(0, Strings(values));
  maker.AddDictionary(1, Strings(values));
  maker.AddBatch({.num_rows = 3, .nodes = {{3, 0}, {3, 0}}, .buffers = {{}, indexes, {}, indexes}});
  maker.AddEnd();
  const Blob file = maker.File(schema);

  ReadLog log;
  const auto reader = FileReader::Open(std::make_unique<LoggingSource>(ViewOf(file), &log));
  const auto blocks = *reader->ReadDictionaryBlocks();
  ASSERT_EQ(blocks.size(), 2u);
  const auto num_reads_of = [&](size_t i) {
    const int64_t body = blocks[i].block.offset_bytes + blocks[i].block.metadata_bytes;
    return std::count_if(log.reads.begin(), log.reads.end(), [&](const auto& read) {
      return read.first < body + blocks[i].block.body_bytes && read.first + read.second > body;
    });
  };
  EXPECT_EQ(num_reads_of(0) + num_reads_of(1), 0);
  for (int round = 0; round < 2; ++round) {
    const auto batch = reader->ReadBatch(0, {.columns = {"y"}});
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    EXPECT_EQ(*reference::ValuesOf(batch->columns()[0])[1], "value number 999");
    EXPECT_EQ(num_reads_of(0), 0);
    EXPECT_EQ(num_reads_of(1), 1) << "once";
  }
  const auto both = reader->ReadBatch(0);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(*reference::ValuesOf(both->columns()[0])[0], "value number 3");
  EXPECT_EQ(*reference::ValuesOf(both->columns()[1])[2], "value number 0");
  EXPECT_EQ(num_reads_of(0), 1);
  EXPECT_EQ(num_reads_of(1), 1);

  log.reads.clear();
  auto stream = StreamReader::Open(std::make_unique<LoggingSource>(ViewOf(file), &log), {.columns = {"x"}});
  EXPECT_EQ(*reference::ValuesOf((**stream->Next()).columns()[0])[0], "value number 3");
  EXPECT_EQ(num_reads_of(0), 1);
  EXPECT_EQ(num_reads_of(1), 0);
}

// Of a mapped file, pages of other columns are not touched: here they cannot be.
TEST(ReaderColumns, PagesOfOtherColumnsAreNotTouched) {
  RandomBatch data(&ThreeColumns(), kRows, 10, 1);
  for (const Compression& compression : {Uncompressed(), Lz4()}) {
    const auto file = WriteFile(data, compression);
    const size_t size = (file.size() + 4095) / 4096 * 4096;
    auto* memory =
        static_cast<uint8_t*>(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(memory, MAP_FAILED);
    std::memcpy(memory, file.data(), file.size());
    const reference::IpcFile parsed = reference::ReadFile(file, 64);
    int num_pages = 0;
    for (size_t m = 1; m < parsed.messages.size(); ++m) {
      const reference::IpcMessage& message = parsed.messages[m];
      const auto body = static_cast<int64_t>(8 + message.offset + message.metadata_size);
      for (const size_t i : {1, 4, 5, 6}) {  // all but b's values
        const int64_t start = (body + message.buffers[i].first + 4095) / 4096 * 4096;
        const int64_t end = (body + message.buffers[i].first + message.buffers[i].second) / 4096 * 4096;
        if (start >= end) continue;
        ASSERT_EQ(mprotect(memory + start, static_cast<size_t>(end - start), PROT_NONE), 0);
        num_pages += static_cast<int>((end - start) / 4096);
      }
    }
    EXPECT_GT(num_pages, 30);
    const BufferView bytes{memory, static_cast<int64_t>(file.size())};
    const auto reader = FileReader::Open(MakeBufferSource(bytes));
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(*reader->CountRows(), 3 * (kRows - 2));
    auto stream = StreamReader::Open(MakeBufferSource(bytes), {.columns = {"b"}});
    for (int i = 0; i < 3; ++i) {
      ExpectColumns(*reader->ReadBatch(i, {.columns = {"b"}}), data.Slice(i, kRows - 2), {1});
      ExpectColumns(**stream->Next(), data.Slice(i, kRows - 2), {1});
    }
    munmap(memory, size);
  }
}

TEST(ReaderColumns, EveryAllocationMayFail) {
  RandomBatch data(&ThreeColumns(), kRows, 10, 1);
  const auto file = WriteFile(data, Lz4());
  for (int64_t successes = 0;; ++successes) {
    CountingAllocator allocator(successes);
    const auto reader = FileReader::Open(std::make_unique<UnmappedSource>(ViewOf(file)),
                                         {.columns = {"a", "text"}, .allocator = allocator.get()});
    const Status status = reader.ok() ? reader->ReadBatch(1).status() : reader.status();
    if (status.ok()) {
      EXPECT_EQ(allocator.num_failures(), 0);
      break;
    }
    ASSERT_EQ(status.code(), StatusCode::kOutOfMemory) << status.ToString();
  }
}

}  // namespace
}  // namespace inlay::ipc
