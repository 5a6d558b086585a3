// What stands before a message's metadata (Columnar format, "Encapsulated message format"), a word of 4 bytes at a
// time, so that nothing past the end of a stream is asked for:
//
//   FF FF FF FF   int32 LE length of the metadata     (0: the end of the stream)
//   int32 LE length of the metadata                   (0: the end), the form before Arrow 0.15
//
// Where the bytes are those of a file, "ARROW1" 00 00 stands before the first one.
#pragma once

#include <cstdint>

#include <inlay/status.h>

namespace inlay::ipc {

class MessagePrefix {
 public:
  static constexpr int64_t kWordBytes = 4;

  // Takes the next word, which stands at `position_bytes` of the input. Requires !is_whole().
  Status Take(const uint8_t* word, int64_t position_bytes);
  // All that comes before the metadata was taken.
  bool is_whole() const { return part_ == Part::kWhole; }
  // The input may end here.
  bool is_between_messages() const { return part_ == Part::kMagic || part_ == Part::kMarkerOrLength; }
  // Of the prefix itself, without magic bytes. Requires is_whole().
  int64_t size_bytes() const { return size_bytes_; }
  // 0: the end of the stream. Requires is_whole().
  int64_t metadata_bytes() const { return metadata_bytes_; }
  // Begins with the next message.
  void Reset() { part_ = Part::kMarkerOrLength; }

 private:
  enum class Part : uint8_t { kMagic, kRestOfMagic, kMarkerOrLength, kLength, kWhole };
  Part part_ = Part::kMagic;  // what the next word may be, at the most
  int64_t size_bytes_ = 0;
  int64_t metadata_bytes_ = 0;
};

}  // namespace inlay::ipc
