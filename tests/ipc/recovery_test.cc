// Files that a crash left without their footer.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/ipc/footer.h"
#include "tests/base/counting_allocator.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"
#include "tests/ipc/random_batch.h"
#include "tests/ipc/unmapped_source.h"

namespace inlay::ipc {
namespace {

using Values = std::vector<std::optional<std::string>>;

Result<FileReader> Recover(const Blob& bytes, const ReadOptions& options = {}) {
  return FileReader::Recover(MakeBufferSource(ViewOf(bytes)), options);
}

Blob Cut(const Blob& bytes, size_t size) { return Blob(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)); }

// A file and where each of its messages ends.
struct Sample {
  Blob file;
  std::vector<int64_t> batch_ends;
  std::vector<int64_t> message_ends;  // schema, dictionaries and batches
  int64_t stream_end = 0;             // before the end-of-stream marker
};

Sample WriteSample(const Schema& schema, const std::vector<RecordBatchView>& batches, const Compression& compression) {
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, schema, {.compression = compression, .alignment_bytes = 8});
  Sample sample;
  sample.message_ends.push_back(writer->bytes_written());
  for (const RecordBatchView& batch : batches) {
    EXPECT_TRUE(writer->Write(batch).ok());
    sample.batch_ends.push_back(writer->bytes_written());
    sample.message_ends.push_back(writer->bytes_written());
  }
  EXPECT_TRUE(writer->AddMetadata("k", "v").ok());
  sample.stream_end = writer->bytes_written();
  EXPECT_TRUE(writer->Finish().ok());
  sample.file = sink.Release();
  return sample;
}

size_t WholeBefore(const std::vector<int64_t>& ends, size_t cut) {
  return static_cast<size_t>(
      std::count_if(ends.begin(), ends.end(), [&](int64_t end) { return end <= static_cast<int64_t>(cut); }));
}

// Exactly the batches that lie whole before the cut, at every byte; what is not whole is told.
TEST(Recovery, CutAtEveryByte) {
  const Schema schema{{{"int", Int32()}, {"text", Utf8()}, {"bits", Bool()}}};
  std::vector<std::unique_ptr<RandomBatch>> data;
  std::vector<RecordBatchView> views;
  for (uint32_t i = 0; i < 3; ++i) {
    data.push_back(std::make_unique<RandomBatch>(&schema, 20 + 5 * i, 20, i));
    views.push_back(data.back()->view());
  }
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    const Sample sample = WriteSample(schema, views, compression);
    for (size_t cut = 0; cut < sample.file.size(); ++cut) {
      const Blob bytes = Cut(sample.file, cut);
      const auto reader = Recover(bytes);
      const size_t num_messages = WholeBefore(sample.message_ends, cut);
      if (num_messages == 0) {
        ASSERT_EQ(reader.status().code(), StatusCode::kCorruptData) << cut;
        continue;
      }
      ASSERT_TRUE(reader.ok()) << cut << ": " << reader.status().ToString();
      ASSERT_TRUE(reader->recovered());
      ASSERT_EQ(reader->valid_bytes(), sample.message_ends[num_messages - 1]) << cut;
      const auto num_batches = static_cast<int64_t>(WholeBefore(sample.batch_ends, cut));
      ASSERT_EQ(reader->num_batches(), num_batches) << cut;
      for (int64_t i = 0; i < num_batches; ++i) ExpectEqual(*reader->ReadBatch(i), views[static_cast<size_t>(i)]);
      const bool is_between =
          WholeBefore({static_cast<int64_t>(cut)}, cut) == 1 && static_cast<int64_t>(cut) == reader->valid_bytes();
      const bool has_end = static_cast<int64_t>(cut) >= sample.stream_end + 8;
      ASSERT_EQ(reader->damage().ok(), is_between || has_end) << cut << ": " << reader->damage().ToString();
    }
  }
}

