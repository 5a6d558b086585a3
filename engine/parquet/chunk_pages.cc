#include "engine/parquet/chunk_pages.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "kernels/crc32.h"

namespace inlay::parquet {
namespace {

constexpr int64_t kMaxPageBodyBytes = INT32_MAX;
// A first page that keeps more than this share is not worth its codec, and a dictionary that does not save the rest of
// the whole chunk is not either.
constexpr double kMostCompressedShare = 0.97;
// Samples of pages: so large, one in so many bytes, and so much they have to save.
constexpr int64_t kSampleBytes = 8 << 10;
constexpr int64_t kBytesPerSample = 128 << 10;
constexpr double kLeastSavedShare = 0.1;
constexpr int64_t kDictionarySampleBytes = 32 << 10;

format::CompressionCodec CodecId(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return format::CompressionCodec::kUncompressed;
    case Codec::kSnappy:
      return format::CompressionCodec::kSnappy;
    case Codec::kGzip:
      return format::CompressionCodec::kGzip;
    case Codec::kLz4:
      return format::CompressionCodec::kLz4Raw;
    case Codec::kZstd:
      return format::CompressionCodec::kZstd;
  }
  return format::CompressionCodec::kUncompressed;
}

}  // namespace

ChunkPages::ChunkPages(const LeafColumn* leaf, const Compression& compression, bool page_crc)
    : leaf_(leaf), compression_(compression), page_crc_(page_crc) {}

void ChunkPages::Begin(ChunkMemory* memory) {
  memory_ = memory;
  is_compressed_.reset();
  if (compression_.codec == Codec::kNone) is_compressed_ = false;
  dictionary_page_.reset();
  pages_.clear();
  first_untried_page_ = 0;
  untried_bytes_ = stored_bytes_ = uncompressed_bytes_ = 0;
}

Status ChunkPages::AddDataPage(const PageBody& body, int64_t num_values, format::Encoding encoding) {
  if (Status s = CheckSize(body.size_bytes()); !s.ok()) return s;
  if (may_turn_to_compression()) {
    untried_bytes_ += body.size_bytes();
    if (untried_bytes_ >= kBytesPerSample) {
      const auto saved = SavedShare(body.values, kSampleBytes);
      if (!saved.ok()) return saved.status();
      if (*saved >= kLeastSavedShare) {
        if (Status s = CompressAll(); !s.ok()) return s;
      }
      untried_bytes_ = 0;
      first_untried_page_ = pages_.size() + 1;
    }
  }
  pages_.push_back({.num_values = static_cast<int32_t>(num_values), .encoding = encoding});
  if (Status s = Store(body, &pages_.back()); !s.ok()) return s;
  if (pages_.size() == 1) first_untried_page_ = 1;
  return {};
}

Status ChunkPages::EndDataPages() {
  if (!may_turn_to_compression() || first_untried_page_ >= pages_.size()) return {};
  const Page& largest =
      *std::max_element(pages_.begin() + static_cast<std::ptrdiff_t>(first_untried_page_), pages_.end(),
                        [](const Page& a, const Page& b) { return a.body_bytes < b.body_bytes; });
  const auto saved = SavedShare(largest.values, kSampleBytes);
  if (!saved.ok()) return saved.status();
  return *saved >= kLeastSavedShare ? CompressAll() : Status();
}

Status ChunkPages::AddDictionaryPage(BufferView values, int64_t num_entries) {
  if (Status s = CheckSize(values.size_bytes); !s.ok()) return s;
  if (may_turn_to_compression()) {
    const auto saved = SavedShare(values, kDictionarySampleBytes);
    if (!saved.ok()) return saved.status();
    const auto chunk_bytes = static_cast<double>(uncompressed_bytes_ + values.size_bytes);
    if (*saved * static_cast<double>(values.size_bytes) > (1 - kMostCompressedShare) * chunk_bytes) {
      if (Status s = CompressAll(); !s.ok()) return s;
    }
  }
  dictionary_page_ = {.type = format::PageType::kDictionaryPage, .num_values = static_cast<int32_t>(num_entries)};
  return Store({.levels = {}, .values = values, .values_are_borrowed = false}, &*dictionary_page_);
}

Status ChunkPages::Detach() {
  for (Page& page : pages_) {
    if (!page.values_are_borrowed) continue;
    auto copy = CopyTo(&memory_->arena, page.values);
    if (!copy.ok()) return copy.status();
    page.values = *copy;
    page.values_are_borrowed = false;
  }
  return {};
}

int64_t ChunkPages::dictionary_page_bytes() const {
  return dictionary_page_->header.size_bytes + dictionary_page_->values.size_bytes;
}

format::CompressionCodec ChunkPages::codec() const {
  return is_compressed_ == true ? CodecId(compression_.codec) : format::CompressionCodec::kUncompressed;
}

void ChunkPages::AppendPieces(std::vector<BufferView>* pieces) const {
  const auto add = [&](const BufferView& piece) {
    if (piece.size_bytes > 0) pieces->push_back(piece);
  };
  const auto add_page = [&](const Page& page) {
    add(page.header);
    add(page.levels);
    add(page.values);
  };
  if (dictionary_page_.has_value()) add_page(*dictionary_page_);
  for (const Page& page : pages_) add_page(page);
}

