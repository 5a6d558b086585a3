// The dictionary-encoded fields of a schema, wherever they stand in it, and their dictionaries in a batch.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <inlay/ipc_write.h>

#include "engine/columns/validate.h"
#include "engine/ipc/dictionary_tracker.h"

namespace inlay::ipc {

// Walks the columns of batches. Inner dictionaries come before the ones whose values refer to them.
class DictionaryColumns {
 public:
  DictionaryColumns() = default;
  // `schema` outlives it. `ids`: of the fields in pre-order (schema_message.h); empty: 0, 1, ... Two fields may share
  // one.
  DictionaryColumns(const Schema& schema, const WriteOptions& options, bool is_file, std::span<const int64_t> ids);

  bool empty() const { return trackers_.empty(); }

  // Called for each message that has to be sent before the batch.
  using Send = std::function<Status(int64_t id, const Field& value_field, const DictionaryTracker::Message& message)>;
  // Requires a batch of the schema that passed the basic validation. `columns` become what is to be sent: the batch's
  // columns with indexes of unified dictionaries, which borrow from this object until the next call. What it changes
  // holds once it is committed; an error wants a Rollback.
  Status Update(const RecordBatchView& batch, const Send& send, std::vector<ArrayView>* columns);
  void Commit();
  void Rollback();
  // The dictionaries that the readers have already: `find` returns the values of an id, or null. They have passed the
  // full validation.
  Status Know(const std::function<const ArrayView*(int64_t id)>& find);
  // Whether two fields have one dictionary.
  bool is_shared() const { return next_field_ > static_cast<int64_t>(trackers_.size()); }

 private:
  // A field that is dictionary-encoded, or has one below it.
  struct Node {
    int64_t tracker = -1;
    std::vector<Node> children;     // of the type, or one: that of the values; empty where there is nothing below
    std::vector<ArrayView> arrays;  // what stands in for the children
    AlignedBuffer indexes;
    bool is_needed() const { return tracker >= 0 || !children.empty(); }
  };

  Node MakeNode(const Field& field, const FieldPath* parent, std::span<const int64_t> ids);
  std::vector<Node> MakeChildren(const DataType& type, const FieldPath* path, std::span<const int64_t> ids);
  // `array` is changed to what is to be sent; `reach`: its rows that are in use. Sets `replaced` when a dictionary
  // at or below the node is sent anew.
  Status Visit(Node* node, ChildRange reach, const Send& send, ArrayView* array, bool* replaced);
  Status VisitDictionary(Node* node, ChildRange reach, const Send& send, ArrayView* array, bool* replaced);
  Status Rewrite(const DictionaryTracker& tracker, ChildRange reach, Node* node, ArrayView* array);

  const WriteOptions* options_ = nullptr;
  bool is_file_ = false;
  int64_t next_field_ = 0;
  std::vector<DictionaryTracker> trackers_;
  std::vector<Node> columns_;
  bool saw_bad_index_ = false;
};

}  // namespace inlay::ipc
