// Text and bytes: behind offsets, or behind views.
#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/columns/assembler.h"
#include "engine/columns/layout.h"

namespace inlay {
namespace {

constexpr int64_t kMaxViewBufferBytes = std::numeric_limits<int32_t>::max();  // offsets of views have 32 bits
constexpr int64_t kShortBytes = 32;
constexpr int64_t kPrefetchRows = 12;  // how far ahead the text of scattered rows is asked for

// Short text at once, with what follows it where that may be read. `to` has room for kShortBytes more than all text.
void CopyText(const uint8_t* from, int64_t size_bytes, const uint8_t* readable_end, uint8_t* to) {
  if (size_bytes <= kShortBytes && readable_end - from >= kShortBytes) {
    std::memcpy(to, from, kShortBytes);
  } else if (size_bytes > 0) {
    std::memcpy(to, from, static_cast<size_t>(size_bytes));
  }
}

struct View {
  int32_t length;
  uint8_t prefix[4];
  int32_t buffer;
  int32_t offset;
};
static_assert(sizeof(View) == kViewBytes);

View LoadView(const uint8_t* from) {
  View view;
  std::memcpy(&view, from, sizeof(view));
  return view;
}

int64_t SaturatingSum(std::span<const ArrayView> arrays) {
  int64_t sum = 0;
  for (const ArrayView& array : arrays) {
    for (const BufferView& buffer : array.variadic_buffers) {
      if (__builtin_add_overflow(sum, buffer.size_bytes, &sum)) return std::numeric_limits<int64_t>::max();
    }
  }
  return sum;
}

}  // namespace

// Room for all text, and for what CopyText writes past it until it is trimmed.
Result<uint8_t*> Assembler::AllocateText(const Task& task, int64_t size_bytes) {
  if (size_bytes > std::numeric_limits<int64_t>::max() - kShortBytes) return Status::OutOfMemory();
  auto memory = arena_.Allocate(size_bytes + kShortBytes);
  if (memory.ok()) task.out.buffers[2] = {*memory, size_bytes};
  return memory;
}

// Text of rows here and there: where each begins is noted, so that it can be asked for ahead of its copy.
template <typename Offset>
Status Assembler::ScatteredBytes(const Task& task) {
  const Selection& selection = task.selection;
  const ArrayView& source = task.sources[0];
  const int64_t num_rows = selection.num_rows();
  const auto memory = Allocate(num_rows + 1, sizeof(Offset), &task.out.buffers[1]);
  if (!memory.ok()) return memory.status();
  const auto room = scratch_.Allocate(num_rows * static_cast<int64_t>(sizeof(Offset)));
  if (!room.ok()) return room.status();
  auto* const offsets = reinterpret_cast<Offset*>(*memory);
  auto* const starts = reinterpret_cast<Offset*>(*room);
  int64_t size_bytes = 0;
  for (int64_t i = 0; i < num_rows; ++i) {
    const int64_t row = selection.indexes()[i];
    offsets[i] = static_cast<Offset>(size_bytes);
    starts[i] = row < 0 ? Offset{0} : LoadAt<Offset>(source.buffers[1], source.offset + row);
    if (row < 0) continue;
    const int64_t end = LoadAt<Offset>(source.buffers[1], source.offset + row + 1);
    if (__builtin_add_overflow(size_bytes, end - starts[i], &size_bytes)) return OffsetLimit(task, sizeof(Offset));
  }
  if (size_bytes > std::numeric_limits<Offset>::max()) return OffsetLimit(task, sizeof(Offset));
  offsets[num_rows] = static_cast<Offset>(size_bytes);
  const auto text = AllocateText(task, size_bytes);
  if (!text.ok()) return text.status();
  const uint8_t* const from = source.buffers[2].data;
  for (int64_t i = 0; i < num_rows; ++i) {
    if (i + kPrefetchRows < num_rows) __builtin_prefetch(from + starts[i + kPrefetchRows]);
    const int64_t size = int64_t{offsets[i + 1]} - offsets[i];
    CopyText(from + starts[i], size, from + source.buffers[2].size_bytes, *text + offsets[i]);
  }
  arena_.TrimLast(*text, size_bytes);
  return {};
}

template <typename Offset>
Status Assembler::Bytes(const Task& task) {
  if (task.selection.form() == Selection::Form::kIndexes) return ScatteredBytes<Offset>(task);
  int64_t size_bytes = 0;
  if (Status status = Offsets<Offset>(task, &size_bytes); !status.ok()) return status;
  const auto memory = AllocateText(task, size_bytes);
  if (!memory.ok()) return memory.status();
  uint8_t* out = *memory;
  task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
    if (start < 0) return;
    const ArrayView& source = task.sources[from];
    const BufferView& text = source.buffers[2];
    const int64_t first = LoadAt<Offset>(source.buffers[1], source.offset + start);
    const int64_t run_bytes = LoadAt<Offset>(source.buffers[1], source.offset + start + count) - first;
    CopyText(text.data + first, run_bytes, text.data + text.size_bytes, out);
    out += run_bytes;
  });
  arena_.TrimLast(*memory, size_bytes);
  return {};
}

