#include "engine/parquet/column_chunk_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/encoding/dictionary_choice.h"
#include "engine/encoding/dictionary_indexes.h"
#include "engine/encoding/plain.h"
#include "kernels/byte_swap.h"

namespace inlay::parquet {
namespace {

using encoding::DictionaryChoice;
using encoding::PageValues;
using encoding::ValueLayout;

// So many rows in one call make a sample; fewer are gathered up to kDecideValues, or the end of the page, before
// the encoding is chosen.
constexpr int64_t kMinSampleRows = DictionaryChoice::kWindows * DictionaryChoice::kWindowValues;
constexpr int64_t kDecideValues = 4 * kMinSampleRows;

// Values of a page in PLAIN encoding, block by block, as PageValues again.
class PlainDecoder {
 public:
  PlainDecoder(const LeafColumn& leaf, const uint8_t* data, int64_t num_values)
      : leaf_(leaf), data_(data), left_(num_values) {}

  // The next block, of at most DictionaryBuilder::kMaxBlockValues values; none left: num_values is 0.
  PageValues Next() {
    PageValues values;
    values.num_values = std::min(left_, encoding::DictionaryBuilder::kMaxBlockValues);
    values.value_bytes = leaf_.physical_bytes;
    left_ -= values.num_values;
    if (leaf_.physical_type == format::Type::kByteArray) {
      NextByteArrays(&values);
      return values;
    }
    values.layout =
        leaf_.physical_type == format::Type::kFixedLenByteArray ? ValueLayout::kFixedBytes : ValueLayout::kNumbers;
    values.data = data_;
    if (!encoding::IsPlainInMemory(values)) {
      numbers_.resize(static_cast<size_t>(values.num_values));
      auto* out = reinterpret_cast<uint8_t*>(numbers_.data());
      values.value_bytes == 4 ? kernels::ByteSwap32(data_, values.num_values, out)
                              : kernels::ByteSwap64(data_, values.num_values, out);
      values.data = out;
    }
    data_ += values.num_values * values.value_bytes;
    return values;
  }

 private:
  void NextByteArrays(PageValues* values) {
    starts_.resize(static_cast<size_t>(values->num_values));
    lengths_.resize(static_cast<size_t>(values->num_values));
    const uint8_t* at = data_;
    for (size_t i = 0; i < starts_.size(); ++i) {
      lengths_[i] = static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
                    static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
      starts_[i] = static_cast<uint32_t>(at + 4 - data_);
      at += 4 + lengths_[i];
    }
    values->layout = ValueLayout::kByteArrays;
    values->data = data_;
    values->readable_end = at;
    values->starts = starts_.data();
    values->lengths = lengths_.data();
    data_ = at;
  }

