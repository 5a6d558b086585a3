// Files: what their metadata says, dictionaries in footer order, footers that lie.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/ipc/footer.h"
#include "tests/base/counting_allocator.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"
#include "tests/ipc/unmapped_source.h"

namespace inlay::ipc {
namespace {

using Values = std::vector<std::optional<std::string>>;

const Schema& DictionarySchema() {
  static const Schema schema{{{"a", Dictionary(TypeId::kInt32, Utf8())}}, {{"of", "the schema"}}};
  return schema;
}

// Two batches and a dictionary of two parts, of which the second comes after the first batch.
StreamMaker TwoBatches() {
  StreamMaker maker;
  maker.AddSchema(DictionarySchema());
  maker.metadata = {{"source", "A"}};
  maker.AddDictionary(0, Strings({"A", "BB"}));
  maker.metadata = {{"n", "0"}, {"n", "again"}};
  maker.AddBatch(Int32s({1, 0, 1}));
  maker.metadata = {};
  maker.AddDictionary(0, Strings({"C"}), /*is_delta=*/true);
  maker.AddBatch(Int32s({2, 0}));
  maker.AddEnd();
  return maker;
}

TEST(FileReader, MetadataTellsAll) {
  const StreamMaker maker = TwoBatches();
  const Blob file = maker.File(DictionarySchema(), {{"of", "the footer"}});
  const auto reader = OpenFile(file);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_EQ(reader->schema(), DictionarySchema());
  EXPECT_EQ(reader->metadata(), (KeyValueMetadata{{"of", "the footer"}}));
  EXPECT_EQ(*reader->CountRows(), 5);
  const auto blocks = reader->ReadBlocks();
  ASSERT_TRUE(blocks.ok());
  ASSERT_EQ(blocks->size(), 2u);
  EXPECT_EQ((*blocks)[0].metadata, (KeyValueMetadata{{"n", "0"}, {"n", "again"}}));
  EXPECT_EQ((*blocks)[0].offset_bytes, maker.batch_blocks[0].offset() + 8);
  EXPECT_EQ((*blocks)[1].metadata, KeyValueMetadata{});
  EXPECT_EQ((*blocks)[1].num_rows, 2);
  EXPECT_EQ(reader->ReadBlock(0)->metadata, (*blocks)[0].metadata);
  EXPECT_EQ(reader->ReadBlock(2).status().code(), StatusCode::kInvalidArgument);
  const auto dictionaries = reader->ReadDictionaryBlocks();
  ASSERT_TRUE(dictionaries.ok());
  ASSERT_EQ(dictionaries->size(), 2u);
  EXPECT_EQ((*dictionaries)[0].id, 0);
  EXPECT_FALSE((*dictionaries)[0].is_delta);
  EXPECT_EQ((*dictionaries)[0].block.num_rows, 2);
  EXPECT_EQ((*dictionaries)[0].block.metadata, (KeyValueMetadata{{"source", "A"}}));
  EXPECT_TRUE((*dictionaries)[1].is_delta);
  EXPECT_EQ((*dictionaries)[1].block.offset_bytes, maker.dictionary_blocks[1].offset() + 8);
  EXPECT_EQ(reference::ValuesOf(reader->ReadBatch(1)->columns()[0]), (Values{"C", "A"}));
  EXPECT_EQ(reference::ValuesOf(reader->ReadBatch(0)->columns()[0]), (Values{"BB", "A", "BB"}));

  auto stream = OpenStream(maker.bytes());
  ASSERT_TRUE((*stream->Next()).has_value());
  EXPECT_EQ(stream->block().metadata, (*blocks)[0].metadata) << "streams give it too";
}

TEST(FileReader, DictionariesAreNotReplacedInFiles) {
  StreamMaker maker;
  maker.AddSchema(DictionarySchema());
  maker.AddDictionary(0, Strings({"A"}));
  maker.AddDictionary(0, Strings({"B"}));
  maker.AddBatch(Int32s({0}));
  maker.AddEnd();
  const Blob file = maker.File(DictionarySchema());
  const auto reader = OpenFile(file);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->ReadBatch(0).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(*reader->CountRows(), 1) << "metadata needs no dictionary";
}

TEST(FileReader, FootersThatLie) {
  const auto code = [](const StreamMaker& maker) {
    const Blob file = maker.File(DictionarySchema());
    const auto reader = OpenFile(file);
    if (!reader.ok()) return reader.status().code();
    if (const auto rows = reader->CountRows(); !rows.ok()) return rows.status().code();
    return reader->ReadDictionaryBlocks().status().code();
  };
  ASSERT_EQ(code(TwoBatches()), StatusCode::kOk);
  const auto lie = [&](const auto& change) {
    StreamMaker maker = TwoBatches();
    change(maker);
    return code(maker);
  };
  const flatbuf::Block good = TwoBatches().batch_blocks[0];
  const auto with = [&](int64_t offset, int32_t metadata, int64_t body) {
    return lie([&](StreamMaker& m) { m.batch_blocks[0] = flatbuf::Block(offset, metadata, body); });
  };
  EXPECT_EQ(with(-8, good.metadata_length(), good.body_length()), StatusCode::kCorruptData);
  EXPECT_EQ(with(INT64_MAX - 8, good.metadata_length(), good.body_length()), StatusCode::kCorruptData);
  EXPECT_EQ(with(good.offset(), -8, good.body_length()), StatusCode::kCorruptData);
  EXPECT_EQ(with(good.offset(), 4, good.body_length()), StatusCode::kCorruptData);
  EXPECT_EQ(with(good.offset(), good.metadata_length() - 8, good.body_length()), StatusCode::kCorruptData);
  EXPECT_EQ(with(good.offset(), good.metadata_length(), good.body_length() + 8), StatusCode::kCorruptData);
  EXPECT_EQ(with(good.offset(), good.metadata_length(), INT64_MAX), StatusCode::kCorruptData);
  EXPECT_EQ(with(0, good.metadata_length(), good.body_length()), StatusCode::kCorruptData) << "the schema";
  EXPECT_EQ(lie([](StreamMaker& m) { std::swap(m.batch_blocks, m.dictionary_blocks); }), StatusCode::kCorruptData);
  // One message named over and over would cost its size each time.
  EXPECT_EQ(lie([&](StreamMaker& m) { m.batch_blocks.resize(1000, good); }), StatusCode::kCorruptData);
}

TEST(FileReader, RowsThatDoNotAddUp) {
  StreamMaker maker;
  maker.AddSchema({{{"a", Int32()}}});
  BatchParts parts = Int32s({1});
  parts.num_rows = INT64_MAX;
  maker.AddBatch(parts);
  maker.AddBatch(parts);
  maker.AddEnd();
  const Blob file = maker.File({{{"a", Int32()}}});
  EXPECT_EQ(OpenFile(file)->CountRows().status().code(), StatusCode::kCorruptData);
}

TEST(FileReader, DepthIsLimited) {
  const Schema schema{{{"flat", Int32()}, {"deep", List({"item", Struct({{"x", Int8()}})})}}};
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddEnd();
  const Blob file = maker.File(schema);
  for (const int depth : {3, 64}) {
    EXPECT_TRUE(OpenFile(file, {.max_depth = depth}).ok());
    EXPECT_TRUE(OpenStream(maker.bytes(), {.max_depth = depth}).ok());
  }
  for (const Status& status :
       {OpenFile(file, {.max_depth = 2}).status(), OpenStream(maker.bytes(), {.max_depth = 2}).status()}) {
    EXPECT_EQ(status.code(), StatusCode::kLimitExceeded);
    EXPECT_NE(status.message().find("'deep.item.x'"), std::string::npos) << status.message();
  }
  for (const ReadOptions& bad :
       {ReadOptions{.max_depth = 0}, ReadOptions{.max_depth = 65}, ReadOptions{.max_message_bytes = -1},
        ReadOptions{.max_uncompressed_bytes = -1}, ReadOptions{.allocator = nullptr}}) {
    EXPECT_EQ(OpenFile(file, bad).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(OpenStream(maker.bytes(), bad).status().code(), StatusCode::kInvalidArgument);
  }
}

// For those who append to a file: its footer and the place where its messages end.
TEST(Footer, EndOfStreamIsFound) {
  const auto find = [](const Blob& file) -> Result<int64_t> {
    const std::shared_ptr<const Source> source = MakeBufferSource(ViewOf(file));
    const ReadOptions options;
    const auto footer = ReadFooter(source, options);
    if (!footer.ok()) return footer.status();
    return FindEndOfStream(source, *footer, options);
  };
  for (const bool legacy : {false, true}) {
    for (const bool has_batch : {false, true}) {
      for (const bool has_end : {false, true}) {
        StreamMaker maker;
        maker.version = flatbuf::MetadataVersion::V4;
        maker.legacy = legacy;
        maker.AddSchema({{{"a", Int32()}}});
        if (has_batch) maker.AddBatch(Int32s({1}));
        const auto end = static_cast<int64_t>(maker.bytes().size()) + 8;
        if (has_end) maker.AddEnd();
        const auto found = find(maker.File({{{"a", Int32()}}}));
        ASSERT_TRUE(found.ok()) << found.status().ToString();
        EXPECT_EQ(*found, end);
        maker.AddBatch(Int32s({1}));
        maker.batch_blocks.pop_back();
        EXPECT_EQ(find(maker.File({{{"a", Int32()}}})).status().code(), StatusCode::kCorruptData) << "one too many";
      }
    }
  }
}

TEST(FileReader, ThreadsShareIt) {
  const Blob file = TwoBatches().File(DictionarySchema());
  const auto reader = FileReader::Open(std::make_unique<UnmappedSource>(ViewOf(file)));
  ASSERT_TRUE(reader.ok());
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&reader, thread] {
      for (int i = 0; i < 50; ++i) {
        const auto batch = reader->ReadBatch((thread + i) % 2);
        ASSERT_TRUE(batch.ok());
        EXPECT_EQ(batch->num_rows(), (thread + i) % 2 == 0 ? 3 : 2);
        EXPECT_EQ(*reader->CountRows(), 5);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// What was read from anywhere but memory lives as long as its batch; the reader and other batches hold nothing of it.
TEST(FileReader, BatchesKeepTheirBodyAlone) {
  StreamMaker maker;
  const Schema schema{{{"a", Int32()}}};
  maker.AddSchema(schema);
  for (int i = 0; i < 4; ++i) maker.AddBatch(Int32s(std::vector<int32_t>(10000, i)));
  maker.AddEnd();
  const Blob bytes = maker.File(schema);
  const auto expect_one_body = [](const CountingAllocator& allocator, std::vector<RecordBatch>* batches) {
    ASSERT_EQ(batches->size(), 4u);
    EXPECT_LE(allocator.live_bytes(), 4 * 40064);
    batches->resize(1);
    EXPECT_LE(allocator.live_bytes(), 40064);
    EXPECT_EQ(reference::ValuesOf((*batches)[0].columns()[0])[9999], Little(0));
    batches->clear();
    EXPECT_EQ(allocator.live_bytes(), 0);
  };
  std::vector<RecordBatch> batches;
  CountingAllocator allocator;
  {
    const auto reader =
        FileReader::Open(std::make_unique<UnmappedSource>(ViewOf(bytes)), {.allocator = allocator.get()});
    for (int i = 0; i < 4; ++i) batches.push_back(*reader->ReadBatch(i));
  }
  expect_one_body(allocator, &batches);

  const auto read_stream = [&](Result<StreamReader> reader) {
    ASSERT_TRUE(reader.ok());
    for (int i = 0; i < 4; ++i) batches.push_back(**reader->Next());
    ASSERT_FALSE((*reader->Next()).has_value());
  };
  read_stream(StreamReader::Open(std::make_unique<UnmappedSource>(ViewOf(bytes)), {.allocator = allocator.get()}));
  expect_one_body(allocator, &batches);

  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  std::thread feeder([&] {
    EXPECT_EQ(write(fds[1], maker.bytes().data(), maker.bytes().size()), static_cast<ssize_t>(maker.bytes().size()));
    close(fds[1]);
  });
  read_stream(StreamReader::OpenFd(fds[0], {.allocator = allocator.get()}));
  feeder.join();
  close(fds[0]);
  expect_one_body(allocator, &batches);
}

TEST(ReadFile, FilesAndStreams) {
  const StreamMaker maker = TwoBatches();
  const auto path = std::filesystem::temp_directory_path() / ("inlay-read-file-" + std::to_string(getpid()));
  const auto read = [&](const Blob& bytes, const ReadOptions& options = {}) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    auto contents = ReadFile(path.string(), options);
    std::filesystem::remove(path);
    return contents;
  };
  const Blob file = maker.File(DictionarySchema(), {{"of", "the footer"}});
  for (const bool is_file : {true, false}) {
    const auto contents = read(is_file ? file : maker.bytes());
    ASSERT_TRUE(contents.ok()) << contents.status().ToString();
    EXPECT_EQ(contents->schema, DictionarySchema());
    EXPECT_EQ(contents->metadata.size(), is_file ? 1u : 0u);
    EXPECT_EQ(contents->num_rows, 5);
    ASSERT_EQ(contents->batches.size(), 2u);
    EXPECT_EQ(reference::ValuesOf(contents->batches[1].columns()[0]), (Values{"C", "A"}));
  }
  EXPECT_EQ(read(file, {.columns = {"b"}}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(read(Blob(file.begin(), file.end() - 1)).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(read(Blob(maker.bytes().begin(), maker.bytes().end() - 9)).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(read({}).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(ReadFile(path.string()).status().code(), StatusCode::kIoError) << "no such file";
}

// Also after the dictionaries could not be read for want of memory, they are when there is some.
TEST(FileReader, EveryAllocationMayFail) {
  const Blob file = TwoBatches().File(DictionarySchema());
  for (int64_t successes = 0;; ++successes) {
    CountingAllocator allocator(successes);
    const auto reader =
        FileReader::Open(std::make_unique<UnmappedSource>(ViewOf(file)), {.allocator = allocator.get()});
    if (!reader.ok()) {
      ASSERT_EQ(reader.status().code(), StatusCode::kOutOfMemory);
      continue;
    }
    const auto batch = reader->ReadBatch(1);
    const auto blocks = reader->ReadBlocks();
    for (const Status& status : {batch.status(), blocks.status()}) {
      ASSERT_TRUE(status.ok() || status.code() == StatusCode::kOutOfMemory) << status.ToString();
    }
    if (allocator.num_failures() == 0) break;
    allocator.FailAfter(INT64_MAX / 2);
    const auto again = reader->ReadBatch(1);
    ASSERT_TRUE(again.ok()) << again.status().ToString();
    EXPECT_EQ(reference::ValuesOf(again->columns()[0]), (Values{"C", "A"}));
  }
}

}  // namespace
}  // namespace inlay::ipc
