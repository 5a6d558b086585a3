// Schemas to and from flatbuffers, and the door that untrusted flatbuffers come in by. For those who write and read
// messages; everyone else needs schema_message.h only.
#pragma once

#include <inlay_flatbuf/message_generated.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <inlay/buffer_view.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay {

using FlatBufferBuilder = flatbuffers::FlatBufferBuilder;

// What flatbuffers hold at most here; the format allows 2 GiB and the library asserts beyond that.
inline constexpr int64_t kMaxFlatBufferBytes = int64_t{1} << 30;

// Little-endian, at any address: the lengths before and after flatbuffers.
inline int32_t LoadInt32(const uint8_t* bytes) {
  int32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return flatbuffers::EndianScalar(value);
}
inline void StoreInt32(int32_t value, uint8_t* bytes) {
  value = flatbuffers::EndianScalar(value);
  std::memcpy(bytes, &value, sizeof(value));
}

// Element `index` of a vector of structs or of 64-bit integers: the verifier only saw that the vector begins on a
// multiple of 4.
template <typename Struct>
Struct ElementOf(const flatbuffers::Vector<const Struct*>& vector, flatbuffers::uoffset_t index) {
  Struct element;
  std::memcpy(&element, vector.Data() + index * sizeof(Struct), sizeof(Struct));
  return element;
}
inline int64_t ElementOf(const flatbuffers::Vector<int64_t>& vector, flatbuffers::uoffset_t index) {
  int64_t element;
  std::memcpy(&element, vector.Data() + index * sizeof(element), sizeof(element));
  return flatbuffers::EndianScalar(element);
}

// Requires a valid schema. `dictionary_ids`: of the dictionary-encoded fields, in pre-order; empty: 0, 1, ...
// kLimitExceeded when it would not fit into a flatbuffer.
Result<flatbuffers::Offset<flatbuf::Schema>> BuildSchema(const Schema& schema, FlatBufferBuilder* builder,
                                                         std::endian byte_order = std::endian::native,
                                                         std::span<const int64_t> dictionary_ids = {});
// A null offset for no metadata: the field stays absent.
flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuf::KeyValue>>> BuildMetadata(
    const KeyValueMetadata& metadata, FlatBufferBuilder* builder);
// A finished flatbuffer behind its prefix (see schema_message.h), which has no marker in the legacy form, padded.
std::vector<uint8_t> EncapsulateMessage(const FlatBufferBuilder& finished, int64_t start_bytes, int64_t alignment_bytes,
                                        bool legacy_framing = false);

// A flatbuffer that passed the verifier. Borrows the bytes when they are 8-byte aligned, copies them otherwise.
template <typename Root>
class VerifiedFlatBuffer {
 public:
  // kCorruptData unless `bytes` is a flatbuffer of this root: within bounds, not too deep, no more tables than its size
  // can hold. `what` begins the message.
  static Result<VerifiedFlatBuffer> Verify(BufferView bytes, std::string_view what);
  VerifiedFlatBuffer(VerifiedFlatBuffer&&) noexcept = default;
  VerifiedFlatBuffer& operator=(VerifiedFlatBuffer&&) noexcept = default;
  const Root& operator*() const { return *flatbuffers::GetRoot<Root>(bytes_.data); }
  const Root* operator->() const { return &**this; }
  int64_t size_bytes() const { return bytes_.size_bytes; }

 private:
  VerifiedFlatBuffer() = default;

  std::vector<uint64_t> copy_;
  BufferView bytes_;
};
// Verifies a message and its version: V4 and V5 pass.
Result<VerifiedFlatBuffer<flatbuf::Message>> VerifyMessage(BufferView bytes);
Status CheckVersion(flatbuf::MetadataVersion version);

// A schema as it came, with what only messages know.
struct DecodedSchema {
  Schema schema;
  bool foreign_endian = false;          // values are in the other byte order than this machine's
  std::vector<int64_t> dictionary_ids;  // of the dictionary-encoded fields, in pre-order
};
// `flatbuffer_bytes`: size of the whole verified flatbuffer, which bounds what is made of it: tables and strings that
// are shared over and over do not multiply.
Result<DecodedSchema> ReadSchema(const flatbuf::Schema& schema, int64_t flatbuffer_bytes);
Result<KeyValueMetadata> ReadMetadata(const flatbuffers::Vector<flatbuffers::Offset<flatbuf::KeyValue>>* metadata,
                                      int64_t flatbuffer_bytes);

template <typename Root>
Result<VerifiedFlatBuffer<Root>> VerifiedFlatBuffer<Root>::Verify(BufferView bytes, std::string_view what) {
  const std::string text(what);
  if (bytes.size_bytes < 8) return Status::CorruptData(text + ": too short for a flatbuffer");
  if (bytes.size_bytes > kMaxFlatBufferBytes) return Status::LimitExceeded(text + ": larger than 1 GiB");
  VerifiedFlatBuffer result;
  const size_t size = static_cast<size_t>(bytes.size_bytes);
  if (reinterpret_cast<uintptr_t>(bytes.data) % 8 != 0) {
    result.copy_.resize((size + 7) / 8);
    std::memcpy(result.copy_.data(), bytes.data, size);
    bytes.data = reinterpret_cast<const uint8_t*>(result.copy_.data());
  }
  // A field costs one level a nested type, and a message two more. A table takes four bytes, and its reference four.
  const auto max_tables = static_cast<flatbuffers::uoffset_t>(size / 2 + 1024);
  flatbuffers::Verifier verifier(bytes.data, size, /*max_depth=*/128, max_tables);
  if (!verifier.VerifyBuffer<Root>(nullptr)) return Status::CorruptData(text + ": malformed flatbuffer");
  result.bytes_ = bytes;
  return result;
}

}  // namespace inlay
