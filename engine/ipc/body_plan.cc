#include "engine/ipc/body_plan.h"

#include "engine/columns/field_path.h"

namespace inlay::ipc {

BodyPlan BodyPlan::Make(std::span<const Field> fields, bool validity_of_all, const StoredFields& stored) {
  BodyPlan plan;
  plan.nodes_.reserve(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) plan.Add(fields[i], -1, static_cast<int32_t>(i), validity_of_all, stored);
  return plan;
}

// As deep as the type, which is at most kMaxTypeDepth.
void BodyPlan::Add(const Field& field, int32_t parent, int32_t member, bool validity_of_all,
                   const StoredFields& stored) {
  const size_t index = nodes_.size();
  const Layout layout = LayoutOf(field.type.id());
  PlanNode node{.field = &field, .parent = parent, .member = member, .width = FixedByteWidth(field.type)};
  node.layout = layout == Layout::kDictionary ? Layout::kFixed : layout;
  if (layout == Layout::kFixedSizeList) node.width = field.type.list_size();
  node.has_bitmap = HasValidity(layout);
  node.has_validity = node.has_bitmap || (validity_of_all && layout != Layout::kNull);
  node.is_run_ends = parent >= 0 && nodes_[static_cast<size_t>(parent)].layout == Layout::kRunEndEncoded && member == 0;
  node.compress = !stored.contains(&field);
  num_buffers_ += NumBuffers(layout) + (node.has_validity && !node.has_bitmap ? 1 : 0);
  if (layout == Layout::kViews) ++num_view_nodes_;
  nodes_.push_back(node);
  if (layout != Layout::kDictionary) {
    const std::vector<Field>& children = field.type.children();
    for (size_t i = 0; i < children.size(); ++i) {
      Add(children[i], static_cast<int32_t>(index), static_cast<int32_t>(i), validity_of_all, stored);
    }
  }
  nodes_[index].end = static_cast<int32_t>(nodes_.size());
}

std::string BodyPlan::Path(size_t index) const {
  const PlanNode& node = nodes_[index];
  return node.parent < 0 ? node.field->name : Path(static_cast<size_t>(node.parent)) + "." + node.field->name;
}

Status BodyPlan::Fault(size_t index, std::string_view what) const {
  const std::string text = Path(index);
  const FieldPath path{nullptr, text};
  return Status::InvalidArgument(PathPrefix(&path) + std::string(what));
}

Status BodyPlan::FaultAt(size_t index, int64_t row, std::string_view what) const {
  return Fault(index,
               (nodes_[index].parent < 0 ? "row " : "element ") + std::to_string(row) + ": " + std::string(what));
}

}  // namespace inlay::ipc
