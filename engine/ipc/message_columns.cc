#include "engine/ipc/message_columns.h"

#include <algorithm>
#include <string>

namespace inlay::ipc {
namespace {

// Padding between two buffers that are both needed is read with them.
constexpr int64_t kMaxPaddingBytes = 64;

Status CheckCount(int64_t have, int64_t need, const char* of_what) {
  if (have == need) return {};
  return Status::CorruptData("the message has " + std::to_string(have) + " " + of_what + ", its schema needs " +
                             std::to_string(need));
}

template <typename Vector>
uint32_t SizeOf(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

Status AddRanges(const std::vector<ColumnPlan>& columns, int64_t body_bytes, MessageColumns* message,
                 std::vector<ByteRange>* ranges) {
  for (const ColumnPlan& column : columns) {
    const MessageColumns::Buffers buffers = message->BuffersOf(column);
    const uint32_t count = buffers.has_v4_bitmap + buffers.num_fixed + buffers.num_variadic;
    for (uint32_t i = 0; i < count; ++i) {
      const auto range = message->RangeOf(buffers.first + i, body_bytes);
      if (!range.ok()) return range.status();
      if (range->size_bytes > 0) ranges->push_back(*range);
    }
    if (Status status = AddRanges(column.children, body_bytes, message, ranges); !status.ok()) return status;
  }
  return {};
}

}  // namespace

Result<Codec> BatchCodec(const flatbuf::RecordBatch& batch) {
  const flatbuf::BodyCompression* compression = batch.compression();
  if (compression == nullptr) return Codec::kNone;
  if (compression->method() == flatbuf::BodyCompressionMethod::BUFFER) {
    if (compression->codec() == flatbuf::CompressionType::LZ4_FRAME) return Codec::kLz4;
    if (compression->codec() == flatbuf::CompressionType::ZSTD) return Codec::kZstd;
  }
  return Status::NotImplemented("a compression that this version does not know");
}

Result<MessageColumns> MessageColumns::Make(const flatbuf::RecordBatch& batch, flatbuf::MetadataVersion version,
                                            const MessagePlan& plan) {
  const bool is_v4 = version < flatbuf::MetadataVersion::V5;
  const MessagePosition& end = plan.end;
  if (Status status = CheckCount(SizeOf(batch.nodes()), end.nodes, "nodes"); !status.ok()) return status;
  const auto* counts = batch.variadic_buffer_counts();
  if (Status status = CheckCount(SizeOf(counts), end.variadic_counts, "variadic buffer counts"); !status.ok()) {
    return status;
  }
  const int64_t num_buffers = SizeOf(batch.buffers());
  int64_t num_variadic = 0;
  for (uint32_t i = 0; i < end.variadic_counts; ++i) {
    const int64_t count = ElementOf(*counts, i);
    if (count < 0 || count > num_buffers) {
      return Status::CorruptData("a column of " + std::to_string(count) + " data buffers, the message has " +
                                 std::to_string(num_buffers) + " buffers");
    }
    num_variadic += count;
  }
  const int64_t num_fixed = int64_t{end.buffers} + (is_v4 ? end.v4_bitmaps : 0);
  if (Status status = CheckCount(num_buffers, num_fixed + num_variadic, "buffers"); !status.ok()) return status;
  return MessageColumns(&batch, is_v4);
}

MessageColumns::Buffers MessageColumns::BuffersOf(const ColumnPlan& column) {
  const MessagePosition& position = column.position;
  const auto count_at = [&](uint32_t index) {
    return static_cast<uint32_t>(ElementOf(*batch_->variadic_buffer_counts(), index));
  };
  for (; variadic_counts_seen_ < position.variadic_counts; ++variadic_counts_seen_) {
    variadic_buffers_seen_ += count_at(variadic_counts_seen_);
  }
  return {.first = position.buffers + (is_v4_ ? position.v4_bitmaps : 0) + variadic_buffers_seen_,
          .num_fixed = static_cast<uint32_t>(NumBuffers(column.layout)),
          .num_variadic = column.layout == Layout::kViews ? count_at(position.variadic_counts) : 0,
          .has_v4_bitmap = is_v4_ && column.layout != Layout::kNull && !HasValidity(column.layout)};
}

Result<ByteRange> MessageColumns::RangeOf(uint32_t index, int64_t body_bytes) const {
  const flatbuf::Buffer buffer = ElementOf(*batch_->buffers(), index);
  const ByteRange range{buffer.offset(), buffer.length()};
  if (range.size_bytes < 0 || range.offset_bytes < 0 || range.offset_bytes > body_bytes ||
      range.size_bytes > body_bytes - range.offset_bytes) {
    return Status::CorruptData("buffer " + std::to_string(index) + " is not within the body");
  }
  return range;
}

Result<std::vector<ByteRange>> NeededRanges(const flatbuf::RecordBatch& batch, flatbuf::MetadataVersion version,
                                            const MessagePlan& plan, int64_t body_bytes) {
  auto message = MessageColumns::Make(batch, version, plan);
  if (!message.ok()) return message.status();
  std::vector<ByteRange> ranges;
  if (Status status = AddRanges(plan.columns, body_bytes, &*message, &ranges); !status.ok()) return status;
  std::sort(ranges.begin(), ranges.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.offset_bytes < b.offset_bytes; });
  size_t num_merged = 0;
  for (const ByteRange& range : ranges) {
    ByteRange* const last = num_merged == 0 ? nullptr : &ranges[num_merged - 1];
    if (last != nullptr && range.offset_bytes - last->offset_bytes - last->size_bytes <= kMaxPaddingBytes) {
      last->size_bytes = std::max(last->size_bytes, range.offset_bytes + range.size_bytes - last->offset_bytes);
    } else {
      ranges[num_merged++] = range;
    }
  }
  ranges.resize(num_merged);
  return ranges;
}

}  // namespace inlay::ipc