  const LeafColumn& leaf_;
  const uint8_t* data_;
  int64_t left_;
  std::vector<uint32_t> starts_, lengths_;
  std::vector<uint64_t> numbers_;
};

ValueLayout LayoutOf(const LeafColumn& leaf) {
  switch (leaf.physical_type) {
    case format::Type::kBoolean:
      return ValueLayout::kBits;
    case format::Type::kByteArray:
      return ValueLayout::kByteArrays;
    case format::Type::kFixedLenByteArray:
      return ValueLayout::kFixedBytes;
    default:
      return ValueLayout::kNumbers;
  }
}

}  // namespace

ColumnChunkWriter::ColumnChunkWriter(const LeafColumn* leaf, const ColumnSettings& settings)
    : leaf_(leaf),
      settings_(settings),
      reader_(leaf),
      page_(leaf->max_definition_level > 0, settings.max_page_rows),
      pages_(leaf, settings.compression, settings.page_crc) {}

void ColumnChunkWriter::Begin(ChunkMemory* memory) {
  memory_ = memory;
  memory_->arena.Reset();
  memory_->small.Reset();
  pages_.Begin(memory);
  statistics_.Start(settings_.statistics ? leaf_->sort_order : SortOrder::kNone,
                    leaf_->sort_order == SortOrder::kDecimal ? leaf_->arrow_bytes : leaf_->physical_bytes);
  mode_ = may_use_dictionary() ? Mode::kUndecided : Mode::kPlain;
  if (settings_.encoding == Encoding::kRle) mode_ = Mode::kRle;
  page_is_open_ = false;
  has_dictionary_ = false;
  num_rows_ = num_nulls_ = 0;
  num_dictionary_coded_pages_ = num_other_pages_ = 0;
}

bool ColumnChunkWriter::may_use_dictionary() const {
  if (leaf_->physical_type == format::Type::kBoolean || leaf_->conversion == Conversion::kAllNull) return false;
  if (settings_.encoding.has_value()) return *settings_.encoding == Encoding::kDictionary;
  return settings_.dictionary;
}

Status ColumnChunkWriter::StartDictionary(int64_t expected_entries) {
  mode_ = Mode::kDictionary;
  return memory_->dictionary.Start(LayoutOf(*leaf_), leaf_->physical_bytes, settings_.max_dictionary_bytes,
                                   expected_entries);
}

Status ColumnChunkWriter::DecideFromColumn(const ArrayView& column, int64_t first_row, int64_t rows_ahead) {
  DictionaryChoice choice(&memory_->dictionary);
  if (Status s = choice.Start(LayoutOf(*leaf_), leaf_->physical_bytes); !s.ok()) return s;
  const int64_t step = (rows_ahead - DictionaryChoice::kWindowValues) / (DictionaryChoice::kWindows - 1);
  int64_t sampled_rows = 0, sampled_values = 0;
  for (int64_t window = 0; window < DictionaryChoice::kWindows; ++window) {
    LeafBlock block;
    if (Status s =
            reader_.Read(column, first_row + window * step, DictionaryChoice::kWindowValues, memory_->work, &block);
        !s.ok())
      return s;
    sampled_rows += block.num_rows;
    sampled_values += block.values.num_values;
    if (Status s = choice.AddWindow(block.values); !s.ok()) return s;
  }
  if (sampled_values == 0) return {};  // nothing to choose by yet
  // Callers who write batch by batch have more to come.
  const int64_t rows = std::max(rows_ahead, settings_.max_row_group_rows);
  const auto values = static_cast<int64_t>(static_cast<double>(rows) * static_cast<double>(sampled_values) /
                                           static_cast<double>(sampled_rows));
  if (choice.DictionaryPays(values, settings_.max_dictionary_bytes)) {
    // The estimate is rarely off by more than a tenth.
    return StartDictionary(static_cast<int64_t>(1.1 * choice.EstimateDistinct(values)));
  }
  mode_ = Mode::kPlain;
  return {};
}

// The rows so far are all in the page in progress, in PLAIN; they become indexes when a dictionary pays.
Status ColumnChunkWriter::DecideFromPage() {
  DictionaryChoice choice(&memory_->dictionary);
  if (Status s = choice.Start(LayoutOf(*leaf_), leaf_->physical_bytes); !s.ok()) return s;
  const int64_t num_values = page_.num_values();
  if (num_values == 0) return {};  // a page of nulls is the same in every encoding; the next one decides
  PlainDecoder sample(*leaf_, page_.plain_values(), num_values);
  for (int64_t done = 0; done < num_values;) {
    const PageValues block = sample.Next();
    for (int64_t first = 0; first < block.num_values; first += DictionaryChoice::kWindowValues) {
      const int64_t count = std::min(DictionaryChoice::kWindowValues, block.num_values - first);
      if (Status s = choice.AddWindow(block.Slice(first, count)); !s.ok()) return s;
    }
    done += block.num_values;
  }
  if (!choice.DictionaryPays(num_values, settings_.max_dictionary_bytes)) {
    mode_ = Mode::kPlain;
    return {};
  }
  if (Status s = StartDictionary(0); !s.ok()) return s;
  // Encoded first, so that a dictionary that overflows already here costs nothing but the try.
  if (Status s = memory_->work->scratch.Reserve(num_values * 4); !s.ok()) return s;
  auto* indexes = reinterpret_cast<uint32_t*>(memory_->work->scratch.data());
  PlainDecoder values(*leaf_, page_.plain_values(), num_values);
  for (int64_t done = 0; done < num_values;) {
    const PageValues block = values.Next();
    auto encoded = memory_->dictionary.Encode(block, indexes + done);
    if (!encoded.ok()) return encoded.status();
    if (*encoded < block.num_values) {
      mode_ = Mode::kPlain;
      return {};
    }
    done += block.num_values;
  }
  page_.ForgetValues();
  auto room = page_.IndexRoom(num_values);
  if (!room.ok()) return room.status();
  if (num_values > 0) std::memcpy(*room, indexes, static_cast<size_t>(num_values) * 4);
  page_.CountIndexes(num_values);
  has_dictionary_ = true;
  return {};
}

Status ColumnChunkWriter::Append(const ArrayView& column, int64_t first_row, int64_t num_rows, int64_t rows_ahead) {
  if (mode_ == Mode::kUndecided && num_rows_ == num_nulls_ && !page_is_open_) {
    if (settings_.encoding == Encoding::kDictionary) {
      if (Status s = StartDictionary(0); !s.ok()) return s;
    } else if (rows_ahead >= kMinSampleRows) {
      if (Status s = DecideFromColumn(column, first_row, rows_ahead); !s.ok()) return s;
    }
  }
  const int64_t begin = first_row, end = first_row + num_rows;
  while (first_row < end) {
    if (!page_is_open_) BeginPage(rows_ahead - (first_row - begin));
    LeafBlock block;
    const int64_t room = PageRowLimit() - page_.num_rows();
    const int64_t rows = std::min({end - first_row, LeafReader::kMaxBlockRows, room});
    if (Status s = reader_.Read(column, first_row, rows, memory_->work, &block); !s.ok()) return s;
    int64_t rows_done = 0;
    if (Status s = AppendBlock(block, &rows_done); !s.ok()) return s;
    first_row += rows_done;
    if (mode_ == Mode::kUndecided && page_is_open_ &&
        (page_.num_values() >= kDecideValues || page_.num_rows() >= PageRowLimit())) {
      if (Status s = DecideFromPage(); !s.ok()) return s;
    }
    if (page_is_open_ && page_.num_rows() >= PageRowLimit()) {
      if (Status s = EndPage(); !s.ok()) return s;
    }
  }
  return {};
}

// Fixed-width values are cut by their number, as if none were null, so that cuts do not depend on how rows come in
// batches.
int64_t ColumnChunkWriter::PageRowLimit() const {
  if (mode_ == Mode::kDictionary || LayoutOf(*leaf_) == ValueLayout::kBits ||
      LayoutOf(*leaf_) == ValueLayout::kByteArrays) {
    return settings_.max_page_rows;
  }
  return std::clamp<int64_t>(settings_.max_page_bytes / std::max(leaf_->physical_bytes, 1), 1, settings_.max_page_rows);
}

// With what EncodePlain overwrites behind it, a page of strings is no larger than max_page_bytes: two of the default
// size fill a block of the arena.
int64_t ColumnChunkWriter::PageByteLimit() const {
  const int64_t limit = settings_.max_page_bytes;
  return limit > 64 * encoding::kPlainSlackBytes ? limit - encoding::kPlainSlackBytes : limit;
}

void ColumnChunkWriter::BeginPage(int64_t rows_ahead) {
  // A page that a batch fills goes where it stays. Small batches fill a page in many calls: they share one piece of
  // memory from page to page.
  const bool is_bytes = LayoutOf(*leaf_) == ValueLayout::kByteArrays;
  const bool fills_page = rows_ahead >= (is_bytes ? kDecideValues : PageRowLimit());
  const bool in_arena = mode_ == Mode::kPlain && !pages_.wants_contiguous() && fills_page;
  page_.Begin(memory_, in_arena, is_bytes ? PageByteLimit() : PageRowLimit() * leaf_->physical_bytes);
  page_is_open_ = true;
}

Status ColumnChunkWriter::AppendBlock(const LeafBlock& block, int64_t* rows_done) {
  return mode_ == Mode::kDictionary ? AppendIndexes(block, rows_done) : AppendPlain(block, rows_done);
}

// Takes over levels and statistics of the first rows of a block.
Status ColumnChunkWriter::Take(const LeafBlock& block, int64_t num_rows, int64_t num_values) {
  if (mode_ != Mode::kDictionary || !statistics_.MayUpdateFromEntries()) {
    statistics_.Update(block.ordered.Slice(0, num_values));
  }
  return page_.AppendLevels(block, num_rows);
}

Status ColumnChunkWriter::AppendIndexes(const LeafBlock& block, int64_t* rows_done) {
  auto room = page_.IndexRoom(block.values.num_values);
  if (!room.ok()) return room.status();
  auto encoded = memory_->dictionary.Encode(block.values, *room);
  if (!encoded.ok()) return encoded.status();
  const int64_t num_values = *encoded;
  const bool is_full = num_values < block.values.num_values;
  *rows_done = is_full ? block.RowsOfValues(num_values) : block.num_rows;
  if (num_values > 0) has_dictionary_ = true;
  if (Status s = Take(block, *rows_done, num_values); !s.ok()) return s;
  page_.CountIndexes(num_values);
  if (!is_full) return {};
  // The dictionary is as large as it may be. Its page ends here; what follows is PLAIN (parquet-format, Encodings.md).
  if (page_.num_rows() > 0) {
    if (Status s = EndPage(); !s.ok()) return s;
  }
  page_is_open_ = false;
  mode_ = Mode::kPlain;
  return {};
}

Status ColumnChunkWriter::AppendPlain(const LeafBlock& block, int64_t* rows_done) {
  int64_t num_values = block.values.num_values;
  *rows_done = block.num_rows;
  bool is_full = false;
  if (block.values.layout == ValueLayout::kByteArrays) {
    const int64_t room = PageByteLimit() - page_.plain_bytes();
    if (encoding::PlainBytes(block.values) > room) {
      is_full = true;
      int64_t bytes = 0;
      for (num_values = 0;; ++num_values) {
        bytes += 4 + int64_t{block.values.lengths[num_values]};
        if (bytes > room) break;
      }
      if (num_values == 0 && page_.num_values() == 0) num_values = 1;  // larger than a page: a page of its own
      *rows_done = block.RowsOfValues(num_values);
    }
  }
  if (Status s = page_.AppendValues(block.values.Slice(0, num_values), block.is_borrowed); !s.ok()) return s;
  if (Status s = Take(block, *rows_done, num_values); !s.ok()) return s;
  if (!is_full) return {};
  if (mode_ == Mode::kUndecided) {
    if (Status s = DecideFromPage(); !s.ok()) return s;
    if (mode_ == Mode::kDictionary) return {};  // the page has become small
  }
  return EndPage();
}

format::Encoding ColumnChunkWriter::page_encoding() const {
  switch (mode_) {
    case Mode::kDictionary:
      return format::Encoding::kRleDictionary;
    case Mode::kRle:
      return format::Encoding::kRle;
    default:
      return format::Encoding::kPlain;
  }
}

Status ColumnChunkWriter::EndPage() {
  page_is_open_ = false;
  auto form = PageBuilder::Form::kPlain;
  if (mode_ == Mode::kDictionary) form = PageBuilder::Form::kIndexes;
  if (mode_ == Mode::kRle) form = PageBuilder::Form::kRleBooleans;
  const int width = encoding::DictionaryIndexWidth(mode_ == Mode::kDictionary ? memory_->dictionary.num_entries() : 0);
  auto body = pages_.wants_contiguous() ? page_.FinishContiguous(form, width) : page_.FinishPieces(form, width);
  if (!body.ok()) return body.status();
  if (Status s = pages_.AddDataPage(*body, page_.num_rows(), page_encoding()); !s.ok()) return s;
  num_rows_ += page_.num_rows();
  num_nulls_ += page_.num_nulls();
  ++(mode_ == Mode::kDictionary ? num_dictionary_coded_pages_ : num_other_pages_);
  return {};
}

Status ColumnChunkWriter::FinishDictionaryPage() {
  const PageValues entries = memory_->dictionary.entries();
  if (statistics_.MayUpdateFromEntries()) statistics_.Update(entries);
  const int64_t size = encoding::PlainBytes(entries);
  const bool in_arena = !pages_.wants_contiguous();
  uint8_t* out = nullptr;
  if (in_arena) {
    auto room = memory_->arena.Allocate(size + encoding::kPlainSlackBytes);
    if (!room.ok()) return room.status();
    out = *room;
  } else {
    if (Status s = memory_->work->scratch.Reserve(size + encoding::kPlainSlackBytes); !s.ok()) return s;
    out = memory_->work->scratch.data();
  }
  encoding::EncodePlain(entries, out);
  if (in_arena) memory_->arena.TrimLast(out, size);
  return pages_.AddDictionaryPage({out, size}, entries.num_values);
}

Status ColumnChunkWriter::Finish() {
  if (page_is_open_ && mode_ == Mode::kUndecided) {
    if (Status s = DecideFromPage(); !s.ok()) return s;
  }
  if (page_is_open_ && page_.num_rows() > 0) {
    if (Status s = EndPage(); !s.ok()) return s;
  }
  page_is_open_ = false;
  if (Status s = pages_.EndDataPages(); !s.ok()) return s;
  return num_dictionary_coded_pages_ > 0 ? FinishDictionaryPage() : Status();
}

Status ColumnChunkWriter::Detach() {
  if (Status s = pages_.Detach(); !s.ok()) return s;
  return page_is_open_ ? page_.Detach() : Status();
}

int64_t ColumnChunkWriter::buffered_bytes() const {
  int64_t bytes = pages_.stored_bytes();
  if (page_is_open_) bytes += page_.buffered_bytes();
  if (has_dictionary_ && !pages_.has_dictionary()) bytes += memory_->dictionary.plain_bytes();
  return bytes;
}

format::ColumnMetaData ColumnChunkWriter::MakeMetaData(int64_t offset) const {
  format::ColumnMetaData metadata;
  metadata.type = leaf_->physical_type;
  metadata.path_in_schema = {leaf_->field.name};
  metadata.codec = pages_.codec();
  metadata.num_values = num_rows_;
  metadata.total_uncompressed_size = pages_.uncompressed_bytes();
  metadata.total_compressed_size = pages_.stored_bytes();
  metadata.data_page_offset = offset;
  if (pages_.has_dictionary()) {
    metadata.dictionary_page_offset = offset;
    metadata.data_page_offset += pages_.dictionary_page_bytes();
    metadata.encoding_stats.push_back({format::PageType::kDictionaryPage, format::Encoding::kPlain, 1});
  }
  const auto other = mode_ == Mode::kRle ? format::Encoding::kRle : format::Encoding::kPlain;
  const auto use = [&](format::Encoding encoding) {
    if (std::find(metadata.encodings.begin(), metadata.encodings.end(), encoding) == metadata.encodings.end()) {
      metadata.encodings.push_back(encoding);
    }
  };
  if (pages_.has_dictionary()) use(format::Encoding::kPlain);
  if (leaf_->max_definition_level > 0) use(format::Encoding::kRle);
  if (num_dictionary_coded_pages_ > 0) {
    use(format::Encoding::kRleDictionary);
    metadata.encoding_stats.push_back(
        {format::PageType::kDataPage, format::Encoding::kRleDictionary, num_dictionary_coded_pages_});
  }
  if (num_other_pages_ > 0) {
    use(other);
    metadata.encoding_stats.push_back({format::PageType::kDataPage, other, num_other_pages_});
  }
  if (settings_.statistics) {
    metadata.statistics =
        statistics_.Finish(num_nulls_, settings_.max_statistics_bytes, leaf_->is_utf8, leaf_->physical_bytes);
  }
  return metadata;
}

}  // namespace inlay::parquet
