// The layouts with children: which rows of the children the selected rows stand for.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>

#include "engine/columns/assembler.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"
#include "engine/columns/run_ends.h"

namespace inlay {

bool CanHoldNull(const Field& field) {
  if (!field.nullable) return false;
  const std::vector<Field>& children = field.type.children();
  switch (LayoutOf(field.type.id())) {
    case Layout::kDenseUnion:
    case Layout::kSparseUnion:
      return std::any_of(children.begin(), children.end(), CanHoldNull);
    case Layout::kRunEndEncoded:
      return CanHoldNull(children[1]);
    default:
      return true;
  }
}

namespace {

// The member that holds a union's null rows.
size_t NullMember(const DataType& type) {
  const std::vector<Field>& members = type.children();
  const auto found = std::find_if(members.begin(), members.end(), CanHoldNull);
  return found == members.end() ? 0 : static_cast<size_t>(found - members.begin());
}

std::array<uint8_t, 256> MembersByTypeId(const DataType& type) {
  std::array<uint8_t, 256> members{};
  for (size_t i = 0; i < type.type_ids().size(); ++i) {
    members[static_cast<uint8_t>(type.type_ids()[i])] = static_cast<uint8_t>(i);
  }
  return members;
}

int64_t MaxOfWidth(int64_t width_bytes) { return std::numeric_limits<int64_t>::max() >> (64 - 8 * width_bytes); }

}  // namespace

Result<RunList> Assembler::MakeRunList(int64_t max_runs) {
  int64_t size_bytes;
  if (__builtin_mul_overflow(max_runs, int64_t{sizeof(RowRun)}, &size_bytes)) return Status::OutOfMemory();
  const auto room = scratch_.Allocate(size_bytes);
  if (!room.ok()) return room.status();
  return RunList(reinterpret_cast<RowRun*>(*room));
}

Result<ArrayView*> Assembler::MakeChildren(const Task& task) {
  const size_t count = task.field.type.children().size();
  const auto memory = arena_.Allocate(static_cast<int64_t>(count * sizeof(ArrayView)));
  if (!memory.ok()) return memory.status();
  auto* const children = reinterpret_cast<ArrayView*>(*memory);
  std::uninitialized_default_construct_n(children, count);
  task.out.children = {children, count};
  return children;
}

Status Assembler::Child(const Task& task, size_t member, const Selection& selection, ArrayView* out) {
  std::vector<ArrayView> sources;
  sources.reserve(task.sources.size());
  for (const ArrayView& source : task.sources) sources.push_back(source.children[member]);
  return Assemble(task.field.type.children()[member], &task.path, sources, selection, out);
}

Status Assembler::ChildInWindow(const Task& task, size_t member, int64_t width, const Selection& selection,
                                ArrayView* out) {
  std::vector<ArrayView> sources;
  sources.reserve(task.sources.size());
  for (const ArrayView& source : task.sources) {
    sources.push_back(source.children[member].Slice(source.offset * width, source.length * width));
  }
  return Assemble(task.field.type.children()[member], &task.path, sources, selection, out);
}

template <typename Offset>
Status Assembler::Lists(const Task& task) {
  int64_t num_items = 0;
  if (Status status = Offsets<Offset>(task, &num_items); !status.ok()) return status;
  auto items = MakeRunList(task.selection.max_runs());
  if (!items.ok()) return items.status();
  task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
    if (start < 0) return;
    const ArrayView& source = task.sources[from];
    const int64_t first = LoadAt<Offset>(source.buffers[1], source.offset + start);
    items->Add(from, first, LoadAt<Offset>(source.buffers[1], source.offset + start + count) - first);
  });
  const auto children = MakeChildren(task);
  return children.ok() ? Child(task, 0, items->selection(), *children) : children.status();
}

template Status Assembler::Lists<int32_t>(const Task& task);
template Status Assembler::Lists<int64_t>(const Task& task);

