// The page in progress of one column chunk: gathers levels and values, block by block, and ends as the body of a V1
// data page (README, Data Pages; Encodings.md):
//
//   definition levels (nullable columns): length, 4 bytes LE | hybrid stream of width 1
//   values: PLAIN | bit width, 1 byte, hybrid stream of indexes (RLE_DICTIONARY) | length, 4 bytes LE, hybrid stream
//   (RLE)
#pragma once

#include <cstdint>

#include <inlay/sink.h>
#include <inlay/status.h>

#include "engine/encoding/page_values.h"
#include "engine/parquet/chunk_memory.h"
#include "engine/parquet/leaf_reader.h"

namespace inlay::parquet {

// The body of a finished page, as one or two pieces.
struct PageBody {
  BufferView levels;
  BufferView values;
  bool values_are_borrowed = false;  // they lie in the caller's memory

  int64_t size_bytes() const { return levels.size_bytes + values.size_bytes; }
};

class PageBuilder {
 public:
  // Pages of at most `max_rows` rows.
  PageBuilder(bool nullable, int64_t max_rows);

  // Begins an empty page in `memory`, which it keeps until its end. With `in_arena` values are put straight into the
  // arena, where `capacity_bytes` are expected; otherwise into memory that is used again for the next page.
  void Begin(ChunkMemory* memory, bool in_arena, int64_t capacity_bytes);

  // The first `num_rows` rows of a block: their levels.
  Status AppendLevels(const LeafBlock& block, int64_t num_rows);
  // Values in PLAIN encoding (or booleans of any encoding). `is_borrowed`: they stay where they are until Finish or
  // Detach, and are taken by reference when they continue what the page holds.
  Status AppendValues(const encoding::PageValues& values, bool is_borrowed);
  // Room for the indexes of a block; CountIndexes says how many came.
  Result<uint32_t*> IndexRoom(int64_t num_values);
  void CountIndexes(int64_t num_values) { num_values_ += num_values; }

  // Copies what lies in the caller's memory.
  Status Detach();

  int64_t num_rows() const { return num_rows_; }
  int64_t num_values() const { return num_values_; }
  int64_t num_nulls() const { return num_rows_ - num_values_; }
  int64_t plain_bytes() const { return plain_bytes_; }
  // The PLAIN values, wherever they lie.
  const uint8_t* plain_values() const { return borrowed_ != nullptr ? borrowed_ : plain_; }
  const uint32_t* indexes() const { return reinterpret_cast<const uint32_t*>(memory_->indexes.data()); }
  // Forgets the values and keeps the levels: the values come again, as indexes.
  void ForgetValues();

  enum class Form : uint8_t { kPlain, kIndexes, kRleBooleans };

  // Ends the page as separate pieces in the arena (or in the caller's memory): for chunks that are not compressed.
  Result<PageBody> FinishPieces(Form form, int index_bit_width);
  // Ends the page as one contiguous run of bytes for a codec to read; valid until the next Begin. body.levels is empty.
  Result<PageBody> FinishContiguous(Form form, int index_bit_width);

  int64_t buffered_bytes() const { return plain_bytes_ + 4 * num_values_ + num_rows_ / 8; }

 private:
  bool is_boolean() const { return memory_->bits.num_bits() > 0; }
  Status ReservePlain(int64_t more_bytes);
  int64_t EncodeLevels(uint8_t* out) const;
  int64_t MaxValueBytes(Form form, int index_bit_width) const;
  int64_t EncodeValues(Form form, int index_bit_width, uint8_t* out) const;

  const bool nullable_;
  // In front of memory_->plain's values: levels are known last, and a codec wants one run of bytes.
  const int64_t level_gap_bytes_;
  // memory_->validity: empty while all rows are there. memory_->bits: booleans. memory_->indexes: u32.
  ChunkMemory* memory_ = nullptr;
  int64_t num_rows_ = 0;
  int64_t num_values_ = 0;
  // PLAIN values: at plain_, in the arena or in memory_->plain, or in the caller's memory.
  uint8_t* plain_ = nullptr;
  const uint8_t* borrowed_ = nullptr;
  int64_t plain_bytes_ = 0;
  int64_t plain_capacity_ = 0;
  bool in_arena_ = false;
  int64_t expected_bytes_ = 0;
};

}  // namespace inlay::parquet
