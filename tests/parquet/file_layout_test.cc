#include "engine/parquet/file_layout.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace inlay::parquet {
namespace {

using Bytes = std::vector<uint8_t>;

// A source without a map, as a file through pread is.
class UnmappedSource final : public Source {
 public:
  explicit UnmappedSource(Bytes bytes) : bytes_(std::move(bytes)) {}
  int64_t size_bytes() const override { return static_cast<int64_t>(bytes_.size()); }
  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override {
    if (offset_bytes < 0 || offset_bytes + static_cast<int64_t>(out.size()) > size_bytes()) {
      return Status::CorruptData("past the end");
    }
    std::copy_n(bytes_.begin() + offset_bytes, out.size(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

void Append(Bytes* out, std::span<const uint8_t> bytes) { out->insert(out->end(), bytes.begin(), bytes.end()); }

// One column of one row group: a dictionary page and two data pages, the second one with statistics of 5,000 bytes.
struct Sample {
  Bytes bytes = {'P', 'A', 'R', '1'};
  std::vector<int64_t> page_offsets;
  format::FileMetaData metadata;

  void AddPage(const format::PageHeader& header) {
    page_offsets.push_back(static_cast<int64_t>(bytes.size()));
    ThriftWriter writer;
    WritePageHeader(header, &writer);
    Append(&bytes, writer.bytes());
    bytes.insert(bytes.end(), static_cast<size_t>(header.compressed_page_size), 0xEE);
  }

  Sample() {
    AddPage({.type = format::PageType::kDictionaryPage,
             .uncompressed_page_size = 10,
             .compressed_page_size = 10,
             .dictionary_page_header = format::DictionaryPageHeader{.num_values = 3}});
    AddPage({.uncompressed_page_size = 20,
             .compressed_page_size = 7,
             .data_page_header = format::DataPageHeader{.num_values = 4}});
    AddPage({.data_page_header = format::DataPageHeader{
                 .num_values = 5, .statistics = format::Statistics{.max_value = std::string(5000, 'm')}}});
    format::ColumnMetaData column{.type = format::Type::kInt64, .num_values = 9};
    column.dictionary_page_offset = 4;
    column.data_page_offset = page_offsets[1];
    column.total_compressed_size = static_cast<int64_t>(bytes.size()) - 4;
    metadata.num_rows = 9;
    metadata.schema.push_back({.name = "schema", .num_children = 1});
    metadata.schema.push_back({.type = format::Type::kInt64, .name = "x"});
    metadata.row_groups.push_back({.columns = {{.meta_data = column}}, .num_rows = 9});
  }

  Bytes WithFooter() const {
    ThriftWriter writer;
    WriteFileMetaData(metadata, &writer);
    Bytes file = bytes;
    Append(&file, writer.bytes());
    const auto size = static_cast<uint32_t>(writer.bytes().size());
    for (int i = 0; i < 4; ++i) file.push_back(static_cast<uint8_t>(size >> 8 * i));
    file.insert(file.end(), {'P', 'A', 'R', '1'});
    return file;
  }
};

std::vector<std::unique_ptr<Source>> BothSources(const Bytes& bytes) {
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(MakeBufferSource({bytes.data(), static_cast<int64_t>(bytes.size())}));
  sources.push_back(std::make_unique<UnmappedSource>(bytes));
  return sources;
}

TEST(ReadFooter, GivesMetadataAndLeaves) {
  const Sample sample;
  const Bytes file = sample.WithFooter();
  for (const auto& source : BothSources(file)) {
    EXPECT_TRUE(LooksLikeParquet(*source));
    const Result<Footer> footer = ReadFooter(*source);
    ASSERT_TRUE(footer.ok()) << footer.status().ToString();
    EXPECT_EQ(footer->metadata, sample.metadata);
    EXPECT_EQ(footer->offset_bytes, static_cast<int64_t>(sample.bytes.size()));
    EXPECT_EQ(footer->metadata_bytes, static_cast<int64_t>(file.size() - sample.bytes.size()) - 8);
    EXPECT_EQ(footer->leaves, std::vector<int32_t>{1});
  }
}

TEST(ReadFooter, RefusesFilesThatAreCutOrNone) {
  const Bytes file = Sample().WithFooter();
  for (size_t size = 0; size < file.size(); ++size) {
    if (size > 100 && size + 300 < file.size()) continue;  // the middle of the page bodies
    const Bytes cut(file.begin(), file.begin() + static_cast<int64_t>(size));
    const auto source = MakeBufferSource({cut.data(), static_cast<int64_t>(cut.size())});
    EXPECT_EQ(ReadFooter(*source).status().code(), StatusCode::kCorruptData) << size;
  }
  Bytes longer = file;
  longer[longer.size() - 5] = 0x7F;  // the footer's length
  EXPECT_NE(ReadFooter(UnmappedSource(longer)).status().message().find("larger than the file"), std::string::npos);
  Bytes encrypted = file;
  encrypted.back() = 'E';
  EXPECT_EQ(ReadFooter(UnmappedSource(encrypted)).status().code(), StatusCode::kNotImplemented);
  Bytes other = file;
  other[0] = 'Q';
  EXPECT_FALSE(LooksLikeParquet(UnmappedSource(other)));
  EXPECT_EQ(ReadFooter(UnmappedSource(other)).status().code(), StatusCode::kCorruptData);
}

TEST(ReadFooter, RefusesSchemasThatDoNotFit) {
  const auto footer_of = [](auto&& change) {
    Sample sample;
    change(sample.metadata);
    return ReadFooter(UnmappedSource(sample.WithFooter())).status();
  };
  EXPECT_TRUE(footer_of([](auto&) {}).ok());
  const Status statuses[] = {
      footer_of([](auto& m) { m.schema[0].num_children = 2; }),
      footer_of([](auto& m) { m.schema[0].num_children = 0; }),
      footer_of([](auto& m) { m.schema.clear(); }),
      footer_of([](auto& m) { m.row_groups[0].columns.clear(); }),
  };
  for (const Status& status : statuses) EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_EQ(footer_of([](auto& m) { m.schema.assign(1000, {.name = "g", .num_children = 1}); }).code(),
            StatusCode::kLimitExceeded);
}

TEST(PageWalker, VisitsEveryPage) {
  const Sample sample;
  const Bytes file = sample.WithFooter();
  for (const auto& source : BothSources(file)) {
    const Result<Footer> footer = ReadFooter(*source);
    ASSERT_TRUE(footer.ok());
    Result<PageWalker> walker =
        PageWalker::Open(source.get(), *footer->metadata.row_groups[0].columns[0].meta_data, *footer);
    ASSERT_TRUE(walker.ok()) << walker.status().ToString();
    std::vector<int64_t> offsets;
    std::vector<int32_t> body_bytes;
    PageInfo page;
    for (;;) {
      const Result<bool> more = walker->Next(&page);
      ASSERT_TRUE(more.ok()) << more.status().ToString();
      if (!*more) break;
      offsets.push_back(page.offset_bytes);
      body_bytes.push_back(page.header.compressed_page_size);
    }
    EXPECT_EQ(offsets, sample.page_offsets);
    EXPECT_EQ(body_bytes, (std::vector<int32_t>{10, 7, 0}));
    EXPECT_GT(page.header_bytes, 5000);
  }
}

TEST(PageWalker, StaysInTheChunkAndTheFile) {
  const Sample sample;
  const Bytes file = sample.WithFooter();
  const UnmappedSource source(file);
  const Result<Footer> footer = ReadFooter(source);
  ASSERT_TRUE(footer.ok());
  const format::ColumnMetaData good = *footer->metadata.row_groups[0].columns[0].meta_data;
  const auto opened = [&](int64_t data_page_offset, int64_t size_bytes) {
    format::ColumnMetaData column = good;
    column.dictionary_page_offset = {};
    column.data_page_offset = data_page_offset;
    column.total_compressed_size = size_bytes;
    return PageWalker::Open(&source, column, *footer);
  };
  EXPECT_EQ(opened(3, 10).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(opened(-1, 10).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(opened(4, -1).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(opened(4, INT64_MAX).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(opened(INT64_MAX, 1).status().code(), StatusCode::kCorruptData);
  // Every end within the chunk but those between two pages is an error of the last page.
  for (int64_t size = 1; size < 60; ++size) {
    Result<PageWalker> walker = opened(4, size);
    ASSERT_TRUE(walker.ok());
    PageInfo page;
    Result<bool> more = true;
    while (more.ok() && *more) more = walker->Next(&page);
    const bool between = 4 + size == sample.page_offsets[1] || 4 + size == sample.page_offsets[2];
    EXPECT_EQ(more.ok(), between) << size;
    if (!more.ok()) {
      EXPECT_EQ(more.status().code(), StatusCode::kCorruptData);
    }
  }
}

}  // namespace
}  // namespace inlay::parquet
