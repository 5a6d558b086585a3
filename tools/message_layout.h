// The arrays that the messages of a schema hold, with names for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/ipc/message_input.h"
#include "engine/ipc/projection.h"

namespace inlay::tools {

// An array of a message.
struct MessageArray {
  std::string path;  // "user.id"; of a dictionary's values "symbol (dictionary 0)"
  const ipc::ColumnPlan* plan;
};

// The arrays of one kind of message, in the order of its nodes.
struct MessageArrays {
  const ipc::MessagePlan* plan = nullptr;
  size_t first = 0;  // in MessageLayout::arrays()
  size_t count = 0;
};

// A buffer of a message.
struct MessageBuffer {
  size_t array;          // in MessageLayout::arrays()
  std::string role;      // "validity", "offsets", "data 0"
  int64_t offset_bytes;  // from the start of the body
  int64_t stored_bytes;  // without padding
  int64_t plain_bytes;   // uncompressed
};

// What a message that is no schema carries.
struct MessageBody {
  const flatbuf::RecordBatch* batch = nullptr;           // null: the message is none of these, or has no such part
  const flatbuf::DictionaryBatch* dictionary = nullptr;  // if it is one
};
MessageBody BodyOf(const ipc::Message& message);

class MessageLayout {
 public:
  static Result<MessageLayout> Make(std::shared_ptr<const DecodedSchema> decoded);

  const DecodedSchema& decoded() const { return projection_->decoded(); }
  const std::vector<MessageArray>& arrays() const { return arrays_; }
  // Null for a dictionary that no column has.
  const MessageArrays* Of(const MessageBody& body) const;
  // Reads the lengths that stand before compressed buffers from the source. kCorruptData for a message that does not
  // fit its schema or its body.
  Result<std::vector<MessageBuffer>> ListBuffers(const Source& source, const ipc::Message& message) const;

 private:
  void Add(const std::vector<ipc::ColumnPlan>& columns, const std::string& prefix);
  void Add(const ipc::ColumnPlan& array, std::string path);

  std::shared_ptr<const ipc::Projection> projection_;
  std::vector<MessageArray> arrays_;
  MessageArrays batch_;
  std::map<int64_t, MessageArrays> dictionaries_;
};

}  // namespace inlay::tools
