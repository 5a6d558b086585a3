#include "engine/ipc/column_loader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "kernels/byte_swap.h"

namespace inlay::ipc {
namespace {

constexpr int64_t kZeroOffset = 0;  // for the offsets of no values, of which some writers send none
constexpr int64_t kViewBytes = 16;
constexpr int32_t kMaxInlineBytes = 12;

int64_t BitmapBytes(int64_t num_bits) { return num_bits / 8 + (num_bits % 8 != 0); }

// INT64_MAX where it overflows: no buffer has that many bytes.
int64_t Multiply(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

// The widest integer in a value.
int64_t ElementBytes(const DataType& type) {
  switch (type.id()) {
    case TypeId::kFixedSizeBinary:
      return 1;
    case TypeId::kIntervalDayTime:
      return 4;
    default:
      return std::min<int64_t>(FixedByteWidth(type), 8);
  }
}

// No frame of `size_bytes` can hold more. LZ4 adds at most 255 bytes to a run by one; zstd's smallest block takes 3
// bytes and makes at most 128 KiB.
int64_t MaxExpansion(Codec codec, int64_t size_bytes) {
  return codec == Codec::kLz4 ? Multiply(size_bytes, 256) : Multiply(size_bytes / 3 + 1, 128 << 10);
}

int64_t LoadInt64(const uint8_t* bytes) {
  int64_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return flatbuffers::EndianScalar(value);
}

void Swap(int64_t element_bytes, const uint8_t* in, int64_t size_bytes, uint8_t* out) {
  const int64_t count = size_bytes / element_bytes;
  switch (element_bytes) {
    case 2:
      kernels::ByteSwap16(in, count, out);
      break;
    case 4:
      kernels::ByteSwap32(in, count, out);
      break;
    case 8:
      kernels::ByteSwap64(in, count, out);
      break;
    case 16:
      kernels::ByteSwap128(in, count, out);
      break;
    default:
      kernels::ByteSwap256(in, count, out);
      break;
  }
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

Result<ColumnLoader> ColumnLoader::Make(const flatbuf::RecordBatch& batch, BufferView body, bool foreign_endian,
                                        const ReadOptions& options, DecodedColumns* out) {
  ColumnLoader loader(batch, body, out);
  loader.foreign_endian_ = foreign_endian;
  loader.budget_bytes_ = options.max_uncompressed_bytes;
  const auto codec = BatchCodec(batch);
  if (!codec.ok()) return codec.status();
  loader.codec_ = *codec;
  if (*codec != Codec::kNone) {
    auto decompressor = Decompressor::Make(*codec, CodecFraming::kIpc, options.allocator);
    if (!decompressor.ok()) return decompressor.status();
    loader.decompressor_.emplace(std::move(*decompressor));
  }
  return loader;
}

Status ColumnLoader::TakeNode(int64_t num_rows, ArrayView* column) {
  if (batch_.nodes() == nullptr || next_node_ >= batch_.nodes()->size()) {
    return Status::CorruptData("the message has fewer nodes than the schema needs");
  }
  const flatbuf::FieldNode node = ElementOf(*batch_.nodes(), next_node_++);
  column->length = node.length();
  column->null_count = node.null_count();
  if (column->length != num_rows || column->null_count < 0 || column->null_count > column->length) {
    return Status::CorruptData("a node of " + std::to_string(column->length) + " values with " +
                               std::to_string(column->null_count) + " nulls in a batch of " + std::to_string(num_rows) +
                               " rows");
  }
  return {};
}

Result<BufferView> ColumnLoader::TakeRaw() {
  if (batch_.buffers() == nullptr || next_buffer_ >= batch_.buffers()->size()) {
    return Status::CorruptData("the message has fewer buffers than the schema needs");
  }
  const flatbuf::Buffer buffer = ElementOf(*batch_.buffers(), next_buffer_++);
  const int64_t offset = buffer.offset();
  const int64_t size = buffer.length();
  if (size < 0 || offset < 0 || offset > body_.size_bytes || size > body_.size_bytes - offset) {
    return Status::CorruptData("buffer " + std::to_string(next_buffer_ - 1) + " is not within the body");
  }
  return size == 0 ? BufferView{} : BufferView{body_.data + offset, size};
}

Result<uint8_t*> ColumnLoader::Allocate(int64_t size_bytes) {
  if (size_bytes > budget_bytes_) {
    return Status::LimitExceeded("a batch that takes more than max_uncompressed_bytes");
  }
  budget_bytes_ -= size_bytes;
  return out_.arena.Allocate(size_bytes);
}

Result<BufferView> ColumnLoader::Decompress(BufferView compressed, int64_t needed_bytes) {
  if (compressed.size_bytes == 0) return BufferView{};
  if (compressed.size_bytes < 8) return Status::CorruptData("a compressed buffer without its length");
  const int64_t declared = LoadInt64(compressed.data);
  const BufferView frame{compressed.data + 8, compressed.size_bytes - 8};
  if (declared == -1) return frame;
  if (declared < needed_bytes || declared > MaxExpansion(codec_, frame.size_bytes)) {
    return Status::CorruptData("a compressed buffer of " + std::to_string(frame.size_bytes) + " bytes declares " +
                               std::to_string(declared) + ", " + std::to_string(needed_bytes) + " are needed");
  }
  if (declared == 0) return BufferView{};
  const auto out = Allocate(declared);
  if (!out.ok()) return out.status();
  if (Status status = decompressor_->Decompress(frame, *out, declared); !status.ok()) return status;
  return BufferView{*out, declared};
}

Result<BufferView> ColumnLoader::TakeBuffer(int64_t element_bytes, int64_t needed_bytes) {
  auto buffer = TakeRaw();
  if (buffer.ok() && codec_ != Codec::kNone) buffer = Decompress(*buffer, needed_bytes);
  if (!buffer.ok()) return buffer;
  if (buffer->size_bytes < needed_bytes) {
    return Status::CorruptData("buffer " + std::to_string(next_buffer_ - 1) + " has " +
                               std::to_string(buffer->size_bytes) + " bytes, " + std::to_string(needed_bytes) +
                               " are needed");
  }
  if (element_bytes > 1 && reinterpret_cast<uintptr_t>(buffer->data) % static_cast<uintptr_t>(element_bytes) != 0) {
    const auto aligned = Allocate(buffer->size_bytes);
    if (!aligned.ok()) return aligned.status();
    std::memcpy(*aligned, buffer->data, static_cast<size_t>(buffer->size_bytes));
    buffer->data = *aligned;
  }
  return buffer;
}

Status ColumnLoader::TakeValidity(ArrayView* column) {
  // Without nulls the bitmap may be missing.
  const auto validity = TakeBuffer(1, column->null_count == 0 ? 0 : BitmapBytes(column->length));
  if (!validity.ok()) return validity.status();
  // What a writer left of a bitmap that it need not have sent.
  if (validity->size_bytes >= BitmapBytes(column->length)) column->buffers[0] = *validity;
  return {};
}

Status ColumnLoader::SwapElements(int64_t element_bytes, BufferView* buffer) {
  if (!foreign_endian_ || element_bytes == 1 || buffer->size_bytes == 0) return {};
  const auto out = Allocate(buffer->size_bytes);
  if (!out.ok()) return out.status();
  const int64_t whole_bytes = buffer->size_bytes / element_bytes * element_bytes;
  Swap(element_bytes, buffer->data, whole_bytes, *out);
  *buffer = {*out, whole_bytes};
  return {};
}

Status ColumnLoader::SwapFixed(const DataType& type, BufferView* buffer) {
  switch (type.id()) {
    case TypeId::kFixedSizeBinary:
      return {};
    case TypeId::kIntervalDayTime:
      return SwapElements(4, buffer);
    case TypeId::kIntervalMonthDayNano:
      break;
    default:
      return SwapElements(FixedByteWidth(type), buffer);
  }
  if (!foreign_endian_ || buffer->size_bytes == 0) return {};
  const auto out = Allocate(buffer->size_bytes);  // two integers of 4 bytes and one of 8
  if (!out.ok()) return out.status();
  const int64_t num_values = buffer->size_bytes / 16;
  for (int64_t i = 0; i < num_values; ++i) {
    Swap(4, buffer->data + 16 * i, 8, *out + 16 * i);
    Swap(8, buffer->data + 16 * i + 8, 8, *out + 16 * i + 8);
  }
  *buffer = {*out, num_values * 16};
  return {};
}

// Four integers of 4 bytes (length, prefix, buffer, offset), of which the prefix is text; all but the length where the
// text is inline.
Status ColumnLoader::SwapViews(int64_t num_views, BufferView* buffer) {
  if (!foreign_endian_ || num_views == 0) return {};
  const auto out = Allocate(num_views * kViewBytes);
  if (!out.ok()) return out.status();
  for (int64_t i = 0; i < num_views; ++i) {
    const uint8_t* in = buffer->data + i * kViewBytes;
    uint8_t* view = *out + i * kViewBytes;
    std::memcpy(view, in, kViewBytes);
    Swap(4, in, 4, view);
    int32_t length;
    std::memcpy(&length, view, sizeof(length));
    if (length > kMaxInlineBytes) Swap(4, in + 8, 8, view + 8);
  }
  *buffer = {*out, num_views * kViewBytes};
  return {};
}

Status ColumnLoader::TakeFixed(ArrayView* column) {
  const DataType& type = *column->type;
  auto values = TakeBuffer(ElementBytes(type), Multiply(column->length, FixedByteWidth(type)));
  if (!values.ok()) return values.status();
  column->buffers[1] = *values;
  return SwapFixed(type, &column->buffers[1]);
}

Status ColumnLoader::TakeBytes(int64_t offset_bytes, ArrayView* column) {
  const int64_t needed = column->length == 0 ? 0 : Multiply(column->length + 1, offset_bytes);
  const auto offsets = TakeBuffer(offset_bytes, needed);
  if (!offsets.ok()) return offsets.status();
  column->buffers[1] = *offsets;
  if (column->length == 0) {
    column->buffers[1] = {reinterpret_cast<const uint8_t*>(&kZeroOffset), offset_bytes};
  } else if (Status status = SwapElements(offset_bytes, &column->buffers[1]); !status.ok()) {
    return status;
  }
  const int64_t last = column->length == 0 ? 0
                       : offset_bytes == 4 ? LoadAt<int32_t>(column->buffers[1], column->length)
                                           : LoadAt<int64_t>(column->buffers[1], column->length);
  if (last < 0) return Status::CorruptData("a negative offset");
  const auto bytes = TakeBuffer(1, last);
  if (!bytes.ok()) return bytes.status();
  column->buffers[2] = *bytes;
  return {};
}

Status ColumnLoader::TakeViews(ArrayView* column) {
  const auto views = TakeBuffer(8, Multiply(column->length, kViewBytes));
  if (!views.ok()) return views.status();
  column->buffers[1] = *views;
  if (Status status = SwapViews(column->length, &column->buffers[1]); !status.ok()) return status;
  const auto* counts = batch_.variadic_buffer_counts();
  if (counts == nullptr || next_variadic_ >= counts->size()) {
    return Status::CorruptData("the message has fewer variadic buffer counts than the schema needs");
  }
  const int64_t count = ElementOf(*counts, next_variadic_++);
  const int64_t left = batch_.buffers() == nullptr ? 0 : int64_t{batch_.buffers()->size()} - next_buffer_;
  if (count < 0 || count > left) {
    return Status::CorruptData("a column of " + std::to_string(count) + " data buffers, the message has " +
                               std::to_string(left));
  }
  std::vector<BufferView>& buffers = out_.variadic_buffers.emplace_back();
  buffers.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const auto buffer = TakeBuffer(1, 0);
    if (!buffer.ok()) return buffer.status();
    buffers.push_back(*buffer);
  }
  column->variadic_buffers = buffers;
  return {};
}

Status ColumnLoader::Load(const DataType& type, int64_t num_rows, ArrayView* column) {
  column->type = &type;
  if (Status status = TakeNode(num_rows, column); !status.ok()) return status;
  const Layout layout = LayoutOf(type.id());
  if (layout == Layout::kNull) {
    column->null_count = column->length;
    return {};
  }
  if (Status status = TakeValidity(column); !status.ok()) return status;
  switch (layout) {
    case Layout::kBits: {
      const auto values = TakeBuffer(1, BitmapBytes(column->length));
      if (!values.ok()) return values.status();
      column->buffers[1] = *values;
      return {};
    }
    case Layout::kBytes32:
      return TakeBytes(4, column);
    case Layout::kBytes64:
      return TakeBytes(8, column);
    case Layout::kViews:
      return TakeViews(column);
    default:
      return TakeFixed(column);
  }
}

Status ColumnLoader::CheckUsedUp() const {
  if (batch_.nodes() != nullptr && next_node_ != batch_.nodes()->size()) {
    return Status::CorruptData("the message has more nodes than the schema needs");
  }
  if (batch_.buffers() != nullptr && next_buffer_ != batch_.buffers()->size()) {
    return Status::CorruptData("the message has more buffers than the schema needs");
  }
  if (batch_.variadic_buffer_counts() != nullptr && next_variadic_ != batch_.variadic_buffer_counts()->size()) {
    return Status::CorruptData("the message has more variadic buffer counts than the schema needs");
  }
  return {};
}

}  // namespace inlay::ipc
