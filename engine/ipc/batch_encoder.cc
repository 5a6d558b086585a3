#include "engine/ipc/batch_encoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "engine/columns/field_path.h"
#include "kernels/bitmap.h"
#include "kernels/copy.h"

namespace inlay::ipc {
namespace {

// Up to this size a copy into the staging buffer is cheaper than two more pieces in the system call.
constexpr int64_t kGatherBytes = 2048;
// With an executor: tasks a batch, each with a codec context of its own. More threads than that find no work.
constexpr size_t kNumTasks = 16;

constexpr uint8_t kZeros[64] = {};

int64_t NumBuffers(Layout layout) {
  switch (layout) {
    case Layout::kNull:
      return 0;
    case Layout::kBytes32:
    case Layout::kBytes64:
      return 3;
    default:
      return 2;
  }
}

void StoreInt64(int64_t value, uint8_t* out) {
  value = flatbuffers::EndianScalar(value);
  std::memcpy(out, &value, sizeof(value));
}

}  // namespace

Result<BatchEncoder> BatchEncoder::Make(const Schema* schema, const WriteOptions& options) {
  BatchEncoder encoder;
  encoder.codec_ = options.compression.codec;
  encoder.alignment_bytes_ = options.alignment_bytes;
  encoder.allocator_ = options.allocator;
  encoder.batch_staging_ = AlignedBuffer(options.allocator);
  auto plan = encoder.MakePlan(schema->fields, std::nullopt);
  if (!plan.ok()) return plan.status();
  encoder.batch_plan_ = std::move(*plan);
  if (options.compression.codec != Codec::kNone) {
    encoder.executor_ = options.executor;
    const size_t num_compressors = options.executor == nullptr ? 1 : kNumTasks;
    for (size_t i = 0; i < num_compressors; ++i) {
      auto compressor = Compressor::Make(options.compression, CodecFraming::kIpc, options.allocator);
      if (!compressor.ok()) return compressor.status();
      encoder.compressors_.push_back(std::move(*compressor));
    }
    encoder.task_status_.resize(num_compressors);
  }
  return encoder;
}

Result<BatchEncoder::Plan> BatchEncoder::MakePlan(std::span<const Field> fields,
                                                  std::optional<int64_t> dictionary_id) const {
  Plan plan;
  MessageShape shape{.num_nodes = static_cast<int64_t>(fields.size()),
                     .codec = codec_,
                     .alignment_bytes = alignment_bytes_,
                     .dictionary_id = dictionary_id};
  for (const Field& field : fields) {
    const Layout layout = LayoutOf(field.type.id());
    plan.columns.push_back({&field, layout, FixedByteWidth(field.type)});
    shape.num_buffers += NumBuffers(layout);
  }
  auto message = RecordBatchMessage::Make(shape);
  if (!message.ok()) return message.status();
  plan.message = std::move(*message);
  return plan;
}

void BatchEncoder::AddPart(const Part& part) { parts_.push_back(part); }

// A bitmap that ends within a byte is copied: what follows its last bit in memory is none of the reader's business.
void BatchEncoder::AddBits(const BufferView& bits, int64_t offset, int64_t count) {
  if (count == 0) return AddPart({});
  Part part{.data = bits.data + offset / 8, .size_bytes = (count + 7) / 8, .first = offset % 8, .count = count};
  if (part.first != 0 || count % 8 != 0) part.source = Source::kBits;
  AddPart(part);
}

template <typename Offset>
void BatchEncoder::AddBytes(const ArrayView& array) {
  static constexpr Offset kZero = 0;
  if (array.length == 0) {  // the format wants one offset, the array may have none
    AddPart({.data = reinterpret_cast<const uint8_t*>(&kZero), .size_bytes = sizeof(Offset)});
    AddPart({});
    return;
  }
  const int64_t first = LoadAt<Offset>(array.buffers[1], array.offset);
  const int64_t last = LoadAt<Offset>(array.buffers[1], array.offset + array.length);
  Part offsets{.data = array.buffers[1].data + array.offset * static_cast<int64_t>(sizeof(Offset)),
               .size_bytes = (array.length + 1) * static_cast<int64_t>(sizeof(Offset)),
               .first = first,
               .count = array.length + 1};
  if (first != 0) offsets.source = sizeof(Offset) == 4 ? Source::kOffsets32 : Source::kOffsets64;
  AddPart(offsets);
  AddPart(first == last ? Part{} : Part{.data = array.buffers[2].data + first, .size_bytes = last - first});
}

Status BatchEncoder::AddColumn(const Column& column, const ArrayView& array) {
  const int64_t num_nulls = array.CountNulls();
  nodes_.emplace_back(array.length, num_nulls);
  if (column.layout == Layout::kNull) return {};
  if (num_nulls > 0 && !column.field->nullable) {
    const FieldPath path{nullptr, column.field->name};
    return Status::InvalidArgument(PathPrefix(&path) + std::to_string(num_nulls) +
                                   " nulls in a field that allows none");
  }
  AddBits(array.buffers[0], array.offset, num_nulls == 0 ? 0 : array.length);
  switch (column.layout) {
    case Layout::kBits:
      AddBits(array.buffers[1], array.offset, array.length);
      break;
    case Layout::kBytes32:
      AddBytes<int32_t>(array);
      break;
    case Layout::kBytes64:
      AddBytes<int64_t>(array);
      break;
    default: {
      const int64_t size_bytes = array.length * column.byte_width;
      AddPart(size_bytes == 0
                  ? Part{}
                  : Part{.data = array.buffers[1].data + array.offset * column.byte_width, .size_bytes = size_bytes});
      break;
    }
  }
  return {};
}

// Puts the bytes of a part that is not borrowed into its place in the staging buffer.
void BatchEncoder::Materialise(const Part& part) {
  uint8_t* out = staging_->data() + part.staged_at;
  switch (part.source) {
    case Source::kBorrow:
      std::memcpy(out, part.data, static_cast<size_t>(part.size_bytes));
      break;
    case Source::kBits:
      kernels::CopyBits(part.data, part.first, part.count, out);
      break;
    case Source::kOffsets32:
      kernels::RebaseOffsets32(reinterpret_cast<const int32_t*>(part.data), part.count,
                               static_cast<int32_t>(part.first), reinterpret_cast<int32_t*>(out));
      break;
    case Source::kOffsets64:
      kernels::RebaseOffsets64(reinterpret_cast<const int64_t*>(part.data), part.count, part.first,
                               reinterpret_cast<int64_t*>(out));
      break;
  }
}

Status BatchEncoder::CompressPart(Part* part, Compressor* compressor) {
  uint8_t* frame = staging_->data() + part->frame_at;
  part->frame_bytes = -1;
  if (MayPay(part->size_bytes)) {
    const uint8_t* data = part->staged_at >= 0 ? staging_->data() + part->staged_at : part->data;
    const auto compressed_bytes =
        compressor->Compress({data, part->size_bytes}, frame + 8, compressor->MaxCompressedBytes(part->size_bytes));
    if (!compressed_bytes.ok()) return compressed_bytes.status();
    if (Padded(8 + *compressed_bytes) < Padded(8 + part->size_bytes)) part->frame_bytes = 8 + *compressed_bytes;
  }
  StoreInt64(part->frame_bytes < 0 ? -1 : part->size_bytes, frame);
  return {};
}

Status BatchEncoder::PreparePart(size_t index, Compressor* compressor) {
  Part& part = parts_[index];
  if (part.staged_at >= 0) Materialise(part);
  return part.frame_at >= 0 ? CompressPart(&part, compressor) : Status();
}

Status BatchEncoder::PrepareParts() {
  // A place for each part, as large as it may become: what is placed later is emitted later and can only move down.
  int64_t end = metadata_bytes_;
  for (Part& part : parts_) {
    if (part.size_bytes == 0) continue;
    const bool compress = !compressors_.empty();
    if (part.source != Source::kBorrow || part.size_bytes <= kGatherBytes) {
      part.staged_at = end;
      end += Padded(part.size_bytes);
    }
    if (compress) {
      part.frame_at = end;
      const int64_t room =
          MayPay(part.size_bytes) ? compressors_[0].MaxCompressedBytes(part.size_bytes) : part.size_bytes;
      end += Padded(8 + std::max(room, part.size_bytes));
    }
  }
  if (Status status = staging_->Reserve(end); !status.ok()) return status;

  if (executor_ == nullptr) {
    Compressor* compressor = compressors_.empty() ? nullptr : &compressors_[0];
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (Status status = PreparePart(i, compressor); !status.ok()) return status;
    }
    return {};
  }
  struct Work {
    BatchEncoder* encoder;
    std::atomic<size_t> next{0};
  } work{this};
  executor_->Run(
      static_cast<int64_t>(compressors_.size()),
      [](void* context, int64_t task) {
        auto* shared = static_cast<Work*>(context);
        BatchEncoder& encoder = *shared->encoder;
        Status& status = encoder.task_status_[static_cast<size_t>(task)];
        status = {};
        while (status.ok()) {
          const size_t index = shared->next.fetch_add(1, std::memory_order_relaxed);
          if (index >= encoder.parts_.size()) return;
          status = encoder.PreparePart(index, &encoder.compressors_[static_cast<size_t>(task)]);
        }
      },
      &work);
  for (const Status& status : task_status_) {
    if (!status.ok()) return status;
  }
  return {};
}

