// Arrays -> the nodes and buffers of a body, exactly the values that are asked for.
//
// Buffers that can go out as they lie in memory are borrowed. What a slice needs otherwise is written by Materialise:
// bits are shifted, offsets begin at 0 again. Children are cut to what their parent's slice reaches:
//
//   struct, sparse union, fixed-size list   the same rows, times the list size
//   list, large list, map                   from the first offset to the last
//   list views                              from the lowest item that a list begins at to the highest end; what lies
//                                           between lists stays. Null and empty lists become offset 0, size 0
//   dense union                             of each member from the lowest offset in use to the highest
//   run-end encoded                         the runs that overlap the slice, their ends counted from its start and the
//                                           last one cut to its length
//   views                                   see view_parts.cc
//
// Slots under nulls stay as they stand where nothing is said.
//
// The arrays passed the basic validation, which looks at no offset but the first and the last. Of those that lead
// somewhere in here (list views, dense unions, views, offsets at the edges of a nested slice) each is checked, with
// kInvalidArgument; run ends need only reach the end of the slice. Whatever else is wrong is written as it stands.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <inlay/array.h>
#include <inlay/status.h>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/body_plan.h"

namespace inlay::ipc {

// One buffer of a body: where its bytes come from, and, for the encoder, where it puts them.
struct Part {
  // How the bytes come about.
  enum class Source : uint8_t {
    kBorrow,     // as they lie there
    kBits,       // bits from any bit on
    kOffsets32,  // less the first one
    kOffsets64,
    // The others are made from an array, see Rewrite.
    kListViewOffsets32,
    kListViewOffsets64,
    kListViewSizes32,
    kListViewSizes64,
    kUnionOffsets,
    kRunEnds,
    kViews,
    kViewData,
  };
  Source source = Source::kBorrow;
  bool compress = true;
  const uint8_t* data = nullptr;
  int64_t size_bytes = 0;    // uncompressed
  int64_t first = 0;         // kBits: bit offset; kOffsets: what to subtract; made from an array: its Rewrite
  int64_t count = 0;         // bits or offsets
  int64_t staged_at = -1;    // where in the staging buffer the bytes are put together; -1: they are borrowed
  int64_t frame_at = -1;     // where length and frame go; -1: not compressed
  int64_t frame_bytes = -1;  // with the length; -1: compression does not pay
};

class BodyParts {
 public:
  // Data of views that is gathered anew goes into buffers of at most this size, but for a single larger value.
  static constexpr int64_t kMaxViewDataBytes = int64_t{1} << 30;

  explicit BodyParts(int64_t max_view_data_bytes = kMaxViewDataBytes) : max_view_data_bytes_(max_view_data_bytes) {}

  // Replaces nodes, parts and counts by those of `arrays`, one for each column of the plan; they must stay as they are
  // until Materialise is done. Each array passed the basic validation for its field. kInvalidArgument with the field's
  // path for nulls where it allows none, and for offsets that lead outside.
  Status Collect(const BodyPlan& plan, std::span<const ArrayView> arrays);
  std::span<const flatbuf::FieldNode> nodes() const { return nodes_; }
  std::vector<Part>& parts() { return parts_; }
  std::span<const int64_t> variadic_counts() const { return variadic_counts_; }
  // Writes the `size_bytes` of a part. Any thread.
  void Materialise(const Part& part, uint8_t* out) const;

 private:
  // The values of an array that are written.
  struct Window {
    const ArrayView* array = nullptr;
    int64_t offset = 0;  // into the array's buffers
    int64_t length = 0;
    bool has_nulls = false;  // by its own bitmap

    bool IsNull(int64_t row) const { return has_nulls && !BitAt(array->buffers[0], offset + row); }
  };
  // What a part is made from.
  struct Rewrite {
    Window window;        // kRunEnds: the runs; kViewData: the rows whose values it holds
    int64_t base = 0;     // list views: the first item; kRunEnds: the slice's start
    int64_t limit = 0;    // kRunEnds: the slice's length
    size_t table = 0;     // kUnionOffsets: in union_bases_; kViews: in view_ranges_
    bool gather = false;  // kViews: the data is gathered anew
  };
  using UnionBases = std::array<int32_t, 128>;  // by type id
  // What the views of a window use of a data buffer.
  struct ViewRange {
    int64_t low = INT64_MAX;
    int64_t high = 0;
    int32_t index = -1;  // among the buffers that are written
    bool used() const { return low < high; }
  };
  struct ViewUse {
    int64_t value_bytes = 0;  // sum of the lengths of the values that are not inline
    bool rewrite = false;     // a view cannot stay as it is
  };

  Status AddNode(size_t index);
  void AddPart(const Part& part) { parts_.push_back(part); }
  void AddBits(const BufferView& bits, int64_t offset, int64_t count);
  void AddRewrite(Part::Source source, int64_t size_bytes, const Rewrite& rewrite);
  void AddFixed(const PlanNode& node, const Window& window);
  template <typename Offset>
  Status AddOffsets(size_t index, const Window& window, int64_t limit, int64_t* first, int64_t* last);
  template <typename Offset>
  Status AddBytes(size_t index, const Window& window);
  template <typename Offset>
  Status AddList(size_t index, const Window& window);
  template <typename Offset>
  Status AddListViews(size_t index, const Window& window);
  void AddMembers(size_t index, const Window& window);
  Status AddDenseUnion(size_t index, const Window& window);
  Status AddRunEndEncoded(size_t index, const Window& window);
  void AddRunEnds(size_t index, const Window& window);
  Status AddViews(size_t index, const Window& window);
  Status ScanViews(size_t index, const Window& window, std::span<ViewRange> ranges, ViewUse* use) const;
  void AddViewRanges(const Window& window, std::span<const ViewRange> ranges);
  void AddGatheredViewData(const Window& window, int64_t value_bytes);
  Status CheckRequired(size_t index, const Window& window) const;

  template <typename Offset>
  void WriteListViewOffsets(const Rewrite& rewrite, uint8_t* out) const;
  template <typename Offset>
  void WriteListViewSizes(const Rewrite& rewrite, uint8_t* out) const;
  void WriteUnionOffsets(const Rewrite& rewrite, uint8_t* out) const;
  void WriteRunEnds(const Rewrite& rewrite, uint8_t* out) const;
  void WriteViews(const Rewrite& rewrite, uint8_t* out) const;
  void WriteViewData(const Rewrite& rewrite, uint8_t* out) const;

  int64_t max_view_data_bytes_;
  // Of the batch in hand; the capacity of the vectors is that of the largest so far.
  const BodyPlan* plan_ = nullptr;
  std::span<const ArrayView> arrays_;
  std::vector<Window> windows_;  // of each node of the plan, set by its parent
  std::vector<flatbuf::FieldNode> nodes_;
  std::vector<Part> parts_;
  std::vector<int64_t> variadic_counts_;
  std::vector<Rewrite> rewrites_;
  std::vector<UnionBases> union_bases_;
  std::vector<ViewRange> view_ranges_;
};

}  // namespace inlay::ipc
