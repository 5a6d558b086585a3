#include "engine/ipc/dictionary_tracker.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

namespace inlay::ipc {
namespace {

uint64_t HashOf(const ValueStore::Bytes& bytes) {
  if (bytes.is_null || bytes.view.size_bytes == 0) return bytes.is_null ? 1 : 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes.view.data),
                              static_cast<size_t>(bytes.view.size_bytes));
  return std::hash<std::string_view>()(text);
}

bool SameBytes(BufferView a, BufferView b) {
  return a.size_bytes == b.size_bytes &&
         (a.size_bytes == 0 || std::memcmp(a.data, b.data, static_cast<size_t>(a.size_bytes)) == 0);
}

}  // namespace

DictionaryTracker::DictionaryTracker(Place place, const WriteOptions& options)
    : place_(std::move(place)),
      policy_(options.dictionaries),
      sent_(value_field().type, options.allocator),
      new_(value_field().type, options.allocator) {}

Status DictionaryTracker::Refuse() const {
  return Status::InvalidArgument(
      "column '" + place_.path + "': its dictionary is another than before, and a file holds one a column. " +
      (policy_ == DictionaryPolicy::kReplace ? "Set dictionaries to kDelta, for those that grow at their end, or kUnify"
                                             : "Set dictionaries to kUnify, for those that do not grow at their end"));
}

Status DictionaryTracker::SendWhole(const ArrayView& values) {
  if (is_known() && place_.is_file) return Refuse();
  pending_ = Pending::kNew;
  new_.Truncate(0);
  replaced_ = true;
  messages_.push_back({false, values});
  return new_.AppendFrom(values, 0);
}

Status DictionaryTracker::SendRest(const ArrayView& values) {
  const int64_t start = known().size();
  if (pending_ == Pending::kNothing) pending_ = Pending::kMore;
  messages_.push_back({true, values.Slice(start, values.length - start)});
  return known().AppendFrom(values, start);
}

Status DictionaryTracker::Update(const ArrayView& original, const ArrayView& values, bool inner_replaced) {
  messages_.clear();
  is_in_place_ = true;
  replaced_ = false;
  const bool may_stay = is_known() && !inner_replaced;
  const int64_t in_common = std::min(values.length, known().size());
  std::optional<bool> begins_alike = false;
  // Nothing to send: all values of this dictionary are known, at their places.
  const auto is_there = [&] {
    return begins_alike.value_or(false) && (values.length == known().size() ||
                                            (values.length < known().size() && policy_ != DictionaryPolicy::kReplace));
  };
  if (may_stay) begins_alike = known().BeginsWithUnchecked(values, in_common);
  if (is_there()) return {};
  if (Status status = ValidateArray(original, value_field(), Validation::kFull); !status.ok()) {
    return status.WithContext("column '" + place_.path + "'");
  }
  if (!begins_alike.has_value()) begins_alike = known().BeginsWith(values, in_common);
  if (is_there()) return {};
  if (policy_ == DictionaryPolicy::kUnify) return Unify(values);
  const bool grows = *begins_alike && values.length > known().size();
  return may_stay && grows && policy_ == DictionaryPolicy::kDelta ? SendRest(values) : SendWhole(values);
}

// Twice as many slots as entries, at least.
void DictionaryTracker::GrowIndex(size_t min_entries) {
  size_t num_slots = 64;
  while (num_slots < 4 * min_entries) num_slots *= 2;
  std::vector<int64_t> slots(num_slots, 0);
  for (size_t entry = 0; entry < hashes_.size(); ++entry) {
    size_t slot = hashes_[entry] & (slots.size() - 1);
    while (slots[slot] != 0) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = static_cast<int64_t>(entry) + 1;
  }
  slots_ = std::move(slots);
}

// Slots were filled in the order of the entries, so those emptied from the last one back leave no gap in a chain.
void DictionaryTracker::TrimIndex(int64_t count) {
  while (static_cast<int64_t>(hashes_.size()) > count) {
    const auto mark = static_cast<int64_t>(hashes_.size());
    size_t slot = hashes_.back() & (slots_.size() - 1);
    while (slots_[slot] != 0 && slots_[slot] != mark) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = 0;
    hashes_.pop_back();
  }
}

