#include "engine/parquet/thrift.h"

#include <algorithm>

namespace inlay::parquet {

void ThriftWriter::Grow(int64_t num_bytes) {
  const int64_t used_bytes = next_ - begin_;
  const int64_t wanted_bytes = std::max<int64_t>(256, std::max(2 * (end_ - begin_), used_bytes + num_bytes));
  std::vector<uint8_t> grown(static_cast<size_t>(wanted_bytes));
  if (used_bytes > 0) std::memcpy(grown.data(), begin_, static_cast<size_t>(used_bytes));
  own_.swap(grown);
  begin_ = own_.data();
  next_ = begin_ + used_bytes;
  end_ = begin_ + own_.size();
}

ThriftReader::ThriftReader(std::span<const uint8_t> bytes, Limits limits) : bytes_(bytes), limits_(limits) {
  limits_.max_depth = std::min(limits_.max_depth, kMaxDepth);
}

void ThriftReader::Fail(std::string_view what) {
  if (!ok()) return;
  status_ = Status::CorruptData("Thrift metadata: " + std::string(what) + ", at byte " + std::to_string(position_));
  position_ = static_cast<int64_t>(bytes_.size());
}

bool ThriftReader::Enter() {
  if (!ok()) return false;
  if (depth_ >= limits_.max_depth) {
    Fail("structures nest too deeply");
    return false;
  }
  ++depth_;
  return true;
}

bool ThriftReader::Charge(int64_t num_bytes) {
  allocated_bytes_ += num_bytes;
  if (allocated_bytes_ > limits_.max_allocated_bytes) Fail("decoded values exceed the memory limit");
  return ok();
}

uint8_t ThriftReader::Byte() {
  if (!ok()) return 0;
  if (position_ >= static_cast<int64_t>(bytes_.size())) {
    Fail("data ends inside a structure");
    return 0;
  }
  return bytes_[static_cast<size_t>(position_++)];
}

uint64_t ThriftReader::Varint(int max_bits) {
  uint64_t value = 0;
  for (int shift = 0; shift < max_bits; shift += 7) {
    const uint8_t byte = Byte();
    const uint64_t bits = byte & 0x7F;
    if (shift + 7 > max_bits && (bits >> (max_bits - shift)) != 0) break;
    value |= bits << shift;
    if (byte < 0x80) return value;
  }
  Fail("integer too large");
  return 0;
}

int64_t ThriftReader::ZigZag(int bits) {
  const uint64_t value = Varint(bits);
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

void ThriftReader::BeginStruct() {
  if (Enter()) last_id_[depth_] = 0;
}

bool ThriftReader::NextField() {
  const uint8_t header = Byte();
  if (!ok()) return false;
  if (header == 0) {
    --depth_;
    return false;
  }
  field_type_ = static_cast<WireType>(header & 0x0F);
  if (field_type_ == WireType::kStop || field_type_ > WireType::kUuid) {
    Fail("unknown field type");
    return false;
  }
  const int delta = header >> 4;
  const int id = delta != 0 ? last_id_[depth_] + delta : I16();
  if (id > INT16_MAX) Fail("field id too large");
  if (!ok()) return false;
  field_id_ = last_id_[depth_] = static_cast<int16_t>(id);
  return true;
}

bool ThriftReader::FieldBool() { return field_type_ == WireType::kTrue; }

bool ThriftReader::ElementBool() {
  const uint8_t value = Byte();
  if (value > 2) Fail("a bool is neither true nor false");
  return value == 1;
}

int8_t ThriftReader::I8() { return static_cast<int8_t>(Byte()); }
int16_t ThriftReader::I16() { return static_cast<int16_t>(ZigZag(16)); }
int32_t ThriftReader::I32() { return static_cast<int32_t>(ZigZag(32)); }
int64_t ThriftReader::I64() { return ZigZag(64); }

std::string ThriftReader::Binary() {
  const uint64_t size_bytes = Varint(32);
  if (size_bytes > bytes_.size() - static_cast<size_t>(position_)) Fail("a binary value reaches past the end");
  if (!ok() || !Charge(static_cast<int64_t>(size_bytes))) return {};
  std::string value(reinterpret_cast<const char*>(bytes_.data()) + position_, size_bytes);
  position_ += static_cast<int64_t>(size_bytes);
  return value;
}

int64_t ThriftReader::BeginList(WireType* element) {
  *element = WireType::kStop;
  if (!Enter()) return 0;
  const uint8_t header = Byte();
  const uint64_t count = header >> 4 == 15 ? Varint(32) : header >> 4;
  const auto type = static_cast<WireType>(header & 0x0F);
  if (ok() && (type == WireType::kStop || type > WireType::kUuid)) Fail("unknown list element type");
  // Each element takes a byte or more.
  if (ok() && count > bytes_.size() - static_cast<size_t>(position_)) Fail("a list reaches past the end");
  if (!ok()) return 0;
  *element = type;
  return static_cast<int64_t>(count);
}

void ThriftReader::Skip(WireType type, bool is_element) {
  switch (type) {
    case WireType::kTrue:
    case WireType::kFalse:
      if (is_element) Byte();
      return;
    case WireType::kI8:
      Byte();
      return;
    case WireType::kI16:
    case WireType::kI32:
    case WireType::kI64:
      Varint(64);
      return;
    case WireType::kDouble:
    case WireType::kUuid:
    case WireType::kBinary: {
      const uint64_t size_bytes = type == WireType::kDouble ? 8 : type == WireType::kUuid ? 16 : Varint(32);
      if (ok() && size_bytes > bytes_.size() - static_cast<size_t>(position_)) Fail("a value reaches past the end");
      if (ok()) position_ += static_cast<int64_t>(size_bytes);
      return;
    }
    case WireType::kList:
    case WireType::kSet: {
      WireType element;
      const int64_t count = BeginList(&element);
      for (int64_t i = 0; i < count && ok(); ++i) Skip(element, true);
      EndList();
      return;
    }
    case WireType::kMap: {
      if (!Enter()) return;
      const uint64_t count = Varint(32);
      if (ok() && count > bytes_.size() - static_cast<size_t>(position_)) Fail("a map reaches past the end");
      const uint8_t types = count == 0 ? 0 : Byte();
      for (uint64_t i = 0; i < count && ok(); ++i) {
        Skip(static_cast<WireType>(types >> 4), true);
        Skip(static_cast<WireType>(types & 0x0F), true);
      }
      EndList();
      return;
    }
    case WireType::kStruct:
      BeginStruct();
      while (NextField()) Skip(field_type_, false);
      return;
    case WireType::kStop:
      break;
  }
  Fail("unknown value type");
}

}  // namespace inlay::parquet
