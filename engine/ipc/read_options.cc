#include "engine/ipc/read_options.h"

#include <string>
#include <utility>

#include "engine/columns/field_path.h"

namespace inlay::ipc {
namespace {

Status CheckDepth(const std::vector<Field>& fields, const FieldPath* parent, int levels_left, int max_depth) {
  for (const Field& field : fields) {
    const FieldPath path{parent, field.name};
    if (levels_left == 0) {
      return Status::LimitExceeded(PathPrefix(&path) + "is nested deeper than max_depth, " + std::to_string(max_depth));
    }
    const Status status = CheckDepth(field.type.children(), &path, levels_left - 1, max_depth);
    if (!status.ok()) return status;
  }
  return {};
}

}  // namespace

Status CheckOptions(const ReadOptions& options) {
  if (options.allocator == nullptr) return Status::InvalidArgument("allocator is null");
  if (options.max_depth < 1 || options.max_depth > kMaxTypeDepth) {
    return Status::InvalidArgument("max_depth is " + std::to_string(options.max_depth) + ", must be 1 to " +
                                   std::to_string(kMaxTypeDepth));
  }
  if (options.max_message_bytes < 0 || options.max_uncompressed_bytes < 0) {
    return Status::InvalidArgument("max_message_bytes and max_uncompressed_bytes must not be negative");
  }
  return {};
}

Result<std::shared_ptr<const DecodedSchema>> ReadSchemaWithin(const ReadOptions& options, const flatbuf::Schema& schema,
                                                              int64_t flatbuffer_bytes) {
  auto decoded = ReadSchema(schema, flatbuffer_bytes);
  if (!decoded.ok()) return decoded.status();
  const Status status = CheckDepth(decoded->schema.fields, nullptr, options.max_depth, options.max_depth);
  if (!status.ok()) return status;
  return std::make_shared<const DecodedSchema>(std::move(*decoded));
}

}  // namespace inlay::ipc
