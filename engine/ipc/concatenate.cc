#include "engine/ipc/concatenate.h"

#include <cstring>
#include <limits>

#include "engine/columns/layout.h"
#include "engine/ipc/column_loader.h"

namespace inlay::ipc {
namespace {

class Concatenation {
 public:
  Concatenation(const ArrayView& a, const ArrayView& b, DecodedColumns* out) : a_(a), b_(b), out_(*out) {}

  Status Run(ArrayView* result) {
    result->type = a_.type;
    result->length = a_.length + b_.length;
    result->null_count = kUnknownNullCount;
    const Layout layout = LayoutOf(a_.type->id());
    if (layout == Layout::kNull) return {};
    if (a_.buffers[0].size_bytes > 0 || b_.buffers[0].size_bytes > 0) {
      if (Status status = Bits(0, &result->buffers[0]); !status.ok()) return status;
    }
    switch (layout) {
      case Layout::kBits:
        return Bits(1, &result->buffers[1]);
      case Layout::kBytes32:
        return Bytes<int32_t>(result);
      case Layout::kBytes64:
        return Bytes<int64_t>(result);
      case Layout::kViews:
        return Views(result);
      default: {
        const int64_t width = FixedByteWidth(*a_.type);
        return Join({a_.buffers[1].data, a_.length * width}, {b_.buffers[1].data, b_.length * width},
                    &result->buffers[1]);
      }
    }
  }

 private:
  Result<uint8_t*> Allocate(int64_t size_bytes, BufferView* out) {
    auto memory = out_.arena.Allocate(size_bytes);
    if (memory.ok()) *out = {*memory, size_bytes};
    return memory;
  }

  Status Join(BufferView a, BufferView b, BufferView* out) {
    const auto memory = Allocate(a.size_bytes + b.size_bytes, out);
    if (!memory.ok()) return memory.status();
    if (a.size_bytes > 0) std::memcpy(*memory, a.data, static_cast<size_t>(a.size_bytes));
    if (b.size_bytes > 0) std::memcpy(*memory + a.size_bytes, b.data, static_cast<size_t>(b.size_bytes));
    return {};
  }

  // Bit by bit: dictionaries are small beside what refers to them. A missing bitmap is all ones.
  Status Bits(int index, BufferView* out) {
    const auto memory = Allocate((a_.length + b_.length + 7) / 8, out);
    if (!memory.ok()) return memory.status();
    std::memset(*memory, 0, static_cast<size_t>(out->size_bytes));
    const auto append = [&](const ArrayView& from, int64_t start) {
      for (int64_t i = 0; i < from.length; ++i) {
        if (from.buffers[index].size_bytes > 0 && !BitAt(from.buffers[index], i)) continue;
        (*memory)[(start + i) / 8] |= static_cast<uint8_t>(1 << ((start + i) % 8));
      }
    };
    append(a_, 0);
    append(b_, a_.length);
    return {};
  }

  template <typename Offset>
  static int64_t EndOf(const ArrayView& array) {
    return array.length == 0 ? 0 : LoadAt<Offset>(array.buffers[1], array.length);
  }

  template <typename Offset>
  Status Bytes(ArrayView* result) {
    const int64_t a_end = EndOf<Offset>(a_);
    const int64_t b_end = EndOf<Offset>(b_);
    if (b_end > std::numeric_limits<Offset>::max() - a_end) {
      return Status::LimitExceeded("a dictionary of more than 2 GiB of text");
    }
    const auto memory = Allocate((result->length + 1) * static_cast<int64_t>(sizeof(Offset)), &result->buffers[1]);
    if (!memory.ok()) return memory.status();
    auto* offsets = reinterpret_cast<Offset*>(*memory);
    offsets[0] = 0;
    for (int64_t i = 0; i < a_.length; ++i) offsets[i] = LoadAt<Offset>(a_.buffers[1], i);
    for (int64_t i = 0; i < b_.length; ++i) {
      // Not validated offsets may be anything; they wrap here as unsigned numbers do.
      offsets[a_.length + i] =
          static_cast<Offset>(static_cast<uint64_t>(LoadAt<Offset>(b_.buffers[1], i)) + static_cast<uint64_t>(a_end));
    }
    offsets[result->length] = static_cast<Offset>(a_end + b_end);
    return Join({a_.buffers[2].data, a_end}, {b_.buffers[2].data, b_end}, &result->buffers[2]);
  }

  Status Views(ArrayView* result) {
    if (Status status =
            Join({a_.buffers[1].data, a_.length * 16}, {b_.buffers[1].data, b_.length * 16}, &result->buffers[1]);
        !status.ok()) {
      return status;
    }
    const auto shift = static_cast<uint32_t>(a_.variadic_buffers.size());
    auto* views = const_cast<uint8_t*>(result->buffers[1].data) + a_.length * 16;
    for (int64_t i = 0; i < b_.length; ++i, views += 16) {
      int32_t length;
      uint32_t buffer_index;
      std::memcpy(&length, views, 4);
      std::memcpy(&buffer_index, views + 8, 4);
      buffer_index += shift;
      if (length > 12) std::memcpy(views + 8, &buffer_index, 4);
    }
    std::vector<BufferView>& buffers = out_.variadic_buffers.emplace_back();
    buffers.assign(a_.variadic_buffers.begin(), a_.variadic_buffers.end());
    buffers.insert(buffers.end(), b_.variadic_buffers.begin(), b_.variadic_buffers.end());
    result->variadic_buffers = buffers;
    return {};
  }

  const ArrayView& a_;
  const ArrayView& b_;
  DecodedColumns& out_;
};

}  // namespace

Result<std::shared_ptr<const DictionaryValues>> Concatenate(const DictionaryValues& a, const DictionaryValues& b,
                                                            const Allocator* allocator) {
  auto columns = std::make_shared<DecodedColumns>(allocator);
  auto result = std::make_shared<DictionaryValues>();
  if (Status status = Concatenation(a.values, b.values, columns.get()).Run(&result->values); !status.ok())
    return status;
  if (LayoutOf(a.values.type->id()) == Layout::kViews) columns->owners = {a.owner, b.owner};
  result->owner = std::move(columns);
  return std::shared_ptr<const DictionaryValues>(std::move(result));
}

}  // namespace inlay::ipc
