// The values of one array: offsets, views, text, indexes, type ids, run ends, digits. Whole buffers at a time where the
// data is good; the row of the first fault is looked for only when there is one.
#include <algorithm>
#include <array>
#include <string>

#include "engine/columns/decimal_range.h"
#include "engine/columns/layout.h"
#include "engine/columns/validate.h"
#include "kernels/bitmap.h"
#include "kernels/utf8.h"

namespace inlay {
namespace {

// The fields of a binary view (Columnar format, "Variable-size Binary View Layout").
struct BinaryView {
  int32_t length;
  uint8_t prefix[4];
  int32_t buffer;
  int32_t offset;
};
static_assert(sizeof(BinaryView) == 16);

bool IsUtf8(const uint8_t* data, int64_t size) { return kernels::ValidUtf8Prefix(data, size) == size; }

class ValueChecker {
 public:
  explicit ValueChecker(const Inspected& inspected)
      : inspected_(inspected), array_(inspected.array), id_(inspected.array.type->id()), layout_(LayoutOf(id_)) {}

  Status Check() const;

 private:
  Status CheckNullCount() const;
  template <typename Offset>
  Status CheckOffsetsGrow() const;
  template <typename Offset>
  Status CheckText() const;
  template <typename Offset>
  bool AllTextIsGood() const;
  Status CheckViews() const;
  std::string_view ViewFault(int64_t row) const;
  template <typename Offset>
  Status CheckListViews() const;
  Status CheckTypeIds() const;
  Status CheckUnionOffsets() const;
  template <typename Index>
  Status CheckIndexes() const;
  Status CheckDictionary() const;
  template <typename RunEnd>
  Status CheckRunEnds() const;
  Status CheckDigits() const;