// Lists may overlap and leave gaps. Their items are copied list after list, unless that would be more than all that lie
// between the first and the last of a source: then these are copied and the lists keep their places among them.
template <typename Offset>
Status Assembler::ListViews(const Task& task) {
  struct Span {
    int64_t start = std::numeric_limits<int64_t>::max();
    int64_t end = 0;
    int64_t shift = 0;
  };
  const Selection& selection = task.selection;
  std::vector<Span> spans(task.sources.size());
  const auto for_each_list = [&](auto&& f) {  // f(source, start, size)
    selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
      const ArrayView& source = task.sources[from];
      for (int64_t row = start; row < start + count; ++row) {
        const bool is_null = start < 0 || !IsValidAt(source, row);
        f(from, is_null ? 0 : int64_t{LoadAt<Offset>(source.buffers[1], source.offset + row)},
          is_null ? 0 : int64_t{LoadAt<Offset>(source.buffers[2], source.offset + row)});
      }
    });
  };
  int64_t num_listed = 0;
  for_each_list([&](size_t from, int64_t start, int64_t size) {
    if (size == 0) return;
    if (__builtin_add_overflow(num_listed, size, &num_listed)) num_listed = std::numeric_limits<int64_t>::max();
    spans[from] = {std::min(spans[from].start, start), std::max(spans[from].end, start + size)};
  });
  int64_t num_spanned = 0;
  for (Span& span : spans) {
    if (span.end == 0) continue;
    span.shift = num_spanned - span.start;
    num_spanned += span.end - span.start;
  }
  const bool one_after_other = num_listed <= num_spanned;
  const int64_t num_items = one_after_other ? num_listed : num_spanned;
  if (num_items > std::numeric_limits<Offset>::max()) {
    return task.Limit("more items than its offsets of " + std::to_string(8 * sizeof(Offset)) + " bits can count");
  }
  const auto offsets = Allocate(task.out.length, sizeof(Offset), &task.out.buffers[1]);
  if (!offsets.ok()) return offsets.status();
  const auto sizes = Allocate(task.out.length, sizeof(Offset), &task.out.buffers[2]);
  if (!sizes.ok()) return sizes.status();
  auto items = MakeRunList(one_after_other ? task.out.length : static_cast<int64_t>(spans.size()));
  if (!items.ok()) return items.status();
  auto* out_offset = reinterpret_cast<Offset*>(*offsets);
  auto* out_size = reinterpret_cast<Offset*>(*sizes);
  for_each_list([&](size_t from, int64_t start, int64_t size) {
    *out_offset++ = static_cast<Offset>(one_after_other ? items->num_rows()
                                        : size == 0     ? 0
                                                        : start + spans[from].shift);
    *out_size++ = static_cast<Offset>(size);
    if (one_after_other) items->Add(from, start, size);
  });
  for (size_t from = 0; !one_after_other && from < spans.size(); ++from) {
    if (spans[from].end > 0) items->Add(from, spans[from].start, spans[from].end - spans[from].start);
  }
  const auto children = MakeChildren(task);
  return children.ok() ? Child(task, 0, items->selection(), *children) : children.status();
}

template Status Assembler::ListViews<int32_t>(const Task& task);
template Status Assembler::ListViews<int64_t>(const Task& task);

Status Assembler::FixedSizeLists(const Task& task) {
  const int64_t list_size = task.field.type.list_size();
  int64_t num_items;
  if (__builtin_mul_overflow(task.out.length, list_size, &num_items))
    return task.Limit("more items than can be counted");
  auto items = MakeRunList(task.selection.max_runs());
  if (!items.ok()) return items.status();
  task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
    items->Add(from, start < 0 ? kNullRow : start * list_size, count * list_size);
  });
  const auto children = MakeChildren(task);
  return children.ok() ? ChildInWindow(task, 0, list_size, items->selection(), *children) : children.status();
}

Status Assembler::Members(const Task& task) {
  const auto children = MakeChildren(task);
  if (!children.ok()) return children.status();
  for (size_t i = 0; i < task.out.children.size(); ++i) {
    if (Status status = ChildInWindow(task, i, 1, task.selection, *children + i); !status.ok()) return status;
  }
  return {};
}

Status Assembler::SparseUnion(const Task& task) {
  if (Status status = Fixed(task, 1, 1); !status.ok()) return status;
  if (task.selection.has_nulls()) {
    const int8_t null_id = task.field.type.type_ids()[NullMember(task.field.type)];
    auto* type_id = const_cast<uint8_t*>(task.out.buffers[1].data);
    task.selection.ForEachRun([&](size_t, int64_t start, int64_t count) {
      if (start < 0) std::memset(type_id, null_id, static_cast<size_t>(count));
      type_id += count;
    });
  }
  return Members(task);
}

