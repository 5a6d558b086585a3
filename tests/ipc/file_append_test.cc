// Batches behind those of a file that exists.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include <inlay/ipc.h>

#include "tests/io/temporary_folder.h"
#include "tests/ipc/dictionary_batches.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

using testing::HasSubstr;

std::vector<uint8_t> BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const std::string& path, const std::vector<RecordBatchView>& batches, const Schema& schema,
               const WriteOptions& options) {
  auto writer = FileWriter::Open(path, schema, options);
  ASSERT_TRUE(writer.ok()) << writer.status().ToString();
  ASSERT_TRUE(writer->AddMetadata("kept", "1").ok());
  ASSERT_TRUE(writer->AddMetadata("changed", "old").ok());
  for (const RecordBatchView& batch : batches) ASSERT_TRUE(writer->Write(batch).ok());
  ASSERT_TRUE(writer->Finish().ok());
}

void ExpectBatches(const std::string& path, const std::vector<RecordBatchView>& batches) {
  const auto reader = FileReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  ASSERT_EQ(reader->num_batches(), static_cast<int64_t>(batches.size()));
  for (size_t i = 0; i < batches.size(); ++i) {
    const auto batch = reader->ReadBatch(static_cast<int64_t>(i));
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ExpectEqual(*batch, batches[i]);
  }
  auto stream = StreamReader::Open(std::move(*OpenMappedSource(path)));
  for (const RecordBatchView& batch : batches) ExpectEqual(**stream->Next(), batch);
  EXPECT_FALSE((*stream->Next()).has_value()) << "what is embedded is a stream";
}

TEST(FileAppend, OldBatchesAndMetadataAreKept) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  const Schema schema = FlatSchema();
  RandomBatch one(&schema, 30, 10, 1);
  RandomBatch two(&schema, 20, 10, 2);
  for (int32_t old_alignment : {8, 64}) {
    for (int32_t alignment : {8, 64}) {
      WriteFile(path, {one.view(), two.view()}, schema, {.alignment_bytes = old_alignment});
      auto writer = FileWriter::AppendTo(path, schema, {.compression = Lz4(), .alignment_bytes = alignment});
      ASSERT_TRUE(writer.ok()) << writer.status().ToString();
      EXPECT_EQ(writer->num_rows(), 0);
      EXPECT_GT(writer->bytes_written(), 0);
      ASSERT_TRUE(writer->AddMetadata("changed", "new").ok());
      ASSERT_TRUE(writer->Write(two.view()).ok());
      ExpectBatches(path, {one.view(), two.view()});
      ASSERT_TRUE(writer->Finish().ok());
      EXPECT_EQ(writer->bytes_written(), static_cast<int64_t>(std::filesystem::file_size(path)));
      ExpectBatches(path, {one.view(), two.view(), two.view()});
      const auto reader = FileReader::Open(path);
      EXPECT_EQ(reader->metadata(), (KeyValueMetadata{{"kept", "1"}, {"changed", "new"}}));
      const auto blocks = *reader->ReadBlocks();
      EXPECT_EQ((blocks[2].offset_bytes + blocks[2].metadata_bytes) % alignment, 0);
    }
  }
}

TEST(FileAppend, NothingAppendedIsTheSameFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  DictionaryBatches make;
  for (const std::vector<RecordBatchView>& batches :
       {std::vector<RecordBatchView>{}, std::vector<RecordBatchView>{make.Batch({0}, {"a"})}}) {
    WriteFile(path, batches, make.schema(), {});
    const auto before = BytesOf(path);
    auto writer = FileWriter::AppendTo(path, make.schema());
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    ASSERT_TRUE(writer->Finish().ok());
    EXPECT_EQ(BytesOf(path), before);
  }
}