TEST(Recovery, GoodFilesOpenAsUsual) {
  const Schema schema{{{"int", Int32()}}};
  RandomBatch data(&schema, 20, 20, 1);
  const Sample sample = WriteSample(schema, {data.view()}, Uncompressed());
  const auto reader = Recover(sample.file);
  ASSERT_TRUE(reader.ok());
  EXPECT_FALSE(reader->recovered());
  EXPECT_TRUE(reader->damage().ok());
  EXPECT_EQ(reader->valid_bytes(), static_cast<int64_t>(sample.file.size()));
  EXPECT_EQ(reader->metadata(), (KeyValueMetadata{{"k", "v"}}));
  ExpectEqual(*reader->ReadBatch(0), data.view());
  EXPECT_FALSE(OpenFile(sample.file)->recovered());

  // A footer that is there but broken.
  Blob broken = sample.file;
  for (size_t at = static_cast<size_t>(sample.stream_end) + 8; at < broken.size() - 10; ++at) broken[at] = 0xA5;
  const auto recovered = Recover(broken);
  ASSERT_TRUE(recovered.ok()) << recovered.status().ToString();
  EXPECT_TRUE(recovered->recovered());
  EXPECT_TRUE(recovered->damage().ok());
  EXPECT_EQ(recovered->metadata(), KeyValueMetadata{}) << "the footer's are lost";
  ExpectEqual(*recovered->ReadBatch(0), data.view());
}

TEST(Recovery, DictionariesInOrder) {
  const Schema schema{{{"a", Dictionary(TypeId::kInt32, Utf8())}}};
  const Values wanted[] = {{"BB", "A", "BB"}, {"C", "A"}};
  StreamMaker maker;
  maker.AddSchema(schema);
  std::vector<int64_t> ends;
  maker.AddDictionary(0, Strings({"A", "BB"}));
  maker.AddBatch(Int32s({1, 0, 1}));
  ends.push_back(static_cast<int64_t>(maker.bytes().size()) + 8);
  maker.AddDictionary(0, Strings({"C"}), /*is_delta=*/true);
  maker.AddBatch(Int32s({2, 0}));
  ends.push_back(static_cast<int64_t>(maker.bytes().size()) + 8);
  maker.AddDictionary(0, Strings({"D", "E", "F"}));  // no delta: files do not allow it
  maker.AddBatch(Int32s({0}));
  const Blob file = maker.File(schema);
  for (size_t cut = static_cast<size_t>(ends[0]); cut < file.size(); ++cut) {
    const Blob bytes = Cut(file, cut);
    const auto reader = Recover(bytes);
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    ASSERT_EQ(reader->num_batches(), static_cast<int64_t>(WholeBefore(ends, cut)));
    for (int64_t i = 0; i < reader->num_batches(); ++i) {
      ASSERT_EQ(reference::ValuesOf(reader->ReadBatch(i)->columns()[0]), wanted[i]);
    }
    ASSERT_EQ(reader->ReadDictionaryBlocks()->size(), static_cast<size_t>(reader->num_dictionary_batches()));
  }
  const auto reader = Recover(Cut(file, file.size() - 1));
  EXPECT_EQ(reader->num_dictionary_batches(), 2) << "a dictionary that is replaced ends the good part";
  EXPECT_EQ(reader->valid_bytes(), ends[1]);
  EXPECT_NE(reader->damage().message().find("dictionary 0"), std::string::npos) << reader->damage().message();
}

// What a power cut leaves: zeros from some sector on.
TEST(Recovery, ZerosInsteadOfData) {
  const Schema schema{{{"a", Int64(), false}, {"b", Float64(), false}}};
  std::vector<std::unique_ptr<RandomBatch>> data;
  std::vector<RecordBatchView> views;
  for (uint32_t i = 0; i < 3; ++i) {
    data.push_back(std::make_unique<RandomBatch>(&schema, 300 + i, 0, i));
    views.push_back(data.back()->view());
  }
  const Sample sample = WriteSample(schema, views, Uncompressed());
  for (size_t cut = 512; cut < static_cast<size_t>(sample.stream_end); cut += 512) {
    for (const size_t extra_bytes : {1, 7, 8, 512, 5000}) {
      Blob bytes = Cut(sample.file, cut);
      bytes.resize(static_cast<size_t>(sample.stream_end) + extra_bytes);
      const auto reader = Recover(bytes);
      ASSERT_TRUE(reader.ok()) << reader.status().ToString();
      ASSERT_EQ(reader->num_batches(), static_cast<int64_t>(WholeBefore(sample.batch_ends, cut))) << cut;
      ASSERT_FALSE(reader->damage().ok());
      for (int64_t i = 0; i < reader->num_batches(); ++i) {
        ExpectEqual(*reader->ReadBatch(i), views[static_cast<size_t>(i)]);
      }
    }
  }
  // Room that was reserved behind the last message costs nothing of it.
  Blob reserved = Cut(sample.file, static_cast<size_t>(sample.stream_end));
  reserved.resize(reserved.size() + 4096);
  EXPECT_EQ(Recover(reserved)->num_batches(), 3);
  EXPECT_FALSE(Recover(reserved)->damage().ok());
}

