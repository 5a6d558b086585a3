// Messages of a stream put together from bytes as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/arriving_bytes.h"
#include "engine/ipc/message_input.h"
#include "engine/ipc/message_prefix.h"

namespace inlay::ipc {

// Holds at most one message, and of that what has arrived. After an error nothing but the destructor may be called.
class MessageAssembler {
 public:
  // `options` outlive the assembler.
  explicit MessageAssembler(const ReadOptions* options)
      : options_(*options), metadata_(options->allocator), body_(options->allocator) {}

  // Where the next bytes of the stream go: as many as are wanted without asking for any that may not come, or fewer.
  // Empty when there is a message to be taken, or at the end. `known_bytes`: that many are there to be copied.
  Result<std::span<uint8_t>> Room(int64_t known_bytes);
  // The first `num_bytes` of the room were filled. kLimitExceeded for messages larger than the options allow.
  Status Add(int64_t num_bytes);
  // The message, once it is whole.
  std::optional<Message> Take();

  // The end-of-stream marker has come.
  bool is_at_end() const { return part_ == Part::kEnd; }
  // The input may end here.
  bool is_between_messages() const {
    return part_ == Part::kPrefix && word_bytes_ == 0 && prefix_.is_between_messages();
  }
  // What is missing of the part in hand: prefix, metadata or body.
  int64_t wanted_bytes() const;
  // The error of an input that ends here. Requires that it may not.
  Status Truncated() const;

 private:
  enum class Part : uint8_t { kPrefix, kMetadata, kBody, kWhole, kEnd };
  Status PrefixIsWhole();
  Status MetadataIsWhole();

  const ReadOptions& options_;
  Part part_ = Part::kPrefix;
  MessagePrefix prefix_;
  uint8_t word_[MessagePrefix::kWordBytes];
  int64_t word_bytes_ = 0;
  ArrivingBytes metadata_;
  ArrivingBytes body_;
  std::optional<Message> message_;
  int64_t position_bytes_ = 0;      // of the next byte
  int64_t offset_bytes_ = 0;        // of the message
  int64_t largest_body_bytes_ = 0;  // of those that came whole
};

}  // namespace inlay::ipc
