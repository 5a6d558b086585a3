#include "engine/parquet/file_layout.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace inlay::parquet {
namespace {

constexpr int64_t kMagicBytes = 4;
constexpr int64_t kTrailerBytes = 8;  // length and magic
constexpr int64_t kMaxPageHeaderBytes = 16 << 20;
constexpr int kMaxSchemaDepth = 64;

bool IsMagic(const uint8_t* bytes, const char* magic) { return std::memcmp(bytes, magic, kMagicBytes) == 0; }

// Walks the subtree at *next, which it moves past it, and collects leaves.
Status CollectLeaves(const std::vector<format::SchemaElement>& schema, size_t* next, int depth,
                     std::vector<int32_t>* leaves) {
  if (*next >= schema.size()) return Status::CorruptData("the schema counts more children than it has");
  if (depth > kMaxSchemaDepth) return Status::LimitExceeded("the schema nests too deeply");
  const size_t index = (*next)++;
  const format::SchemaElement& element = schema[index];
  if (element.type.has_value()) {
    leaves->push_back(static_cast<int32_t>(index));
    return {};
  }
  for (int32_t child = 0; child < element.num_children.value_or(0); ++child) {
    if (Status status = CollectLeaves(schema, next, depth + 1, leaves); !status.ok()) return status;
  }
  return {};
}

Status CheckFooter(Footer* footer) {
  const format::FileMetaData& metadata = footer->metadata;
  if (metadata.schema.size() > INT32_MAX) return Status::LimitExceeded("the schema is too large");
  size_t next = 0;
  if (Status status = CollectLeaves(metadata.schema, &next, 0, &footer->leaves); !status.ok()) return status;
  if (next != metadata.schema.size()) return Status::CorruptData("the schema has elements outside its root");
  for (size_t i = 0; i < metadata.row_groups.size(); ++i) {
    if (metadata.row_groups[i].columns.size() != footer->leaves.size()) {
      return Status::CorruptData("row group " + std::to_string(i) + " has " +
                                 std::to_string(metadata.row_groups[i].columns.size()) + " columns, the schema " +
                                 std::to_string(footer->leaves.size()));
    }
  }
  return {};
}

}  // namespace

bool LooksLikeParquet(const Source& source) {
  uint8_t magic[kMagicBytes];
  if (source.size_bytes() < kMagicBytes || !source.ReadAt(0, magic).ok()) return false;
  return IsMagic(magic, "PAR1") || IsMagic(magic, "PARE");
}

Result<Footer> ReadFooter(const Source& source) {
  const int64_t size_bytes = source.size_bytes();
  if (size_bytes < kMagicBytes + kTrailerBytes) return Status::CorruptData("too short for a Parquet file");
  uint8_t magic[kMagicBytes];
  uint8_t trailer[kTrailerBytes];
  if (Status status = source.ReadAt(0, magic); !status.ok()) return status;
  if (Status status = source.ReadAt(size_bytes - kTrailerBytes, trailer); !status.ok()) return status;
  if (IsMagic(magic, "PARE") || IsMagic(trailer + 4, "PARE")) {
    return Status::NotImplemented("the Parquet file has an encrypted footer");
  }
  if (!IsMagic(magic, "PAR1")) return Status::CorruptData("no Parquet file: it does not begin with PAR1");
  if (!IsMagic(trailer + 4, "PAR1")) {
    return Status::CorruptData("the Parquet file does not end with PAR1: it is cut, or was never finished");
  }
  const int64_t metadata_bytes =
      int64_t{trailer[0]} | int64_t{trailer[1]} << 8 | int64_t{trailer[2]} << 16 | int64_t{trailer[3]} << 24;
  if (metadata_bytes > size_bytes - kMagicBytes - kTrailerBytes) {
    return Status::CorruptData("the Parquet footer would be larger than the file");
  }
  const int64_t offset_bytes = size_bytes - kTrailerBytes - metadata_bytes;
  std::vector<uint8_t> copy;
  std::span<const uint8_t> bytes;
  if (const BufferView mapped = source.mapped(); mapped.data != nullptr) {
    bytes = {mapped.data + offset_bytes, static_cast<size_t>(metadata_bytes)};
  } else {
    copy.resize(static_cast<size_t>(metadata_bytes));
    if (Status status = source.ReadAt(offset_bytes, copy); !status.ok()) return status;
    bytes = copy;
  }
  Result<format::FileMetaData> metadata = format::ReadFileMetaData(bytes);
  if (!metadata.ok()) return metadata.status().WithContext("Parquet footer");
  Footer footer{*std::move(metadata), offset_bytes, metadata_bytes, {}};
  if (Status status = CheckFooter(&footer); !status.ok()) return status.WithContext("Parquet footer");
  return footer;
}

Result<PageWalker> PageWalker::Open(const Source* source, const format::ColumnMetaData& column, const Footer& footer) {
  int64_t begin_bytes = column.data_page_offset;
  // Some writers give a dictionary offset of 0 for none.
  if (column.dictionary_page_offset.value_or(0) > 0)
    begin_bytes = std::min(begin_bytes, *column.dictionary_page_offset);
  const int64_t size_bytes = column.total_compressed_size;
  if (begin_bytes < kMagicBytes || begin_bytes > footer.offset_bytes || size_bytes < 0 ||
      size_bytes > footer.offset_bytes - begin_bytes) {
    return Status::CorruptData("a column chunk of " + std::to_string(size_bytes) + " bytes at byte " +
                               std::to_string(begin_bytes) + " lies outside the file's data");
  }
  return PageWalker(source, begin_bytes, begin_bytes + size_bytes);
}

Result<bool> PageWalker::Next(PageInfo* page) {
  if (next_bytes_ >= end_bytes_) return false;
  page->offset_bytes = next_bytes_;
  const int64_t left_bytes = std::min(end_bytes_ - next_bytes_, kMaxPageHeaderBytes);
  // A header's length is known only when it is decoded: a small window first, a larger one when that does not do.
  const BufferView mapped = source_->mapped();
  Status status;
  for (int64_t window_bytes = mapped.data != nullptr ? left_bytes : std::min<int64_t>(left_bytes, 256);;
       window_bytes = std::min(left_bytes, 16 * window_bytes)) {
    std::span<const uint8_t> bytes;
    if (mapped.data != nullptr) {
      bytes = {mapped.data + next_bytes_, static_cast<size_t>(window_bytes)};
    } else {
      window_.resize(static_cast<size_t>(window_bytes));
      if (status = source_->ReadAt(next_bytes_, window_); !status.ok()) return status;
      bytes = window_;
    }
    Result<format::PageHeader> header = format::ReadPageHeader(bytes, &page->header_bytes);
    if (header.ok()) {
      page->header = *std::move(header);
      break;
    }
    if (window_bytes == left_bytes) return header.status().WithContext("page at byte " + std::to_string(next_bytes_));
  }
  const int64_t body_bytes = page->header.compressed_page_size;
  if (body_bytes < 0 || page->header.uncompressed_page_size < 0 ||
      body_bytes > end_bytes_ - next_bytes_ - page->header_bytes) {
    return Status::CorruptData("page at byte " + std::to_string(next_bytes_) + " reaches past its column chunk");
  }
  next_bytes_ += page->header_bytes + body_bytes;
  return true;
}

}  // namespace inlay::parquet
