#include "engine/parquet/leaf_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/aligned_buffer.h"
#include "kernels/bitmap.h"
#include "kernels/byte_swap.h"
#include "kernels/compact.h"

namespace inlay::parquet {
namespace {

using encoding::PageValues;
using encoding::ValueLayout;

// A page counts its bytes in an i32; the margin is for lengths and levels.
constexpr int64_t kMaxValueBytes = (int64_t{1} << 31) - (64 << 10);

template <typename In, typename Out>
void Widen(const uint8_t* in, int64_t n, uint8_t* out) {
  const auto* from = reinterpret_cast<const In*>(in);
  auto* to = reinterpret_cast<Out*>(out);
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<Out>(from[i]);
}

// Out of range input wraps: dates and times that far away have no physical form.
template <typename T, typename U>
void MultiplyBy1000(const uint8_t* in, int64_t n, uint8_t* out) {
  const auto* from = reinterpret_cast<const T*>(in);
  auto* to = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(static_cast<U>(from[i]) * 1000u);
}

void MillisToDays(const uint8_t* in, int64_t n, uint8_t* out) {
  constexpr int64_t kMillisPerDay = 86'400'000;
  const auto* from = reinterpret_cast<const int64_t*>(in);
  auto* to = reinterpret_cast<int32_t*>(out);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t days = from[i] / kMillisPerDay - (from[i] % kMillisPerDay < 0 ? 1 : 0);
    to[i] = static_cast<int32_t>(days);
  }
}

// Keeps the least significant `out_bytes` of each integer of `in_bytes`, in the machine's order.
void Narrow(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  const int64_t skip = std::endian::native == std::endian::little ? 0 : in_bytes - out_bytes;
  if (out_bytes == 4) {
    for (int64_t i = 0; i < n; ++i) std::memcpy(out + i * 4, in + i * in_bytes + skip, 4);
  } else {
    for (int64_t i = 0; i < n; ++i) std::memcpy(out + i * 8, in + i * in_bytes + skip, 8);
  }
}

bool IsAligned(const uint8_t* data, int64_t value_bytes) {
  const int64_t unit = std::min<int64_t>(value_bytes & -value_bytes, 8);
  return (reinterpret_cast<uintptr_t>(data) & static_cast<uintptr_t>(unit - 1)) == 0;
}

}  // namespace

int64_t LeafBlock::RowsOfValues(int64_t num_values) const {
  if (num_nulls == 0) return num_values;
  if (num_values >= values.num_values) return num_rows;
  int64_t row = 0;
  for (int64_t left = num_values;; ++row) {
    const int64_t bit = validity_offset + row;
    const bool valid = ((validity[bit / 8] >> (bit % 8)) & 1) != 0;
    if (valid && left-- == 0) return row;
  }
}

Status LeafReader::Read(const ArrayView& column, int64_t first_row, int64_t max_rows, Workspace* memory,
                        LeafBlock* block) const {
  *block = LeafBlock();
  block->first_row = first_row;
  block->num_rows = max_rows;
  if (leaf_->conversion == Conversion::kAllNull) {
    block->num_nulls = max_rows;
    block->values.value_bytes = leaf_->physical_bytes;
    block->ordered = block->values;
    return {};
  }
  if (leaf_->conversion == Conversion::kByteArrays || leaf_->conversion == Conversion::kLargeByteArrays) {
    return ReadByteArrays(column, memory, block);
  }
  if (column.buffers[0].size_bytes != 0 && column.null_count != 0) {
    block->validity = column.buffers[0].data;
    block->validity_offset = column.offset + first_row;
    block->num_nulls = max_rows - kernels::CountSetBits(block->validity, block->validity_offset, max_rows);
  }
  if (leaf_->conversion == Conversion::kBits) return ReadBits(column, memory, block);
  return ReadFixed(column, memory, block);
}

Status LeafReader::ReadBits(const ArrayView& column, Workspace* memory, LeafBlock* block) const {
  PageValues& values = block->values;
  values.layout = ValueLayout::kBits;
  values.num_values = block->num_rows - block->num_nulls;
  values.data = column.buffers[1].data;
  values.bit_offset = column.offset + block->first_row;
  if (block->num_nulls > 0) {
    if (Status s = memory->dense.Reserve((block->num_rows + 7) / 8 + 8); !s.ok()) return s;
    kernels::CompactBits(values.data, values.bit_offset, block->validity, block->validity_offset, block->num_rows,
                         memory->dense.data());
    values.data = memory->dense.data();
    values.bit_offset = 0;
  }
  block->ordered = values;
  return {};
}

Status LeafReader::ReadFixed(const ArrayView& column, Workspace* memory, LeafBlock* block) const {
  const int64_t width = leaf_->arrow_bytes;
  const int64_t n = block->num_rows - block->num_nulls;
  const uint8_t* data = column.buffers[1].data + (column.offset + block->first_row) * width;
  bool borrowed = true;
  if (block->num_nulls > 0 || !IsAligned(data, width)) {
    if (Status s = memory->dense.Reserve(block->num_rows * width + kernels::kCompactSlackBytes); !s.ok()) return s;
    if (block->num_nulls == 0) {
      std::memcpy(memory->dense.data(), data, static_cast<size_t>(n * width));
    } else if (n > 0) {
      kernels::CompactFixed(data, width, block->validity, block->validity_offset, block->num_rows,
                            memory->dense.data());
    }
    data = memory->dense.data();
    borrowed = false;
  }
  PageValues& values = block->values;
  const bool fixed_bytes = leaf_->physical_type == format::Type::kFixedLenByteArray;
  values.layout = fixed_bytes ? ValueLayout::kFixedBytes : ValueLayout::kNumbers;
  values.value_bytes = leaf_->physical_bytes;
  values.num_values = n;
  values.data = data;
  block->ordered = values;
  const bool ordered_before =
      leaf_->conversion == Conversion::kDecimalToFixed || leaf_->conversion == Conversion::kFloat16ToFixed;
  const bool converts = leaf_->conversion != Conversion::kNone && !(leaf_->conversion == Conversion::kFloat16ToFixed &&
                                                                    std::endian::native == std::endian::little);
  if (converts) {
    if (Status s = memory->converted.Reserve(block->num_rows * leaf_->physical_bytes); !s.ok()) return s;
    if (n > 0) Convert(data, n, memory->converted.data());
    values.data = memory->converted.data();
    borrowed = false;
    if (ordered_before) {
      block->ordered.value_bytes = leaf_->arrow_bytes;
    } else {
      block->ordered = values;
    }
  }
  block->is_borrowed = borrowed;
  return {};
}