Status DictionaryTracker::FindOrAdd(const ArrayView& values, int64_t row, int64_t* found) {
  if (2 * (hashes_.size() + 1) > slots_.size()) GrowIndex(hashes_.size() + 1);
  const ValueStore::Bytes bytes = sent_.BytesOf(values, row);
  const uint64_t hash = HashOf(bytes);
  size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const int64_t entry = slots_[slot] - 1;
    if (hashes_[static_cast<size_t>(entry)] == hash && sent_.IsNull(entry) == bytes.is_null &&
        SameBytes(sent_.Entry(entry), bytes.view)) {
      *found = entry;
      return {};
    }
  }
  hashes_.push_back(hash);
  if (Status status = sent_.Append(values, row); !status.ok()) return status;
  slots_[slot] = sent_.size();
  *found = sent_.size() - 1;
  return {};
}

Status DictionaryTracker::Unify(const ArrayView& values) {
  const int64_t first_new = sent_.size();
  pending_ = Pending::kMore;
  places_.clear();
  std::vector<int64_t> new_rows;
  for (int64_t row = 0; row < values.length; ++row) {
    int64_t place = 0;
    const int64_t size_before = sent_.size();
    if (Status status = FindOrAdd(values, row, &place); !status.ok()) return status;
    if (place == size_before) new_rows.push_back(row);
    is_in_place_ &= place == row;
    places_.push_back(place);
  }
  const DataType& type = place_.field->type;
  const int bits = 8 * FixedByteWidth(type);
  const bool is_signed = type.index_type() == TypeId::kInt8 || type.index_type() == TypeId::kInt16 ||
                         type.index_type() == TypeId::kInt32 || type.index_type() == TypeId::kInt64;
  const int64_t most = bits == 64 ? INT64_MAX : int64_t{1} << (is_signed ? bits - 1 : bits);
  if (sent_.size() > most) {
    return Status::LimitExceeded("column '" + place_.path + "': its unified dictionary has " +
                                 std::to_string(sent_.size()) + " values, more than indexes of " +
                                 std::to_string(bits) + " bits can tell apart");
  }
  return SendNew(values, first_new, new_rows);
}

// As they stand in `values` when they stand together there, else from the store; what the store keeps in another form
// goes run by run.
Status DictionaryTracker::SendNew(const ArrayView& values, int64_t first_new, const std::vector<int64_t>& new_rows) {
  if (new_rows.empty()) {
    if (!is_sent_) messages_.push_back({false, values.Slice(0, 0)});
    return {};
  }
  const auto num_new = static_cast<int64_t>(new_rows.size());
  const bool is_one_run = new_rows.back() - new_rows.front() == num_new - 1;
  if (!is_one_run && sent_.is_flat()) {
    Message message{is_sent_, {}};
    if (Status status = sent_.Values(first_new, &message.values); !status.ok()) {
      return status.WithContext("column '" + place_.path + "'");
    }
    messages_.push_back(message);
    return {};
  }
  for (size_t i = 0; i < new_rows.size();) {
    size_t end = i + 1;
    while (end < new_rows.size() && new_rows[end] == new_rows[end - 1] + 1) ++end;
    messages_.push_back({is_sent_ || i > 0, values.Slice(new_rows[i], static_cast<int64_t>(end - i))});
    i = end;
  }
  return {};
}

// Values that come twice keep both their places; lookups find the first.
Status DictionaryTracker::Know(const ArrayView& values) {
  if (Status status = sent_.AppendFrom(values, 0); !status.ok()) return status;
  if (policy_ == DictionaryPolicy::kUnify) {
    for (int64_t row = 0; row < values.length; ++row) hashes_.push_back(HashOf(sent_.BytesOf(values, row)));
    GrowIndex(hashes_.size() + 1);
  }
  is_sent_ = true;
  committed_size_ = sent_.size();
  return {};
}

void DictionaryTracker::Commit() {
  if (pending_ == Pending::kNew) std::swap(sent_, new_);
  if (pending_ != Pending::kNothing) is_sent_ = true;
  pending_ = Pending::kNothing;
  committed_size_ = sent_.size();
}

void DictionaryTracker::Rollback() {
  if (pending_ == Pending::kMore) {
    TrimIndex(committed_size_);
    sent_.Truncate(committed_size_);
  }
  pending_ = Pending::kNothing;
}

}  // namespace inlay::ipc