TEST(FileAppend, DictionariesAreKnown) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  DictionaryBatches make;
  const RecordBatchView old = make.Batch({0, 1, 2}, {"a", "b", "a"});
  const RecordBatchView same = make.Batch({2, 1, 1}, {"a", "b", "a"});
  const RecordBatchView grown = make.Batch({3, 1}, {"a", "b", "a", "d"});
  const RecordBatchView other = make.Batch({1, 0}, {"b", "x"});
  for (DictionaryPolicy policy : {DictionaryPolicy::kReplace, DictionaryPolicy::kDelta, DictionaryPolicy::kUnify}) {
    WriteFile(path, {old}, make.schema(), {});
    std::vector<RecordBatchView> written = {old};
    auto writer = FileWriter::AppendTo(path, make.schema(), {.dictionaries = policy});
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    for (const RecordBatchView& batch : {same, grown, other}) {
      const Status status = writer->Write(batch);
      if (status.ok()) {
        written.push_back(batch);
      } else {
        EXPECT_THAT(status.message(), HasSubstr("kUnify"));
      }
    }
    EXPECT_EQ(written.size(), policy == DictionaryPolicy::kReplace ? 2u : policy == DictionaryPolicy::kDelta ? 3u : 4u);
    ASSERT_TRUE(writer->Finish().ok());
    ExpectBatches(path, written);
    const auto dictionaries = policy == DictionaryPolicy::kReplace ? 1 : policy == DictionaryPolicy::kDelta ? 2 : 3;
    EXPECT_EQ(FileReader::Open(path)->num_dictionary_batches(), dictionaries);
  }
}

TEST(FileAppend, VersionAndFramingAreFollowed) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 30, 10, 1);
  for (bool legacy : {false, true}) {
    WriteFile(path, {data.view()}, schema, {.metadata_version = MetadataVersion::kV4, .legacy_framing = legacy});
    auto writer = FileWriter::AppendTo(path, schema);
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    ASSERT_TRUE(writer->Write(data.view()).ok());
    ASSERT_TRUE(writer->Finish().ok());
    ExpectBatches(path, {data.view(), data.view()});
    EXPECT_EQ(FileReader::Open(path)->metadata_version(), 4);
    const Status status = FileWriter::AppendTo(path, schema, {.compression = Zstd()}).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("V4"));
  }
}

TEST(FileAppend, TheOldFileStaysUntilFinish) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  DictionaryBatches make;
  WriteFile(path, {make.Batch({0}, {"a"})}, make.schema(), {});
  const auto before = BytesOf(path);
  {
    auto writer = FileWriter::AppendTo(path, make.schema());
    ASSERT_TRUE(writer->Write(make.Batch({0}, {"a"})).ok());
    ASSERT_TRUE(writer->Sync().ok());
    EXPECT_EQ(BytesOf(path), before);
  }
  EXPECT_EQ(BytesOf(path), before);
  const auto names = std::filesystem::directory_iterator(std::filesystem::path(path).parent_path());
  EXPECT_EQ(std::distance(begin(names), end(names)), 1) << "nothing is left behind";
}

TEST(FileAppend, WhatCannotBeAppendedToIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("a.arrow");
  DictionaryBatches make;
  EXPECT_EQ(FileWriter::AppendTo(path, make.schema()).status().code(), StatusCode::kIoError);
  WriteFile(path, {make.Batch({0}, {"a"})}, make.schema(), {});
  const auto whole = BytesOf(path);
  const Schema other{{{"word", Dictionary(TypeId::kInt8, Utf8())}}};
  const Status status = FileWriter::AppendTo(path, other).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("the schema is not the file's"));
  EXPECT_FALSE(FileWriter::AppendTo(path, make.schema(), {.alignment_bytes = 3}).ok());

  std::filesystem::resize_file(path, whole.size() - 1);
  const Status cut = FileWriter::AppendTo(path, make.schema()).status();
  EXPECT_EQ(cut.code(), StatusCode::kCorruptData);
  EXPECT_THAT(cut.message(), HasSubstr("Recover"));
  EXPECT_EQ(BytesOf(path).size(), whole.size() - 1);
}

}  // namespace
}  // namespace inlay::ipc