void LeafReader::Convert(const uint8_t* in, int64_t n, uint8_t* out) const {
  switch (leaf_->conversion) {
    case Conversion::kInt8ToInt32:
      return Widen<int8_t, int32_t>(in, n, out);
    case Conversion::kUInt8ToInt32:
      return Widen<uint8_t, int32_t>(in, n, out);
    case Conversion::kInt16ToInt32:
      return Widen<int16_t, int32_t>(in, n, out);
    case Conversion::kUInt16ToInt32:
      return Widen<uint16_t, int32_t>(in, n, out);
    case Conversion::kSecondsToMillis32:
      return MultiplyBy1000<int32_t, uint32_t>(in, n, out);
    case Conversion::kSecondsToMillis64:
      return MultiplyBy1000<int64_t, uint64_t>(in, n, out);
    case Conversion::kMillisToDays32:
      return MillisToDays(in, n, out);
    case Conversion::kDecimalToInt32:
      return Narrow(in, leaf_->arrow_bytes, n, 4, out);
    case Conversion::kDecimalToInt64:
      return Narrow(in, leaf_->arrow_bytes, n, 8, out);
    case Conversion::kDecimalToFixed:
      return kernels::DecimalToFlba(in, leaf_->arrow_bytes, n, leaf_->physical_bytes, out);
    case Conversion::kFloat16ToFixed:
      return kernels::ByteSwap16(in, n, out);
    default:
      return;
  }
}

Status LeafReader::ReadByteArrays(const ArrayView& column, Workspace* memory, LeafBlock* block) const {
  const bool large = leaf_->conversion == Conversion::kLargeByteArrays;
  const int64_t offset_bytes = large ? 8 : 4;
  if (Status s = memory->starts.Reserve((kMaxBlockRows + 16) * 4); !s.ok()) return s;
  if (Status s = memory->lengths.Reserve((kMaxBlockRows + 16) * 4); !s.ok()) return s;
  const uint8_t* offsets = column.buffers[1].data + (column.offset + block->first_row) * offset_bytes;
  const bool aligned = IsAligned(offsets, offset_bytes);
  const auto offset_at = [&](int64_t i) {
    int32_t narrow;
    int64_t wide;
    if (large) {
      std::memcpy(&wide, offsets + i * 8, 8);
      return wide;
    }
    std::memcpy(&narrow, offsets + i * 4, 4);
    return int64_t{narrow};
  };
  int64_t base = offset_at(0);
  while (block->num_rows > 1 && offset_at(block->num_rows) - base > kMaxValueBytes) block->num_rows /= 2;
  int64_t rows = block->num_rows;
  if (column.buffers[0].size_bytes != 0 && column.null_count != 0) {
    block->validity = column.buffers[0].data;
    block->validity_offset = column.offset + block->first_row;
    block->num_nulls = rows - kernels::CountSetBits(block->validity, block->validity_offset, rows);
  }
  if (rows == 1 && block->num_nulls == 0 && offset_at(1) - base > kMaxValueBytes) {
    return Status::LimitExceeded("column '" + leaf_->path + "', row " + std::to_string(block->first_row) +
                                 ": a value of " + std::to_string(offset_at(1) - base) +
                                 " bytes; Parquet pages hold less than 2 GiB, so split or drop it");
  }
  PageValues& values = block->values;
  values.layout = ValueLayout::kByteArrays;
  values.num_values = rows - block->num_nulls;
  values.data = column.buffers[2].data + base;
  values.readable_end = column.buffers[2].data + column.buffers[2].size_bytes;
  auto* starts = reinterpret_cast<uint32_t*>(memory->starts.data());
  auto* lengths = reinterpret_cast<uint32_t*>(memory->lengths.data());
  values.starts = starts;
  values.lengths = lengths;
  if (values.num_values > 0) {
    const uint8_t* validity = block->num_nulls == 0 ? nullptr : block->validity;
    if (!aligned) {
      if (Status s = memory->dense.Reserve((rows + 1) * offset_bytes); !s.ok()) return s;
      std::memcpy(memory->dense.data(), offsets, static_cast<size_t>((rows + 1) * offset_bytes));
      offsets = memory->dense.data();
    }
    if (large) {
      kernels::CompactOffsets64(reinterpret_cast<const int64_t*>(offsets), base, validity, block->validity_offset, rows,
                                starts, lengths);
    } else {
      kernels::CompactOffsets32(reinterpret_cast<const int32_t*>(offsets), static_cast<int32_t>(base), validity,
                                block->validity_offset, rows, starts, lengths);
    }
  }
  block->ordered = values;
  return {};
}

}  // namespace inlay::parquet
