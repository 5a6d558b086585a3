#include "engine/parquet/page_builder.h"

#include <algorithm>
#include <cstring>

#include "engine/encoding/dictionary_indexes.h"
#include "engine/encoding/levels.h"
#include "engine/encoding/plain.h"
#include "engine/encoding/rle_boolean.h"

namespace inlay::parquet {
namespace {

using encoding::PageValues;
using encoding::ValueLayout;

}  // namespace

PageBuilder::PageBuilder(bool nullable, int64_t max_rows)
    : nullable_(nullable),
      level_gap_bytes_(nullable ? RoundUpToAlignment(encoding::MaxDefinitionLevelBytesV1(max_rows)) : 0) {}

void PageBuilder::Begin(ChunkMemory* memory, bool in_arena, int64_t capacity_bytes) {
  memory_ = memory;
  num_rows_ = 0;
  num_values_ = 0;
  memory_->validity.Clear();
  ForgetValues();
  in_arena_ = in_arena;
  expected_bytes_ = capacity_bytes;
}

void PageBuilder::ForgetValues() {
  num_values_ = 0;
  memory_->bits.Clear();
  plain_ = nullptr;
  borrowed_ = nullptr;
  plain_bytes_ = 0;
  plain_capacity_ = 0;
}

Status PageBuilder::AppendLevels(const LeafBlock& block, int64_t num_rows) {
  if (!nullable_) {
    num_rows_ += num_rows;
    return {};
  }
  if (block.num_nulls == 0) {
    if (memory_->validity.num_bits() > 0) {
      if (Status s = memory_->validity.AppendRun(true, num_rows); !s.ok()) return s;
    }
  } else {
    if (memory_->validity.num_bits() == 0) {
      if (Status s = memory_->validity.AppendRun(true, num_rows_); !s.ok()) return s;
    }
    Status s = block.validity == nullptr ? memory_->validity.AppendRun(false, num_rows)
                                         : memory_->validity.Append(block.validity, block.validity_offset, num_rows);
    if (!s.ok()) return s;
  }
  num_rows_ += num_rows;
  return {};
}

// Room for more PLAIN values in owned memory, with what is there kept.
Status PageBuilder::ReservePlain(int64_t more_bytes) {
  const int64_t needed = plain_bytes_ + more_bytes + encoding::kPlainSlackBytes;
  if (plain_ != nullptr && needed <= plain_capacity_) return {};
  if (in_arena_) {
    const int64_t capacity =
        std::max(needed + (plain_ == nullptr ? 0 : needed / 2), expected_bytes_ + encoding::kPlainSlackBytes);
    auto piece = memory_->arena.Allocate(capacity);
    if (!piece.ok()) return piece.status();
    if (plain_bytes_ > 0) std::memcpy(*piece, plain_, static_cast<size_t>(plain_bytes_));
    plain_ = *piece;
    plain_capacity_ = capacity;
    return {};
  }
  const int64_t used = plain_ == nullptr ? 0 : level_gap_bytes_ + plain_bytes_;
  // A page that is more than half full will be full: no doubling past that.
  const int64_t full = expected_bytes_ + encoding::kPlainSlackBytes;
  const int64_t wanted = 2 * needed > full ? std::max(needed, full) : needed;
  if (Status s = memory_->plain.ReserveKeeping(level_gap_bytes_ + wanted, used); !s.ok()) return s;
  plain_ = memory_->plain.data() + level_gap_bytes_;
  plain_capacity_ = memory_->plain.capacity() - level_gap_bytes_;
  return {};
}

Status PageBuilder::AppendValues(const PageValues& values, bool is_borrowed) {
  num_values_ += values.num_values;
  if (values.num_values == 0) return {};
  if (values.layout == ValueLayout::kBits)
    return memory_->bits.Append(values.data, values.bit_offset, values.num_values);
  const int64_t bytes = encoding::PlainBytes(values);
  if (is_borrowed && encoding::IsPlainInMemory(values)) {
    if (plain_bytes_ == 0) borrowed_ = values.data;
    if (borrowed_ != nullptr && borrowed_ + plain_bytes_ == values.data) {
      plain_bytes_ += bytes;
      return {};
    }
  }
  if (Status s = Detach(); !s.ok()) return s;
  if (Status s = ReservePlain(bytes); !s.ok()) return s;
  plain_bytes_ += encoding::EncodePlain(values, plain_ + plain_bytes_);
  return {};
}

Result<uint32_t*> PageBuilder::IndexRoom(int64_t num_values) {
  if (Status s = memory_->indexes.ReserveKeeping((num_values_ + num_values) * 4, num_values_ * 4); !s.ok()) return s;
  return reinterpret_cast<uint32_t*>(memory_->indexes.data()) + num_values_;
}

Status PageBuilder::Detach() {
  if (borrowed_ == nullptr) return {};
  const uint8_t* from = borrowed_;
  const int64_t bytes = plain_bytes_;
  borrowed_ = nullptr;
  plain_bytes_ = 0;
  if (Status s = ReservePlain(bytes); !s.ok()) return s;
  std::memcpy(plain_, from, static_cast<size_t>(bytes));
  plain_bytes_ = bytes;
  return {};
}

int64_t PageBuilder::EncodeLevels(uint8_t* out) const {
  if (!nullable_) return 0;
  if (num_values_ == num_rows_ || num_values_ == 0) {
    return encoding::EncodeConstantLevelsV1(num_values_ == 0 ? 0 : 1, num_rows_, out);
  }
  return encoding::EncodeDefinitionLevelsV1(memory_->validity.bits(), 0, num_rows_, out);
}

int64_t PageBuilder::MaxValueBytes(Form form, int index_bit_width) const {
  switch (form) {
    case Form::kIndexes:
      return encoding::MaxDictionaryIndexBytes(num_values_, index_bit_width);
    case Form::kRleBooleans:
      return encoding::MaxRleBooleanBytes(num_values_);
    case Form::kPlain:
      break;
  }
  return is_boolean() ? (memory_->bits.num_bits() + 7) / 8 : plain_bytes_;
}

// Values that are not in their final form yet, or not yet where they belong.
int64_t PageBuilder::EncodeValues(Form form, int index_bit_width, uint8_t* out) const {
  if (form == Form::kIndexes) return encoding::EncodeDictionaryIndexes(indexes(), num_values_, index_bit_width, out);
  if (form == Form::kRleBooleans)
    return encoding::EncodeRleBooleans(memory_->bits.bits(), 0, memory_->bits.num_bits(), out);
  const int64_t bytes = MaxValueBytes(form, index_bit_width);
  if (bytes > 0) std::memcpy(out, is_boolean() ? memory_->bits.bits() : plain_values(), static_cast<size_t>(bytes));
  return bytes;
}

Result<PageBody> PageBuilder::FinishPieces(Form form, int index_bit_width) {
  PageBody body;
  const bool plain_stays = form == Form::kPlain && !is_boolean() && (borrowed_ != nullptr || in_arena_);
  if (plain_stays) {
    if (borrowed_ == nullptr && plain_ != nullptr) {
      memory_->arena.TrimLast(plain_, plain_bytes_);
    }
    body.values = {plain_values(), plain_bytes_};
    body.values_are_borrowed = borrowed_ != nullptr;
  } else if (num_values_ > 0 || form != Form::kPlain) {
    auto out = memory_->arena.Allocate(MaxValueBytes(form, index_bit_width));
    if (!out.ok()) return out.status();
    body.values = {*out, EncodeValues(form, index_bit_width, *out)};
    memory_->arena.TrimLast(*out, body.values.size_bytes);
  }
  if (nullable_) {
    auto out = memory_->small.Allocate(level_gap_bytes_);
    if (!out.ok()) return out.status();
    body.levels = {*out, EncodeLevels(*out)};
    memory_->small.TrimLast(*out, body.levels.size_bytes);
  }
  plain_ = nullptr;  // no longer this page's to trim
  return body;
}

Result<PageBody> PageBuilder::FinishContiguous(Form form, int index_bit_width) {
  PageBody body;
  const bool plain_owned =
      form == Form::kPlain && !is_boolean() && borrowed_ == nullptr && plain_ != nullptr && !in_arena_;
  if (form == Form::kPlain && borrowed_ != nullptr && !nullable_) {
    body.values = {borrowed_, plain_bytes_};
    return body;
  }
  if (plain_owned) {
    const int64_t level_bytes = EncodeLevels(memory_->plain.data());
    std::memmove(plain_ - level_bytes, memory_->plain.data(), static_cast<size_t>(level_bytes));
    body.values = {plain_ - level_bytes, level_bytes + plain_bytes_};
    return body;
  }
  if (Status s = memory_->plain.Reserve(level_gap_bytes_ + MaxValueBytes(form, index_bit_width)); !s.ok()) return s;
  int64_t bytes = EncodeLevels(memory_->plain.data());
  if (num_values_ > 0 || form != Form::kPlain)
    bytes += EncodeValues(form, index_bit_width, memory_->plain.data() + bytes);
  body.values = {memory_->plain.data(), bytes};
  return body;
}

}  // namespace inlay::parquet
