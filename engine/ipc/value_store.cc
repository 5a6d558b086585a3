#include "engine/ipc/value_store.h"

#include <algorithm>
#include <cstring>

#include "engine/ipc/value_key.h"

namespace inlay::ipc {
namespace {

bool Same(const uint8_t* a, const uint8_t* b, int64_t size_bytes) {
  return size_bytes == 0 || std::memcmp(a, b, static_cast<size_t>(size_bytes)) == 0;
}

}  // namespace

ValueStore::ValueStore(const DataType& type, const Allocator* allocator)
    : type_(&type),
      layout_(LayoutOf(type.id())),
      form_(layout_ == Layout::kFixed                                    ? Form::kFixed
            : layout_ == Layout::kBytes32 || layout_ == Layout::kBytes64 ? Form::kBytes
                                                                         : Form::kKeys),
      width_(FixedByteWidth(type)),
      bytes_(allocator),
      ends_(allocator),
      shown_(allocator) {}

template <typename Offset>
bool ValueStore::SameBytes(const ArrayView& values, int64_t count) const {
  const BufferView& offsets = values.buffers[1];
  const int64_t first = LoadAt<Offset>(offsets, values.offset);
  if (LoadAt<Offset>(offsets, values.offset + values.length) - first < Begin(count)) return false;
  bool same = true;
  for (int64_t i = 0; i < count; ++i) {
    same &= LoadAt<Offset>(offsets, values.offset + i + 1) - first == ends()[i];
  }
  return same && Same(values.buffers[2].data + first, bytes_.data(), Begin(count));
}

std::optional<bool> ValueStore::BeginsWithUnchecked(const ArrayView& values, int64_t count) const {
  if (count == 0) return true;
  if (form_ == Form::kKeys || HasNullsBefore(count)) return std::nullopt;
  if (values.null_count != 0 && values.Slice(0, count).CountNulls() != 0) return false;
  if (form_ == Form::kFixed) {
    return Same(values.buffers[1].data + values.offset * width_, bytes_.data(), count * width_);
  }
  return layout_ == Layout::kBytes32 ? SameBytes<int32_t>(values, count) : SameBytes<int64_t>(values, count);
}

bool ValueStore::BeginsWith(const ArrayView& values, int64_t count) {
  if (const auto known = BeginsWithUnchecked(values, count); known.has_value()) return *known;
  for (int64_t i = 0; i < count; ++i) {
    const Bytes bytes = BytesOf(values, i);
    const BufferView entry = Entry(i);
    if (bytes.is_null != IsNull(i) || bytes.view.size_bytes != entry.size_bytes ||
        !Same(bytes.view.data, entry.data, entry.size_bytes)) {
      return false;
    }
  }
  return true;
}

ValueStore::Bytes ValueStore::BytesOf(const ArrayView& values, int64_t row) {
  if (form_ == Form::kKeys) {
    key_.clear();
    AppendValueKey(values, row, &key_);
    return {{key_.data(), static_cast<int64_t>(key_.size())}};
  }
  if (!IsValidAt(values, row)) return {.is_null = true};
  const int64_t at = values.offset + row;
  if (form_ == Form::kFixed) return {{values.buffers[1].data + at * width_, width_}};
  const auto between = [&](auto offset) -> Bytes {
    using Offset = decltype(offset);
    const int64_t start = LoadAt<Offset>(values.buffers[1], at);
    const int64_t end = LoadAt<Offset>(values.buffers[1], at + 1);
    return {{start == end ? nullptr : values.buffers[2].data + start, end - start}};
  };
  return layout_ == Layout::kBytes32 ? between(int32_t{}) : between(int64_t{});
}

BufferView ValueStore::Entry(int64_t index) const {
  if (form_ == Form::kFixed) return {bytes_.data() + index * width_, IsNull(index) ? 0 : width_};
  const int64_t begin = Begin(index);
  return {bytes_.data() + begin, ends()[index] - begin};
}

bool ValueStore::IsNull(int64_t index) const {
  return !nulls_.empty() && std::binary_search(nulls_.begin(), nulls_.end(), index);
}

Status ValueStore::Push(const Bytes& bytes) {
  const int64_t used = form_ == Form::kFixed ? size_ * width_ : Begin(size_);
  const int64_t added = form_ == Form::kFixed ? width_ : bytes.view.size_bytes;
  if (Status status = bytes_.ReserveKeeping(used + added, used); !status.ok()) return status;
  if (form_ != Form::kFixed) {
    if (Status status = ends_.ReserveKeeping((size_ + 1) * 8, size_ * 8); !status.ok()) return status;
    ends()[size_] = used + added;
  }
  if (bytes.is_null) nulls_.push_back(size_);
  if (added > 0) {
    if (bytes.is_null) {
      std::memset(bytes_.data() + used, 0, static_cast<size_t>(added));
    } else {
      std::memcpy(bytes_.data() + used, bytes.view.data, static_cast<size_t>(added));
    }
  }
  ++size_;
  return {};
}

Status ValueStore::Append(const ArrayView& values, int64_t row) { return Push(BytesOf(values, row)); }

Status ValueStore::AppendFrom(const ArrayView& values, int64_t start) {
  const int64_t before = size_;
  for (int64_t row = start; row < values.length; ++row) {
    if (Status status = Append(values, row); !status.ok()) {
      Truncate(before);
      return status;
    }
  }
  return {};
}

void ValueStore::Truncate(int64_t count) {
  size_ = std::min(size_, count);
  while (!nulls_.empty() && nulls_.back() >= size_) nulls_.pop_back();
}

Status ValueStore::Values(int64_t start, ArrayView* out) {
  const int64_t count = size_ - start;
  const bool has_nulls = !nulls_.empty() && nulls_.back() >= start;
  const int64_t offset_bytes = form_ == Form::kFixed ? 0 : layout_ == Layout::kBytes32 ? 4 : 8;
  const int64_t validity_bytes = has_nulls ? RoundUpToAlignment((count + 7) / 8) : 0;
  if (Status s = shown_.Reserve(validity_bytes + (count + 1) * offset_bytes); !s.ok()) return s;
  *out = {.type = type_, .length = count, .null_count = 0};
  if (has_nulls) {
    std::memset(shown_.data(), 0xFF, static_cast<size_t>(validity_bytes));
    for (auto null = nulls_.rbegin(); null != nulls_.rend() && *null >= start; ++null) {
      shown_.data()[(*null - start) / 8] &= static_cast<uint8_t>(~(1 << ((*null - start) % 8)));
      ++out->null_count;
    }
    out->buffers[0] = {shown_.data(), validity_bytes};
  }
  if (form_ == Form::kFixed) {
    out->buffers[1] = {bytes_.data() + start * width_, count * width_};
    return {};
  }
  const int64_t first = Begin(start);
  const int64_t total = Begin(size_) - first;
  if (offset_bytes == 4 && total > INT32_MAX) {
    return Status::LimitExceeded("new values of a dictionary take more than 2 GiB: 32-bit offsets do not reach");
  }
  uint8_t* offsets = shown_.data() + validity_bytes;
  for (int64_t i = 0; i <= count; ++i) {
    const int64_t offset = Begin(start + i) - first;
    const auto narrow = static_cast<int32_t>(offset);
    std::memcpy(offsets + i * offset_bytes, offset_bytes == 4 ? static_cast<const void*>(&narrow) : &offset,
                static_cast<size_t>(offset_bytes));
  }
  out->buffers[1] = {offsets, (count + 1) * offset_bytes};
  out->buffers[2] = {bytes_.data() + first, total};
  return {};
}

}  // namespace inlay::ipc
