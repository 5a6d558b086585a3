// The messages of an IPC stream, taken apart by hand: shares no code with the library or with FlatBuffers. Reads what
// this library writes (every field of a table present that is asked for); throws std::runtime_error at what breaks a
// rule.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace inlay::reference {

using Bytes = std::span<const uint8_t>;

inline void Require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

template <typename T>
T LoadLittle(Bytes bytes, size_t at) {
  Require(at + sizeof(T) <= bytes.size(), "read past the end");
  uint64_t value = 0;
  for (size_t i = sizeof(T); i-- > 0;) value = value << 8 | bytes[at + i];
  return static_cast<T>(value);
}

inline void RequireZeros(Bytes bytes, const std::string& what) {
  for (uint8_t byte : bytes) Require(byte == 0, what + " is not zero");
}

// A table of a flatbuffer.
struct Table {
  Bytes buffer;
  size_t at = 0;

  static Table Root(Bytes buffer) { return {buffer, LoadLittle<uint32_t>(buffer, 0)}; }
  // Where field `id` stands, or 0 when it is absent.
  size_t Field(size_t id) const {
    const auto vtable = static_cast<size_t>(static_cast<int64_t>(at) - LoadLittle<int32_t>(buffer, at));
    if (4 + 2 * id >= LoadLittle<uint16_t>(buffer, vtable)) return 0;
    const auto offset = LoadLittle<uint16_t>(buffer, vtable + 4 + 2 * id);
    return offset == 0 ? 0 : at + offset;
  }
  template <typename T>
  T Scalar(size_t id, T otherwise) const {
    return Field(id) == 0 ? otherwise : LoadLittle<T>(buffer, Field(id));
  }
  Table Child(size_t id) const {
    Require(Field(id) != 0, "a table is absent");
    return {buffer, Field(id) + LoadLittle<uint32_t>(buffer, Field(id))};
  }
  // Position of the first element and number of elements.
  std::pair<size_t, size_t> Vector(size_t id) const {
    Require(Field(id) != 0, "a vector is absent");
    const size_t vector = Field(id) + LoadLittle<uint32_t>(buffer, Field(id));
    return {vector + 4, LoadLittle<uint32_t>(buffer, vector)};
  }
};

struct Pair {
  int64_t first;   // node: length; buffer: offset
  int64_t second;  // node: null count; buffer: length
};

struct IpcMessage {
  size_t offset = 0;         // in the stream
  size_t metadata_size = 0;  // prefix and padding included
  int version = 0;           // 4: V5
  int kind = 0;              // 1 schema, 2 dictionary, 3 batch
  Table header;
  Bytes body;
  std::vector<std::pair<std::string, std::string>> metadata;
  // Batches, and those of dictionaries:
  int64_t dictionary_id = -1;
  bool is_delta = false;
  int64_t num_rows = 0;
  int codec = -1;  // 0 LZ4_FRAME, 1 ZSTD, -1 none
  std::vector<Pair> nodes;
  std::vector<Pair> buffers;
  std::vector<int64_t> variadic_counts;
};

inline std::string LoadString(const Table& table, size_t id) {
  const auto [at, size] = table.Vector(id);
  Require(at + size <= table.buffer.size(), "a string is not within the buffer");
  return {reinterpret_cast<const char*>(table.buffer.data() + at), size};
}

// Key and value pairs; none when the field is absent.
inline std::vector<std::pair<std::string, std::string>> LoadMetadata(const Table& table, size_t id) {
  std::vector<std::pair<std::string, std::string>> metadata;
  if (table.Field(id) == 0) return metadata;
  const auto [at, count] = table.Vector(id);
  for (size_t i = 0; i < count; ++i) {
    const size_t element = at + 4 * i;
    const Table pair{table.buffer, element + LoadLittle<uint32_t>(table.buffer, element)};
    metadata.emplace_back(LoadString(pair, 0), LoadString(pair, 1));
  }
  return metadata;
}

inline std::vector<Pair> Pairs(const Table& table, size_t id) {
  const auto [at, count] = table.Vector(id);
  std::vector<Pair> pairs;
  for (size_t i = 0; i < count; ++i) {
    pairs.push_back(
        {LoadLittle<int64_t>(table.buffer, at + 16 * i), LoadLittle<int64_t>(table.buffer, at + 16 * i + 8)});
  }
  return pairs;
}

