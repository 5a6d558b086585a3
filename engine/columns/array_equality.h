// Whether arrays hold the same values, however these lie in memory.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/array.h>

namespace inlay {

// Compares arrays of the same type (SameType) that have passed ValidateArray(kFull).
//
// Equal are: null and null, also where one is a null index and the other the index of a null value; numbers of the same
// bits, and NaN and NaN; text and bytes; lists item by item; structs member by member; union rows of the same type id
// and value; what indexes and runs stand for. Offsets, run lengths, the order of dictionaries, and what null slots hide
// play no part.
//
// Throws std::bad_alloc. Not for two threads at once; remembers what it learned of dictionaries, so one object for
// several calls on the same arrays is quicker than several.
class ArrayEquality {
 public:
  // The first i below `count` where row a_start + i of `a` differs from row b_start + i of `b`, or `count`. Takes the
  // time of a comparison of memory where the arrays are laid out alike.
  int64_t FirstDifference(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count);

  bool SameRow(const ArrayView& a, int64_t a_row, const ArrayView& b, int64_t b_row) {
    return FirstDifference(a, a_row, b, b_row, 1) == 1;
  }

 private:
  struct DictionaryPair {
    const ArrayView* a;
    const ArrayView* b;
    int64_t num_same;              // values [0, num_same) are the same in both
    bool has_nulls;                // among the values of one of them, perhaps
    std::vector<int64_t> same_as;  // for each value of `a` one of `b` that is the same, as far as known
  };

  int64_t ValidRows(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count);
  int64_t ValuesDiffer(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count);
  template <typename Offset>
  int64_t Lists(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count);
  template <typename Offset>
  int64_t ListViews(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count);
  int64_t FixedSizeLists(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count);
  int64_t Members(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count);
  int64_t Unions(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count);
  int64_t Dictionaries(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count);
  int64_t Runs(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count);
  DictionaryPair& PairOf(const ArrayView* a, const ArrayView* b);

  std::vector<DictionaryPair> dictionaries_;
};

// The number of rows at the beginning in which the arrays agree: the length of the shorter one when it is a prefix of
// the other. Throws std::bad_alloc.
int64_t NumRowsInCommon(const ArrayView& a, const ArrayView& b);

// The same values, and as many. Throws std::bad_alloc.
inline bool SameValues(const ArrayView& a, const ArrayView& b) {
  return a.length == b.length && NumRowsInCommon(a, b) == a.length;
}

// Whether row `row` is null, by its own bit or by what it stands for: a value of a dictionary, a run.
bool IsNullRow(const ArrayView& array, int64_t row);

// A hash that is the same for rows that ArrayEquality calls the same.
uint64_t HashRow(const ArrayView& array, int64_t row);

}  // namespace inlay
