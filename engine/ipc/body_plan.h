// What a schema says about the bodies of its batches, worked out once: its fields as a flat list.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/columns/layout.h"

namespace inlay::ipc {

// One field with a node of its own: a column or a member of one, at any depth. The values of dictionaries have none:
// they are messages of their own.
struct PlanNode {
  const Field* field = nullptr;
  int32_t parent = -1;  // position in the plan; -1: a column
  int32_t member = 0;   // position among the parent's children, or the columns
  int32_t end = 0;      // position of the first node that is not below this one
  int32_t width = 0;    // bytes of a value, index or run end; items of a fixed-size list
  Layout layout = Layout::kNull;
  bool has_bitmap = false;    // its arrays may have nulls of their own
  bool has_validity = false;  // there is a buffer for them in the message
  bool is_run_ends = false;
  bool compress = true;
};

// Fields, by address, whose buffers are stored as they are, whatever the compression.
using StoredFields = std::unordered_set<const Field*>;

// Fields in pre-order: the order of nodes and buffers in a message.
class BodyPlan {
 public:
  // `fields` outlive the plan and are valid (DataType::Validate). With `validity_of_all` every field but those of type
  // null has a buffer for validity, as metadata version V4 wants it. Buffers of the fields in `stored` are not
  // compressed.
  static BodyPlan Make(std::span<const Field> fields, bool validity_of_all, const StoredFields& stored = {});

  std::span<const PlanNode> nodes() const { return nodes_; }
  int64_t num_view_nodes() const { return num_view_nodes_; }
  int64_t num_buffers() const { return num_buffers_; }  // data buffers of views left out
  // "user.id"
  std::string Path(size_t index) const;
  // kInvalidArgument: "column 'user.id': what"
  Status Fault(size_t index, std::string_view what) const;
  // "column 'user.id': row 7: what"; below a column it is element 7 of what is written.
  Status FaultAt(size_t index, int64_t row, std::string_view what) const;

 private:
  void Add(const Field& field, int32_t parent, int32_t member, bool validity_of_all, const StoredFields& stored);

  std::vector<PlanNode> nodes_;
  int64_t num_buffers_ = 0;
  int64_t num_view_nodes_ = 0;
};

}  // namespace inlay::ipc