// Buffers are aligned, within the body, in order, and what lies between them is zero.
inline void RequireTidyBody(const IpcMessage& message, int64_t alignment) {
  int64_t end = 0;
  for (const Pair& buffer : message.buffers) {
    Require(buffer.first % alignment == 0, "a buffer is not aligned");
    Require(buffer.first >= end && buffer.second >= 0, "buffers overlap");
    RequireZeros(message.body.subspan(static_cast<size_t>(end), static_cast<size_t>(buffer.first - end)), "padding");
    end = buffer.first + buffer.second;
    Require(end <= static_cast<int64_t>(message.body.size()), "a buffer is not within the body");
  }
  RequireZeros(message.body.subspan(static_cast<size_t>(end)), "padding");
  Require(static_cast<int64_t>(message.body.size()) - end < alignment, "the body is longer than its buffers");
}

inline void LoadBatch(const Table& batch, int64_t alignment, IpcMessage* message) {
  message->num_rows = batch.Scalar<int64_t>(0, 0);
  message->nodes = Pairs(batch, 1);
  message->buffers = Pairs(batch, 2);
  if (batch.Field(3) != 0) message->codec = batch.Child(3).Scalar<int8_t>(0, 0);
  if (batch.Field(4) != 0) {
    const auto [at, count] = batch.Vector(4);
    for (size_t i = 0; i < count; ++i) {
      message->variadic_counts.push_back(LoadLittle<int64_t>(batch.buffer, at + 8 * i));
    }
  }
  RequireTidyBody(*message, alignment);
}

// All messages of a stream that ends with its marker. `start`: where in a file it stands; each message ends on a
// multiple of `alignment` of the file.
inline std::vector<IpcMessage> ReadMessages(Bytes stream, size_t start, int64_t alignment,
                                            size_t* stream_bytes = nullptr) {
  std::vector<IpcMessage> messages;
  size_t at = 0;
  while (true) {
    Require(LoadLittle<uint32_t>(stream, at) == 0xFFFFFFFF, "no continuation marker");
    const auto length = LoadLittle<int32_t>(stream, at + 4);
    if (length == 0) break;
    IpcMessage message;
    message.offset = at;
    message.metadata_size = 8 + static_cast<size_t>(length);
    const Bytes flatbuffer = stream.subspan(at + 8, static_cast<size_t>(length));
    const Table table = Table::Root(flatbuffer);
    message.version = table.Scalar<int16_t>(0, 0);
    message.kind = table.Scalar<uint8_t>(1, 0);
    message.header = table.Child(2);
    const auto body_length = table.Scalar<int64_t>(3, 0);
    Require(body_length >= 0 && body_length % 8 == 0, "body length");
    message.body = stream.subspan(at + message.metadata_size, static_cast<size_t>(body_length));
    Require(static_cast<int64_t>(start + at + message.metadata_size) % alignment == 0, "a body is not aligned");
    Require(body_length % alignment == 0, "a body does not end on the alignment");
    message.metadata = LoadMetadata(table, 4);
    if (message.kind == 2) {
      message.dictionary_id = message.header.Scalar<int64_t>(0, 0);
      message.is_delta = message.header.Scalar<uint8_t>(2, 0) != 0;
    }
    if (message.kind != 1) LoadBatch(message.kind == 2 ? message.header.Child(1) : message.header, alignment, &message);
    at += message.metadata_size + static_cast<size_t>(body_length);
    messages.push_back(std::move(message));
  }
  if (stream_bytes != nullptr) *stream_bytes = at + 8;
  return messages;
}

struct FileBlock {
  int64_t offset;
  int32_t metadata_size;
  int64_t body_size;
};

struct IpcFile {
  std::vector<IpcMessage> messages;  // offsets are those of the file less 8
  std::vector<FileBlock> blocks;
  Table footer;
};

inline IpcFile ReadFile(Bytes file, int64_t alignment) {
  static constexpr uint8_t kMagic[8] = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};
  Require(file.size() > 18 && std::memcmp(file.data(), kMagic, 8) == 0, "no magic at the start");
  Require(std::memcmp(file.data() + file.size() - 6, kMagic, 6) == 0, "no magic at the end");
  IpcFile result;
  size_t stream_bytes = 0;
  result.messages = ReadMessages(file.subspan(8), 8, alignment, &stream_bytes);
  const auto footer_bytes = static_cast<size_t>(LoadLittle<int32_t>(file, file.size() - 10));
  Require(8 + stream_bytes + footer_bytes + 10 == file.size(), "the footer does not follow the stream");
  result.footer = Table::Root(file.subspan(8 + stream_bytes, footer_bytes));
  const auto [at, count] = result.footer.Vector(3);
  for (size_t i = 0; i < count; ++i) {
    result.blocks.push_back({LoadLittle<int64_t>(result.footer.buffer, at + 24 * i),
                             LoadLittle<int32_t>(result.footer.buffer, at + 24 * i + 8),
                             LoadLittle<int64_t>(result.footer.buffer, at + 24 * i + 16)});
  }
  return result;
}

}  // namespace inlay::reference
