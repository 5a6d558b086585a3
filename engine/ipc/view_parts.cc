// Binary views (Columnar format, "Variable-size Binary View Layout"). Of each data buffer the range from the first byte
// that a view of the window uses to the last is written, from where it lies; buffers that none uses are left out. Where
// the values make up less than half of these ranges, they are gathered into buffers of their own instead, in the order
// of the rows; a range beyond the first counts 64 bytes more, for its padding.
//
// Views stay as they are when all buffers keep their places and starts, null slots are zero and so is the padding of
// short values. Otherwise all are written anew, with zeros for nulls and for padding. So bytes that no view uses are
// written only where they lie between values in one buffer.
#include <algorithm>
#include <cstring>
#include <string>

#include "engine/ipc/body_parts.h"
#include "kernels/byte_order.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kRangeCostBytes = 64;

const uint8_t* ViewAt(const BufferView& views, int64_t index) { return views.data + index * kViewBytes; }

int32_t LoadInt32At(const uint8_t* from) {
  int32_t value;
  std::memcpy(&value, from, 4);
  return value;
}

// Of a short value of `length` bytes.
bool HasCleanPadding(const uint8_t* view, int32_t length) {
  uint64_t words[2] = {kernels::LoadLe64(view) >> 32, kernels::LoadLe64(view + 8)};
  if (length <= 4) return words[1] == 0 && (words[0] >> (8 * length)) == 0;
  return length == kInlineViewBytes || (words[1] >> (8 * (length - 4))) == 0;
}

bool IsZero(const uint8_t* view) { return (kernels::LoadNative64(view) | kernels::LoadNative64(view + 8)) == 0; }

// The places of values that are gathered, in the order of the rows. Both who writes them and who writes their views
// goes through them like this.
struct Place {
  int64_t max_bytes;
  int32_t buffer = 0;
  int64_t used_bytes = 0;

  // Whether a value of this size begins another buffer.
  bool Next(int64_t size_bytes) {
    const bool fits = used_bytes == 0 || used_bytes + size_bytes <= max_bytes;
    if (!fits) {
      ++buffer;
      used_bytes = 0;
    }
    return !fits;
  }
};

}  // namespace

Status BodyParts::ScanViews(size_t index, const Window& window, std::span<ViewRange> ranges, ViewUse* use) const {
  const ArrayView& array = *window.array;
  for (int64_t row = 0; row < window.length; ++row) {
    const uint8_t* view = ViewAt(array.buffers[1], window.offset + row);
    if (window.IsNull(row)) {
      use->rewrite |= !IsZero(view);
      continue;
    }
    const int32_t length = LoadInt32At(view);
    if (length < 0) return plan_->FaultAt(index, row, "a view of a negative length");
    if (length <= kInlineViewBytes) {
      use->rewrite |= !HasCleanPadding(view, length);
      continue;
    }
    const int32_t buffer = LoadInt32At(view + 8);
    const int64_t offset = LoadInt32At(view + 12);
    if (buffer < 0 || static_cast<size_t>(buffer) >= ranges.size()) {
      return plan_->FaultAt(index, row, "a view names a data buffer that is not there");
    }
    if (offset < 0 || offset + length > array.variadic_buffers[static_cast<size_t>(buffer)].size_bytes) {
      return plan_->FaultAt(index, row, "a view reaches out of its data buffer");
    }
    ViewRange& range = ranges[static_cast<size_t>(buffer)];
    range.low = std::min(range.low, offset);
    range.high = std::max(range.high, offset + length);
    use->value_bytes += length;
  }
  return {};
}

void BodyParts::AddViewRanges(const Window& window, std::span<const ViewRange> ranges) {
  int64_t num_ranges = 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i].used()) continue;
    AddPart(
        {.data = window.array->variadic_buffers[i].data + ranges[i].low, .size_bytes = ranges[i].high - ranges[i].low});
    ++num_ranges;
  }
  variadic_counts_.push_back(num_ranges);
}