Status ChunkPages::CheckSize(int64_t size_bytes) const {
  if (size_bytes <= kMaxPageBodyBytes) return {};
  return Status::LimitExceeded("column '" + leaf_->path + "': a page of " + std::to_string(size_bytes) +
                               " bytes; Parquet pages hold less than 2 GiB, so lower max_page_rows");
}

Status ChunkPages::Store(const PageBody& body, Page* page) {
  page->body_bytes = body.size_bytes();
  page->levels = body.levels;
  page->values = body.values;
  page->values_are_borrowed = body.values_are_borrowed;
  if (is_compressed_ == false) return Seal(page);
  const auto run = Join(body.levels, body.values);
  if (!run.ok()) return run.status();
  const auto compressed = Compress(*run);
  if (!compressed.ok()) return compressed.status();
  if (!is_compressed_.has_value()) {
    const auto most = kMostCompressedShare * static_cast<double>(page->body_bytes);
    is_compressed_ = static_cast<double>(compressed->size_bytes) <= most;
  }
  const auto copy = CopyTo(&memory_->arena, *is_compressed_ ? *compressed : *run);
  if (!copy.ok()) return copy.status();
  page->levels = {};
  page->values = *copy;
  page->values_are_borrowed = false;
  return Seal(page);
}

Status ChunkPages::Seal(Page* page) {
  const int64_t stored = page->levels.size_bytes + page->values.size_bytes;
  if (stored > kMaxPageBodyBytes)
    return Status::LimitExceeded("column '" + leaf_->path + "': a page of 2 GiB or more after compression");
  format::PageHeader header;
  header.type = page->type;
  header.uncompressed_page_size = static_cast<int32_t>(page->body_bytes);
  header.compressed_page_size = static_cast<int32_t>(stored);
  if (page->type == format::PageType::kDictionaryPage) {
    header.dictionary_page_header.emplace().num_values = page->num_values;
  } else {
    header.data_page_header.emplace().num_values = page->num_values;
    header.data_page_header->encoding = page->encoding;
  }
  if (page_crc_) {
    const uint32_t crc = kernels::Crc32(0, page->levels.data, page->levels.size_bytes);
    header.crc = static_cast<int32_t>(kernels::Crc32(crc, page->values.data, page->values.size_bytes));
  }
  uint8_t header_room[128];
  ThriftWriter thrift(header_room);
  format::WritePageHeader(header, &thrift);
  const std::span<const uint8_t> bytes = thrift.bytes();
  auto copy = CopyTo(&memory_->small, {bytes.data(), static_cast<int64_t>(bytes.size())});
  if (!copy.ok()) return copy.status();
  page->header = *copy;
  uncompressed_bytes_ += page->header.size_bytes + page->body_bytes;
  stored_bytes_ += page->header.size_bytes + stored;
  return {};
}

Status ChunkPages::CompressAll() {
  is_compressed_ = true;
  stored_bytes_ = uncompressed_bytes_ = 0;
  for (Page& page : pages_) {
    const PageBody body = {page.levels, page.values, page.values_are_borrowed};
    if (Status s = Store(body, &page); !s.ok()) return s;
  }
  return {};
}

Result<BufferView> ChunkPages::Compress(BufferView run) {
  auto codec = memory_->work->CompressorFor(compression_);
  if (!codec.ok()) return codec.status();
  const int64_t capacity = (*codec)->MaxCompressedBytes(run.size_bytes);
  AlignedBuffer& out = memory_->work->compressed;
  if (Status s = out.Reserve(capacity); !s.ok()) return s;
  const auto size = (*codec)->Compress(run, out.data(), capacity);
  if (!size.ok()) return size.status();
  return BufferView{out.data(), *size};
}

// From the middle: how a page begins is not how it goes on.
Result<double> ChunkPages::SavedShare(BufferView values, int64_t sample_bytes) {
  const int64_t size = std::min(values.size_bytes, sample_bytes);
  if (size == 0) return 0.0;
  const auto compressed = Compress({values.data + (values.size_bytes - size) / 2, size});
  if (!compressed.ok()) return compressed.status();
  return 1 - static_cast<double>(compressed->size_bytes) / static_cast<double>(size);
}

Result<BufferView> ChunkPages::Join(BufferView levels, BufferView values) {
  if (levels.size_bytes == 0) return values;
  AlignedBuffer& run = memory_->work->scratch;
  if (Status s = run.Reserve(levels.size_bytes + values.size_bytes); !s.ok()) return s;
  std::memcpy(run.data(), levels.data, static_cast<size_t>(levels.size_bytes));
  if (values.size_bytes > 0) {
    std::memcpy(run.data() + levels.size_bytes, values.data, static_cast<size_t>(values.size_bytes));
  }
  return BufferView{run.data(), levels.size_bytes + values.size_bytes};
}

Result<BufferView> ChunkPages::CopyTo(Arena* arena, BufferView bytes) {
  auto copy = arena->Allocate(bytes.size_bytes);
  if (!copy.ok()) return copy.status();
  if (bytes.size_bytes > 0) std::memcpy(*copy, bytes.data, static_cast<size_t>(bytes.size_bytes));
  return BufferView{*copy, bytes.size_bytes};
}

}  // namespace inlay::parquet
