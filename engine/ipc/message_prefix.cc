#include "engine/ipc/message_prefix.h"

#include <cstring>
#include <string>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/file_format.h"

namespace inlay::ipc {

Status MessagePrefix::Take(const uint8_t* word, int64_t position_bytes) {
  if (part_ == Part::kMagic && std::memcmp(word, kFileHead, kWordBytes) == 0) {
    part_ = Part::kRestOfMagic;
    return {};
  }
  if (part_ == Part::kRestOfMagic) {
    if (std::memcmp(word, kFileHead + kWordBytes, kMagicBytes - kWordBytes) != 0) {
      return Status::CorruptData("neither an Arrow IPC stream nor a file");
    }
    part_ = Part::kMarkerOrLength;
    return {};
  }
  const int32_t value = LoadInt32(word);
  if (part_ != Part::kLength && value == -1) {
    part_ = Part::kLength;
    return {};
  }
  if (value < 0) {
    return Status::CorruptData("byte " + std::to_string(position_bytes) + ": a negative metadata length");
  }
  size_bytes_ = part_ == Part::kLength ? 2 * kWordBytes : kWordBytes;
  metadata_bytes_ = value;
  part_ = Part::kWhole;
  return {};
}

}  // namespace inlay::ipc
