#include "engine/columns/array_equality.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/columns/bits.h"
#include "engine/columns/float_bits.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"
#include "engine/columns/run_ends.h"

namespace inlay {
namespace {

// The first of `size` bytes that differs, or `size`.
int64_t FirstByte(const uint8_t* a, const uint8_t* b, int64_t size) {
  constexpr int64_t kBlock = 4096;
  for (int64_t begin = 0; begin < size; begin += kBlock) {
    const int64_t count = std::min(kBlock, size - begin);
    if (std::memcmp(a + begin, b + begin, static_cast<size_t>(count)) == 0) continue;
    return std::mismatch(a + begin, a + begin + count, b + begin).first - a;
  }
  return size;
}

int64_t FixedValues(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  const int64_t width = FixedByteWidth(*a.type);
  if (width == 0) return count;
  const uint8_t* const a_values = a.buffers[1].data + a_at * width;
  const uint8_t* const b_values = b.buffers[1].data + b_at * width;
  for (int64_t row = 0;; ++row) {
    row += FirstByte(a_values + row * width, b_values + row * width, (count - row) * width) / width;
    if (row == count) return count;
    const TypeId id = a.type->id();
    if (!IsNan(id, a_values + row * width) || !IsNan(id, b_values + row * width)) return row;
  }
}

int64_t BitValues(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  for (int64_t row = 0; row < count; row += 64) {
    const int64_t n = std::min<int64_t>(64, count - row);
    const uint64_t differ = LoadBits(a.buffers[1].data, a_at + row, n) ^ LoadBits(b.buffers[1].data, b_at + row, n);
    if (differ != 0) return row + std::countr_zero(differ);
  }
  return count;
}

// The first row whose size by offsets differs, or `count`.
template <typename Offset>
int64_t FirstSize(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  constexpr int64_t kBlock = 256;
  const auto shift = [&](int64_t row) {
    return static_cast<uint64_t>(LoadAt<Offset>(a.buffers[1], a_at + row)) -
           static_cast<uint64_t>(LoadAt<Offset>(b.buffers[1], b_at + row));
  };
  const uint64_t first = shift(0);
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = std::min(count, begin + kBlock);
    bool differ = false;
    for (int64_t row = begin + 1; row <= end; ++row) differ |= shift(row) != first;
    for (int64_t row = begin; differ && row < end; ++row) {
      if (shift(row + 1) != first) return row;
    }
  }
  return count;
}

// The row that holds element `element`, counted from that of the first row.
template <typename Offset>
int64_t RowOfElement(const ArrayView& array, int64_t at, int64_t count, int64_t element) {
  const int64_t wanted = LoadAt<Offset>(array.buffers[1], at) + element;
  int64_t low = 0, high = count - 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (LoadAt<Offset>(array.buffers[1], at + middle + 1) > wanted) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

template <typename Offset>
int64_t ByteValues(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  const int64_t row = FirstSize<Offset>(a, a_at, b, b_at, count);
  if (row == 0) return 0;
  const int64_t a_first = LoadAt<Offset>(a.buffers[1], a_at);
  const int64_t b_first = LoadAt<Offset>(b.buffers[1], b_at);
  const int64_t size = LoadAt<Offset>(a.buffers[1], a_at + row) - a_first;
  if (size == 0) return row;
  const int64_t byte = FirstByte(a.buffers[2].data + a_first, b.buffers[2].data + b_first, size);
  return byte == size ? row : RowOfElement<Offset>(a, a_at, row, byte);
}

int64_t ViewValues(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  for (int64_t row = 0; row < count; ++row) {
    const BufferView a_value = ViewedBytes(a, a_at + row);
    const BufferView b_value = ViewedBytes(b, b_at + row);
    if (a_value.size_bytes != b_value.size_bytes ||
        std::memcmp(a_value.data, b_value.data, static_cast<size_t>(a_value.size_bytes)) != 0) {
      return row;
    }
  }
  return count;
}

bool SameMemory(const ArrayView& a, const ArrayView& b) {
  const auto same = [](const BufferView& x, const BufferView& y) {
    return x.data == y.data && x.size_bytes == y.size_bytes;
  };
  return a.offset == b.offset && a.length == b.length && same(a.buffers[0], b.buffers[0]) &&
         same(a.buffers[1], b.buffers[1]) && same(a.buffers[2], b.buffers[2]) &&
         a.variadic_buffers.data() == b.variadic_buffers.data() && a.children.data() == b.children.data() &&
         a.dictionary == b.dictionary;
}

// Whether some row may be null by what it stands for although its own bit says that it is valid.
bool MayStandForNull(const ArrayView& dictionary) {
  const Layout layout = LayoutOf(dictionary.type->id());
  if (layout == Layout::kNull || layout == Layout::kDictionary || layout == Layout::kRunEndEncoded) return true;
  return dictionary.CountNulls() > 0;
}

}  // namespace

bool IsNullRow(const ArrayView& array, int64_t row) {
  switch (LayoutOf(array.type->id())) {
    case Layout::kNull:
      return true;
    case Layout::kDenseUnion:
    case Layout::kSparseUnion:
      return false;
    case Layout::kRunEndEncoded:
      return IsNullRow(array.children[1], RunCursor(array).RunAt(row));
    case Layout::kDictionary:
      return !IsValidAt(array, row) ||
             IsNullRow(*array.dictionary, LoadInteger(array.type->index_type(), array.buffers[1], array.offset + row));
    default:
      return !IsValidAt(array, row);
  }
}

template <typename Offset>
int64_t ArrayEquality::Lists(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  const int64_t row = FirstSize<Offset>(a, a_at, b, b_at, count);
  if (row == 0) return 0;
  const int64_t a_first = LoadAt<Offset>(a.buffers[1], a_at);
  const int64_t num_items = LoadAt<Offset>(a.buffers[1], a_at + row) - a_first;
  const int64_t item =
      FirstDifference(a.children[0], a_first, b.children[0], LoadAt<Offset>(b.buffers[1], b_at), num_items);
  return item == num_items ? row : RowOfElement<Offset>(a, a_at, row, item);
}

template <typename Offset>
int64_t ArrayEquality::ListViews(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  // The lists that were compared last: many may be one and the same.
  int64_t last_a = -1, last_b = -1, last_size = -1;
  for (int64_t row = 0; row < count; ++row) {
    const int64_t size = LoadAt<Offset>(a.buffers[2], a_at + row);
    if (size != LoadAt<Offset>(b.buffers[2], b_at + row)) return row;
    const int64_t a_first = LoadAt<Offset>(a.buffers[1], a_at + row);
    const int64_t b_first = LoadAt<Offset>(b.buffers[1], b_at + row);
    if (a_first == last_a && b_first == last_b && size == last_size) continue;
    if (FirstDifference(a.children[0], a_first, b.children[0], b_first, size) != size) return row;
    last_a = a_first;
    last_b = b_first;
    last_size = size;
  }
  return count;
}

int64_t ArrayEquality::FixedSizeLists(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at,
                                      int64_t count) {
  const int64_t size = a.type->list_size();
  if (size == 0) return count;
  return FirstDifference(a.children[0], a_at * size, b.children[0], b_at * size, count * size) / size;
}

int64_t ArrayEquality::Members(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  for (size_t i = 0; i < a.children.size() && count > 0; ++i) {
    count = FirstDifference(a.children[i], a_at, b.children[i], b_at, count);
  }
  return count;
}

// Rows of one type id whose values follow each other in both arrays are compared together.
int64_t ArrayEquality::Unions(const ArrayView& a, int64_t a_at, const ArrayView& b, int64_t b_at, int64_t count) {
  const bool dense = a.type->id() == TypeId::kDenseUnion;
  const auto value_at = [&](const ArrayView& array, int64_t at) {
    return dense ? int64_t{LoadAt<int32_t>(array.buffers[2], at)} : at;
  };
  const std::vector<int8_t>& ids = a.type->type_ids();
  for (int64_t row = 0; row < count;) {
    const int8_t id = LoadAt<int8_t>(a.buffers[1], a_at + row);
    if (id != LoadAt<int8_t>(b.buffers[1], b_at + row)) return row;
    const int64_t a_value = value_at(a, a_at + row);
    const int64_t b_value = value_at(b, b_at + row);
    int64_t rows = 1;
    while (row + rows < count && LoadAt<int8_t>(a.buffers[1], a_at + row + rows) == id &&
           LoadAt<int8_t>(b.buffers[1], b_at + row + rows) == id && value_at(a, a_at + row + rows) == a_value + rows &&
           value_at(b, b_at + row + rows) == b_value + rows) {
      ++rows;
    }
    const size_t member = static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
    const int64_t same = FirstDifference(a.children[member], a_value, b.children[member], b_value, rows);
    if (same < rows) return row + same;
    row += rows;
  }
  return count;
}

ArrayEquality::DictionaryPair& ArrayEquality::PairOf(const ArrayView* a, const ArrayView* b) {
  for (DictionaryPair& pair : dictionaries_) {
    if (pair.a == a && pair.b == b) return pair;
  }
  const int64_t num_same = FirstDifference(*a, 0, *b, 0, std::min(a->length, b->length));
  return dictionaries_.emplace_back(DictionaryPair{a, b, num_same, MayStandForNull(*a) || MayStandForNull(*b), {}});
}

// Rows of any validity.
int64_t ArrayEquality::Dictionaries(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start,
                                    int64_t count) {
  const ArrayView& a_values = *a.dictionary;
  const ArrayView& b_values = *b.dictionary;
  const size_t pair = static_cast<size_t>(&PairOf(&a_values, &b_values) - dictionaries_.data());
  const int64_t num_same = dictionaries_[pair].num_same;
  const bool check_nulls = dictionaries_[pair].has_nulls;
  const TypeId index_type = a.type->index_type();
  const bool all_valid = a.buffers[0].size_bytes == 0 && b.buffers[0].size_bytes == 0;
  const bool one_is_prefix = num_same == std::min(a_values.length, b_values.length);
  int64_t row = all_valid && one_is_prefix ? FixedValues(a, a.offset + a_start, b, b.offset + b_start, count) : 0;
  for (; row < count; ++row) {
    const bool a_valid = IsValidAt(a, a_start + row);
    const bool b_valid = IsValidAt(b, b_start + row);
    if (!a_valid && !b_valid) continue;
    const int64_t a_index = LoadInteger(index_type, a.buffers[1], a.offset + a_start + row);
    const int64_t b_index = LoadInteger(index_type, b.buffers[1], b.offset + b_start + row);
    if (a_valid && b_valid && a_index == b_index && a_index < num_same) continue;
    if (check_nulls) {
      const bool a_null = !a_valid || IsNullRow(a_values, a_index);
      const bool b_null = !b_valid || IsNullRow(b_values, b_index);
      if (a_null != b_null) return row;
      if (a_null) continue;
    } else if (a_valid != b_valid) {
      return row;
    }
    std::vector<int64_t>& same_as = dictionaries_[pair].same_as;
    if (same_as.empty()) same_as.assign(static_cast<size_t>(a_values.length), -1);
    int64_t& known = same_as[static_cast<size_t>(a_index)];
    if (known == b_index) continue;
    // A dictionary in this one may make the list of pairs grow.
    if (!SameRow(a_values, a_index, b_values, b_index)) return row;
    dictionaries_[pair].same_as[static_cast<size_t>(a_index)] = b_index;
  }
  return count;
}

int64_t ArrayEquality::Runs(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start, int64_t count) {
  RunCursor a_runs(a), b_runs(b);
  for (int64_t row = 0; row < count;) {
    const int64_t a_run = a_runs.RunAt(a_start + row);
    const int64_t b_run = b_runs.RunAt(b_start + row);
    if (!SameRow(a.children[1], a_run, b.children[1], b_run)) return row;
    row += std::min(a_runs.RowsLeft(a_run, a_start + row), b_runs.RowsLeft(b_run, b_start + row));
  }
  return count;
}

// Rows that are valid in both, of layouts with validity.
int64_t ArrayEquality::ValuesDiffer(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start,
                                    int64_t count) {
  const int64_t a_at = a.offset + a_start;
  const int64_t b_at = b.offset + b_start;
  switch (LayoutOf(a.type->id())) {
    case Layout::kBits:
      return BitValues(a, a_at, b, b_at, count);
    case Layout::kFixed:
      return FixedValues(a, a_at, b, b_at, count);
    case Layout::kBytes32:
      return ByteValues<int32_t>(a, a_at, b, b_at, count);
    case Layout::kBytes64:
      return ByteValues<int64_t>(a, a_at, b, b_at, count);
    case Layout::kViews:
      return ViewValues(a, a_at, b, b_at, count);
    case Layout::kList32:
      return Lists<int32_t>(a, a_at, b, b_at, count);
    case Layout::kList64:
      return Lists<int64_t>(a, a_at, b, b_at, count);
    case Layout::kListView32:
      return ListViews<int32_t>(a, a_at, b, b_at, count);
    case Layout::kListView64:
      return ListViews<int64_t>(a, a_at, b, b_at, count);
    case Layout::kFixedSizeList:
      return FixedSizeLists(a, a_at, b, b_at, count);
    case Layout::kStruct:
      return Members(a, a_at, b, b_at, count);
    default:
      return count;
  }
}

int64_t ArrayEquality::ValidRows(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start,
                                 int64_t count) {
  const bool a_all = a.buffers[0].size_bytes == 0 || a.null_count == 0;
  const bool b_all = b.buffers[0].size_bytes == 0 || b.null_count == 0;
  if (a_all && b_all) return ValuesDiffer(a, a_start, b, b_start, count);
  const auto word = [](const ArrayView& array, bool all, int64_t row, int64_t n) {
    return all ? ~uint64_t{0} >> (64 - n) : LoadBits(array.buffers[0].data, array.offset + row, n);
  };
  // Runs of rows that are valid in both, up to the first row that is null in one alone.
  int64_t run_start = -1;
  const auto end_run = [&](int64_t end) {
    if (run_start < 0) return end;
    const int64_t start = run_start;
    run_start = -1;
    return start + ValuesDiffer(a, a_start + start, b, b_start + start, end - start);
  };
  for (int64_t base = 0; base < count; base += 64) {
    const int64_t n = std::min<int64_t>(64, count - base);
    const uint64_t valid = word(a, a_all, a_start + base, n);
    const uint64_t differ = valid ^ word(b, b_all, b_start + base, n);
    const int64_t num_good = differ == 0 ? n : std::countr_zero(differ);
    for (int64_t at = 0; at < num_good;) {
      if (run_start < 0) {
        const uint64_t rest = valid >> at;
        if (rest == 0) break;
        at += std::countr_zero(rest);
        if (at < num_good) run_start = base + at;
      } else {
        at += std::countr_one(valid >> at);
        if (at >= num_good) break;
        if (const int64_t row = end_run(base + at); row < base + at) return row;
      }
    }
    if (num_good < n) return end_run(base + num_good);
  }
  return end_run(count);
}

int64_t ArrayEquality::FirstDifference(const ArrayView& a, int64_t a_start, const ArrayView& b, int64_t b_start,
                                       int64_t count) {
  if (count == 0 || (a_start == b_start && SameMemory(a, b))) return count;
  switch (LayoutOf(a.type->id())) {
    case Layout::kNull:
      return count;
    case Layout::kDenseUnion:
    case Layout::kSparseUnion:
      return Unions(a, a.offset + a_start, b, b.offset + b_start, count);
    case Layout::kDictionary:
      return Dictionaries(a, a_start, b, b_start, count);
    case Layout::kRunEndEncoded:
      return Runs(a, a_start, b, b_start, count);
    default:
      return ValidRows(a, a_start, b, b_start, count);
  }
}

int64_t NumRowsInCommon(const ArrayView& a, const ArrayView& b) {
  return ArrayEquality().FirstDifference(a, 0, b, 0, std::min(a.length, b.length));
}

}  // namespace inlay