  const Inspected& inspected_;
  const ArrayView& array_;
  const TypeId id_;
  const Layout layout_;
};

Status ValueChecker::CheckNullCount() const {
  if (!HasValidity(layout_) || array_.null_count < 0 || array_.buffers[0].size_bytes == 0) return {};
  const int64_t counted = array_.length - kernels::CountSetBits(array_.buffers[0].data, array_.offset, array_.length);
  if (counted == array_.null_count) return {};
  return inspected_.Fault("the null count says " + std::to_string(array_.null_count) + ", the validity bits " +
                          std::to_string(counted));
}

template <typename Offset>
Status ValueChecker::CheckOffsetsGrow() const {
  // The first and the last offset are known to be good, so growing is enough for all.
  constexpr int64_t kBlock = 1024;
  for (int64_t begin = 0; begin < array_.length; begin += kBlock) {
    const int64_t end = std::min(array_.length, begin + kBlock);
    bool shrinks = false;
    for (int64_t row = begin; row < end; ++row) {
      shrinks |= LoadAt<Offset>(array_.buffers[1], array_.offset + row + 1) <
                 LoadAt<Offset>(array_.buffers[1], array_.offset + row);
    }
    for (int64_t row = begin; shrinks && row < end; ++row) {
      const Offset here = LoadAt<Offset>(array_.buffers[1], array_.offset + row);
      const Offset next = LoadAt<Offset>(array_.buffers[1], array_.offset + row + 1);
      if (next < here) {
        return inspected_.FaultAt(row, "offsets go back from " + std::to_string(here) + " to " + std::to_string(next));
      }
    }
  }
  return {};
}

// All bytes are one valid text and no value begins or ends inside a character.
template <typename Offset>
bool ValueChecker::AllTextIsGood() const {
  const int64_t first = LoadAt<Offset>(array_.buffers[1], array_.offset);
  const int64_t last = LoadAt<Offset>(array_.buffers[1], array_.offset + array_.length);
  const uint8_t* const bytes = array_.buffers[2].data;
  if (last == first || kernels::IsAscii(bytes + first, last - first)) return true;
  if (!IsUtf8(bytes + first, last - first)) return false;
  for (int64_t row = 1; row < array_.length; ++row) {
    const int64_t at = LoadAt<Offset>(array_.buffers[1], array_.offset + row);
    if (at < last && (bytes[at] & 0xC0) == 0x80) return false;
  }
  return true;
}

template <typename Offset>
Status ValueChecker::CheckText() const {
  if (array_.length == 0 || AllTextIsGood<Offset>()) return {};
  // Somewhere it is not; that may be in a slot that is null, where anything may stand.
  for (int64_t row = 0; row < array_.length; ++row) {
    if (!IsValidAt(array_, row)) continue;
    const int64_t begin = LoadAt<Offset>(array_.buffers[1], array_.offset + row);
    const int64_t end = LoadAt<Offset>(array_.buffers[1], array_.offset + row + 1);
    if (end > begin && !IsUtf8(array_.buffers[2].data + begin, end - begin)) {
      return inspected_.FaultAt(row, "not valid UTF-8");
    }
  }
  return {};
}

// What is wrong with the view of a valid row; empty when nothing is.
std::string_view ValueChecker::ViewFault(int64_t row) const {
  const BinaryView view = LoadAt<BinaryView>(array_.buffers[1], array_.offset + row);
  if (view.length < 0) return "a view of a negative length";
  if (view.length <= kInlineViewBytes) {
    const uint8_t* const value = array_.buffers[1].data + (array_.offset + row) * 16 + 4;
    for (int64_t i = view.length; i < kInlineViewBytes; ++i) {
      if (value[i] != 0) return "a short view is not padded with zeros";
    }
    return IsUtf8Type(id_) && !IsUtf8(value, view.length) ? "not valid UTF-8" : "";
  }
  if (view.buffer < 0 || static_cast<size_t>(view.buffer) >= array_.variadic_buffers.size()) {
    return "a view names a data buffer that is not there";
  }
  const BufferView& data = array_.variadic_buffers[static_cast<size_t>(view.buffer)];
  if (view.offset < 0 || data.size_bytes - view.length < view.offset) return "a view reaches out of its data buffer";
  const uint8_t* const value = data.data + view.offset;
  if (std::memcmp(value, view.prefix, 4) != 0) return "a view's prefix differs from its data";
  return IsUtf8Type(id_) && !IsUtf8(value, view.length) ? "not valid UTF-8" : "";
}

Status ValueChecker::CheckViews() const {
  for (int64_t row = 0; row < array_.length; ++row) {
    if (!IsValidAt(array_, row)) continue;
    if (const std::string_view fault = ViewFault(row); !fault.empty()) return inspected_.FaultAt(row, fault);
  }
  return {};
}

// Null slots must stay in bounds too: readers may look at them (Columnar format, "ListView Layout").
template <typename Offset>
Status ValueChecker::CheckListViews() const {
  const int64_t num_items = array_.children[0].length;
  for (int64_t row = 0; row < array_.length; ++row) {
    const int64_t start = LoadAt<Offset>(array_.buffers[1], array_.offset + row);
    const int64_t size = LoadAt<Offset>(array_.buffers[2], array_.offset + row);
    if (start < 0 || size < 0 || start > num_items || size > num_items - start) {
      return inspected_.FaultAt(row, "a list of " + std::to_string(size) + " items from " + std::to_string(start) +
                                         ", there are " + std::to_string(num_items));
    }
  }
  return {};
}

Status ValueChecker::CheckTypeIds() const {
  std::array<bool, 256> known{};
  for (int8_t id : array_.type->type_ids()) known[static_cast<uint8_t>(id)] = true;
  for (int64_t row = 0; row < array_.length; ++row) {
    const int8_t id = LoadAt<int8_t>(array_.buffers[1], array_.offset + row);
    if (!known[static_cast<uint8_t>(id)]) {
      return inspected_.FaultAt(row, "type id " + std::to_string(id) + " is not of this union");
    }
  }
  return {};
}

// Offsets into one member must be in order (Columnar format, "Dense Union"); repeats are let pass.
Status ValueChecker::CheckUnionOffsets() const {
  std::array<size_t, 128> member{};
  for (size_t i = 0; i < array_.type->type_ids().size(); ++i) {
    member[static_cast<size_t>(array_.type->type_ids()[i])] = i;
  }
  std::array<int32_t, 128> previous{};
  for (int64_t row = 0; row < array_.length; ++row) {
    const size_t m = member[static_cast<size_t>(LoadAt<int8_t>(array_.buffers[1], array_.offset + row))];
    const int32_t at = LoadAt<int32_t>(array_.buffers[2], array_.offset + row);
    if (at < 0 || at >= array_.children[m].length) {
      return inspected_.FaultAt(row, "offset " + std::to_string(at) + " into a member of " +
                                         std::to_string(array_.children[m].length) + " values");
    }
    if (at < previous[m]) return inspected_.FaultAt(row, "offsets into a member go back");
    previous[m] = at;
  }
  return {};
}

template <typename Index>
Status ValueChecker::CheckIndexes() const {
  const int64_t num_values = array_.dictionary->length;
  const auto is_good = [&](int64_t row) {
    const Index index = LoadAt<Index>(array_.buffers[1], array_.offset + row);
    // Negative indexes become too large.
    return static_cast<uint64_t>(index) < static_cast<uint64_t>(num_values);
  };
  bool good = true;
  for (int64_t row = 0; row < array_.length; ++row) good &= is_good(row);
  for (int64_t row = 0; !good && row < array_.length; ++row) {
    if (!is_good(row) && IsValidAt(array_, row)) {
      const Index index = LoadAt<Index>(array_.buffers[1], array_.offset + row);
      return inspected_.FaultAt(
          row, "index " + std::to_string(index) + " into a dictionary of " + std::to_string(num_values) + " values");
    }
  }
  return {};
}

Status ValueChecker::CheckDictionary() const {
  if (array_.dictionary->length < 0) return inspected_.Fault("a dictionary of a negative length");
  switch (array_.type->index_type()) {
    case TypeId::kInt8:
      return CheckIndexes<int8_t>();
    case TypeId::kUInt8:
      return CheckIndexes<uint8_t>();
    case TypeId::kInt16:
      return CheckIndexes<int16_t>();
    case TypeId::kUInt16:
      return CheckIndexes<uint16_t>();
    case TypeId::kInt32:
      return CheckIndexes<int32_t>();
    case TypeId::kUInt32:
      return CheckIndexes<uint32_t>();
    case TypeId::kInt64:
      return CheckIndexes<int64_t>();
    default:
      return CheckIndexes<uint64_t>();
  }
}

// Run ends grow from above 0 and reach the end of the array (Columnar format, "Run-End Encoded Layout").
template <typename RunEnd>
Status ValueChecker::CheckRunEnds() const {
  const ArrayView& run_ends = array_.children[0];
  const int64_t end = array_.offset + array_.length;
  if (run_ends.buffers[1].size_bytes / static_cast<int64_t>(sizeof(RunEnd)) < run_ends.offset + run_ends.length) {
    return inspected_.Fault("the buffer of run ends is too short");
  }
  int64_t previous = 0;
  for (int64_t run = 0; run < run_ends.length; ++run) {
    const int64_t run_end = LoadAt<RunEnd>(run_ends.buffers[1], run_ends.offset + run);
    if (run_end <= previous) {
      return inspected_.Fault("run " + std::to_string(run) + " ends at " + std::to_string(run_end) +
                              ", the one before at " + std::to_string(previous));
    }
    previous = run_end;
  }
  if (array_.length == 0 || previous >= end) return {};
  return inspected_.Fault("the last run ends at " + std::to_string(previous) + ", not at " + std::to_string(end));
}

Status ValueChecker::CheckDigits() const {
  const int32_t width = FixedByteWidth(*array_.type);
  const DecimalRange range(array_.type->precision());
  for (int64_t row = 0; row < array_.length; ++row) {
    const uint8_t* const value = array_.buffers[1].data + (array_.offset + row) * width;
    if (!range.Holds(value, width) && IsValidAt(array_, row)) {
      return inspected_.FaultAt(row, "a decimal of more than " + std::to_string(array_.type->precision()) + " digits");
    }
  }
  return {};
}

Status ValueChecker::Check() const {
  if (Status status = CheckNullCount(); !status.ok()) return status;
  switch (layout_) {
    case Layout::kFixed:
      return id_ >= TypeId::kDecimal32 && id_ <= TypeId::kDecimal256 ? CheckDigits() : Status();
    case Layout::kBytes32:
      if (Status status = CheckOffsetsGrow<int32_t>(); !status.ok()) return status;
      return IsUtf8Type(id_) ? CheckText<int32_t>() : Status();
    case Layout::kBytes64:
      if (Status status = CheckOffsetsGrow<int64_t>(); !status.ok()) return status;
      return IsUtf8Type(id_) ? CheckText<int64_t>() : Status();
    case Layout::kViews:
      return CheckViews();
    case Layout::kList32:
      return CheckOffsetsGrow<int32_t>();
    case Layout::kList64:
      return CheckOffsetsGrow<int64_t>();
    case Layout::kListView32:
      return CheckListViews<int32_t>();
    case Layout::kListView64:
      return CheckListViews<int64_t>();
    case Layout::kDenseUnion:
      if (Status status = CheckTypeIds(); !status.ok()) return status;
      return CheckUnionOffsets();
    case Layout::kSparseUnion:
      return CheckTypeIds();
    case Layout::kDictionary:
      return CheckDictionary();
    case Layout::kRunEndEncoded:
      switch (array_.type->children()[0].type.id()) {
        case TypeId::kInt16:
          return CheckRunEnds<int16_t>();
        case TypeId::kInt32:
          return CheckRunEnds<int32_t>();
        default:
          return CheckRunEnds<int64_t>();
      }
    case Layout::kNull:
    case Layout::kBits:
    case Layout::kFixedSizeList:
    case Layout::kStruct:
      return {};
  }
  return {};
}

}  // namespace

Status CheckValues(const Inspected& inspected) { return ValueChecker(inspected).Check(); }

}  // namespace inlay
