#include "engine/ipc/column_loader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/columns/layout.h"
#include "kernels/bitmap.h"

namespace inlay::ipc {
namespace {

alignas(8) constexpr uint8_t kZeroOffset[8] = {};  // for the offsets of no values, of which some writers send none

int64_t BitmapBytes(int64_t num_bits) { return num_bits / 8 + (num_bits % 8 != 0); }

// INT64_MAX where it overflows: no buffer has that many bytes.
int64_t Multiply(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
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

int64_t WidthOf(Elements elements) { return elements == Elements::k4 ? 4 : 8; }

}  // namespace

Result<ColumnLoader> ColumnLoader::Make(const Input& input, DecodedColumns* out) {
  const auto codec = BatchCodec(input.batch);
  if (!codec.ok()) return codec.status();
  const auto message = MessageColumns::Make(input.batch, input.version, input.plan);
  if (!message.ok()) return message.status();
  ColumnLoader loader(input, *message, *codec, out);
  loader.budget_bytes_ = input.options.max_uncompressed_bytes;
  loader.next_array_ = input.plan.columns.size();
  out->arrays.resize(input.plan.num_arrays);
  return loader;
}

Status ColumnLoader::Load(size_t index) {
  const ColumnPlan& plan = input_.plan.columns[index];
  const FieldPath path{nullptr, plan.field->name};
  return LoadArray(plan, &path, &out_.arrays[index]);
}

Status ColumnLoader::LoadArray(const ColumnPlan& plan, const FieldPath* path, ArrayView* array) {
  array->type = &plan.field->type;
  Status status = LoadNode(plan, array);
  if (status.ok()) status = LoadBuffers(plan, array);
  if (status.ok() && plan.layout == Layout::kDictionary) status = AttachDictionary(plan, array);
  if (!status.ok()) return status.WithContext("column '" + PathText(path) + "'");
  if (plan.children.empty()) return {};
  ArrayView* const children = &out_.arrays[next_array_];
  next_array_ += plan.children.size();
  array->children = {children, plan.children.size()};
  for (size_t i = 0; i < plan.children.size(); ++i) {
    const FieldPath child_path{path, plan.children[i].field->name};
    if (status = LoadArray(plan.children[i], &child_path, &children[i]); !status.ok()) return status;
  }
  return {};
}

Status ColumnLoader::LoadNode(const ColumnPlan& plan, ArrayView* array) {
  const flatbuf::FieldNode node = message_.NodeOf(plan);
  array->length = node.length();
  array->null_count = node.null_count();
  if (array->length < 0 || array->null_count < 0 || array->null_count > array->length) {
    return Status::CorruptData("a node of " + std::to_string(array->length) + " values with " +
                               std::to_string(array->null_count) + " nulls");
  }
  // Values that need no bytes cost nothing to declare: the budget for bytes bounds them as if they were bits.
  if (array->length / 8 >= input_.options.max_uncompressed_bytes) {
    return Status::LimitExceeded("a node of " + std::to_string(array->length) + " values");
  }
  if (!HasValidity(plan.layout)) array->null_count = plan.layout == Layout::kNull ? array->length : 0;
  return {};
}

Status ColumnLoader::LoadBuffers(const ColumnPlan& plan, ArrayView* array) {
  const MessageColumns::Buffers buffers = message_.BuffersOf(plan);
  const uint32_t first = buffers.first + buffers.has_v4_bitmap;
  const DataType& type = *array->type;
  Status status;
  if (buffers.has_v4_bitmap) status = RefuseUnionNulls(buffers.first, *array);
  if (HasValidity(plan.layout)) status = LoadValidity(first, array);
  if (!status.ok()) return status;
  BufferView* const out = array->buffers;
  switch (plan.layout) {
    case Layout::kNull:
    case Layout::kStruct:
    case Layout::kFixedSizeList:
    case Layout::kRunEndEncoded:
      return {};
    case Layout::kBits:
      return LoadBuffer(first + 1, Elements::kBytes, BitmapBytes(array->length), &out[1]);
    case Layout::kFixed:
    case Layout::kDictionary:
      return LoadBuffer(first + 1, ElementsOf(type), Multiply(array->length, FixedByteWidth(type)), &out[1]);
    case Layout::kBytes32:
    case Layout::kBytes64:
      status = LoadOffsets(first + 1, plan.layout == Layout::kBytes32 ? Elements::k4 : Elements::k8, array);
      return status.ok() ? LoadBuffer(first + 2, Elements::kBytes, 0, &out[2]) : status;
    case Layout::kList32:
    case Layout::kList64:
      return LoadOffsets(first + 1, plan.layout == Layout::kList32 ? Elements::k4 : Elements::k8, array);
    case Layout::kListView32:
    case Layout::kListView64: {
      const Elements elements = plan.layout == Layout::kListView32 ? Elements::k4 : Elements::k8;
      const int64_t needed_bytes = Multiply(array->length, WidthOf(elements));
      status = LoadBuffer(first + 1, elements, needed_bytes, &out[1]);
      return status.ok() ? LoadBuffer(first + 2, elements, needed_bytes, &out[2]) : status;
    }
    case Layout::kViews:
      status = LoadBuffer(first + 1, Elements::kViews, Multiply(array->length, kViewBytes), &out[1]);
      return status.ok() ? LoadVariadicBuffers(first + 2, buffers.num_variadic, array) : status;
    case Layout::kSparseUnion:
      return LoadBuffer(first, Elements::kBytes, array->length, &out[1]);
    case Layout::kDenseUnion:
      status = LoadBuffer(first, Elements::kBytes, array->length, &out[1]);
      return status.ok() ? LoadBuffer(first + 1, Elements::k4, Multiply(array->length, 4), &out[2]) : status;
  }
  return {};
}

Status ColumnLoader::LoadValidity(uint32_t index, ArrayView* array) {
  const int64_t needed_bytes = BitmapBytes(array->length);
  if (array->null_count > 0) return LoadBuffer(index, Elements::kBytes, needed_bytes, &array->buffers[0]);
  // Without nulls the bitmap may be missing, or be what a writer left of one that it need not have sent.
  if (Status status = LoadBuffer(index, Elements::kBytes, 0, &array->buffers[0]); !status.ok()) return status;
  if (array->buffers[0].size_bytes < needed_bytes) array->buffers[0] = {};
  return {};
}

// Unions had nulls of their own until V4, which today's layout cannot say.
Status ColumnLoader::RefuseUnionNulls(uint32_t index, const ArrayView& array) {
  const auto bitmap = Borrow(index);
  if (!bitmap.ok()) return bitmap.status();
  if (bitmap->size_bytes == 0) return {};
  if (codec_ != Codec::kNone) return Status::NotImplemented("a compressed validity bitmap of a union (V4)");
  if (bitmap->size_bytes < BitmapBytes(array.length)) return Status::CorruptData("a validity bitmap that is too short");
  if (kernels::CountSetBits(bitmap->data, 0, array.length) == array.length) return {};
  return Status::NotImplemented("a union with nulls of its own, which the format had until V4");
}

Status ColumnLoader::LoadOffsets(uint32_t index, Elements elements, ArrayView* array) {
  const int64_t needed_bytes = array->length == 0 ? 0 : Multiply(array->length + 1, WidthOf(elements));
  if (Status status = LoadBuffer(index, elements, needed_bytes, &array->buffers[1]); !status.ok()) return status;
  if (array->length == 0) array->buffers[1] = {kZeroOffset, WidthOf(elements)};
  return {};
}

Status ColumnLoader::LoadVariadicBuffers(uint32_t first, uint32_t count, ArrayView* array) {
  if (count == 0) return {};
  std::vector<BufferView>& buffers = out_.variadic_buffers.emplace_back(count);
  array->variadic_buffers = buffers;
  for (uint32_t i = 0; i < count; ++i) {
    if (Status status = LoadBuffer(first + i, Elements::kBytes, 0, &buffers[i]); !status.ok()) return status;
  }
  return {};
}

Status ColumnLoader::AttachDictionary(const ColumnPlan& plan, ArrayView* array) {
  std::shared_ptr<const DictionaryValues> values;
  if (const auto found = input_.dictionaries.find(plan.dictionary_id); found != input_.dictionaries.end()) {
    values = found->second;
  } else if (array->null_count == array->length) {
    values = MakeEmptyDictionary(array->type->children()[0].type);  // writers need not send what nothing refers to
  } else {
    return Status::CorruptData("dictionary " + std::to_string(plan.dictionary_id) + " is missing");
  }
  array->dictionary = &values->values;
  out_.owners.push_back(std::move(values));
  return {};
}

Status ColumnLoader::Charge(int64_t size_bytes) {
  if (size_bytes > budget_bytes_) {
    return Status::LimitExceeded("a batch that takes more than max_uncompressed_bytes");
  }
  budget_bytes_ -= size_bytes;
  return {};
}

Result<BufferView> ColumnLoader::Borrow(uint32_t index) {
  const auto range = message_.RangeOf(index, input_.body_bytes);
  if (!range.ok()) return range.status();
  if (range->size_bytes == 0) return BufferView{};
  if (__builtin_add_overflow(borrowed_bytes_, range->size_bytes, &borrowed_bytes_)) borrowed_bytes_ = INT64_MAX;
  if (borrowed_bytes_ > input_.body_bytes) {
    if (Status status = Charge(range->size_bytes); !status.ok()) return status;
  }
  // The last part that begins at or before the buffer has all of it.
  const auto after = std::upper_bound(input_.body.begin(), input_.body.end(), range->offset_bytes,
                                      [](int64_t offset, const BodyPart& part) { return offset < part.offset_bytes; });
  if (after != input_.body.begin()) {
    const BodyPart& part = *(after - 1);
    const int64_t start = range->offset_bytes - part.offset_bytes;
    if (start <= part.bytes.view.size_bytes && range->size_bytes <= part.bytes.view.size_bytes - start) {
      return BufferView{part.bytes.view.data + start, range->size_bytes};
    }
  }
  return Status::CorruptData("buffer " + std::to_string(index) + " was not read");
}

Status ColumnLoader::AddJob(BufferJob job, BufferView* out) {
  if (Status status = Charge(job.to_bytes); !status.ok()) return status;
  const auto memory = out_.arena.Allocate(job.to_bytes);
  if (!memory.ok()) return memory.status();
  job.to = *memory;
  *out = {*memory, job.to_bytes};
  jobs_.push_back(job);
  return {};
}

Status ColumnLoader::LoadBuffer(uint32_t index, Elements elements, int64_t needed_bytes, BufferView* out) {
  auto raw = Borrow(index);
  if (!raw.ok()) return raw.status();
  BufferJob job{.from = *raw, .swap = input_.foreign_endian ? elements : Elements::kBytes};
  job.to_bytes = raw->size_bytes;
  if (codec_ != Codec::kNone && raw->size_bytes > 0) {
    // An int64 with the uncompressed length, or -1 for bytes as they are, and a frame.
    if (raw->size_bytes < 8) return Status::CorruptData("a compressed buffer without its length");
    job.from = {raw->data + 8, raw->size_bytes - 8};
    job.to_bytes = LoadInt64(raw->data);
    job.codec = codec_;
    if (job.to_bytes == -1) {
      job.codec = Codec::kNone;
      job.to_bytes = job.from.size_bytes;
    } else if (job.to_bytes < 0 || job.to_bytes > MaxExpansion(codec_, job.from.size_bytes)) {
      return Status::CorruptData("buffer " + std::to_string(index) + ": a frame of " +
                                 std::to_string(job.from.size_bytes) + " bytes declares " +
                                 std::to_string(job.to_bytes));
    }
  }
  if (job.to_bytes < needed_bytes) {
    return Status::CorruptData("buffer " + std::to_string(index) + " has " + std::to_string(job.to_bytes) + " bytes, " +
                               std::to_string(needed_bytes) + " are needed");
  }
  if (job.to_bytes == 0) {
    *out = {};
    return {};
  }
  const auto alignment = static_cast<uintptr_t>(AlignmentOf(elements));
  if (job.codec == Codec::kNone && job.swap == Elements::kBytes &&
      reinterpret_cast<uintptr_t>(job.from.data) % alignment == 0) {
    *out = job.from;
    return {};
  }
  return AddJob(job, out);
}

}  // namespace inlay::ipc
