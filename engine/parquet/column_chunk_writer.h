// One column of the row group in progress: decides its encoding, cuts pages, and keeps them until the row group ends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <inlay/array.h>
#include <inlay/parquet.h>
#include <inlay/status.h>

#include "engine/parquet/chunk_memory.h"
#include "engine/parquet/chunk_pages.h"
#include "engine/parquet/leaf_reader.h"
#include "engine/parquet/metadata.h"
#include "engine/parquet/page_builder.h"
#include "engine/parquet/statistics.h"

namespace inlay::parquet {

// The properties of one column, all set.
struct ColumnSettings {
  Compression compression;
  std::optional<Encoding> encoding;  // unset: chosen from the data
  bool dictionary = true;
  int64_t max_dictionary_bytes = 0;
  bool statistics = true;
  int64_t max_statistics_bytes = 0;
  int64_t max_page_bytes = 0;
  int64_t max_page_rows = 0;
  int64_t max_row_group_rows = 0;
  bool page_crc = true;
};

class ColumnChunkWriter {
 public:
  // `leaf` outlives the writer.
  ColumnChunkWriter(const LeafColumn* leaf, const ColumnSettings& settings);

  // Begins an empty chunk, whose pages live in `memory` until the next Begin. Resets the memory.
  void Begin(ChunkMemory* memory);

  // Takes rows [first_row, first_row + num_rows) of a column. `rows_ahead`: how many rows from first_row on the column
  // holds for this chunk, at least; a hint for the choice of encoding. May keep pointers into the column until Detach.
  Status Append(const ArrayView& column, int64_t first_row, int64_t num_rows, int64_t rows_ahead);
  // Copies what it still needs of the caller's memory.
  Status Detach();
  // Ends the last page and makes the dictionary page.
  Status Finish();

  // After Finish: the chunk's bytes in order, valid until Begin, and its metadata for a chunk that begins at `offset`.
  void AppendPieces(std::vector<BufferView>* pieces) const { pages_.AppendPieces(pieces); }
  format::ColumnMetaData MakeMetaData(int64_t offset) const;
  // Finished pages, and the page in progress as it stands.
  int64_t buffered_bytes() const;

 private:
  // kUndecided: rows are too few yet to choose; values are kept in PLAIN.
  enum class Mode : uint8_t { kUndecided, kPlain, kDictionary, kRle };

  bool may_use_dictionary() const;
  Status DecideFromColumn(const ArrayView& column, int64_t first_row, int64_t rows_ahead);
  Status DecideFromPage();
  Status StartDictionary(int64_t expected_entries);
  Status AppendBlock(const LeafBlock& block, int64_t* rows_done);
  Status AppendIndexes(const LeafBlock& block, int64_t* rows_done);
  Status AppendPlain(const LeafBlock& block, int64_t* rows_done);
  Status Take(const LeafBlock& block, int64_t num_rows, int64_t num_values);
  int64_t PageRowLimit() const;
  int64_t PageByteLimit() const;
  void BeginPage(int64_t rows_ahead);
  Status EndPage();
  Status FinishDictionaryPage();
  format::Encoding page_encoding() const;

  const LeafColumn* const leaf_;
  const ColumnSettings settings_;
  LeafReader reader_;
  PageBuilder page_;
  ChunkPages pages_;
  ChunkMemory* memory_ = nullptr;
  ColumnStatistics statistics_;
  Mode mode_ = Mode::kUndecided;
  bool page_is_open_ = false;
  bool has_dictionary_ = false;  // some page of the chunk refers to it
  int64_t num_rows_ = 0;         // of finished pages
  int64_t num_nulls_ = 0;
  int32_t num_dictionary_coded_pages_ = 0;
  int32_t num_other_pages_ = 0;
};

}  // namespace inlay::parquet