template Status Assembler::Bytes<int32_t>(const Task& task);
template Status Assembler::Bytes<int64_t>(const Task& task);

// Copies the values of long views one after the other to buffers of the result.
Status Assembler::MoveViewData(const Task& task, uint8_t* views) {
  std::vector<int64_t> buffer_bytes;
  const int64_t num_views = task.out.length;
  for (int64_t row = 0; row < num_views; ++row) {
    const int64_t length = LoadView(views + row * kViewBytes).length;
    if (length <= kInlineViewBytes) continue;
    if (buffer_bytes.empty() || buffer_bytes.back() > kMaxViewBufferBytes - length) buffer_bytes.push_back(0);
    buffer_bytes.back() += length;
  }
  const auto memory = arena_.Allocate(static_cast<int64_t>(buffer_bytes.size() * sizeof(BufferView)));
  if (!memory.ok()) return memory.status();
  auto* buffers = reinterpret_cast<BufferView*>(*memory);
  for (size_t i = 0; i < buffer_bytes.size(); ++i) {
    if (const auto data = Allocate(buffer_bytes[i], 1, &buffers[i]); !data.ok()) return data.status();
  }
  task.out.variadic_buffers = {buffers, buffer_bytes.size()};
  int64_t row = 0;
  int32_t buffer = 0;
  int64_t at = 0;
  task.selection.ForEachRun([&](size_t from, int64_t, int64_t count) {
    for (const int64_t end = row + count; row < end; ++row) {
      View view = LoadView(views + row * kViewBytes);
      if (view.length <= kInlineViewBytes) continue;
      const BufferView& data = task.sources[from].variadic_buffers[static_cast<size_t>(view.buffer)];
      if (view.length > buffer_bytes[static_cast<size_t>(buffer)] - at) {
        ++buffer;
        at = 0;
      }
      auto* to = const_cast<uint8_t*>(buffers[buffer].data) + at;
      std::memcpy(to, data.data + view.offset, static_cast<size_t>(view.length));
      view.buffer = buffer;
      view.offset = static_cast<int32_t>(at);
      std::memcpy(views + row * kViewBytes, &view, sizeof(view));
      at += view.length;
    }
  });
  return {};
}

// Copies the data buffers as they are: views that overlap stay so.
Status Assembler::KeepViewData(const Task& task, uint8_t* views) {
  std::vector<BufferView> kept;
  std::vector<int32_t> first_buffer;
  for (const ArrayView& source : task.sources) {
    first_buffer.push_back(static_cast<int32_t>(kept.size()));
    for (const BufferView& buffer : source.variadic_buffers) {
      const auto data = Allocate(buffer.size_bytes, 1, &kept.emplace_back());
      if (!data.ok()) return data.status();
      if (buffer.size_bytes > 0) std::memcpy(*data, buffer.data, static_cast<size_t>(buffer.size_bytes));
    }
  }
  const auto memory = arena_.Allocate(static_cast<int64_t>(kept.size() * sizeof(BufferView)));
  if (!memory.ok()) return memory.status();
  auto* buffers = reinterpret_cast<BufferView*>(*memory);
  std::copy(kept.begin(), kept.end(), buffers);
  task.out.variadic_buffers = {buffers, kept.size()};
  int64_t row = 0;
  task.selection.ForEachRun([&](size_t from, int64_t, int64_t count) {
    for (const int64_t end = row + count; row < end; ++row) {
      View view = LoadView(views + row * kViewBytes);
      if (view.length <= kInlineViewBytes) continue;
      view.buffer += first_buffer[from];
      std::memcpy(views + row * kViewBytes, &view, sizeof(view));
    }
  });
  return {};
}

Status Assembler::Views(const Task& task) {
  if (Status status = Fixed(task, 1, kViewBytes); !status.ok()) return status;
  auto* views = const_cast<uint8_t*>(task.out.buffers[1].data);
  int64_t data_bytes = 0;
  for (int64_t row = 0; row < task.out.length; ++row) {
    uint8_t* const view = views + row * kViewBytes;
    if (!IsValidAt(task.out, row)) {
      std::memset(view, 0, kViewBytes);
      continue;
    }
    const int64_t length = LoadView(view).length;
    if (length > kInlineViewBytes) data_bytes += length;
  }
  if (data_bytes == 0) return {};
  return data_bytes <= SaturatingSum(task.sources) ? MoveViewData(task, views) : KeepViewData(task, views);
}

}  // namespace inlay