// Damage in the middle: everything before it is there, nothing behind it, and never other values.
TEST(Recovery, DamageInTheMiddle) {
  const Schema schema{{{"text", Utf8(), false}}};
  RandomBatch data(&schema, 30, 0, 1);
  const Sample sample = WriteSample(schema, {data.view(), data.view(), data.view()}, Zstd());
  const auto second = static_cast<size_t>(sample.batch_ends[0]);
  for (size_t at = second; at < static_cast<size_t>(sample.batch_ends[1]); ++at) {
    Blob bytes = Cut(sample.file, static_cast<size_t>(sample.stream_end));
    bytes[at] ^= 0x40;
    const auto reader = Recover(bytes);
    ASSERT_TRUE(reader.ok()) << at << ": " << reader.status().ToString();
    ASSERT_GE(reader->num_batches(), 1) << at;
    ExpectEqual(*reader->ReadBatch(0), data.view());
    for (int64_t i = 0; i < reader->num_batches(); ++i) ASSERT_TRUE(reader->ReadBatch(i).ok());
  }
}

// Nothing is given up in silence for want of memory, or because of a limit.
TEST(Recovery, OtherErrorsAreTold) {
  const Schema schema{{{"int", Int32()}}};
  RandomBatch data(&schema, 2000, 20, 1);
  const Sample sample = WriteSample(schema, {data.view(), data.view()}, Lz4());
  const Blob bytes = Cut(sample.file, static_cast<size_t>(sample.stream_end));
  for (const ReadOptions& options :
       {ReadOptions{.max_message_bytes = 2000}, ReadOptions{.max_uncompressed_bytes = 100}}) {
    const auto reader = Recover(bytes, options);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(reader->num_batches(), 0);
    EXPECT_EQ(reader->damage().code(), StatusCode::kLimitExceeded);
  }
  EXPECT_EQ(Recover(bytes, {.max_depth = 0}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Recover({}).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(Recover(Cut(sample.file, 8)).status().code(), StatusCode::kCorruptData);
  const Status stream = Recover(Blob(bytes.begin() + 8, bytes.end())).status();
  EXPECT_EQ(stream.code(), StatusCode::kCorruptData);
  EXPECT_NE(stream.message().find("StreamReader"), std::string::npos);
  EXPECT_EQ(FileReader::Recover(std::unique_ptr<Source>()).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileReader::Recover(std::string("/nowhere/file.arrow")).status().code(), StatusCode::kIoError);

  for (int64_t successes = 0;; ++successes) {
    CountingAllocator allocator(successes);
    const auto reader =
        FileReader::Recover(std::make_unique<UnmappedSource>(ViewOf(bytes)), {.allocator = allocator.get()});
    if (reader.ok()) {
      EXPECT_EQ(allocator.num_failures(), 0);
      EXPECT_EQ(reader->num_batches(), 2);
      EXPECT_EQ(allocator.live_bytes(), 0) << "what was checked is given back";
      break;
    }
    ASSERT_EQ(reader.status().code(), StatusCode::kOutOfMemory) << reader.status().ToString();
  }
}

TEST(Recovery, ByPath) {
  const Schema schema{{{"int", Int32()}}};
  RandomBatch data(&schema, 20, 20, 1);
  const Sample sample = WriteSample(schema, {data.view(), data.view()}, Uncompressed());
  const auto path = std::filesystem::temp_directory_path() / ("inlay-recovery-" + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(sample.file.data()), static_cast<std::streamsize>(sample.batch_ends[0] + 3));
  const Status open = FileReader::Open(path.string()).status();
  EXPECT_EQ(open.code(), StatusCode::kCorruptData);
  EXPECT_NE(open.message().find("Recover"), std::string::npos) << "it says what can be done";
  const auto reader = FileReader::Recover(path.string());
  std::filesystem::remove(path);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*reader->CountRows(), 20);
  ExpectEqual(*reader->ReadBatch(0), data.view());
}

}  // namespace
}  // namespace inlay::ipc
