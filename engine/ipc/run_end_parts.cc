// Run-end encoded arrays: a slice holds the runs that overlap it (Columnar format, "Run-End Encoded Layout").
#include <algorithm>
#include <string>

#include "engine/ipc/body_parts.h"

namespace inlay::ipc {
namespace {

// Of 2, 4 or 8 bytes.
int64_t RunEndAt(const BufferView& buffer, int32_t width, int64_t index) {
  if (width == 2) return LoadAt<int16_t>(buffer, index);
  return width == 4 ? LoadAt<int32_t>(buffer, index) : LoadAt<int64_t>(buffer, index);
}

}  // namespace

Status BodyParts::AddRunEndEncoded(size_t index, const Window& window) {
  const ArrayView& run_ends = window.array->children[0];
  const ArrayView& values = window.array->children[1];
  const size_t run_ends_node = index + 1;
  const auto values_node = static_cast<size_t>(plan_->nodes()[run_ends_node].end);
  windows_[run_ends_node] = {&run_ends, run_ends.offset, 0};
  windows_[values_node] = {&values, values.offset, 0};
  if (window.length == 0) return {};

  const int32_t width = plan_->nodes()[run_ends_node].width;
  // The run that holds value `at`; run_ends.length when none reaches it.
  const auto find_run = [&](int64_t at) {
    int64_t begin = 0;
    int64_t end = run_ends.length;
    while (begin < end) {
      const int64_t middle = begin + (end - begin) / 2;
      if (RunEndAt(run_ends.buffers[1], width, run_ends.offset + middle) > at) {
        end = middle;
      } else {
        begin = middle + 1;
      }
    }
    return begin;
  };
  const int64_t first = find_run(window.offset);
  const int64_t last = find_run(window.offset + window.length - 1);
  if (last == run_ends.length || last < first) {
    return plan_->Fault(index, "the runs do not reach " + std::to_string(window.offset + window.length) + " values");
  }
  windows_[run_ends_node] = {&run_ends, run_ends.offset + first, last - first + 1};
  windows_[values_node] = {&values, values.offset + first, last - first + 1};
  return {};
}

void BodyParts::AddRunEnds(size_t index, const Window& window) {
  const PlanNode& node = plan_->nodes()[index];
  const Window& parent = windows_[static_cast<size_t>(node.parent)];
  const bool as_it_is =
      window.length == 0 || (parent.offset == 0 && RunEndAt(window.array->buffers[1], node.width,
                                                            window.offset + window.length - 1) == parent.length);
  if (as_it_is) return AddFixed(node, window);
  AddRewrite(Part::Source::kRunEnds, window.length * node.width,
             {.window = window, .base = parent.offset, .limit = parent.length});
}

void BodyParts::WriteRunEnds(const Rewrite& rewrite, uint8_t* out) const {
  const Window& window = rewrite.window;
  const int32_t width = FixedByteWidth(*window.array->type);
  for (int64_t run = 0; run < window.length; ++run) {
    const int64_t end = RunEndAt(window.array->buffers[1], width, window.offset + run);
    // Unsigned: what is not in order may be anything.
    const auto from_start = static_cast<int64_t>(static_cast<uint64_t>(end) - static_cast<uint64_t>(rewrite.base));
    const int64_t cut = std::min(from_start, rewrite.limit);
    if (width == 2) {
      const auto value = static_cast<int16_t>(cut);
      std::memcpy(out + run * 2, &value, 2);
    } else if (width == 4) {
      const auto value = static_cast<int32_t>(cut);
      std::memcpy(out + run * 4, &value, 4);
    } else {
      std::memcpy(out + run * 8, &cut, 8);
    }
  }
}

}  // namespace inlay::ipc
