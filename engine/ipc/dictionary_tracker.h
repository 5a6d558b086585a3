// What the readers of an output know of one dictionary, and what they have to be sent next (Columnar format,
// "Dictionary Messages").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <inlay/ipc_write.h>

#include "engine/ipc/value_store.h"

namespace inlay::ipc {

// One dictionary of an output, by its id. What Update decides holds when it is committed: a batch that is not written
// changes nothing.
class DictionaryTracker {
 public:
  struct Place {
    int64_t id = 0;
    const Field* field = nullptr;  // the dictionary-encoded one; outlives the tracker
    std::string path;              // of the field
    bool is_file = false;          // has one dictionary an id, which only grows
  };
  DictionaryTracker(Place place, const WriteOptions& options);

  struct Message {
    bool is_delta = false;
    ArrayView values;
  };
  // Takes a look at the dictionary of a batch. `original`: as the caller has it, good by the basic validation;
  // `values`: the same with the indexes of inner dictionaries as they are sent. `inner_replaced`: one of these was sent
  // anew, so that what refers to it must be, too.
  //
  // Errors: a dictionary that does not pass the full validation, or that a file cannot take; kLimitExceeded when the
  // index type cannot reach all values of a unified one. All of them, and std::bad_alloc, want a Rollback.
  Status Update(const ArrayView& original, const ArrayView& values, bool inner_replaced);
  // What is to be sent after the last Update, in order. Borrows from `values` and from the tracker.
  std::span<const Message> messages() const { return messages_; }
  bool replaced() const { return replaced_; }
  // Where value i of the last `values` stands in what the readers have, unless it is at i (is_in_place).
  bool is_in_place() const { return is_in_place_; }
  std::span<const int64_t> places() const { return places_; }

  void Commit();
  void Rollback();
  // The readers have this dictionary already. Requires values that passed the full validation, and that nothing was
  // sent.
  Status Know(const ArrayView& values);

  int64_t id() const { return place_.id; }
  const Field& value_field() const { return place_.field->type.children()[0]; }

 private:
  // What a Rollback takes back.
  enum class Pending : uint8_t { kNothing, kNew, kMore };

  ValueStore& known() { return pending_ == Pending::kNew ? new_ : sent_; }
  bool is_known() const { return is_sent_ || pending_ == Pending::kNew; }
  Status SendWhole(const ArrayView& values);
  Status SendRest(const ArrayView& values);
  Status Refuse() const;

  Status Unify(const ArrayView& values);
  Status FindOrAdd(const ArrayView& values, int64_t row, int64_t* found);
  Status SendNew(const ArrayView& values, int64_t first_new, const std::vector<int64_t>& new_rows);
  void GrowIndex(size_t min_entries);
  void TrimIndex(int64_t count);

  Place place_;
  DictionaryPolicy policy_;
  ValueStore sent_;
  ValueStore new_;  // instead of sent_, once it is committed
  bool is_sent_ = false;
  Pending pending_ = Pending::kNothing;
  int64_t committed_size_ = 0;

  // Unified dictionaries: entries of sent_ by the hash of their bytes. Slots hold an entry + 1, or 0, and are as many
  // as a power of two.
  std::vector<uint64_t> hashes_;
  std::vector<int64_t> slots_;

  // Of the last Update.
  std::vector<Message> messages_;
  std::vector<int64_t> places_;
  bool is_in_place_ = true;
  bool replaced_ = false;
};

}  // namespace inlay::ipc
