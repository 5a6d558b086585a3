// Which rows of one or several arrays make a new one, in which order.
#pragma once

#include <cstdint>
#include <span>

#include "engine/columns/bits.h"

namespace inlay {

// What stands for a row that is null wherever the source has no say: an index in a selection.
inline constexpr int64_t kNullRow = -1;

// Rows [start, start + count) of a source, counted from the first of its view; start == kNullRow: `count` null rows.
struct RowRun {
  int64_t start;
  int64_t count;
  size_t source;
};

// Borrows what it is made of. The three forms are what Concatenate, Take and Filter have in hand: each is quickest with
// its own; what need not be quick goes by runs.
class Selection {
 public:
  enum class Form : uint8_t { kRuns, kIndexes, kMask };

  // No two null runs stand for different sources.
  static Selection OfRuns(std::span<const RowRun> runs, int64_t num_rows) {
    Selection selection(Form::kRuns, num_rows);
    selection.runs_ = runs;
    for (const RowRun& run : runs) selection.has_nulls_ |= run.start < 0;
    return selection;
  }
  // Rows of the first source; kNullRow where `has_nulls`.
  static Selection OfIndexes(const int64_t* indexes, int64_t num_rows, bool has_nulls) {
    Selection selection(Form::kIndexes, num_rows);
    selection.indexes_ = indexes;
    selection.has_nulls_ = has_nulls;
    return selection;
  }
  // The rows of the first source where one of num_bits bits is set, of which there are num_rows.
  static Selection OfMask(const uint8_t* bits, int64_t first_bit, int64_t num_bits, int64_t num_rows) {
    Selection selection(Form::kMask, num_rows);
    selection.mask_ = bits;
    selection.first_bit_ = first_bit;
    selection.num_bits_ = num_bits;
    return selection;
  }

  Form form() const { return form_; }
  int64_t num_rows() const { return num_rows_; }
  bool has_nulls() const { return has_nulls_; }
  int64_t max_runs() const { return form_ == Form::kRuns ? static_cast<int64_t>(runs_.size()) : num_rows_; }
  const int64_t* indexes() const { return indexes_; }
  const uint8_t* mask() const { return mask_; }
  int64_t first_bit() const { return first_bit_; }
  int64_t num_bits() const { return num_bits_; }

  // Calls f(source, start, count) for each run, none of which is empty.
  template <typename F>
  void ForEachRun(F&& f) const {
    switch (form_) {
      case Form::kRuns:
        for (const RowRun& run : runs_) {
          if (run.count > 0) f(run.source, run.start, run.count);
        }
        return;
      case Form::kMask:
        ForEachRunOfOnes(mask_, first_bit_, num_bits_,
                         [&](int64_t start, int64_t count) { f(size_t{0}, start, count); });
        return;
      case Form::kIndexes:
        for (int64_t i = 0; i < num_rows_;) {
          const int64_t start = indexes_[i];
          const int64_t step = start < 0 ? 0 : 1;
          int64_t count = 1;
          while (i + count < num_rows_ && indexes_[i + count] == start + count * step) ++count;
          f(size_t{0}, start, count);
          i += count;
        }
        return;
    }
  }

 private:
  Selection(Form form, int64_t num_rows) : form_(form), num_rows_(num_rows) {}

  Form form_;
  bool has_nulls_ = false;
  int64_t num_rows_;
  std::span<const RowRun> runs_ = {};
  const int64_t* indexes_ = nullptr;
  const uint8_t* mask_ = nullptr;
  int64_t first_bit_ = 0;
  int64_t num_bits_ = 0;
};

// Runs as they are found, joined where one goes on where the last ended. Room for them is the caller's.
class RunList {
 public:
  RunList() = default;
  explicit RunList(RowRun* room) : runs_(room) {}

  void Add(size_t source, int64_t start, int64_t count) {
    if (count == 0) return;
    num_rows_ += count;
    if (size_ > 0) {
      RowRun& last = runs_[size_ - 1];
      if (last.source == source && start == (last.start < 0 ? kNullRow : last.start + last.count)) {
        last.count += count;
        return;
      }
    }
    runs_[size_++] = {start, count, source};
  }
  // The row that was added last, or nothing.
  bool EndsWith(size_t source, int64_t row) const {
    if (size_ == 0) return false;
    const RowRun& last = runs_[size_ - 1];
    return last.start >= 0 && last.source == source && last.start + last.count - 1 == row;
  }
  int64_t num_rows() const { return num_rows_; }
  Selection selection() const { return Selection::OfRuns({runs_, size_}, num_rows_); }

 private:
  RowRun* runs_ = nullptr;
  size_t size_ = 0;
  int64_t num_rows_ = 0;
};

}  // namespace inlay
