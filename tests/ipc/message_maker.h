// IPC streams put together message by message, so that they can be what the library's writers never write: old forms,
// the other byte order, dictionaries, views, and lies.
#pragma once

#include <inlay_flatbuf/footer_generated.h>
#include <inlay_flatbuf/message_generated.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <inlay/types.h>

#include "engine/columns/schema_flatbuffer.h"

namespace inlay::ipc {

using Blob = std::vector<uint8_t>;

template <typename T>
Blob BlobOf(const std::vector<T>& values) {
  Blob blob(values.size() * sizeof(T));
  if (!blob.empty()) std::memcpy(blob.data(), values.data(), blob.size());
  return blob;
}
inline Blob BlobOf(const std::string& text) { return Blob(text.begin(), text.end()); }

struct BatchParts {
  int64_t num_rows = 0;
  std::vector<flatbuf::FieldNode> nodes;
  std::vector<Blob> buffers;
  std::vector<int64_t> variadic_counts = {};
  std::optional<flatbuf::CompressionType> compression = {};
  std::vector<flatbuf::Buffer> lies = {};  // instead of where the buffers are
};

// A column of required values or text.
inline BatchParts Int32s(const std::vector<int32_t>& values) {
  const auto rows = static_cast<int64_t>(values.size());
  return {.num_rows = rows, .nodes = {{rows, 0}}, .buffers = {{}, BlobOf(values)}};
}

inline BatchParts Strings(const std::vector<std::string>& values) {
  std::vector<int32_t> offsets = {0};
  std::string text;
  for (const std::string& value : values) {
    text += value;
    offsets.push_back(static_cast<int32_t>(text.size()));
  }
  const auto rows = static_cast<int64_t>(values.size());
  return {.num_rows = rows, .nodes = {{rows, 0}}, .buffers = {{}, BlobOf(offsets), BlobOf(text)}};
}

// The bytes of an int32.
inline std::string Little(int32_t value) {
  std::string text(4, '\0');
  std::memcpy(text.data(), &value, 4);
  return text;
}

class StreamMaker {
 public:
  flatbuf::MetadataVersion version = flatbuf::MetadataVersion::V5;
  bool legacy = false;  // no marker
  int64_t body_length_lie = -1;
  KeyValueMetadata metadata = {};  // of each message that follows
  bool shares_dictionary = false;  // every dictionary but the first has the id 1

  void AddSchema(const Schema& schema, bool big_endian = false) {
    FlatBufferBuilder builder;
    auto offset = *BuildSchema(schema, &builder);
    if (shares_dictionary) Share(flatbuffers::GetTemporaryPointer(builder, offset)->fields());
    if (big_endian) {
      const auto fields = flatbuffers::GetTemporaryPointer(builder, offset)->fields();
      const auto fields_offset = flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuf::Field>>>(
          static_cast<flatbuffers::uoffset_t>(builder.GetCurrentBufferPointer() + builder.GetSize() -
                                              reinterpret_cast<const uint8_t*>(fields)));
      offset = flatbuf::CreateSchema(builder, flatbuf::Endianness::Big, fields_offset);
    }
    AddMessage(&builder, flatbuf::MessageHeader::Schema, offset.Union(), {});
  }

  void AddBatch(const BatchParts& parts) {
    FlatBufferBuilder builder;
    Blob body;
    const auto offset = Build(parts, &builder, &body);
    AddMessage(&builder, flatbuf::MessageHeader::RecordBatch, offset.Union(), body);
  }

  void AddDictionary(int64_t id, const BatchParts& parts, bool is_delta = false) {
    FlatBufferBuilder builder;
    Blob body;
    const auto values = Build(parts, &builder, &body);
    const auto offset = flatbuf::CreateDictionaryBatch(builder, id, values, is_delta);
    AddMessage(&builder, flatbuf::MessageHeader::DictionaryBatch, offset.Union(), body);
  }

  void AddEnd() {
    if (!legacy) Append(int32_t{-1});
    Append(int32_t{0});
  }

  const Blob& bytes() const { return bytes_; }

