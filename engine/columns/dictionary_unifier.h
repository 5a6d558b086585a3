// One dictionary out of several of the same type.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/array.h>
#include <inlay/status.h>

#include "engine/base/arena.h"
#include "engine/columns/array_equality.h"
#include "engine/columns/selection.h"

namespace inlay {

// Collects the distinct values of dictionaries in the order in which they are first seen; values that stand twice in
// one dictionary become one too. Values of any type, nulls too, are told apart as ArrayEquality does.
//
// All dictionaries have passed ValidateArray(kFull) and outlive the unifier. Throws std::bad_alloc.
class DictionaryUnifier {
 public:
  // Adds the values of `dictionary`; (*indexes)[i] is where its value i stands in the unified one.
  void Add(const ArrayView& dictionary, std::vector<int64_t>* indexes);

  int64_t num_values() const { return static_cast<int64_t>(values_.size()); }
  // The unified dictionary, copied to `arena`. `field` is that of the values, as in the dictionary type's children.
  Status Finish(const Field& field, Arena* arena, ArrayView* out) const;

 private:
  struct Value {
    uint64_t hash;
    size_t source;
    int64_t row;
  };

  void Grow();

  std::vector<ArrayView> sources_;
  std::vector<Value> values_;
  std::vector<int64_t> slots_;  // a power of two; positions in values_ or -1
  ArrayEquality equality_;
};

}  // namespace inlay