// Bytes that are in the staging buffer. They join the staged bytes before them, if these are the last piece, by moving
// down; large ones become a piece of their own instead.
void BatchEncoder::EmitStaged(int64_t position, int64_t size_bytes, int64_t padded_bytes) {
  if (position != staged_end_ && size_bytes <= kGatherBytes) {
    std::memmove(staging_->data() + staged_end_, staging_->data() + position, static_cast<size_t>(size_bytes));
    position = staged_end_;
  }
  std::memset(staging_->data() + position + size_bytes, 0, static_cast<size_t>(padded_bytes - size_bytes));
  if (last_piece_is_staged_ && position == staged_end_) {
    pieces_.back().size_bytes += padded_bytes;
  } else {
    pieces_.push_back({staging_->data() + position, padded_bytes});
  }
  staged_end_ = position + padded_bytes;
  last_piece_is_staged_ = true;
}

void BatchEncoder::EmitBorrowed(const uint8_t* data, int64_t size_bytes, int64_t padding_bytes) {
  pieces_.push_back({data, size_bytes});
  if (padding_bytes > 0) pieces_.push_back({kZeros, padding_bytes});
  last_piece_is_staged_ = false;
}

void BatchEncoder::Emit() {
  buffers_.clear();
  body_bytes_ = 0;
  staged_end_ = 0;
  last_piece_is_staged_ = false;
  EmitStaged(0, metadata_bytes_, metadata_bytes_);
  for (const Part& part : parts_) {
    const bool is_stored = part.frame_at >= 0 && part.frame_bytes < 0;  // behind the mark -1
    const int64_t size_bytes = part.frame_bytes >= 0 ? part.frame_bytes : part.size_bytes + (is_stored ? 8 : 0);
    buffers_.emplace_back(body_bytes_, size_bytes);
    if (size_bytes == 0) continue;
    const int64_t padded_bytes = Padded(size_bytes);
    body_bytes_ += padded_bytes;
    if (part.frame_bytes >= 0) {
      EmitStaged(part.frame_at, size_bytes, padded_bytes);
    } else if (is_stored && part.staged_at >= 0) {
      // The bytes stand before their mark, with no room between: both go to the place of the frame, which has it.
      std::memcpy(staging_->data() + part.frame_at + 8, staging_->data() + part.staged_at,
                  static_cast<size_t>(part.size_bytes));
      EmitStaged(part.frame_at, size_bytes, padded_bytes);
    } else if (is_stored) {
      EmitStaged(part.frame_at, 8, 8);
      EmitBorrowed(part.data, part.size_bytes, padded_bytes - size_bytes);
    } else if (part.staged_at >= 0) {
      EmitStaged(part.staged_at, size_bytes, padded_bytes);
    } else {
      EmitBorrowed(part.data, size_bytes, padded_bytes - size_bytes);
    }
  }
}

