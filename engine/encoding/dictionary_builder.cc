#include "engine/encoding/dictionary_builder.h"

#include <algorithm>
#include <utility>

namespace inlay::encoding {
namespace {

constexpr int64_t kFirstEntries = 1024;
constexpr int64_t kFirstBytes = 16 << 10;
constexpr int64_t kGrowth = 4;
// Keys made to collide may need a larger table than their number says; beyond this they do not get it.
constexpr int32_t kExtraCapacityLog2 = 3;
// Parquet's dictionary pages count entries and bytes in an i32.
constexpr int64_t kMostPlainBytes = int64_t{1} << 30;

}  // namespace

DictionaryBuilder::DictionaryBuilder(const Allocator* allocator)
    : allocator_(allocator), memory_(allocator), spare_(allocator) {}

Status DictionaryBuilder::Reserve(Memory* memory, int32_t capacity_log2, int64_t max_entries, int64_t max_bytes) {
  int64_t slot_bytes = kernels::DictSlotBytesBytes(capacity_log2);
  int64_t entry_bytes = 4;
  if (!by_bytes()) {
    slot_bytes = value_bytes_ == 4 ? kernels::DictSlotBytes32(capacity_log2) : kernels::DictSlotBytes64(capacity_log2);
    entry_bytes = value_bytes_;
  }
  if (Status s = memory->slots.Reserve(slot_bytes); !s.ok()) return s;
  if (Status s = memory->entries.Reserve(max_entries * entry_bytes); !s.ok()) return s;
  if (!by_bytes()) return {};
  if (Status s = memory->lengths.Reserve(max_entries * 4); !s.ok()) return s;
  return memory->bytes.Reserve(max_bytes + kernels::kDictArenaSlackBytes);
}

Status DictionaryBuilder::Start(ValueLayout layout, int32_t value_bytes, int64_t max_plain_bytes,
                                int64_t expected_entries) {
  layout_ = layout;
  value_bytes_ = value_bytes;
  max_plain_bytes_ = std::min(max_plain_bytes, kMostPlainBytes);
  const int64_t least_entry_bytes = layout == ValueLayout::kByteArrays ? 4 : std::max(value_bytes, 1);
  most_entries_ = std::max<int64_t>(max_plain_bytes_ / least_entry_bytes, 1);
  const int64_t entries = std::min(std::max(kFirstEntries, expected_entries), most_entries_);
  const int64_t bytes = std::min(kFirstBytes, max_plain_bytes_);
  const int32_t capacity_log2 = kernels::DictCapacityLog2(entries);
  if (Status s = Reserve(&memory_, capacity_log2, entries, bytes); !s.ok()) return s;
  auto* slots = reinterpret_cast<uint64_t*>(memory_.slots.data());
  if (by_bytes()) {
    kernels::DictInitBytes(&table_bytes_, slots, capacity_log2, reinterpret_cast<uint32_t*>(memory_.entries.data()),
                           reinterpret_cast<uint32_t*>(memory_.lengths.data()), entries, memory_.bytes.data(), bytes);
  } else if (value_bytes_ == 4) {
    kernels::DictInit32(&table32_, slots, capacity_log2, reinterpret_cast<uint32_t*>(memory_.entries.data()), entries);
  } else {
    kernels::DictInit64(&table64_, slots, capacity_log2, reinterpret_cast<uint64_t*>(memory_.entries.data()), entries);
  }
  if (layout == ValueLayout::kFixedBytes) {
    fixed_lengths_.assign(kMaxBlockValues, static_cast<uint32_t>(value_bytes));
    fixed_starts_.resize(kMaxBlockValues);
    for (size_t i = 0; i < kMaxBlockValues; ++i)
      fixed_starts_[i] = static_cast<uint32_t>(i) * static_cast<uint32_t>(value_bytes);
  }
  return {};
}

int64_t DictionaryBuilder::num_entries() const {
  if (by_bytes()) return table_bytes_.num_entries;
  return value_bytes_ == 4 ? table32_.num_entries : table64_.num_entries;
}

int64_t DictionaryBuilder::plain_bytes() const {
  if (layout_ == ValueLayout::kByteArrays) return table_bytes_.num_bytes + 4 * table_bytes_.num_entries;
  return num_entries() * value_bytes_;
}

PageValues DictionaryBuilder::entries() const {
  PageValues entries;
  entries.layout = layout_;
  entries.value_bytes = value_bytes_;
  entries.num_values = num_entries();
  if (by_bytes()) {
    entries.data = table_bytes_.bytes;
    entries.readable_end = table_bytes_.bytes + table_bytes_.num_bytes;
    entries.starts = table_bytes_.starts;
    entries.lengths = table_bytes_.lengths;
  } else {
    entries.data = memory_.entries.data();
  }
  return entries;
}

int64_t DictionaryBuilder::reserved_bytes() const {
  int64_t sum = 0;
  for (const Memory* memory : {&memory_, &spare_}) {
    sum +=
        memory->slots.capacity() + memory->entries.capacity() + memory->lengths.capacity() + memory->bytes.capacity();
  }
  return sum;
}

int64_t DictionaryBuilder::EncodeSome(const PageValues& values, uint32_t* indexes) {
  switch (layout_) {
    case ValueLayout::kNumbers:
      return value_bytes_ == 4 ? kernels::DictEncode32(&table32_, reinterpret_cast<const uint32_t*>(values.data),
                                                       values.num_values, indexes)
                               : kernels::DictEncode64(&table64_, reinterpret_cast<const uint64_t*>(values.data),
                                                       values.num_values, indexes);
    case ValueLayout::kFixedBytes:
      return kernels::DictEncodeBytes(&table_bytes_, values.data, values.data + values.num_values * value_bytes_,
                                      fixed_starts_.data(), fixed_lengths_.data(), values.num_values, indexes);
    default:
      return kernels::DictEncodeBytes(&table_bytes_, values.data, values.readable_end, values.starts, values.lengths,
                                      values.num_values, indexes);
  }
}

// More room for the bytes of entries; slots refer to them by offset and stay.
Status DictionaryBuilder::GrowBytes(bool* grew, int64_t next_value_bytes) {
  const int64_t needed = table_bytes_.num_bytes + next_value_bytes;
  const int64_t bytes = std::min(std::max(table_bytes_.max_bytes * kGrowth, needed), max_plain_bytes_);
  const Status status = memory_.bytes.ReserveKeeping(bytes + kernels::kDictArenaSlackBytes, table_bytes_.num_bytes);
  if (!status.ok()) return status;
  table_bytes_.bytes = memory_.bytes.data();
  table_bytes_.max_bytes = bytes;
  *grew = true;
  return {};
}

// The table stopped before a value of `next_value_bytes` bytes: moves it to larger memory where the limit allows one.
Status DictionaryBuilder::Grow(bool* grew, int64_t next_value_bytes) {
  *grew = false;
  if (plain_bytes() + next_value_bytes + (layout_ == ValueLayout::kByteArrays ? 4 : 0) > max_plain_bytes_) return {};
  if (by_bytes() && table_bytes_.num_entries < table_bytes_.max_entries &&
      table_bytes_.num_bytes + next_value_bytes > table_bytes_.max_bytes) {
    return GrowBytes(grew, next_value_bytes);
  }
  const auto capacity_log2 =
      by_bytes() ? table_bytes_.capacity_log2 : (value_bytes_ == 4 ? table32_.capacity_log2 : table64_.capacity_log2);
  const int64_t old_entries =
      by_bytes() ? table_bytes_.max_entries : (value_bytes_ == 4 ? table32_.max_entries : table64_.max_entries);
  const int64_t entries = num_entries() == old_entries ? std::min(old_entries * kGrowth, most_entries_) : old_entries;
  const int64_t bytes = table_bytes_.max_bytes;
  const int32_t new_log2 = std::max(kernels::DictCapacityLog2(entries), capacity_log2 + 1);
  if (new_log2 > kernels::DictCapacityLog2(most_entries_) + kExtraCapacityLog2) return {};
  if (Status s = Reserve(&spare_, new_log2, entries, bytes); !s.ok()) return s;
  auto* slots = reinterpret_cast<uint64_t*>(spare_.slots.data());
  if (by_bytes()) {
    kernels::DictGrowBytes(&table_bytes_, slots, new_log2, reinterpret_cast<uint32_t*>(spare_.entries.data()),
                           reinterpret_cast<uint32_t*>(spare_.lengths.data()), entries, spare_.bytes.data(), bytes);
  } else if (value_bytes_ == 4) {
    kernels::DictGrow32(&table32_, slots, new_log2, reinterpret_cast<uint32_t*>(spare_.entries.data()), entries);
  } else {
    kernels::DictGrow64(&table64_, slots, new_log2, reinterpret_cast<uint64_t*>(spare_.entries.data()), entries);
  }
  std::swap(memory_, spare_);
  *grew = true;
  return {};
}

Result<int64_t> DictionaryBuilder::Encode(const PageValues& values, uint32_t* indexes) {
  int64_t done = 0;
  while (true) {
    done += EncodeSome(values.Slice(done, values.num_values - done), indexes + done);
    if (done == values.num_values) return done;
    bool grew = false;
    const int64_t next = layout_ == ValueLayout::kByteArrays ? int64_t{values.lengths[done]} : int64_t{value_bytes_};
    if (Status s = Grow(&grew, next); !s.ok()) return s;
    if (!grew) return done;
  }
}

}  // namespace inlay::encoding
