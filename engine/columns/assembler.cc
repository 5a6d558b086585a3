#include "engine/columns/assembler.h"

#include <cstring>
#include <limits>

#include "engine/columns/layout.h"
#include "kernels/bitmap.h"
#include "kernels/compact.h"
#include "kernels/copy.h"

namespace inlay {
namespace {

constexpr int64_t kSparse = 8;  // of masks with fewer ones than one in so many, the runs are looked for

// out[i] = in[i] + shift, without alignment; what does not fit wraps.
template <typename Offset>
void ShiftOffsets(const uint8_t* in, int64_t count, int64_t shift, Offset* out) {
  constexpr int64_t kFew = 16;
  if (count >= kFew && reinterpret_cast<uintptr_t>(in) % sizeof(Offset) == 0) {
    const auto base = static_cast<Offset>(-shift);
    if constexpr (sizeof(Offset) == 4) {
      kernels::RebaseOffsets32(reinterpret_cast<const int32_t*>(in), count, base, out);
    } else {
      kernels::RebaseOffsets64(reinterpret_cast<const int64_t*>(in), count, base, out);
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    const auto offset = static_cast<uint64_t>(LoadAt<Offset>({in, 0}, i));
    out[i] = static_cast<Offset>(offset + static_cast<uint64_t>(shift));
  }
}

const uint8_t* ValuesOf(const ArrayView& array, int index, int64_t width) {
  return array.buffers[index].data + array.offset * width;
}

template <typename T>
void Gather(const uint8_t* values, const int64_t* indexes, int64_t num_rows, bool has_nulls, uint8_t* out) {
  constexpr int64_t kWidth = sizeof(T);
  for (int64_t i = 0; i < num_rows; ++i, out += kWidth) {
    if (has_nulls && indexes[i] < 0) {
      std::memset(out, 0, kWidth);
    } else {
      std::memcpy(out, values + indexes[i] * kWidth, kWidth);
    }
  }
}

struct Bytes16 {
  uint64_t words[2];
};

// False for a width that is not one of those worth their own loop.
bool GatherFixed(const uint8_t* values, int64_t width, const Selection& selection, uint8_t* out) {
  const auto gather = [&](auto value) {
    Gather<decltype(value)>(values, selection.indexes(), selection.num_rows(), selection.has_nulls(), out);
    return true;
  };
  switch (width) {
    case 1:
      return gather(uint8_t{});
    case 2:
      return gather(uint16_t{});
    case 4:
      return gather(uint32_t{});
    case 8:
      return gather(uint64_t{});
    case 16:
      return gather(Bytes16{});
    default:
      return false;
  }
}

}  // namespace

Result<uint8_t*> Assembler::Allocate(int64_t count, int64_t width, BufferView* out) {
  int64_t size_bytes;
  if (__builtin_mul_overflow(count, width, &size_bytes)) return Status::OutOfMemory();
  auto memory = arena_.Allocate(size_bytes);
  if (memory.ok()) *out = {*memory, size_bytes};
  return memory;
}

// A missing buffer is all ones: only validity may be missing.
Status Assembler::Bits(const Task& task, int index, bool null_bit) {
  const Selection& selection = task.selection;
  const int64_t size_bytes = (selection.num_rows() + 7) / 8;
  // What CompactBits wants beyond its result.
  const int64_t slack_bytes = selection.form() == Selection::Form::kMask ? selection.num_bits() / 8 + 9 : 0;
  const auto memory = arena_.Allocate(size_bytes + slack_bytes);
  if (!memory.ok()) return memory.status();
  task.out.buffers[index] = {*memory, size_bytes};
  BitAppender bits(*memory);
  const auto is_missing = [&](const ArrayView& source) { return source.buffers[index].size_bytes == 0; };
  if (selection.form() == Selection::Form::kMask && !is_missing(task.sources[0])) {
    const ArrayView& source = task.sources[0];
    kernels::CompactBits(source.buffers[index].data, source.offset, selection.mask(), selection.first_bit(),
                         selection.num_bits(), *memory);
    if (selection.num_rows() % 8 != 0) {
      (*memory)[size_bytes - 1] &= static_cast<uint8_t>((1 << (selection.num_rows() % 8)) - 1);
    }
  } else if (selection.form() == Selection::Form::kIndexes && !is_missing(task.sources[0])) {
    const ArrayView& source = task.sources[0];
    for (int64_t begin = 0; begin < selection.num_rows(); begin += 64) {
      const int64_t count = std::min<int64_t>(64, selection.num_rows() - begin);
      uint64_t word = 0;
      for (int64_t i = 0; i < count; ++i) {
        const int64_t row = selection.indexes()[begin + i];
        const bool bit = row < 0 ? null_bit : BitAt(source.buffers[index], source.offset + row);
        word |= uint64_t{bit} << i;
      }
      bits.Append(word, count);
    }
    bits.Finish();
  } else {
    selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
      const ArrayView& source = task.sources[from];
      if (start < 0 || is_missing(source)) {
        bits.AppendSame(start < 0 ? null_bit : true, count);
      } else {
        bits.AppendRun(source.buffers[index].data, source.offset + start, count);
      }
    });
    bits.Finish();
  }
  arena_.TrimLast(*memory, size_bytes);
  return {};
}

