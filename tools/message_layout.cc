#include "tools/message_layout.h"

#include <utility>

#include "engine/ipc/message_columns.h"

namespace inlay::tools {
namespace {

// By Layout: the buffers that messages have.
constexpr const char* kRoles[][3] = {
    {},                                // null
    {"validity", "values"},            // bits
    {"validity", "values"},            // fixed
    {"validity", "offsets", "data"},   // bytes, 32 bits
    {"validity", "offsets", "data"},   // bytes, 64 bits
    {"validity", "views"},             // views; data buffers follow
    {"validity", "offsets"},           // list
    {"validity", "offsets"},           // large list
    {"validity", "offsets", "sizes"},  // list view
    {"validity", "offsets", "sizes"},  // large list view
    {"validity"},                      // fixed-size list
    {"validity"},                      // struct
    {"type ids", "offsets"},           // dense union
    {"type ids"},                      // sparse union
    {"validity", "indexes"},           // dictionary
    {},                                // run-end encoded
};
static_assert(std::size(kRoles) == static_cast<size_t>(Layout::kRunEndEncoded) + 1);

std::string RoleOf(const ipc::ColumnPlan& plan, const ipc::MessageColumns::Buffers& buffers, uint32_t index) {
  if (buffers.has_v4_bitmap && index == 0) return "validity";
  index -= buffers.has_v4_bitmap;
  if (index >= buffers.num_fixed) return "data " + std::to_string(index - buffers.num_fixed);
  return kRoles[static_cast<size_t>(plan.layout)][index];
}

// Before a compressed buffer stands its length, or -1 when it was stored as it is.
Result<int64_t> PlainBytes(const Source& source, int64_t position_bytes, int64_t stored_bytes) {
  uint8_t bytes[8];
  if (stored_bytes < 8) return Status::CorruptData("a compressed buffer without the length before it");
  if (Status status = source.ReadAt(position_bytes, bytes); !status.ok()) return status;
  uint64_t length = 0;
  for (size_t i = 0; i < sizeof bytes; ++i) length |= uint64_t{bytes[i]} << (8 * i);
  const auto plain = static_cast<int64_t>(length);
  if (plain < -1) return Status::CorruptData("a compressed buffer of " + std::to_string(plain) + " bytes");
  return plain == -1 ? stored_bytes - 8 : plain;
}

}  // namespace

MessageBody BodyOf(const ipc::Message& message) {
  MessageBody body;
  body.batch = message.metadata->header_as_RecordBatch();
  body.dictionary = message.metadata->header_as_DictionaryBatch();
  if (body.dictionary != nullptr) body.batch = body.dictionary->data();
  return body;
}

Result<MessageLayout> MessageLayout::Make(std::shared_ptr<const DecodedSchema> decoded) {
  MessageLayout layout;
  auto projection = ipc::Projection::Make(std::move(decoded));
  if (!projection.ok()) return projection.status();
  layout.projection_ = *std::move(projection);
  layout.batch_.plan = &layout.projection_->batch();
  layout.Add(layout.batch_.plan->columns, "");
  layout.batch_.count = layout.arrays_.size();
  // Dictionaries within dictionaries are found as they are added.
  for (size_t i = 0; i < layout.arrays_.size(); ++i) {
    if (layout.arrays_[i].plan->layout != Layout::kDictionary) continue;
    const int64_t id = layout.arrays_[i].plan->dictionary_id;
    const auto [known, is_new] = layout.dictionaries_.try_emplace(id);
    if (!is_new) continue;
    MessageArrays& values = known->second;
    values.plan = layout.projection_->dictionary(id);
    values.first = layout.arrays_.size();
    layout.Add(values.plan->columns[0], layout.arrays_[i].path + " (dictionary " + std::to_string(id) + ")");
    values.count = layout.arrays_.size() - values.first;
  }
  return layout;
}

void MessageLayout::Add(const std::vector<ipc::ColumnPlan>& columns, const std::string& prefix) {
  for (const ipc::ColumnPlan& column : columns) Add(column, prefix + column.field->name);
}

void MessageLayout::Add(const ipc::ColumnPlan& array, std::string path) {
  arrays_.push_back({std::move(path), &array});
  if (!array.children.empty()) Add(array.children, arrays_.back().path + ".");
}

const MessageArrays* MessageLayout::Of(const MessageBody& body) const {
  if (body.dictionary == nullptr) return &batch_;
  const auto found = dictionaries_.find(body.dictionary->id());
  return found == dictionaries_.end() ? nullptr : &found->second;
}

Result<std::vector<MessageBuffer>> MessageLayout::ListBuffers(const Source& source, const ipc::Message& message) const {
  const MessageBody body = BodyOf(message);
  const MessageArrays* const arrays = Of(body);
  if (body.batch == nullptr || arrays == nullptr) return std::vector<MessageBuffer>();
  const auto codec = ipc::BatchCodec(*body.batch);
  if (!codec.ok()) return codec.status();
  auto columns = ipc::MessageColumns::Make(*body.batch, message.metadata->version(), *arrays->plan);
  if (!columns.ok()) return columns.status();
  std::vector<MessageBuffer> list;
  for (size_t i = arrays->first; i < arrays->first + arrays->count; ++i) {
    const ipc::ColumnPlan& plan = *arrays_[i].plan;
    const ipc::MessageColumns::Buffers buffers = columns->BuffersOf(plan);
    const uint32_t count = buffers.has_v4_bitmap + buffers.num_fixed + buffers.num_variadic;
    for (uint32_t j = 0; j < count; ++j) {
      const std::string role = RoleOf(plan, buffers, j);
      const auto range = columns->RangeOf(buffers.first + j, message.metadata->body_length());
      Status status = range.status();
      int64_t plain_bytes = range.ok() ? range->size_bytes : 0;
      if (status.ok() && *codec != Codec::kNone && plain_bytes > 0) {
        const auto plain = PlainBytes(source, message.body_offset_bytes() + range->offset_bytes, range->size_bytes);
        if (status = plain.status(); status.ok()) plain_bytes = *plain;
      }
      if (!status.ok()) return status.WithContext("column '" + arrays_[i].path + "', " + role);
      list.push_back({i, role, range->offset_bytes, range->size_bytes, plain_bytes});
    }
  }
  return list;
}

}  // namespace inlay::tools
