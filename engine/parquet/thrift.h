// Thrift compact protocol, as much of it as Parquet metadata needs (Apache Thrift, thrift-compact-protocol.md).
//
//   struct = field* 0x00
//   field  = (delta << 4 | type) value          delta = id - last id of this struct, 1..15
//          | (0 << 4 | type) zigzag(id) value   otherwise
//   value  = bool: nothing (it is the type) | i8: 1 byte | i16, i32, i64: zigzag ULEB128 | double: 8 bytes LE
//          | binary: ULEB128 length, bytes | list | struct
//   list   = (n << 4 | type) element*           n < 15; a bool element is one byte, 1 or 2
//          | (0xF << 4 | type) ULEB128(n) element*
#pragma once

#include <cassert>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <inlay/status.h>

namespace inlay::parquet {

enum class WireType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kI8 = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

// Appends to a caller's buffer as long as it is large enough and moves to memory of its own when it is not; a page
// header fits into 128 bytes on the stack. Growth may throw std::bad_alloc, like every container here. Structs nest at
// most kMaxDepth.
class ThriftWriter {
 public:
  static constexpr int kMaxDepth = 12;

  ThriftWriter() = default;
  explicit ThriftWriter(std::span<uint8_t> scratch)
      : begin_(scratch.data()), next_(begin_), end_(begin_ + scratch.size()) {}
  ThriftWriter(const ThriftWriter&) = delete;
  ThriftWriter& operator=(const ThriftWriter&) = delete;

  // What was written so far; valid until the next call that writes.
  std::span<const uint8_t> bytes() const { return {begin_, next_}; }
  // Forgets the bytes and keeps the memory.
  void Clear() { next_ = begin_, depth_ = 0, last_id_[0] = 0; }

  void BeginStruct() {
    assert(depth_ + 1 < kMaxDepth);
    last_id_[++depth_] = 0;
  }
  void EndStruct() {
    assert(depth_ > 0);
    --depth_;
    PutByte(0);
  }
  // The field whose value comes next. A bool has no further value.
  void Field(int16_t id, WireType type) {
    Reserve(4);
    const int delta = id - last_id_[depth_];
    last_id_[depth_] = id;
    if (delta >= 1 && delta <= 15) {
      *next_++ = static_cast<uint8_t>(delta << 4 | static_cast<int>(type));
    } else {
      *next_++ = static_cast<uint8_t>(type);
      PutVarintUnchecked(ZigZag(id));
    }
  }
  void BoolField(int16_t id, bool value) { Field(id, value ? WireType::kTrue : WireType::kFalse); }
  void I8(int8_t value) { PutByte(static_cast<uint8_t>(value)); }
  // i16 and i32 too: the form is the same.
  void I64(int64_t value) {
    Reserve(10);
    PutVarintUnchecked(ZigZag(value));
  }
  void Binary(std::string_view value) {
    Reserve(10 + static_cast<int64_t>(value.size()));
    PutVarintUnchecked(value.size());
    if (!value.empty()) std::memcpy(next_, value.data(), value.size());
    next_ += value.size();
  }
  void List(WireType element, int64_t count) {
    Reserve(11);
    *next_++ = static_cast<uint8_t>((count < 15 ? count : 15) << 4 | static_cast<int>(element));
    if (count >= 15) PutVarintUnchecked(static_cast<uint64_t>(count));
  }

 private:
  static uint64_t ZigZag(int64_t value) {
    return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
  }
  void PutByte(uint8_t value) {
    Reserve(1);
    *next_++ = value;
  }
  void PutVarintUnchecked(uint64_t value) {
    for (; value >= 0x80; value >>= 7) *next_++ = static_cast<uint8_t>(value | 0x80);
    *next_++ = static_cast<uint8_t>(value);
  }
  void Reserve(int64_t num_bytes) {
    if (end_ - next_ < num_bytes) Grow(num_bytes);
  }
  void Grow(int64_t num_bytes);

  uint8_t* begin_ = nullptr;
  uint8_t* next_ = nullptr;
  uint8_t* end_ = nullptr;
  std::vector<uint8_t> own_;
  int depth_ = 0;
  int16_t last_id_[kMaxDepth] = {};
};

// Reads bytes that may be hostile. The first error (kCorruptData with its byte offset) sticks: after it nothing moves,
// values are zero, NextField is false and lists are empty, so that a caller checks once, at the end.
class ThriftReader {
 public:
  struct Limits {
    int32_t max_depth = 32;                          // of structs and containers
    int64_t max_allocated_bytes = int64_t{1} << 30;  // of the decoded strings and list elements
  };
  static constexpr int kMaxDepth = 64;  // the largest Limits::max_depth

  explicit ThriftReader(std::span<const uint8_t> bytes) : ThriftReader(bytes, Limits()) {}
  ThriftReader(std::span<const uint8_t> bytes, Limits limits);

  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }
  int64_t position() const { return position_; }
  void Fail(std::string_view what);

  void BeginStruct();
  // Moves to the next field of the innermost struct; false at its end (which closes the struct) and after an error.
  bool NextField();
  int16_t field_id() const { return field_id_; }
  WireType field_type() const { return field_type_; }

  // The value of a bool field stands in its type; as a list element it is a byte.
  bool FieldBool();
  bool ElementBool();
  int8_t I8();
  int16_t I16();
  int32_t I32();
  int64_t I64();
  std::string Binary();
  // Header of a list. Returns the count, at most what the remaining bytes can hold. Every BeginList without error is
  // followed by an EndList.
  int64_t BeginList(WireType* element);
  void EndList() { --depth_; }
  // Skips a value of a type, however it nests.
  void Skip(WireType type, bool is_element);
  // Books memory that the caller is about to allocate for decoded values.
  bool Charge(int64_t num_bytes);

 private:
  uint64_t Varint(int max_bits);
  int64_t ZigZag(int bits);
  uint8_t Byte();
  bool Enter();

  std::span<const uint8_t> bytes_;
  int64_t position_ = 0;
  Limits limits_;
  int64_t allocated_bytes_ = 0;
  int depth_ = 0;
  int16_t last_id_[kMaxDepth + 1] = {};
  int16_t field_id_ = 0;
  WireType field_type_ = WireType::kStop;
  Status status_;
};

}  // namespace inlay::parquet