  // The stream as a file whose footer names all batches and dictionaries.
  Blob File(const Schema& schema, const KeyValueMetadata& footer_metadata = {}) const {
    FlatBufferBuilder builder;
    const auto shift = [](std::vector<flatbuf::Block> blocks) {
      for (auto& block : blocks) block = {block.offset() + 8, block.metadata_length(), block.body_length()};
      return blocks;
    };
    const auto schema_offset = *BuildSchema(schema, &builder);
    const auto dictionaries = builder.CreateVectorOfStructs(shift(dictionary_blocks));
    const auto batches = builder.CreateVectorOfStructs(shift(batch_blocks));
    const auto custom = BuildMetadata(footer_metadata, &builder);
    builder.Finish(flatbuf::CreateFooter(builder, version, schema_offset, dictionaries, batches, custom));
    Blob file = BlobOf(std::string("ARROW1\0\0", 8));
    file.insert(file.end(), bytes_.begin(), bytes_.end());
    file.insert(file.end(), builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    file.resize(file.size() + 4);
    StoreInt32(static_cast<int32_t>(builder.GetSize()), file.data() + file.size() - 4);
    const Blob magic = BlobOf("ARROW1");
    file.insert(file.end(), magic.begin(), magic.end());
    return file;
  }

  // Where they stand in the stream.
  std::vector<flatbuf::Block> batch_blocks;
  std::vector<flatbuf::Block> dictionary_blocks;

 private:
  static void Share(const flatbuffers::Vector<flatbuffers::Offset<flatbuf::Field>>* fields) {
    for (const flatbuf::Field* field : *fields) {
      // The id 0 is not stored.
      auto* dictionary = const_cast<flatbuf::DictionaryEncoding*>(field->dictionary());
      if (dictionary != nullptr && dictionary->id() != 0) {
        reinterpret_cast<flatbuffers::Table*>(dictionary)->SetField<int64_t>(flatbuf::DictionaryEncoding::VT_ID, 1, 0);
      }
      Share(field->children());
    }
  }

  void Append(int32_t word) {
    bytes_.resize(bytes_.size() + 4);
    StoreInt32(word, bytes_.data() + bytes_.size() - 4);
  }

  static flatbuffers::Offset<flatbuf::RecordBatch> Build(const BatchParts& parts, FlatBufferBuilder* builder,
                                                         Blob* body) {
    std::vector<flatbuf::Buffer> places;
    for (const Blob& buffer : parts.buffers) {
      places.emplace_back(static_cast<int64_t>(body->size()), static_cast<int64_t>(buffer.size()));
      body->insert(body->end(), buffer.begin(), buffer.end());
      body->resize((body->size() + 7) / 8 * 8);
    }
    if (!parts.lies.empty()) places = parts.lies;
    const auto nodes = builder->CreateVectorOfStructs(parts.nodes);
    const auto buffers = builder->CreateVectorOfStructs(places);
    flatbuffers::Offset<flatbuf::BodyCompression> compression;
    if (parts.compression) compression = flatbuf::CreateBodyCompression(*builder, *parts.compression);
    flatbuffers::Offset<flatbuffers::Vector<int64_t>> variadic;
    if (!parts.variadic_counts.empty()) variadic = builder->CreateVector(parts.variadic_counts);
    return flatbuf::CreateRecordBatch(*builder, parts.num_rows, nodes, buffers, compression, variadic);
  }

  void AddMessage(FlatBufferBuilder* builder, flatbuf::MessageHeader kind, flatbuffers::Offset<void> header,
                  const Blob& body) {
    const int64_t body_length = body_length_lie >= 0 ? body_length_lie : static_cast<int64_t>(body.size());
    const auto custom = BuildMetadata(metadata, builder);
    builder->Finish(flatbuf::CreateMessage(*builder, version, kind, header, body_length, custom));
    const Blob message = EncapsulateMessage(*builder, legacy ? 4 : 0, 8);
    const flatbuf::Block block(static_cast<int64_t>(bytes_.size()),
                               static_cast<int32_t>(message.size()) - (legacy ? 4 : 0), body_length);
    if (kind == flatbuf::MessageHeader::RecordBatch) batch_blocks.push_back(block);
    if (kind == flatbuf::MessageHeader::DictionaryBatch) dictionary_blocks.push_back(block);
    bytes_.insert(bytes_.end(), message.begin() + (legacy ? 4 : 0), message.end());
    bytes_.insert(bytes_.end(), body.begin(), body.end());
  }

  Blob bytes_;
};

}  // namespace inlay::ipc
