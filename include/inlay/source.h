// Where encoded bytes come from: random access.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <inlay/export.h>
#include <inlay/sink.h>
#include <inlay/status.h>

namespace inlay {

/// Bytes that can be read at any offset. Reads may come from several threads at once.
class INLAY_EXPORT Source {
 public:
  virtual ~Source() = default;
  virtual int64_t size_bytes() const = 0;
  /// Fills `out` from `offset_bytes`, wholly or with an error (kCorruptData past the end).
  virtual Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const = 0;
  /// All bytes in place, where the source has them in memory (map, buffer): valid while the source lives. Otherwise
  /// empty.
  virtual BufferView mapped() const { return {}; }
};

/// A regular file through pread. Its size is that of this moment: a file that shrinks later is kCorruptData when read.
INLAY_EXPORT Result<std::unique_ptr<Source>> OpenFileSource(const std::string& path);
/// A file mapped into memory, read only. The file must not shrink while the source lives.
INLAY_EXPORT Result<std::unique_ptr<Source>> OpenMappedSource(const std::string& path);
/// Bytes of the caller's, which must outlive the source. Null when there is no memory for the source itself.
INLAY_EXPORT std::unique_ptr<Source> MakeBufferSource(BufferView bytes);

}  // namespace inlay