void BodyParts::AddGatheredViewData(const Window& window, int64_t value_bytes) {
  int64_t num_buffers = 0;
  const auto add = [&](int64_t begin, int64_t end, int64_t size_bytes) {
    AddRewrite(Part::Source::kViewData, size_bytes,
               {.window = {window.array, window.offset + begin, end - begin, window.has_nulls}});
    ++num_buffers;
  };
  int64_t begin = 0;
  if (value_bytes > max_view_data_bytes_) {
    Place place{max_view_data_bytes_};
    for (int64_t row = 0; row < window.length; ++row) {
      const int32_t length = LoadInt32At(ViewAt(window.array->buffers[1], window.offset + row));
      if (length <= kInlineViewBytes || window.IsNull(row)) continue;
      const int64_t before = place.used_bytes;
      if (place.Next(length)) {
        add(begin, row, before);
        begin = row;
        value_bytes -= before;
      }
      place.used_bytes += length;
    }
  }
  add(begin, window.length, value_bytes);
  variadic_counts_.push_back(num_buffers);
}

Status BodyParts::AddViews(size_t index, const Window& window) {
  const size_t table = view_ranges_.size();
  view_ranges_.resize(table + window.array->variadic_buffers.size());
  const auto ranges = std::span(view_ranges_).subspan(table);
  ViewUse use;
  if (Status status = ScanViews(index, window, ranges, &use); !status.ok()) return status;

  int64_t cost_bytes = -kRangeCostBytes;
  int32_t num_ranges = 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i].used()) continue;
    use.rewrite |= static_cast<size_t>(num_ranges) != i || ranges[i].low != 0;
    ranges[i].index = num_ranges++;
    cost_bytes += ranges[i].high - ranges[i].low + kRangeCostBytes;
  }
  const bool gather = num_ranges > 0 && use.value_bytes < cost_bytes / 2;

  const int64_t size_bytes = window.length * kViewBytes;
  if (size_bytes == 0) {
    AddPart({});
  } else if (use.rewrite || gather) {
    AddRewrite(Part::Source::kViews, size_bytes, {.window = window, .table = table, .gather = gather});
  } else {
    AddPart({.data = ViewAt(window.array->buffers[1], window.offset), .size_bytes = size_bytes});
  }
  if (gather) {
    AddGatheredViewData(window, use.value_bytes);
  } else {
    AddViewRanges(window, ranges);
  }
  return {};
}

void BodyParts::WriteViews(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  Place place{max_view_data_bytes_};
  for (int64_t row = 0; row < window.length; ++row, out += kViewBytes) {
    if (window.IsNull(row)) {
      std::memset(out, 0, kViewBytes);
      continue;
    }
    const uint8_t* view = ViewAt(window.array->buffers[1], window.offset + row);
    const int32_t length = LoadInt32At(view);
    if (length <= kInlineViewBytes) {
      WriteView(view + 4, length, 0, 0, out);
      continue;
    }
    int32_t buffer = LoadInt32At(view + 8);
    int32_t offset = LoadInt32At(view + 12);
    if (rewrite.gather) {
      place.Next(length);
      buffer = place.buffer;
      offset = static_cast<int32_t>(place.used_bytes);
      place.used_bytes += length;
    } else {
      const ViewRange& range = view_ranges_[rewrite.table + static_cast<size_t>(buffer)];
      buffer = range.index;
      offset -= static_cast<int32_t>(range.low);
    }
    WriteView(view + 4, length, buffer, offset, out);
  }
}

void BodyParts::WriteViewData(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  for (int64_t row = 0; row < window.length; ++row) {
    if (window.IsNull(row)) continue;
    const uint8_t* view = ViewAt(window.array->buffers[1], window.offset + row);
    const int32_t length = LoadInt32At(view);
    if (length <= kInlineViewBytes) continue;
    const BufferView& buffer = window.array->variadic_buffers[static_cast<size_t>(LoadInt32At(view + 8))];
    std::memcpy(out, buffer.data + LoadInt32At(view + 12), static_cast<size_t>(length));
    out += length;
  }
}

}  // namespace inlay::ipc
