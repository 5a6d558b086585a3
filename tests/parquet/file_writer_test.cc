// Whole files in memory, read back by the reference reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include <inlay/parquet.h>

#include "kernels/target.h"
#include "tests/kernels/targets.h"
#include "tests/parquet/flat_columns.h"
#include "tests/reference/parquet_reader.h"

namespace inlay::parquet {
namespace {

using reference::PhysicalValue;
using reference::ReadFile;
using testing::HasSubstr;

// Writes a batch in pieces of `piece_rows` rows (0: in one).
Status WriteTo(Sink* sink, const RecordBatchView& batch, const WriterProperties& properties, int64_t piece_rows = 0) {
  auto writer = FileWriter::Open(sink, *batch.schema, properties);
  if (!writer.ok()) return writer.status();
  const int64_t step = piece_rows == 0 ? std::max<int64_t>(batch.num_rows, 1) : piece_rows;
  for (int64_t row = 0; row < batch.num_rows; row += step) {
    std::vector<ArrayView> views;
    RecordBatchView piece = batch;
    piece.num_rows = std::min(step, batch.num_rows - row);
    for (const ArrayView& column : batch.columns) views.push_back(column.Slice(row, piece.num_rows));
    piece.columns = views;
    if (Status s = writer->Write(piece); !s.ok()) return s;
  }
  return writer->Finish();
}

std::vector<uint8_t> Write(const RecordBatchView& batch, const WriterProperties& properties, int64_t piece_rows = 0) {
  BufferSink sink;
  const Status status = WriteTo(&sink, batch, properties, piece_rows);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return sink.Release();
}

ReadFile ReadBack(const std::vector<uint8_t>& bytes) {
  auto outcome = reference::ReadParquet(bytes);
  EXPECT_EQ(outcome.fault, "");
  return std::move(outcome.file);
}

std::vector<Codec> BuiltCodecs() {
  std::vector<Codec> codecs;
  for (Codec codec : {Codec::kNone, Codec::kSnappy, Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    if (ValidateCompression({codec, {}}).ok()) codecs.push_back(codec);
  }
  return codecs;
}

std::vector<std::unique_ptr<FlatColumn>> OneOfEachType(const ColumnShape& shape) {
  std::vector<std::unique_ptr<FlatColumn>> columns;
  ColumnShape next = shape;
  for (const DataType& type : FlatTypes()) {
    columns.push_back(MakeFlatColumn(type, next));
    ++next.seed;
  }
  return columns;
}

void ExpectColumns(const ReadFile& file, const std::vector<std::unique_ptr<FlatColumn>>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    ASSERT_EQ(file.Column(i), columns[i]->expected) << columns[i]->field.type.ToString();
  }
}

TEST(FileWriter, EveryTypeComesBackAtEveryNullShareOffsetAndCodec) {
  const std::vector<Codec> codecs = BuiltCodecs();
  size_t round = 0;
  for (int null_percent : {0, 1, 10, 50, 100}) {
    for (int64_t offset : {0, 1, 7, 8, 9, 63, 64, 65}) {
      SCOPED_TRACE(testing::Message() << null_percent << " % null, offset " << offset << ", round " << round);
      ColumnShape shape;
      shape.length = 300 + static_cast<int64_t>(round) * 13;
      shape.offset = offset;
      shape.null_percent = null_percent;
      shape.num_distinct = round % 3 == 0 ? 5 : 1000;
      shape.seed = 100 * round;
      const auto columns = OneOfEachType(shape);
      const FlatBatch batch = SideBySide(columns);
      WriterProperties properties;
      properties.compression.codec = codecs[round % codecs.size()];
      if (round % 4 == 1) properties.encoding = Encoding::kDictionary;
      if (round % 4 == 2) properties.encoding = Encoding::kPlain;
      if (round % 4 == 3) properties.encoding = Encoding::kRle;
      properties.max_page_rows = round % 2 == 0 ? 128 << 10 : 70;
      ExpectColumns(ReadBack(Write(batch.view(), properties, round % 5 == 0 ? 0 : 37)), columns);
      ++round;
    }
  }
}

TEST(FileWriter, LargeBatchesAreSampledAndCutIntoPages) {
  ColumnShape shape;
  shape.length = 30'000;
  for (int null_percent : {0, 10}) {
    for (int64_t num_distinct : {3, 300, 30'000}) {
      SCOPED_TRACE(testing::Message() << null_percent << " % null, " << num_distinct << " distinct");
      shape.null_percent = null_percent;
      shape.num_distinct = num_distinct;
      const auto columns = OneOfEachType(shape);
      const FlatBatch batch = SideBySide(columns);
      WriterProperties properties;
      properties.max_page_bytes = 20'000;
      properties.max_row_group_rows = 17'000;
      const ReadFile file = ReadBack(Write(batch.view(), properties));
      ExpectColumns(file, columns);
      ASSERT_EQ(file.row_groups.size(), 2u);
      EXPECT_EQ(file.metadata.row_groups[0].num_rows, 17'000);
      for (const auto& group : file.row_groups) {
        for (const auto& chunk : group) {
          for (const auto& page : chunk.pages) {
            if (page.header.type == format::PageType::kDictionaryPage) continue;
            // One level bit a row and a dictionary's indexes come on top of the limit of PLAIN bytes.
            EXPECT_LE(page.header.uncompressed_page_size, 20'000 + 17'000 * 3);
          }
        }
      }
    }
  }
}

TEST(FileWriter, PageLimitsHoldWithinABatch) {
  ColumnShape shape;
  shape.length = 10'000;
  std::vector<std::unique_ptr<FlatColumn>> columns;
  columns.push_back(MakeFlatColumn(Int64(), shape));
  columns.push_back(MakeFlatColumn(Utf8(), shape));
  const FlatBatch batch = SideBySide(columns);
  WriterProperties properties;
  properties.encoding = Encoding::kPlain;
  properties.max_page_bytes = 1000;
  properties.columns = {{"c1", {.max_page_rows = 64}}};
  const ReadFile file = ReadBack(Write(batch.view(), properties));
  ExpectColumns(file, columns);
  const auto& chunks = file.row_groups.at(0);
  EXPECT_EQ(chunks[0].pages.size(), 80u);  // 125 values of 8 bytes
  for (const auto& page : chunks[0].pages) EXPECT_LE(page.header.uncompressed_page_size, 1000);
  for (const auto& page : chunks[1].pages) {
    EXPECT_LE(page.header.uncompressed_page_size, 1000);
    EXPECT_LE(page.header.data_page_header->num_values, 64);
  }
}

TEST(FileWriter, AValueLargerThanAPageMakesAPageOfItsOwn) {
  Schema schema{{{"s", Utf8(), false}}};
  const std::string text = "ab" + std::string(5000, 'x') + "cd";
  const std::array<int32_t, 4> offsets = {0, 2, 5002, 5004};
  ArrayView view;
  view.type = &schema.fields[0].type;
  view.length = 3;
  view.buffers[1] = {reinterpret_cast<const uint8_t*>(offsets.data()), 16};
  view.buffers[2] = {reinterpret_cast<const uint8_t*>(text.data()), 5004};
  RecordBatchView batch;
  batch.schema = &schema;
  batch.num_rows = 3;
  batch.columns = {&view, 1};
  WriterProperties properties;
  properties.max_page_bytes = 100;
  properties.encoding = Encoding::kPlain;
  const ReadFile file = ReadBack(Write(batch, properties));
  EXPECT_EQ(file.Column(0), (std::vector<PhysicalValue>{"ab", std::string(5000, 'x'), "cd"}));
  EXPECT_EQ(file.row_groups[0][0].pages.size(), 3u);
}

TEST(FileWriter, RowGroupsAreCutByBytes) {
  ColumnShape shape;
  shape.length = 50'000;
  std::vector<std::unique_ptr<FlatColumn>> columns;
  columns.push_back(MakeFlatColumn(Int64(), shape));
  const FlatBatch batch = SideBySide(columns);
  WriterProperties properties;
  properties.encoding = Encoding::kPlain;
  properties.max_row_group_bytes = 80'000;
  const ReadFile file = ReadBack(Write(batch.view(), properties));
  ExpectColumns(file, columns);
  ASSERT_GT(file.row_groups.size(), 3u);
  for (const auto& group : file.metadata.row_groups) EXPECT_LE(group.total_byte_size, 80'000 * 5 / 4);
}

// The first half has few values, the second only new ones.
FlatBatch GrowingDictionary(std::vector<std::unique_ptr<FlatColumn>>* columns) {
  ColumnShape shape;
  shape.length = 40'000;
  shape.null_percent = 10;
  shape.num_distinct = 100'000;
  columns->push_back(MakeFlatColumn(Int64(), shape));
  columns->push_back(MakeFlatColumn(Binary(), shape));
  columns->push_back(MakeFlatColumn(FixedSizeBinary(16), shape));
  columns->push_back(MakeFlatColumn(Float32(), shape));
  return SideBySide(*columns);
}

TEST(FileWriter, ADictionaryThatGrowsTooLargeGivesWayToPlain) {
  std::vector<std::unique_ptr<FlatColumn>> columns;
  const FlatBatch batch = GrowingDictionary(&columns);
  WriterProperties properties;
  properties.encoding = Encoding::kDictionary;
  properties.max_dictionary_bytes = 30'000;
  properties.max_page_rows = 1000;
  properties.max_row_group_rows = 25'000;
  const ReadFile file = ReadBack(Write(batch.view(), properties, 777));
  ExpectColumns(file, columns);
  ASSERT_EQ(file.row_groups.size(), 2u);
  for (const auto& group : file.row_groups) {
    for (const auto& chunk : group) {
      // A fresh dictionary in each row group, first in the chunk, within its limit, and both kinds of data pages
      // counted.
      ASSERT_EQ(chunk.pages.front().header.type, format::PageType::kDictionaryPage);
      EXPECT_LE(chunk.pages.front().header.uncompressed_page_size, 30'000 + 4 * 4096);
      std::map<format::Encoding, int32_t> counted, stated;
      for (size_t i = 1; i < chunk.pages.size(); ++i) ++counted[chunk.pages[i].header.data_page_header->encoding];
      for (const auto& stat : chunk.metadata.encoding_stats) {
        if (stat.page_type == format::PageType::kDataPage) stated[stat.encoding] = stat.count;
      }
      EXPECT_EQ(counted, stated);
      EXPECT_GT(counted[format::Encoding::kRleDictionary], 0);
      EXPECT_GT(counted[format::Encoding::kPlain], 0);
      EXPECT_THAT(chunk.metadata.encodings,
                  testing::UnorderedElementsAre(format::Encoding::kPlain, format::Encoding::kRle,
                                                format::Encoding::kRleDictionary));
    }
  }
}

TEST(FileWriter, TheDictionaryIsChosenWhereItPays) {
  ColumnShape few, many;
  few.length = many.length = 100'000;
  few.num_distinct = 50;
  many.num_distinct = 400'000;
  std::vector<std::unique_ptr<FlatColumn>> columns;
  for (const DataType& type : {Int32(), Int64(), Binary(), FixedSizeBinary(16)}) {
    columns.push_back(MakeFlatColumn(type, few));
    columns.push_back(MakeFlatColumn(type, many));
  }
  const FlatBatch batch = SideBySide(columns);
  for (int64_t piece_rows : {0, 1000, 9000}) {
    // A row group of this batch alone: of a longer one, 400,000 values might fit a dictionary.
    const ReadFile file = ReadBack(Write(batch.view(), {.max_row_group_rows = 100'000}, piece_rows));
    ExpectColumns(file, columns);
    for (size_t i = 0; i < columns.size(); ++i) {
      EXPECT_EQ(file.row_groups[0][i].metadata.dictionary_page_offset.has_value(), i % 2 == 0)
          << "column " << i << ", pieces of " << piece_rows;
    }
  }
}

TEST(FileWriter, PiecesOfABatchGiveTheSamePlainBytesAsTheWhole) {
  ColumnShape shape;
  shape.length = 9000;
  shape.null_percent = 20;
  const auto columns = OneOfEachType(shape);
  const FlatBatch batch = SideBySide(columns);
  WriterProperties properties;
  properties.encoding = Encoding::kPlain;
  properties.max_page_bytes = 3000;
  const auto whole = Write(batch.view(), properties);
  for (int64_t piece_rows : {1, 100, 4095, 4097})
    EXPECT_EQ(Write(batch.view(), properties, piece_rows), whole) << piece_rows;
}

TEST(FileWriter, BytesDependOnNothingButTheValues) {
  for (int64_t offset : {0, 3, 65}) {
    std::vector<std::vector<uint8_t>> files;
    for (uint8_t poison : {uint8_t{0xAA}, uint8_t{0x55}}) {
      ColumnShape shape;
      shape.length = 6000;
      shape.offset = offset;
      shape.null_percent = 30;
      shape.poison = poison;
      const auto columns = OneOfEachType(shape);
      files.push_back(Write(SideBySide(columns).view(), {}));
    }
    EXPECT_EQ(files[0], files[1]) << "offset " << offset;
  }
}

TEST(FileWriter, EveryTargetAndThreadCountGivesTheSameBytes) {
  ColumnShape shape;
  shape.length = 20'000;
  shape.null_percent = 10;
  shape.offset = 5;
  const auto columns = OneOfEachType(shape);
  const FlatBatch batch = SideBySide(columns);
  WriterProperties properties;
  properties.compression.codec = BuiltCodecs().back();
  properties.max_row_group_rows = 7000;
  const auto expected = Write(batch.view(), properties, 3000);
  for (kernels::Target target : kernels::TestedTargets()) {
    kernels::CapTarget(target);
    EXPECT_EQ(Write(batch.view(), properties, 3000), expected) << kernels::TargetName(target);
  }
  kernels::CapTarget(kernels::TestedTargets().back());
  for (int threads : {1, 2, 8}) {
    auto pool = ThreadPool::Start(threads);
    ASSERT_TRUE(pool.ok());
    properties.executor = pool->get();
    EXPECT_EQ(Write(batch.view(), properties, 3000), expected) << threads << " threads";
  }
}

TEST(FileWriter, FilesAndRowGroupsWithoutRows) {
  ColumnShape shape;
  shape.length = 0;
  const auto columns = OneOfEachType(shape);
  const FlatBatch batch = SideBySide(columns);
  const ReadFile file = ReadBack(Write(batch.view(), {}));
  EXPECT_EQ(file.metadata.num_rows, 0);
  EXPECT_TRUE(file.row_groups.empty());

  Schema none;
  RecordBatchView no_columns;
  no_columns.schema = &none;
  const ReadFile empty = ReadBack(Write(no_columns, {}));
  EXPECT_EQ(empty.metadata.schema.size(), 1u);
}

TEST(FileWriter, MetadataOfTheFile) {
  ColumnShape shape;
  std::vector<std::unique_ptr<FlatColumn>> columns;
  columns.push_back(MakeFlatColumn(Int32(), shape));
  FlatBatch batch = SideBySide(columns);
  batch.schema.metadata = {{"origin", "schema"}, {"kept", "yes"}};
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, batch.schema, {.metadata = {{"origin", "properties"}}});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write(batch.view()).ok());
  ASSERT_TRUE(writer->AddMetadata("origin", "writer").ok());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(writer->num_rows(), 1000);
  EXPECT_EQ(writer->bytes_written(), static_cast<int64_t>(sink.bytes().size()));
  const ReadFile file = ReadBack(sink.bytes());
  EXPECT_EQ(file.metadata.version, 1);
  EXPECT_THAT(*file.metadata.created_by,
              testing::MatchesRegex("inlay version [0-9]+\\.[0-9]+\\.[0-9]+ \\(build .+\\)"));
  EXPECT_EQ(file.metadata.column_orders, std::vector<format::ColumnOrder>{format::ColumnOrder::kTypeOrder});
  std::map<std::string, std::string> keys;
  for (const auto& pair : file.metadata.key_value_metadata) {
    EXPECT_TRUE(keys.emplace(pair.key, pair.value.value_or("")).second) << pair.key << " twice";
  }
  EXPECT_EQ(keys["origin"], "writer");
  EXPECT_EQ(keys["kept"], "yes");
  EXPECT_THAT(keys["ARROW:schema"], testing::StartsWith("/////"));  // the continuation marker
  const auto& group = file.metadata.row_groups.at(0);
  EXPECT_EQ(group.ordinal, 0);
  EXPECT_EQ(group.file_offset, 4);
  EXPECT_EQ(group.columns[0].file_offset, 0);
  EXPECT_EQ(group.total_compressed_size, group.columns[0].meta_data->total_compressed_size);
}

// Fails at its n-th Append, Flush or Finish.
class FailingSink final : public Sink {
 public:
  explicit FailingSink(int fail_at) : fail_at_(fail_at) {}
  Status Append(std::span<const BufferView>) override { return Count(); }
  Status Finish() override { return Count(); }
  int calls() const { return calls_; }

 private:
  Status Count() { return calls_++ == fail_at_ ? Status::IoError("the disk is full", 28) : Status(); }
  int fail_at_;
  int calls_ = 0;
};

TEST(FileWriter, TheFirstErrorOfTheSinkSticks) {
  ColumnShape shape;
  std::vector<std::unique_ptr<FlatColumn>> columns;
  columns.push_back(MakeFlatColumn(Int32(), shape));
  const FlatBatch batch = SideBySide(columns);
  bool finished = false;
  for (int fail_at = 0; !finished; ++fail_at) {
    FailingSink sink(fail_at);
    auto writer = FileWriter::Open(&sink, batch.schema, {.max_row_group_rows = 400});
    if (!writer.ok()) {
      EXPECT_EQ(writer.status().code(), StatusCode::kIoError);
      continue;
    }
    Status first = writer->Write(batch.view());
    if (first.ok()) first = writer->Finish();
    finished = first.ok();
    if (finished) break;
    EXPECT_EQ(first.os_errno(), 28);
    const int calls = sink.calls();
    for (const Status& later :
         {writer->Write(batch.view()), writer->EndRowGroup(), writer->AddMetadata("a", "b"), writer->Finish()}) {
      EXPECT_EQ(later.ToString(), first.ToString());
    }
    EXPECT_EQ(sink.calls(), calls) << "a poisoned writer called its sink";
    ASSERT_LT(fail_at, 100);
  }
}

TEST(FileWriter, CallsOutOfOrderAreErrors) {
  Schema schema{{{"a", Int32(), true}}};
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, schema);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(writer->Finish().code(), StatusCode::kInvalidArgument);
  RecordBatchView batch;
  batch.schema = &schema;
  EXPECT_EQ(writer->Write(batch).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->EndRowGroup().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileWriter::Open(static_cast<Sink*>(nullptr), schema).status().code(), StatusCode::kInvalidArgument);
}

TEST(FileWriter, ARefusedBatchLeavesTheWriterAsItWas) {
  ColumnShape shape;
  std::vector<std::unique_ptr<FlatColumn>> good, wrong, nulls;
  good.push_back(MakeFlatColumn(Int32(), shape));
  wrong.push_back(MakeFlatColumn(Int64(), shape));
  shape.null_percent = 50;
  nulls.push_back(MakeFlatColumn(Int32(), shape));
  const FlatBatch batch = SideBySide(good), other_type = SideBySide(wrong), with_nulls = SideBySide(nulls);
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, batch.schema);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write(batch.view()).ok());
  EXPECT_EQ(writer->Write(other_type.view()).code(), StatusCode::kInvalidArgument);
  const Status null_status = writer->Write(with_nulls.view());
  EXPECT_EQ(null_status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(null_status.message(), HasSubstr("c0"));
  RecordBatchView short_column = batch.view();
  short_column.num_rows += 1;
  EXPECT_EQ(writer->Write(short_column).code(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(ReadBack(sink.bytes()).Column(0), good[0]->expected);
}

TEST(FileWriter, PropertiesAreCheckedAtOpen) {
  Schema schema{{{"price", Float64(), true}, {"flag", Bool(), true}}};
  const auto open = [&](const WriterProperties& properties) {
    BufferSink sink;
    return FileWriter::Open(&sink, schema, properties).status();
  };
  EXPECT_TRUE(open({}).ok());
  const Status unknown = open({.columns = {{"prise", {.dictionary = false}}}});
  EXPECT_EQ(unknown.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(unknown.message(), HasSubstr("'prise'"));
  EXPECT_THAT(unknown.message(), HasSubstr("nearest: 'price'"));
  EXPECT_THAT(open({.columns = {{"price", {.encoding = Encoding::kRle}}}}).message(), HasSubstr("booleans"));
  EXPECT_FALSE(open({.columns = {{"flag", {.encoding = Encoding::kDictionary}}}}).ok());
  EXPECT_FALSE(open({.max_page_bytes = 0}).ok());
  EXPECT_FALSE(open({.max_page_rows = -1}).ok());
  EXPECT_FALSE(open({.max_row_group_rows = 0}).ok());
  EXPECT_FALSE(open({.max_row_group_bytes = 0}).ok());
  EXPECT_FALSE(open({.allocator = nullptr}).ok());
  EXPECT_FALSE(open({.compression = {Codec::kNone, 3}}).ok());
  Schema bad{{{"d", Decimal128(39, 0), true}}};
  BufferSink sink;
  EXPECT_THAT(FileWriter::Open(&sink, bad).status().message(), HasSubstr("'d'"));
}

// The default allocator, counted, failing from one call on.
struct CountedAllocator {
  Allocator allocator{&Allocate, &Deallocate, this};
  int64_t calls = 0;
  int64_t fail_at = INT64_MAX;
  int64_t held_bytes = 0;

  static void* Allocate(void* context, size_t size, size_t alignment) {
    auto* self = static_cast<CountedAllocator*>(context);
    if (self->calls++ >= self->fail_at) return nullptr;
    self->held_bytes += static_cast<int64_t>(size);
    return DefaultAllocator().allocate(nullptr, size, alignment);
  }
  static void Deallocate(void* context, void* memory, size_t size, size_t alignment) {
    static_cast<CountedAllocator*>(context)->held_bytes -= static_cast<int64_t>(size);
    DefaultAllocator().deallocate(nullptr, memory, size, alignment);
  }
};

TEST(FileWriter, EveryFailedAllocationIsOutOfMemory) {
  std::vector<std::unique_ptr<FlatColumn>> columns;
  ColumnShape shape;
  shape.length = 6000;
  shape.null_percent = 10;
  for (const DataType& type : {Int64(), Int16(), Utf8(), Bool(), Decimal128(30, 2)})
    columns.push_back(MakeFlatColumn(type, shape));
  const FlatBatch batch = SideBySide(columns);
  bool done = false;
  for (int64_t fail_at = 0; !done; ++fail_at) {
    CountedAllocator counted;
    counted.fail_at = fail_at;
    {
      NullSink sink;
      const Status status = WriteTo(&sink, batch.view(),
                                    {.compression = {BuiltCodecs().back(), {}}, .allocator = &counted.allocator}, 2500);
      done = status.ok();
      if (!done) {
        ASSERT_EQ(status.code(), StatusCode::kOutOfMemory) << fail_at << ": " << status.ToString();
      }
    }
    ASSERT_EQ(counted.held_bytes, 0) << "leak when call " << fail_at << " fails";
    ASSERT_LT(fail_at, 10'000);
  }
}

TEST(FileWriter, ASteadyStateAllocatesNothing) {
  ColumnShape shape;
  shape.length = 20'000;
  shape.null_percent = 10;
  const auto columns = OneOfEachType(shape);
  const FlatBatch batch = SideBySide(columns);
  for (Encoding encoding : {Encoding::kPlain, Encoding::kDictionary}) {
    CountedAllocator counted;
    NullSink sink;
    auto writer = FileWriter::Open(
        &sink, batch.schema,
        {.encoding = encoding, .max_page_rows = 1000, .max_row_group_rows = 20'000, .allocator = &counted.allocator});
    ASSERT_TRUE(writer.ok());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->Write(batch.view()).ok());
    const int64_t calls = counted.calls;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(writer->Write(batch.view()).ok());
    EXPECT_EQ(counted.calls, calls) << EncodingName(encoding);
    ASSERT_TRUE(writer->Finish().ok());
  }
}

}  // namespace
}  // namespace inlay::parquet