// Each member gets the values that the selected rows point to, in their order. Rows that shared one with the row of
// that member before them still do.
Status Assembler::DenseUnion(const Task& task) {
  const DataType& type = task.field.type;
  const std::array<uint8_t, 256> member_of = MembersByTypeId(type);
  const size_t null_member = NullMember(type);
  const auto for_each_row = [&](auto&& f) {  // f(member, source, row of the member)
    task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
      const ArrayView& source = task.sources[from];
      for (int64_t i = 0; i < count; ++i) {
        if (start < 0) {
          f(null_member, from, kNullRow);
        } else {
          const int64_t at = source.offset + start + i;
          f(member_of[LoadAt<uint8_t>(source.buffers[1], at)], from, int64_t{LoadAt<int32_t>(source.buffers[2], at)});
        }
      }
    });
  };
  std::array<int64_t, 128> num_rows{};
  for_each_row([&](size_t member, size_t, int64_t) { ++num_rows[member]; });
  std::vector<RunList> members;
  for (size_t i = 0; i < type.children().size(); ++i) {
    if (num_rows[i] > std::numeric_limits<int32_t>::max()) {
      return task.Limit("more values of member '" + type.children()[i].name + "' than offsets of 32 bits can count");
    }
    auto rows = MakeRunList(num_rows[i]);
    if (!rows.ok()) return rows.status();
    members.push_back(*rows);
  }
  const auto type_ids = Allocate(task.out.length, 1, &task.out.buffers[1]);
  if (!type_ids.ok()) return type_ids.status();
  const auto offsets = Allocate(task.out.length, 4, &task.out.buffers[2]);
  if (!offsets.ok()) return offsets.status();
  uint8_t* type_id = *type_ids;
  auto* offset = reinterpret_cast<int32_t*>(*offsets);
  for_each_row([&](size_t member, size_t from, int64_t row) {
    RunList& rows = members[member];
    if (!rows.EndsWith(from, row)) rows.Add(from, row, 1);
    *type_id++ = static_cast<uint8_t>(type.type_ids()[member]);
    *offset++ = static_cast<int32_t>(rows.num_rows() - 1);
  });
  const auto children = MakeChildren(task);
  if (!children.ok()) return children.status();
  for (size_t i = 0; i < members.size(); ++i) {
    if (Status status = Child(task, i, members[i].selection(), *children + i); !status.ok()) return status;
  }
  return {};
}

// Run by run, not row by row. Neighbours that are of one run of their source become one.
Status Assembler::Runs(const Task& task) {
  const Field& ends_field = task.field.type.children()[0];
  const int64_t width = FixedByteWidth(ends_field.type);
  if (task.out.length > MaxOfWidth(width)) {
    return task.Limit("more rows than run ends of " + std::to_string(8 * width) + " bits can count");
  }
  const auto for_each_piece = [&](auto&& f) {  // f(source, run, rows)
    std::vector<RunCursor> cursors;
    for (const ArrayView& source : task.sources) cursors.emplace_back(source);
    task.selection.ForEachRun([&](size_t from, int64_t start, int64_t count) {
      if (start < 0) return f(from, kNullRow, count);
      cursors[from].ForEachPiece(start, count, [&](int64_t run, int64_t rows) { f(from, run, rows); });
    });
  };
  // The last piece, whose run goes on while the next one is of the same.
  size_t last_source = 0;
  int64_t last_run = -2;
  const auto is_new = [&](size_t from, int64_t run) {
    const bool differs = run != last_run || (run >= 0 && from != last_source);
    last_source = from;
    last_run = run;
    return differs;
  };
  int64_t num_runs = 0;
  for_each_piece([&](size_t from, int64_t run, int64_t) { num_runs += is_new(from, run) ? 1 : 0; });
  const auto children = MakeChildren(task);
  if (!children.ok()) return children.status();
  auto values = MakeRunList(num_runs);
  if (!values.ok()) return values.status();
  ArrayView& ends = **children;
  ends = {.type = &ends_field.type, .length = num_runs, .null_count = 0};
  const auto memory = Allocate(num_runs, width, &ends.buffers[1]);
  if (!memory.ok()) return memory.status();
  int64_t out = -1;
  int64_t end = 0;
  last_run = -2;
  for_each_piece([&](size_t from, int64_t run, int64_t rows) {
    if (is_new(from, run)) {
      values->Add(from, run, 1);
      ++out;
    }
    end += rows;
    StoreInteger(end, width, *memory + out * width);
  });
  return Child(task, 1, values->selection(), *children + 1);
}

}  // namespace inlay
