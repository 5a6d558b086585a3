// A dictionary as it was sent: the writer's own copy, because the caller's memory is gone, or filled anew, after Write.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <inlay/array.h>
#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/columns/layout.h"

namespace inlay::ipc {

// Values of one type, side by side: fixed-width ones and strings as their bytes, all others as their keys
// (value_key.h). Equality is exact, bit by bit. Functions that are not const throw std::bad_alloc for small things.
class ValueStore {
 public:
  ValueStore(const DataType& type, const Allocator* allocator);

  int64_t size() const { return size_; }
  // Whether the first `count` (<= size(), <= values.length) are equal, or nothing when telling it takes a look at each
  // value, for which the array must have passed the full validation. Requires the basic one. Of fixed-width values and
  // strings without nulls it takes a comparison of memory.
  std::optional<bool> BeginsWithUnchecked(const ArrayView& values, int64_t count) const;
  // The same for what passed the full validation.
  bool BeginsWith(const ArrayView& values, int64_t count);

  // Appends value `row`, or all from `start` on. Require values that passed the full validation. kOutOfMemory leaves
  // the store as it was.
  Status Append(const ArrayView& values, int64_t row);
  Status AppendFrom(const ArrayView& values, int64_t start);
  // Forgets all but the first `count`.
  void Truncate(int64_t count);

  // Entry `index` as bytes; nulls of flat types have none, and an IsNull of their own.
  BufferView Entry(int64_t index) const;
  bool IsNull(int64_t index) const;
  // The bytes of a value as the store would keep it, valid until the next call; null data for a null of a flat type.
  struct Bytes {
    BufferView view = {};
    bool is_null = false;
  };
  Bytes BytesOf(const ArrayView& values, int64_t row);

  // Whether the store holds the values themselves, so that Values can show them.
  bool is_flat() const { return form_ != Form::kKeys; }
  // The values [start, size()), which borrow from the store until it is changed. Requires is_flat().
  // kLimitExceeded when 32-bit offsets cannot reach.
  Status Values(int64_t start, ArrayView* out);

 private:
  enum class Form : uint8_t { kFixed, kBytes, kKeys };

  int64_t Begin(int64_t index) const { return index == 0 ? 0 : ends()[index - 1]; }
  int64_t* ends() { return reinterpret_cast<int64_t*>(ends_.data()); }
  const int64_t* ends() const { return reinterpret_cast<const int64_t*>(ends_.data()); }
  template <typename Offset>
  bool SameBytes(const ArrayView& values, int64_t count) const;
  Status Push(const Bytes& bytes);
  bool HasNullsBefore(int64_t count) const { return !nulls_.empty() && nulls_.front() < count; }

  const DataType* type_;
  Layout layout_;
  Form form_;
  int32_t width_;  // kFixed
  int64_t size_ = 0;
  AlignedBuffer bytes_;
  AlignedBuffer ends_;          // int64_t, one an entry; not kFixed
  std::vector<int64_t> nulls_;  // their positions, ascending; not kKeys
  std::vector<uint8_t> key_;
  AlignedBuffer shown_;  // offsets and validity bits of Values
};

}  // namespace inlay::ipc