Status BatchEncoder::EncodeBody(const Plan& plan, std::span<const ArrayView> arrays, int64_t start_bytes,
                                AlignedBuffer* staging) {
  metadata_bytes_ = plan.message->SizeBytes(start_bytes);
  staging_ = staging;
  nodes_.clear();
  parts_.clear();
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    if (Status status = AddColumn(plan.columns[i], arrays[i]); !status.ok()) return status;
  }
  if (Status status = PrepareParts(); !status.ok()) return status;
  Emit();
  return {};
}

void BatchEncoder::WriteMetadata(const Plan& plan, int64_t num_rows, bool is_delta, int64_t start_bytes) {
  plan.message->Write({.num_rows = num_rows,
                       .nodes = nodes_,
                       .buffers = buffers_,
                       .variadic_counts = {},
                       .is_delta = is_delta,
                       .body_bytes = body_bytes_},
                      start_bytes, staging_->data());
}

void BatchEncoder::Clear() {
  pieces_.clear();
  num_dictionaries_ = 0;
}

Status BatchEncoder::Encode(const RecordBatchView& batch, const KeyValueMetadata& metadata, int64_t start_bytes) {
  if (Status status = batch_plan_.message->SetMetadata(metadata); !status.ok()) return status;
  if (Status status = EncodeBody(batch_plan_, batch.columns, start_bytes, &batch_staging_); !status.ok()) return status;
  WriteMetadata(batch_plan_, batch.num_rows, /*is_delta=*/false, start_bytes);
  return {};
}

Status BatchEncoder::EncodeDictionary(int64_t id, bool is_delta, const Field& value_field, const ArrayView& values,
                                      int64_t start_bytes) {
  auto found = dictionary_plans_.find(id);
  if (found == dictionary_plans_.end()) {
    auto plan = MakePlan({&value_field, 1}, id);
    if (!plan.ok()) return plan.status();
    found = dictionary_plans_.emplace(id, std::move(*plan)).first;
  }
  const Plan& plan = found->second;
  if (num_dictionaries_ == dictionary_staging_.size()) dictionary_staging_.emplace_back(allocator_);
  AlignedBuffer* staging = &dictionary_staging_[num_dictionaries_++];
  if (Status status = EncodeBody(plan, {&values, 1}, start_bytes, staging); !status.ok()) return status;
  WriteMetadata(plan, values.length, is_delta, start_bytes);
  return {};
}

}  // namespace inlay::ipc
