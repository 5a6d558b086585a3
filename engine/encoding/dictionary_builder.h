// Collects the distinct values of a column chunk and turns values into indexes.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/encoding/page_values.h"
#include "kernels/dictionary.h"

namespace inlay::encoding {

// Indexes count from 0 in order of first occurrence. Values are equal when their bytes are: -0.0 and 0.0 differ. Memory
// grows with the entries, up to the limit, and is reused from chunk to chunk.
class DictionaryBuilder {
 public:
  // Values come in blocks of at most so many.
  static constexpr int64_t kMaxBlockValues = 4096;

  explicit DictionaryBuilder(const Allocator* allocator);

  // Begins an empty dictionary of values of one layout (not kBits) whose PLAIN encoding stays within `max_plain_bytes`.
  // Room for `expected_entries` is made at once, which spares moving the table as it grows.
  Status Start(ValueLayout layout, int32_t value_bytes, int64_t max_plain_bytes, int64_t expected_entries = 0);

  // Writes the indexes of the first values to `indexes` and returns how many: fewer than values.num_values when the
  // next one would make the dictionary larger than its limit. num_values <= kMaxBlockValues.
  Result<int64_t> Encode(const PageValues& values, uint32_t* indexes);

  int64_t num_entries() const;
  // Size of the entries in PLAIN encoding.
  int64_t plain_bytes() const;
  // The entries in the order of their indexes, until the next call.
  PageValues entries() const;
  // What it holds from the allocator.
  int64_t reserved_bytes() const;

 private:
  struct Memory {
    explicit Memory(const Allocator* allocator)
        : slots(allocator), entries(allocator), lengths(allocator), bytes(allocator) {}
    AlignedBuffer slots;
    AlignedBuffer entries;  // numbers: the entries; byte arrays: their starts
    AlignedBuffer lengths;  // byte arrays
    AlignedBuffer bytes;    // byte arrays
  };

  bool by_bytes() const { return layout_ != ValueLayout::kNumbers; }
  // Memory for a table of that many entries, in `memory`.
  Status Reserve(Memory* memory, int32_t capacity_log2, int64_t max_entries, int64_t max_bytes);
  Status Grow(bool* grew, int64_t next_value_bytes);
  Status GrowBytes(bool* grew, int64_t next_value_bytes);
  int64_t EncodeSome(const PageValues& values, uint32_t* indexes);

  const Allocator* allocator_;
  ValueLayout layout_ = ValueLayout::kNumbers;
  int32_t value_bytes_ = 0;
  int64_t max_plain_bytes_ = 0;
  int64_t most_entries_ = 0;  // the limit never lets more in
  kernels::DictTable32 table32_;
  kernels::DictTable64 table64_;
  kernels::DictTableBytes table_bytes_;
  Memory memory_;
  Memory spare_;  // the next memory while the table moves
  // Fixed-length values as byte arrays: starts and lengths of a block.
  std::vector<uint32_t> fixed_starts_;
  std::vector<uint32_t> fixed_lengths_;
};

}  // namespace inlay::encoding
