#include "engine/columns/value_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "engine/columns/array_equality.h"
#include "engine/columns/integer_value.h"
#include "engine/columns/layout.h"
#include "engine/columns/places.h"
#include "engine/columns/run_ends.h"

namespace inlay {
namespace {

constexpr size_t kMaxTextBytes = 200;
constexpr int64_t kMaxBytesOfValue = 64;

// Appends to a text until it is too long.
class TextWriter {
 public:
  void Value(const ArrayView& array, int64_t row);
  std::string Take() && {
    if (IsFull()) text_ += "...";
    return std::move(text_);
  }

 private:
  bool IsFull() const { return text_.size() > kMaxTextBytes; }
  void Add(std::string_view text) { text_ += text; }
  void Float(double value);
  void Decimal(const uint8_t* value, int64_t width, int32_t scale);
  void Fixed(const ArrayView& array, int64_t at);
  void Bytes(const ArrayView& array, const uint8_t* data, int64_t size);
  void Items(const ArrayView& items, int64_t start, int64_t size);
  void Members(const ArrayView& array, int64_t at);
  void Union(const ArrayView& array, int64_t row);

  std::string text_;
};

void TextWriter::Float(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  Add(text);
}

double HalfToDouble(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  double value = exponent == 31  ? (fraction == 0 ? HUGE_VAL : NAN)
                 : exponent == 0 ? std::ldexp(fraction, -24)
                                 : std::ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

void TextWriter::Decimal(const uint8_t* value, int64_t width, int32_t scale) {
  std::array<uint8_t, 32> magnitude{};
  std::copy_n(value, width, magnitude.begin());
  const bool negative = (magnitude[static_cast<size_t>(width) - 1] & 0x80) != 0;
  int carry = 1;
  for (int64_t i = 0; negative && i < width; ++i) {
    const int byte = static_cast<uint8_t>(~magnitude[static_cast<size_t>(i)]) + carry;
    magnitude[static_cast<size_t>(i)] = static_cast<uint8_t>(byte);
    carry = byte >> 8;
  }
  std::string digits;  // the last one first
  while (std::any_of(magnitude.begin(), magnitude.end(), [](uint8_t byte) { return byte != 0; })) {
    int rest = 0;
    for (auto byte = magnitude.rbegin(); byte != magnitude.rend(); ++byte) {
      rest = rest << 8 | *byte;
      *byte = static_cast<uint8_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + rest);
  }
  if (scale > 0 && scale < 100) {
    const size_t fraction = static_cast<size_t>(scale);
    if (digits.size() <= fraction) digits.append(fraction + 1 - digits.size(), '0');
    digits.insert(fraction, 1, '.');
  }
  if (digits.empty()) digits = "0";
  if (negative) digits += '-';
  text_.append(digits.rbegin(), digits.rend());
  if (scale < 0 || scale >= 100) Add("e" + std::to_string(-scale));
}

void TextWriter::Bytes(const ArrayView& array, const uint8_t* data, int64_t size) {
  int64_t shown = std::min(size, kMaxBytesOfValue);
  if (IsUtf8Type(array.type->id())) {
    while (shown < size && shown > 0 && (data[shown] & 0xC0) == 0x80) --shown;
    text_ += '\'';
    text_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(shown));
    Add(shown < size ? "...'" : "'");
    return;
  }
  Add("0x");
  for (int64_t i = 0; i < shown; ++i) {
    text_ += "0123456789abcdef"[data[i] >> 4];
    text_ += "0123456789abcdef"[data[i] & 15];
  }
  if (shown < size) Add("...");
}

void TextWriter::Fixed(const ArrayView& array, int64_t at) {
  const TypeId id = array.type->id();
  const int64_t width = FixedByteWidth(*array.type);
  const uint8_t* const value = array.buffers[1].data + at * width;
  switch (id) {
    case TypeId::kUInt64:
      return Add(std::to_string(LoadAt<uint64_t>(array.buffers[1], at)));
    case TypeId::kFloat16:
      return Float(HalfToDouble(LoadAt<uint16_t>(array.buffers[1], at)));
    case TypeId::kFloat32:
      return Float(static_cast<double>(LoadAt<float>(array.buffers[1], at)));
    case TypeId::kFloat64:
      return Float(LoadAt<double>(array.buffers[1], at));
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return Decimal(value, width, array.type->scale());
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kIntervalYearMonth:
      return Add(std::to_string(LoadAt<int32_t>(array.buffers[1], at)));
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return Add(std::to_string(LoadAt<int64_t>(array.buffers[1], at)));
    case TypeId::kIntervalDayTime:
      return Add(std::to_string(LoadAt<int32_t>(array.buffers[1], 2 * at)) + " days " +
                 std::to_string(LoadAt<int32_t>(array.buffers[1], 2 * at + 1)) + " ms");
    case TypeId::kIntervalMonthDayNano:
      return Add(std::to_string(LoadAt<int32_t>(array.buffers[1], 4 * at)) + " months " +
                 std::to_string(LoadAt<int32_t>(array.buffers[1], 4 * at + 1)) + " days " +
                 std::to_string(LoadAt<int64_t>(array.buffers[1], 2 * at + 1)) + " ns");
    case TypeId::kFixedSizeBinary:
      return Bytes(array, value, width);
    default:
      return Add(std::to_string(LoadInteger(id, array.buffers[1], at)));
  }
}

void TextWriter::Items(const ArrayView& items, int64_t start, int64_t size) {
  Add("[");
  for (int64_t i = 0; i < size && !IsFull(); ++i) {
    if (i > 0) Add(", ");
    Value(items, start + i);
  }
  if (!IsFull()) Add("]");
}

void TextWriter::Members(const ArrayView& array, int64_t at) {
  Add("{");
  for (size_t i = 0; i < array.children.size() && !IsFull(); ++i) {
    if (i > 0) Add(", ");
    Add(array.type->children()[i].name);
    Add(": ");
    Value(array.children[i], at);
  }
  if (!IsFull()) Add("}");
}

void TextWriter::Union(const ArrayView& array, int64_t row) {
  const UnionPlace place = UnionAt(array, row);
  Add(array.type->children()[place.member].name);
  Add(": ");
  Value(array.children[place.member], place.row);
}

void TextWriter::Value(const ArrayView& array, int64_t row) {
  if (IsNullRow(array, row)) return Add("null");
  const int64_t at = array.offset + row;
  switch (LayoutOf(array.type->id())) {
    case Layout::kNull:
      return Add("null");
    case Layout::kBits:
      return Add(BitAt(array.buffers[1], at) ? "true" : "false");
    case Layout::kFixed:
      return Fixed(array, at);
    case Layout::kBytes32:
    case Layout::kBytes64: {
      const ListPlace text = ListAt(array, row);
      return Bytes(array, array.buffers[2].data + text.start, text.size);
    }
    case Layout::kViews: {
      const BufferView value = ViewedBytes(array, at);
      return Bytes(array, value.data, value.size_bytes);
    }
    case Layout::kList32:
    case Layout::kList64:
    case Layout::kListView32:
    case Layout::kListView64:
    case Layout::kFixedSizeList: {
      const ListPlace list = ListAt(array, row);
      return Items(array.children[0], list.start, list.size);
    }
    case Layout::kStruct:
      return Members(array, at);
    case Layout::kDenseUnion:
    case Layout::kSparseUnion:
      return Union(array, row);
    case Layout::kDictionary:
      return Value(*array.dictionary, LoadInteger(array.type->index_type(), array.buffers[1], at));
    case Layout::kRunEndEncoded:
      return Value(array.children[1], RunCursor(array).RunAt(row));
  }
}

}  // namespace

std::string ValueText(const ArrayView& array, int64_t row) {
  TextWriter writer;
  writer.Value(array, row);
  return std::move(writer).Take();
}

}  // namespace inlay
