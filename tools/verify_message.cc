#include "tools/verify_message.h"

#include <algorithm>
#include <vector>

namespace inlay::tools {
namespace {

Status Broken(const ipc::Message& message, const std::string& what) {
  return Status::CorruptData(NameOf(message) + ": " + what);
}

// Where the first byte in [begin, end) of the source stands that is not zero; -1 without one.
int64_t FindNonZero(const Source& source, int64_t begin, int64_t end) {
  const uint8_t* const bytes = source.mapped().data;
  const uint8_t* const found = std::find_if(bytes + begin, bytes + end, [](uint8_t byte) { return byte != 0; });
  return found == bytes + end ? -1 : found - bytes;
}

Status CheckNode(const flatbuf::FieldNode& node, Layout layout, bool is_v4) {
  const auto nulls = [&](const char* why) {
    return Status::CorruptData(std::to_string(node.null_count()) + " nulls among " + std::to_string(node.length()) +
                               " values" + why);
  };
  if (node.length() < 0 || node.null_count() < 0 || node.null_count() > node.length()) return nulls("");
  if (layout == Layout::kNull && node.null_count() != node.length()) return nulls(", all of which are null");
  if (layout != Layout::kNull && !HasValidity(layout) && !is_v4 && node.null_count() != 0) {
    return nulls(", which have no validity bitmap");
  }
  return {};
}

// Nodes agree with their types and with one another.
Status CheckNodes(const flatbuf::RecordBatch& batch, bool is_v4, const MessageLayout& layout,
                  const MessageArrays& arrays) {
  const auto node_of = [&](const ipc::ColumnPlan& plan) { return ElementOf(*batch.nodes(), plan.position.nodes); };
  for (size_t i = arrays.first; i < arrays.first + arrays.count; ++i) {
    const auto& [path, plan] = layout.arrays()[i];
    const flatbuf::FieldNode node = node_of(*plan);
    Status status = CheckNode(node, plan->layout, is_v4);
    const bool is_row_wise = plan->layout == Layout::kStruct || plan->layout == Layout::kSparseUnion;
    for (size_t j = 0; status.ok() && is_row_wise && j < plan->children.size(); ++j) {
      const ipc::ColumnPlan& member = plan->children[j];
      const int64_t length = node_of(member).length();
      if (length == node.length()) continue;
      status = Status::CorruptData("has " + std::to_string(node.length()) + " values, its member '" +
                                   member.field->name + "' " + std::to_string(length));
    }
    if (!status.ok()) return status.WithContext("column '" + path + "'");
  }
  return {};
}

// What a buffer of `length` values takes; -1 where the values themselves say, or no buffer can be so large.
int64_t NeededBytes(const ipc::ColumnPlan& plan, const std::string& role, int64_t length) {
  const bool is_large =
      plan.layout == Layout::kBytes64 || plan.layout == Layout::kList64 || plan.layout == Layout::kListView64;
  const bool is_row_wise =
      plan.layout == Layout::kListView32 || plan.layout == Layout::kListView64 || plan.layout == Layout::kDenseUnion;
  if (length >= int64_t{1} << 48) return -1;
  if (role == "validity" || (role == "values" && plan.layout == Layout::kBits)) return (length + 7) / 8;
  if (role == "values" || role == "indexes") return length * FixedByteWidth(plan.field->type);
  if (role == "views") return length * kViewBytes;
  if (role == "type ids") return length;
  if (role == "offsets") return (length + !is_row_wise) * (is_large ? 8 : 4);
  return role == "sizes" ? length * (is_large ? 8 : 4) : -1;
}

// Buffers stand in the order in which they are listed, each on a multiple of 8, and between them stand zeros.
Status CheckPlaces(const Source& source, const ipc::Message& message, const MessageLayout& layout,
                   const std::vector<MessageBuffer>& buffers) {
  const int64_t body = message.body_offset_bytes();
  const MessageBody body_parts = BodyOf(message);
  const bool is_plain = body_parts.batch->compression() == nullptr;
  int64_t end = 0;
  const auto check_padding = [&](int64_t until) -> Status {
    const int64_t at = FindNonZero(source, body + end, body + until);
    if (at < 0) return {};
    return Broken(message, "byte " + std::to_string(at) + " belongs to no buffer and is not zero");
  };
  for (const MessageBuffer& buffer : buffers) {
    const std::string what = "column '" + layout.arrays()[buffer.array].path + "', " + buffer.role + " at byte " +
                             std::to_string(body + buffer.offset_bytes) + ": ";
    if (buffer.offset_bytes % 8 != 0) {
      return Broken(message, what + "its offset in the body, " + std::to_string(buffer.offset_bytes) +
                                 ", is not a multiple of 8");
    }
    if (buffer.stored_bytes == 0) continue;
    if (buffer.offset_bytes < end) {
      return Broken(message,
                    what + "begins before the end of the buffer listed before it, byte " + std::to_string(body + end));
    }
    if (Status status = check_padding(buffer.offset_bytes); !status.ok()) return status;
    // Some writers count the padding to the next multiple of 8 in.
    const MessageArray& array = layout.arrays()[buffer.array];
    const int64_t length = ElementOf(*body_parts.batch->nodes(), array.plan->position.nodes).length();
    const int64_t needed_bytes = is_plain ? NeededBytes(*array.plan, buffer.role, length) : -1;
    if (needed_bytes >= 0 && needed_bytes < buffer.stored_bytes && buffer.stored_bytes - needed_bytes < 8) {
      const int64_t begin = body + buffer.offset_bytes;
      const int64_t at = FindNonZero(source, begin + needed_bytes, begin + buffer.stored_bytes);
      if (at >= 0) return Broken(message, what + "byte " + std::to_string(at) + " is past its values and not zero");
    }
    end = buffer.offset_bytes + buffer.stored_bytes;
  }
  return check_padding(message.metadata->body_length());
}

}  // namespace

std::string NameOf(const ipc::Message& message) { return "message at byte " + std::to_string(message.offset_bytes); }

Status CheckFraming(const ipc::Message& message, const ipc::Message& first) {
  const auto is_v4 = [](const ipc::Message& m) { return m.metadata->version() == flatbuf::MetadataVersion::V4; };
  const bool is_legacy = message.prefix_bytes == ipc::MessagePrefix::kWordBytes;
  if (message.prefix_bytes != first.prefix_bytes) {
    return Broken(message, is_legacy ? "has no FF FF FF FF before it, unlike the first message"
                                     : "has FF FF FF FF before it, unlike the first message");
  }
  if (is_legacy && !is_v4(message)) return Broken(message, "is of version 5, but has no FF FF FF FF before it");
  if (is_v4(message) != is_v4(first)) return Broken(message, "is of another metadata version than the first message");
  if (message.metadata_size_bytes() % 8 != 0) {
    return Broken(message, "prefix and metadata take " + std::to_string(message.metadata_size_bytes()) +
                               " bytes, not a multiple of 8");
  }
  const int64_t body_bytes = message.metadata->body_length();
  if (body_bytes % 8 != 0) {
    return Broken(message, "the body takes " + std::to_string(body_bytes) + " bytes, not a multiple of 8");
  }
  if (message.metadata->header_type() == flatbuf::MessageHeader::Schema && body_bytes != 0) {
    return Broken(message, "a schema with a body");
  }
  return {};
}

Status CheckBody(const Source& source, const ipc::Message& message, const MessageLayout& layout) {
  const MessageBody body = BodyOf(message);
  if (body.batch == nullptr) return Broken(message, "is neither a batch nor a dictionary with values");
  const MessageArrays* const arrays = layout.Of(body);
  if (arrays == nullptr) {
    return Broken(message, "no column has a dictionary " + std::to_string(body.dictionary->id()));
  }
  if (body.batch->nodes() == nullptr || body.batch->buffers() == nullptr) {
    return Broken(message, "has no list of nodes or of buffers");
  }
  const bool is_v4 = message.metadata->version() == flatbuf::MetadataVersion::V4;
  if (is_v4 && body.batch->compression() != nullptr) return Broken(message, "is compressed, which V4 does not know");
  const auto buffers = layout.ListBuffers(source, message);
  if (!buffers.ok()) return buffers.status().WithContext(NameOf(message));
  const Status status = CheckNodes(*body.batch, is_v4, layout, *arrays);
  if (!status.ok()) return status.WithContext(NameOf(message));
  return CheckPlaces(source, message, layout, *buffers);
}

}  // namespace inlay::tools
