#include "engine/ipc/dictionary_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/columns/layout.h"

namespace inlay::ipc {
namespace {

// The rows of child `member` that the rows `reach` of an array use. Of layouts that point anywhere, all.
ChildRange ReachedInChild(const ArrayView& array, ChildRange reach, size_t member) {
  switch (LayoutOf(array.type->id())) {
    case Layout::kStruct:
    case Layout::kSparseUnion:
      return {array.offset + reach.start, reach.count};
    case Layout::kDenseUnion:
    case Layout::kRunEndEncoded:
      return {0, array.children[member].length};
    default:
      return ReachedItems(array.Slice(reach.start, reach.count));
  }
}

// Writes `places[index]` for the rows [start, start + count) of `array`, 0 for nulls and for indexes into nowhere.
// False when it met one of these.
template <typename Index>
bool RewriteIndexes(const ArrayView& array, int64_t start, int64_t count, std::span<const int64_t> places,
                    uint8_t* out) {
  bool all_good = true;
  for (int64_t row = start; row < start + count; ++row) {
    Index rewritten = 0;
    if (IsValidAt(array, row)) {
      const Index index = LoadAt<Index>(array.buffers[1], array.offset + row);
      if (std::cmp_greater_equal(index, 0) && std::cmp_less(index, places.size())) {
        rewritten = static_cast<Index>(places[static_cast<size_t>(index)]);
      } else {
        all_good = false;
      }
    }
    std::memcpy(out + (array.offset + row) * static_cast<int64_t>(sizeof(Index)), &rewritten, sizeof(Index));
  }
  return all_good;
}

using Rewriter = bool (*)(const ArrayView&, int64_t, int64_t, std::span<const int64_t>, uint8_t*);

Rewriter RewriterOf(TypeId index_type) {
  switch (index_type) {
    case TypeId::kInt8:
      return RewriteIndexes<int8_t>;
    case TypeId::kUInt8:
      return RewriteIndexes<uint8_t>;
    case TypeId::kInt16:
      return RewriteIndexes<int16_t>;
    case TypeId::kUInt16:
      return RewriteIndexes<uint16_t>;
    case TypeId::kInt32:
      return RewriteIndexes<int32_t>;
    case TypeId::kUInt32:
      return RewriteIndexes<uint32_t>;
    case TypeId::kInt64:
      return RewriteIndexes<int64_t>;
    default:
      return RewriteIndexes<uint64_t>;
  }
}

}  // namespace

DictionaryColumns::DictionaryColumns(const Schema& schema, const WriteOptions& options, bool is_file,
                                     std::span<const int64_t> ids)
    : options_(&options), is_file_(is_file) {
  for (const Field& field : schema.fields) columns_.push_back(MakeNode(field, nullptr, ids));
  options_ = nullptr;
}

DictionaryColumns::Node DictionaryColumns::MakeNode(const Field& field, const FieldPath* parent,
                                                    std::span<const int64_t> ids) {
  Node node;
  const FieldPath path{parent, field.name};
  node.indexes = AlignedBuffer(options_->allocator);
  if (field.type.id() != TypeId::kDictionary) {
    node.children = MakeChildren(field.type, &path, ids);
    return node;
  }
  const int64_t id = ids.empty() ? next_field_ : ids[static_cast<size_t>(next_field_)];
  ++next_field_;
  const auto known = std::find_if(trackers_.begin(), trackers_.end(), [&](const auto& t) { return t.id() == id; });
  node.tracker = known - trackers_.begin();
  if (known == trackers_.end()) {
    trackers_.emplace_back(DictionaryTracker::Place{id, &field, PathText(&path), is_file_}, *options_);
  }
  node.children = MakeChildren(field.type.children()[0].type, &path, ids);
  return node;
}

std::vector<DictionaryColumns::Node> DictionaryColumns::MakeChildren(const DataType& type, const FieldPath* path,
                                                                     std::span<const int64_t> ids) {
  std::vector<Node> children;
  for (const Field& child : type.children()) children.push_back(MakeNode(child, path, ids));
  const bool needed = std::any_of(children.begin(), children.end(), [](const Node& node) { return node.is_needed(); });
  if (!needed) children.clear();
  return children;
}

Status DictionaryColumns::Update(const RecordBatchView& batch, const Send& send, std::vector<ArrayView>* columns) {
  columns->assign(batch.columns.begin(), batch.columns.end());
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].is_needed()) continue;
    saw_bad_index_ = false;
    bool replaced = false;
    const Status status = Visit(&columns_[i], {0, batch.num_rows}, send, &(*columns)[i], &replaced);
    if (!status.ok()) return status;
    if (!saw_bad_index_) continue;
    // Perhaps a null hides it.
    if (Status s = ValidateArray(batch.columns[i], batch.schema->fields[i], Validation::kFull); !s.ok()) return s;
  }
  return {};
}

