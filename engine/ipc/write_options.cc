#include "engine/ipc/write_options.h"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "engine/columns/field_path.h"

namespace inlay::ipc {
namespace {

// More is no help to any sink, and is drawn from the allocator at Open.
constexpr int64_t kMostBufferBytes = int64_t{1} << 30;

Status CheckForm(const WriteOptions& options) {
  if (options.metadata_version != MetadataVersion::kV4 && options.metadata_version != MetadataVersion::kV5) {
    return Status::InvalidArgument("metadata_version must be kV4 or kV5");
  }
  const bool is_v4 = options.metadata_version == MetadataVersion::kV4;
  if (options.legacy_framing && !is_v4) {
    return Status::InvalidArgument("legacy_framing is for metadata_version kV4");
  }
  if (is_v4 && options.compression.codec != Codec::kNone) {
    return Status::InvalidArgument("compression " + std::string(CodecName(options.compression.codec)) +
                                   " needs metadata_version kV5");
  }
  return {};
}

Status CheckCompression(const WriteOptions& options) {
  const Codec codec = options.compression.codec;
  if (codec != Codec::kNone && codec != Codec::kLz4 && codec != Codec::kZstd) {
    return Status::InvalidArgument("IPC has no compression " + std::string(CodecName(codec)) +
                                   ": use lz4, zstd or none");
  }
  if (!(options.min_saving >= 0 && options.min_saving < 1)) {  // NaN neither
    return Status::InvalidArgument("min_saving is " + std::to_string(options.min_saving) +
                                   ", must be at least 0 and below 1");
  }
  return ValidateCompression(options.compression);
}

}  // namespace

Status WriteOptions::Validate() const try {
  const int32_t alignment = alignment_bytes;
  if (alignment != 8 && alignment != 16 && alignment != 32 && alignment != 64) {
    return Status::InvalidArgument("alignment_bytes is " + std::to_string(alignment) + ", must be 8, 16, 32 or 64");
  }
  if (allocator == nullptr) return Status::InvalidArgument("allocator is null");
  if (buffer_bytes < 0 || buffer_bytes > kMostBufferBytes) {
    return Status::InvalidArgument("buffer_bytes is " + std::to_string(buffer_bytes) + ", must be 0 to " +
                                   std::to_string(kMostBufferBytes));
  }
  if (dictionaries != DictionaryPolicy::kReplace && dictionaries != DictionaryPolicy::kDelta &&
      dictionaries != DictionaryPolicy::kUnify) {
    return Status::InvalidArgument("dictionaries must be kReplace, kDelta or kUnify");
  }
  if (Status status = CheckForm(*this); !status.ok()) return status;
  return CheckCompression(*this);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status CheckOptions(const WriteOptions& options, const Schema& schema) {
  if (Status status = options.Validate(); !status.ok()) return status;
  if (options.columns.empty()) return {};
  std::vector<std::string> paths = AllPaths(schema);
  for (const auto& [path, column] : options.columns) {
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    return Status::InvalidArgument("options name a column '" + path + "' that the schema does not have" +
                                   NearestPaths(path, paths));
  }
  return {};
}

}  // namespace inlay::ipc
