// The finished pages of one column chunk, compressed or not, with their headers, until the row group ends.
//
//   [dictionary page] data page*        page = PageHeader (Thrift) | body
//
// A chunk has one codec for all its pages (ColumnMetaData.codec). Where compression does not pay, the chunk is stored
// as it is: readers and this writer are spared the codec for next to nothing. The first page decides; then small
// samples of the pages that follow, and of the dictionary, are tried, and once they shrink, all pages are compressed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <inlay/buffer_view.h>
#include <inlay/codec.h>
#include <inlay/status.h>

#include "engine/parquet/chunk_memory.h"
#include "engine/parquet/leaf_column.h"
#include "engine/parquet/metadata.h"
#include "engine/parquet/page_builder.h"

namespace inlay::parquet {

class ChunkPages {
 public:
  // `leaf` outlives the pages.
  ChunkPages(const LeafColumn* leaf, const Compression& compression, bool page_crc);

  // Begins an empty chunk in `memory`.
  void Begin(ChunkMemory* memory);

  // Whether the next body is to be one run of bytes, for the codec (body.levels is empty then), or pieces that stay
  // where they are until Begin.
  bool wants_contiguous() const { return is_compressed_ != false; }
  Status AddDataPage(const PageBody& body, int64_t num_values, format::Encoding encoding);
  // After the last data page, and before the dictionary page.
  Status EndDataPages();
  // Once, last; it stands first.
  Status AddDictionaryPage(BufferView values, int64_t num_entries);
  // Copies what lies in the caller's memory.
  Status Detach();

  bool empty() const { return pages_.empty(); }
  bool has_dictionary() const { return dictionary_page_.has_value(); }
  int64_t dictionary_page_bytes() const;  // with its header
  // Of all pages, with their headers, stored and before compression.
  int64_t stored_bytes() const { return stored_bytes_; }
  int64_t uncompressed_bytes() const { return uncompressed_bytes_; }
  format::CompressionCodec codec() const;
  // The chunk's bytes in order.
  void AppendPieces(std::vector<BufferView>* pieces) const;

 private:
  struct Page {
    format::PageType type = format::PageType::kDataPage;
    int32_t num_values = 0;
    format::Encoding encoding = format::Encoding::kPlain;
    int64_t body_bytes = 0;  // before compression
    BufferView header = {};
    BufferView levels = {};
    BufferView values = {};  // the whole body when compressed
    bool values_are_borrowed = false;
  };

  bool may_turn_to_compression() const { return is_compressed_ == false && compression_.codec != Codec::kNone; }
  Status CheckSize(int64_t size_bytes) const;
  // Sets the pieces of `page` and makes its header.
  Status Store(const PageBody& body, Page* page);
  Status Seal(Page* page);
  Status CompressAll();
  // `run` compressed, in the workspace.
  Result<BufferView> Compress(BufferView run);
  // Which part of some `sample_bytes` of `values` compression saves.
  Result<double> SavedShare(BufferView values, int64_t sample_bytes);
  Result<BufferView> Join(BufferView levels, BufferView values);
  static Result<BufferView> CopyTo(Arena* arena, BufferView bytes);

  const LeafColumn* const leaf_;
  const Compression compression_;
  const bool page_crc_;
  ChunkMemory* memory_ = nullptr;
  std::optional<bool> is_compressed_;  // unset until the first page shows whether it pays
  std::optional<Page> dictionary_page_;
  std::vector<Page> pages_;
  size_t first_untried_page_ = 0;
  int64_t untried_bytes_ = 0;
  int64_t stored_bytes_ = 0;
  int64_t uncompressed_bytes_ = 0;
};

}  // namespace inlay::parquet
