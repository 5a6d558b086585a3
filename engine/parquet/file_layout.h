// What stands where in a Parquet file, for those who look at one: its footer and the pages of a column chunk. Bytes may
// be hostile.
//
//   "PAR1" pages... [indexes] FileMetaData  u32 LE length of FileMetaData  "PAR1"
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/source.h>
#include <inlay/status.h>

#include "engine/parquet/metadata.h"

namespace inlay::parquet {

struct Footer {
  format::FileMetaData metadata;
  int64_t offset_bytes = 0;    // of the FileMetaData
  int64_t metadata_bytes = 0;  // of the FileMetaData
  // Indexes in metadata.schema of the leaves: one for each column chunk of a row group, in their order.
  std::vector<int32_t> leaves;
};

// Whether a file begins as a Parquet file does, encrypted ones included. False when it cannot be read.
bool LooksLikeParquet(const Source& source);

// Reads the footer and checks that schema and row groups fit each other. kCorruptData for broken or cut files,
// kNotImplemented for encrypted footers.
Result<Footer> ReadFooter(const Source& source);

struct PageInfo {
  int64_t offset_bytes = 0;  // of the header, in the file
  int64_t header_bytes = 0;  // the body, of header.compressed_page_size bytes, follows it
  format::PageHeader header;
};

// Walks over the pages of a column chunk: Open, then Next until it returns false. Reads headers alone.
class PageWalker {
 public:
  // Keeps a pointer to `source`. kCorruptData when the chunk does not lie between the magic bytes and the footer.
  static Result<PageWalker> Open(const Source* source, const format::ColumnMetaData& column, const Footer& footer);
  // The next page, or false at the end of the chunk.
  Result<bool> Next(PageInfo* page);

 private:
  PageWalker(const Source* source, int64_t begin_bytes, int64_t end_bytes)
      : source_(source), next_bytes_(begin_bytes), end_bytes_(end_bytes) {}

  const Source* source_;
  int64_t next_bytes_;
  int64_t end_bytes_;
  std::vector<uint8_t> window_;
};

}  // namespace inlay::parquet
