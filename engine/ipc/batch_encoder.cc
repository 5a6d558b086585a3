#include "engine/ipc/batch_encoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <unordered_map>

namespace inlay::ipc {
namespace {

// Up to this size a copy into the staging buffer is cheaper than two more pieces in the system call.
constexpr int64_t kGatherBytes = 2048;
// With an executor: tasks a batch, each with a codec context of its own. More threads than that find no work.
constexpr size_t kNumTasks = 16;
// Bodies of less are not worth waking threads for.
constexpr int64_t kMinBytesForExecutor = int64_t{64} << 10;

constexpr uint8_t kZeros[64] = {};

// The fields whose options say so, and all below them. The values of a dictionary have the path of its field.
void FindStored(const Field& field, const std::string& path, bool stored,
                const std::unordered_map<std::string, ColumnWriteOptions>& options, StoredFields* found) {
  if (const auto own = options.find(path); own != options.end()) stored |= !own->second.compress;
  if (stored) found->insert(&field);
  const bool is_dictionary = field.type.id() == TypeId::kDictionary;
  for (const Field& child : field.type.children()) {
    FindStored(child, is_dictionary ? path : path + "." + child.name, stored, options, found);
  }
}

}  // namespace

BatchEncoder::BatchEncoder(const WriteOptions& options)
    : shape_{.codec = options.compression.codec,
             .alignment_bytes = options.alignment_bytes,
             .metadata_version = options.metadata_version,
             .legacy_framing = options.legacy_framing},
      alignment_bytes_(options.alignment_bytes),
      allocator_(options.allocator),
      batch_staging_(options.allocator) {}

Result<BatchEncoder> BatchEncoder::Make(const Schema* schema, const WriteOptions& options) {
  BatchEncoder encoder(options);
  if (!options.columns.empty()) {
    const std::unordered_map<std::string, ColumnWriteOptions> by_path(options.columns.begin(), options.columns.end());
    for (const Field& field : schema->fields) {
      FindStored(field, field.name, /*stored=*/false, by_path, &encoder.stored_fields_);
    }
  }
  auto plan = encoder.MakePlan(schema->fields, std::nullopt);
  if (!plan.ok()) return plan.status();
  encoder.batch_plan_ = std::move(*plan);
  if (options.compression.codec != Codec::kNone) {
    encoder.executor_ = options.executor;
    const size_t num_compressors = options.executor == nullptr ? 1 : kNumTasks;
    for (size_t i = 0; i < num_compressors; ++i) {
      auto compressor = BufferCompressor::Make(options);
      if (!compressor.ok()) return compressor.status();
      encoder.compressors_.push_back(std::move(*compressor));
    }
    encoder.task_status_.resize(num_compressors);
  }
  return encoder;
}

Result<BatchEncoder::Plan> BatchEncoder::MakePlan(std::span<const Field> fields,
                                                  std::optional<int64_t> dictionary_id) const {
  BodyPlan body = BodyPlan::Make(fields, shape_.metadata_version == MetadataVersion::kV4, stored_fields_);
  MessageShape shape = shape_;
  shape.num_nodes = static_cast<int64_t>(body.nodes().size());
  shape.num_variadic_counts = body.num_view_nodes();
  shape.dictionary_id = dictionary_id;
  Plan plan{std::move(body), RecordBatchMessage(shape)};
  if (Status status = plan.message.Fit(plan.body.num_buffers(), {}); !status.ok()) return status;
  return plan;
}

// A place for each part, as large as it may become: what is placed later is emitted later and can only move down.
Status BatchEncoder::PlaceParts() {
  int64_t end = metadata_bytes_;
  for (Part& part : body_.parts()) {
    if (part.size_bytes == 0) continue;
    if (part.source != Part::Source::kBorrow || part.size_bytes <= kGatherBytes) {
      part.staged_at = end;
      end += Padded(part.size_bytes);
    }
    if (!compressors_.empty()) {
      part.frame_at = end;
      end += Padded(compressors_[0].MaxBytes(part.size_bytes));
    }
  }
  return staging_->Reserve(end);
}

Status BatchEncoder::PreparePart(Part* part, BufferCompressor* compressor) {
  if (part->staged_at >= 0) body_.Materialise(*part, staging_->data() + part->staged_at);
  if (part->frame_at < 0) return {};
  const uint8_t* data = part->staged_at >= 0 ? staging_->data() + part->staged_at : part->data;
  const auto frame_bytes =
      compressor->Compress({data, part->size_bytes}, part->compress, staging_->data() + part->frame_at);
  if (!frame_bytes.ok()) return frame_bytes.status();
  part->frame_bytes = *frame_bytes;
  return {};
}

Status BatchEncoder::PrepareParts() {
  if (Status status = PlaceParts(); !status.ok()) return status;
  if (executor_ != nullptr) {
    int64_t size_bytes = 0;
    for (const Part& part : body_.parts()) size_bytes += part.size_bytes;
    if (size_bytes >= kMinBytesForExecutor) return PreparePartsOnExecutor();
  }
  BufferCompressor* compressor = compressors_.empty() ? nullptr : &compressors_[0];
  for (Part& part : body_.parts()) {
    if (Status status = PreparePart(&part, compressor); !status.ok()) return status;
  }
  return {};
}

// The largest first, so that no thread is left alone with one at the end.
Status BatchEncoder::PreparePartsOnExecutor() {
  order_.clear();
  for (Part& part : body_.parts()) {
    if (part.size_bytes > 0) order_.push_back(&part);
  }
  std::sort(order_.begin(), order_.end(), [](const Part* a, const Part* b) { return a->size_bytes > b->size_bytes; });
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
          if (index >= encoder.order_.size()) return;
          status = encoder.PreparePart(encoder.order_[index], &encoder.compressors_[static_cast<size_t>(task)]);
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
  for (const Part& part : body_.parts()) {
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

Status BatchEncoder::EncodeMessage(Plan* plan, std::span<const ArrayView> arrays, int64_t num_rows, bool is_delta,
                                   const KeyValueMetadata& metadata, int64_t start_bytes, AlignedBuffer* staging) {
  if (Status status = body_.Collect(plan->body, arrays); !status.ok()) return status;
  const auto num_buffers = static_cast<int64_t>(body_.parts().size());
  if (Status status = plan->message.Fit(num_buffers, metadata); !status.ok()) return status;
  metadata_bytes_ = plan->message.SizeBytes(start_bytes);
  staging_ = staging;
  if (Status status = PrepareParts(); !status.ok()) return status;
  Emit();
  plan->message.Write({.num_rows = num_rows,
                       .nodes = body_.nodes(),
                       .buffers = buffers_,
                       .variadic_counts = body_.variadic_counts(),
                       .is_delta = is_delta,
                       .body_bytes = body_bytes_},
                      start_bytes, staging_->data());
  return {};
}

void BatchEncoder::Clear() {
  pieces_.clear();
  num_dictionaries_ = 0;
}

Status BatchEncoder::Encode(const RecordBatchView& batch, const KeyValueMetadata& metadata, int64_t start_bytes) {
  return EncodeMessage(&*batch_plan_, batch.columns, batch.num_rows, /*is_delta=*/false, metadata, start_bytes,
                       &batch_staging_);
}

Status BatchEncoder::EncodeDictionary(int64_t id, bool is_delta, const Field& value_field, const ArrayView& values,
                                      int64_t start_bytes) {
  auto found = dictionary_plans_.find(id);
  if (found == dictionary_plans_.end()) {
    auto plan = MakePlan({&value_field, 1}, id);
    if (!plan.ok()) return plan.status();
    found = dictionary_plans_.emplace(id, std::move(*plan)).first;
  }
  if (num_dictionaries_ == dictionary_staging_.size()) dictionary_staging_.emplace_back(allocator_);
  AlignedBuffer* staging = &dictionary_staging_[num_dictionaries_++];
  return EncodeMessage(&found->second, {&values, 1}, values.length, is_delta, /*metadata=*/{}, start_bytes, staging);
}

}  // namespace inlay::ipc
