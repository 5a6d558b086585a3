// RecordBatch -> ArrowArray.
#include <inlay/c_data.h>

#include <exception>
#include <memory>

#include "engine/columns/layout.h"

namespace inlay {
namespace {

// What one exported structure points to. A child that was moved out keeps its own, and with it the batch.
struct ExportedArray {
  ExportedArray() = default;
  ExportedArray(const ExportedArray&) = delete;
  ExportedArray& operator=(const ExportedArray&) = delete;
  ~ExportedArray() {
    for (ArrowArray& child : children) Release(&child);
    Release(&dictionary);
  }
  static void Release(ArrowArray* array) {
    if (array->release != nullptr) array->release(array);
  }

  RecordBatch batch;
  std::vector<const void*> buffers;
  std::vector<int64_t> variadic_sizes;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary{};
};

void ReleaseExportedArray(ArrowArray* array) {
  delete static_cast<ExportedArray*>(array->private_data);
  array->release = nullptr;
}

// Only validity may be null for those who read; empty arrays may come without their other buffers.
alignas(64) constexpr uint8_t kEmpty[64] = {};

const void* OrEmpty(const BufferView& buffer) { return buffer.data == nullptr ? kEmpty : buffer.data; }

void ExportBuffers(const ArrayView& array, ExportedArray* node) {
  const Layout layout = LayoutOf(array.type->id());
  std::vector<const void*>& buffers = node->buffers;
  if (HasValidity(layout)) buffers.push_back(array.buffers[0].size_bytes == 0 ? nullptr : array.buffers[0].data);
  switch (layout) {
    case Layout::kNull:
    case Layout::kRunEndEncoded:
    case Layout::kStruct:
    case Layout::kFixedSizeList:
      return;
    case Layout::kBytes32:
    case Layout::kBytes64:
    case Layout::kListView32:
    case Layout::kListView64:
    case Layout::kDenseUnion:
      buffers.push_back(OrEmpty(array.buffers[1]));
      buffers.push_back(OrEmpty(array.buffers[2]));
      return;
    case Layout::kViews:
      buffers.push_back(OrEmpty(array.buffers[1]));
      for (const BufferView& data : array.variadic_buffers) {
        buffers.push_back(OrEmpty(data));
        node->variadic_sizes.push_back(data.size_bytes);
      }
      buffers.push_back(node->variadic_sizes.empty() ? static_cast<const void*>(kEmpty) : node->variadic_sizes.data());
      return;
    default:
      buffers.push_back(OrEmpty(array.buffers[1]));
      return;
  }
}

void ExportNode(const ArrayView& array, const RecordBatch& batch, ArrowArray* out);

void ExportChildren(std::span<const ArrayView> children, const RecordBatch& batch, ExportedArray* node) {
  node->children.resize(children.size());
  for (size_t i = 0; i < children.size(); ++i) {
    node->child_pointers.push_back(&node->children[i]);
    ExportNode(children[i], batch, &node->children[i]);
  }
}

void Finish(const ArrayView& array, std::unique_ptr<ExportedArray> node, ArrowArray* out) {
  *out = {.length = array.length,
          .null_count = array.null_count,
          .offset = array.offset,
          .n_buffers = static_cast<int64_t>(node->buffers.size()),
          .n_children = static_cast<int64_t>(node->children.size()),
          .buffers = node->buffers.empty() ? nullptr : node->buffers.data(),
          .children = node->child_pointers.empty() ? nullptr : node->child_pointers.data(),
          .dictionary = node->dictionary.release == nullptr ? nullptr : &node->dictionary,
          .release = &ReleaseExportedArray,
          .private_data = node.get()};
  node.release();
}

void ExportNode(const ArrayView& array, const RecordBatch& batch, ArrowArray* out) {
  auto node = std::make_unique<ExportedArray>();
  node->batch = batch;
  ExportBuffers(array, node.get());
  ExportChildren(array.children, batch, node.get());
  if (array.dictionary != nullptr) ExportNode(*array.dictionary, batch, &node->dictionary);
  ArrayView head = array;
  const Layout layout = LayoutOf(array.type->id());
  // These types have no bitmap to count.
  if (!HasValidity(layout)) head.null_count = layout == Layout::kNull ? array.length : 0;
  Finish(head, std::move(node), out);
}

}  // namespace

Status ExportRecordBatch(const RecordBatch& batch, ArrowArray* out) try {
  *out = {};
  if (Status status = ValidateBatch(batch, Validation::kBasic); !status.ok()) return status;
  auto node = std::make_unique<ExportedArray>();
  node->batch = batch;
  node->buffers.push_back(nullptr);
  ExportChildren(batch.columns(), batch, node.get());
  Finish({.length = batch.num_rows(), .null_count = 0}, std::move(node), out);
  return {};
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