Status Assembler::Validity(const Task& task) {
  // A dictionary without values has none that could stand for an empty one.
  bool null_bit = !task.field.nullable;
  if (LayoutOf(task.field.type.id()) == Layout::kDictionary) {
    int64_t num_values = 0;
    for (const ArrayView& source : task.sources) num_values |= source.dictionary->length;
    null_bit &= num_values > 0;
  }
  bool may_have_nulls = task.selection.has_nulls() && !null_bit;
  for (const ArrayView& source : task.sources) {
    may_have_nulls |= source.buffers[0].size_bytes > 0 && source.null_count != 0;
  }
  if (!may_have_nulls) return {};
  if (Status status = Bits(task, 0, null_bit); !status.ok()) return status;
  BufferView& bits = task.out.buffers[0];
  task.out.null_count = task.out.length - kernels::CountSetBits(bits.data, 0, task.out.length);
  if (task.out.null_count > 0) return {};
  arena_.TrimLast(const_cast<uint8_t*>(bits.data), 0);
  bits = {};
  return {};
}

Status Assembler::Fixed(const Task& task, int index, int64_t width) {
  const Selection& selection = task.selection;
  int64_t size_bytes;
  if (__builtin_mul_overflow(selection.num_rows(), width, &size_bytes) ||
      size_bytes > std::numeric_limits<int64_t>::max() - kernels::kCompactSlackBytes) {
    return Status::OutOfMemory();
  }
  const auto memory = arena_.Allocate(size_bytes + kernels::kCompactSlackBytes);
  if (!memory.ok()) return memory.status();
  task.out.buffers[index] = {*memory, size_bytes};
  if (size_bytes == 0) return {};
  uint8_t* out = *memory;
  const bool is_sparse = selection.num_rows() < selection.num_bits() / kSparse;
  if (selection.form() == Selection::Form::kMask && !is_sparse) {
    kernels::CompactFixed(ValuesOf(task.sources[0], index, width), width, selection.mask(), selection.first_bit(),
                          selection.num_bits(), out);
  } else if (selection.form() != Selection::Form::kIndexes ||
             !GatherFixed(ValuesOf(task.sources[0], index, width), width, selection, out)) {
    selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
      const size_t run_bytes = static_cast<size_t>(count * width);
      if (start < 0) {
        std::memset(out, 0, run_bytes);
      } else {
        std::memcpy(out, ValuesOf(task.sources[from], index, width) + start * width, run_bytes);
      }
      out += run_bytes;
    });
  }
  arena_.TrimLast(*memory, size_bytes);
  return {};
}

Status Assembler::OffsetLimit(const Task& task, size_t offset_bytes) {
  return task.Limit("more than its offsets of " + std::to_string(8 * offset_bytes) + " bits can count");
}

// Offsets from zero on, in buffer 1, and what the last one is.
template <typename Offset>
Status Assembler::Offsets(const Task& task, int64_t* total) {
  const auto memory = Allocate(task.out.length + 1, sizeof(Offset), &task.out.buffers[1]);
  if (!memory.ok()) return memory.status();
  auto* out = reinterpret_cast<Offset*>(*memory);
  int64_t end = 0;
  bool overflows = false;
  task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
    if (start < 0) {
      std::fill_n(out, count, static_cast<Offset>(end));
      out += count;
      return;
    }
    const ArrayView& source = task.sources[from];
    const BufferView offsets{ValuesOf(source, 1, sizeof(Offset)) + start * static_cast<int64_t>(sizeof(Offset)), 0};
    const int64_t first = LoadAt<Offset>(offsets, 0);
    // What does not fit is told by the total.
    ShiftOffsets(offsets.data, count, end - first, out);
    out += count;
    overflows |= __builtin_add_overflow(end, LoadAt<Offset>(offsets, count) - first, &end);
  });
  if (overflows || end > std::numeric_limits<Offset>::max()) return OffsetLimit(task, sizeof(Offset));
  *out = static_cast<Offset>(end);
  *total = end;
  return {};
}

template Status Assembler::Offsets<int32_t>(const Task& task, int64_t* total);
template Status Assembler::Offsets<int64_t>(const Task& task, int64_t* total);

Status Assembler::Run(const Task& task) {
  const DataType& type = task.field.type;
  const Layout layout = LayoutOf(type.id());
  task.out = {.type = &type, .length = task.selection.num_rows(), .null_count = 0};
  if (HasValidity(layout)) {
    if (Status status = Validity(task); !status.ok()) return status;
  }
  switch (layout) {
    case Layout::kNull:
      task.out.null_count = task.out.length;
      return {};
    case Layout::kBits:
      return Bits(task, 1, false);
    case Layout::kFixed:
      return Fixed(task, 1, FixedByteWidth(type));
    case Layout::kBytes32:
      return Bytes<int32_t>(task);
    case Layout::kBytes64:
      return Bytes<int64_t>(task);
    case Layout::kViews:
      return Views(task);
    case Layout::kList32:
      return Lists<int32_t>(task);
    case Layout::kList64:
      return Lists<int64_t>(task);
    case Layout::kListView32:
      return ListViews<int32_t>(task);
    case Layout::kListView64:
      return ListViews<int64_t>(task);
    case Layout::kFixedSizeList:
      return FixedSizeLists(task);
    case Layout::kStruct:
      return Members(task);
    case Layout::kDenseUnion:
      return DenseUnion(task);
    case Layout::kSparseUnion:
      return SparseUnion(task);
    case Layout::kDictionary:
      return Dictionary(task);
    case Layout::kRunEndEncoded:
      return Runs(task);
  }
  return {};
}

}  // namespace inlay
