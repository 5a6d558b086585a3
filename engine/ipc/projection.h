// Which columns of a schema are read, and where the messages have them.
//
// A message lists a node and some buffers for each array of its schema, in pre-order. How many depends on the types
// alone, but for the data buffers of views, which the message counts, and for unions, which had a validity bitmap in
// V4. So the place of every column is known in advance, and columns that are not read cost nothing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <inlay/status.h>
#include <inlay/types.h>

#include "engine/columns/layout.h"
#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

// How many entries of a message's lists stand before something.
struct MessagePosition {
  uint32_t nodes = 0;
  uint32_t buffers = 0;  // without the two kinds that follow
  uint32_t variadic_counts = 0;
  uint32_t v4_bitmaps = 0;  // of arrays that have none since V5
};

// An array that is read.
struct ColumnPlan {
  const Field* field = nullptr;  // as it is read: of Projection::schema()
  Layout layout = Layout::kNull;
  MessagePosition position;
  int64_t dictionary_id = 0;         // layout kDictionary, whose values are no children here
  std::vector<ColumnPlan> children;  // those that are read
};

// The arrays of one kind of message.
struct MessagePlan {
  std::vector<ColumnPlan> columns;
  MessagePosition end;
  size_t num_arrays = 0;  // columns and everything below them
};

// Immutable, so any thread may use it.
class Projection {
 public:
  // `paths`: dotted names of what to keep, in any order; none: everything. What is below a named field is kept too, and
  // of what is above it a struct keeps only what leads to a path. Maps keep keys and values, run-end encoded arrays
  // their run ends, unions all members, dictionaries all of their values. A name that stands for several fields keeps
  // each of them. kInvalidArgument with the nearest names for a path that matches nothing; kCorruptData when one
  // dictionary id stands for different types.
  static Result<std::shared_ptr<const Projection>> Make(std::shared_ptr<const DecodedSchema> decoded,
                                                        const std::vector<std::string>& paths = {});
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  // Of the columns that are kept, in the order of the whole schema.
  const Schema& schema() const { return *schema_; }
  const DecodedSchema& decoded() const { return *decoded_; }
  const std::shared_ptr<const DecodedSchema>& shared_decoded() const { return decoded_; }
  const MessagePlan& batch() const { return batch_; }
  // Null when no column that is kept needs this dictionary.
  const MessagePlan* dictionary(int64_t id) const;
  // Whether any column of the whole schema has it.
  bool HasDictionary(int64_t id) const;

 private:
  friend class ProjectionMaker;
  Projection() = default;

  std::shared_ptr<const DecodedSchema> decoded_;
  Schema pruned_;
  const Schema* schema_ = nullptr;  // pruned_, or the whole one
  MessagePlan batch_;
  std::map<int64_t, MessagePlan> dictionaries_;
};

}  // namespace inlay::ipc