Status DictionaryColumns::Visit(Node* node, ChildRange reach, const Send& send, ArrayView* array, bool* replaced) {
  if (node->tracker >= 0) return VisitDictionary(node, reach, send, array, replaced);
  if (node->children.empty()) return {};
  node->arrays.assign(array->children.begin(), array->children.end());
  for (size_t i = 0; i < node->children.size(); ++i) {
    if (!node->children[i].is_needed()) continue;
    const ChildRange child_reach = ReachedInChild(*array, reach, i);
    const Status status = Visit(&node->children[i], child_reach, send, &node->arrays[i], replaced);
    if (!status.ok()) return status;
  }
  array->children = node->arrays;
  return {};
}

Status DictionaryColumns::VisitDictionary(Node* node, ChildRange reach, const Send& send, ArrayView* array,
                                          bool* replaced) {
  const ArrayView& original = *array->dictionary;
  ArrayView values = original;
  bool inner_replaced = false;
  if (!node->children.empty()) {
    node->arrays.assign(values.children.begin(), values.children.end());
    for (size_t i = 0; i < node->children.size(); ++i) {
      if (!node->children[i].is_needed()) continue;
      const ChildRange child_reach = ReachedInChild(values, {0, values.length}, i);
      const Status status = Visit(&node->children[i], child_reach, send, &node->arrays[i], &inner_replaced);
      if (!status.ok()) return status;
    }
    values.children = node->arrays;
  }
  DictionaryTracker& tracker = trackers_[static_cast<size_t>(node->tracker)];
  if (Status status = tracker.Update(original, values, inner_replaced); !status.ok()) return status;
  for (const DictionaryTracker::Message& message : tracker.messages()) {
    if (Status status = send(tracker.id(), tracker.value_field(), message); !status.ok()) return status;
  }
  *replaced |= tracker.replaced();
  return tracker.is_in_place() ? Status() : Rewrite(tracker, reach, node, array);
}

Status DictionaryColumns::Rewrite(const DictionaryTracker& tracker, ChildRange reach, Node* node, ArrayView* array) {
  const int64_t width = FixedByteWidth(*array->type);
  const int64_t end = array->offset + reach.start + reach.count;
  if (Status status = node->indexes.Reserve(end * width); !status.ok()) return status;
  const Rewriter rewrite = RewriterOf(array->type->index_type());
  if (!rewrite(*array, reach.start, reach.count, tracker.places(), node->indexes.data())) saw_bad_index_ = true;
  array->buffers[1] = {node->indexes.data(), end * width};
  return {};
}

void DictionaryColumns::Commit() {
  for (DictionaryTracker& tracker : trackers_) tracker.Commit();
}

Status DictionaryColumns::Know(const std::function<const ArrayView*(int64_t id)>& find) {
  for (DictionaryTracker& tracker : trackers_) {
    const ArrayView* values = find(tracker.id());
    if (values == nullptr) continue;
    if (Status status = tracker.Know(*values); !status.ok()) return status;
  }
  return {};
}

void DictionaryColumns::Rollback() {
  for (DictionaryTracker& tracker : trackers_) tracker.Rollback();
}

}  // namespace inlay::ipc
