#include "tests/parquet/flat_columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>

namespace inlay::parquet {
namespace {

using Random = std::mt19937_64;

std::string Bytes(const void* data, size_t size) { return std::string(static_cast<const char*>(data), size); }

// A number as the file has it.
std::string LittleEndian(uint64_t value, size_t size) {
  std::string out(size, '\0');
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(static_cast<uint8_t>(value >> (8 * i)));
  return out;
}

struct Value {
  std::string in_memory;
  std::string physical;
};

template <typename T>
Value Number(T value, uint64_t physical, size_t physical_size) {
  return {Bytes(&value, sizeof(T)), LittleEndian(physical, physical_size)};
}

template <typename T>
Value Number(T value) {
  uint64_t bits = 0;
  if constexpr (sizeof(T) == 4) {
    bits = std::bit_cast<uint32_t>(value);
  } else {
    bits = std::bit_cast<uint64_t>(value);
  }
  return Number(value, bits, sizeof(T));
}

template <typename Float>
Float SomeFloat(Random& random) {
  constexpr Float kSpecial[] = {Float(-0.0), Float(0.0), std::numeric_limits<Float>::quiet_NaN(),
                                std::numeric_limits<Float>::infinity(), std::numeric_limits<Float>::lowest()};
  if (random() % 8 == 0) return kSpecial[random() % 5];
  return static_cast<Float>(static_cast<double>(static_cast<int64_t>(random())) * 0x1p-40);
}

// Two's complement of `size` bytes, least significant first.
std::string SignExtended(int64_t value, size_t size) {
  std::string out = LittleEndian(static_cast<uint64_t>(value), 8);
  out.resize(std::max<size_t>(size, 8), value < 0 ? '\xFF' : '\0');
  out.resize(size);
  return out;
}

std::string Reversed(std::string text) {
  std::reverse(text.begin(), text.end());
  return text;
}

Value SomeDecimal(const DataType& type, Random& random) {
  const int digits = std::min(type.precision(), 18);
  int64_t most = 1;
  for (int i = 0; i < digits; ++i) most *= 10;
  const int64_t value = static_cast<int64_t>(random() % static_cast<uint64_t>(2 * most - 1)) - (most - 1);
  const auto width = static_cast<size_t>(FixedByteWidth(type));
  std::string memory = SignExtended(value, width);
  if constexpr (std::endian::native == std::endian::big) memory = Reversed(memory);
  if (type.precision() <= 9) return {memory, SignExtended(value, 4)};
  if (type.precision() <= 18) return {memory, SignExtended(value, 8)};
  size_t physical = 1;
  while (std::floor(std::log10(std::ldexp(1.0, static_cast<int>(8 * physical - 1)) - 1)) < type.precision()) ++physical;
  return {memory, Reversed(SignExtended(value, physical))};
}

std::string SomeText(Random& random, bool utf8) {
  static const char* const kCharacters[] = {"a", "Z", "~", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
  std::string text;
  const size_t length = random() % 40 == 0 ? random() % 300 : random() % 12;
  while (text.size() < length) {
    if (utf8) {
      text += kCharacters[random() % 6];
    } else {
      text.push_back(static_cast<char>(random()));
    }
  }
  return text;
}

Value SomeValue(const DataType& type, Random& random) {
  const uint64_t r = random();
  const auto small = static_cast<int64_t>(r % 2'000'000'000'000) - 1'000'000'000'000;
  switch (type.id()) {
    case TypeId::kBool:
      return {std::string(1, static_cast<char>(r & 1)), std::string(1, static_cast<char>(r & 1))};
    case TypeId::kInt8:
      return Number(static_cast<int8_t>(r), static_cast<uint64_t>(static_cast<int8_t>(r)), 4);
    case TypeId::kUInt8:
      return Number(static_cast<uint8_t>(r), static_cast<uint8_t>(r), 4);
    case TypeId::kInt16:
      return Number(static_cast<int16_t>(r), static_cast<uint64_t>(static_cast<int16_t>(r)), 4);
    case TypeId::kUInt16:
      return Number(static_cast<uint16_t>(r), static_cast<uint16_t>(r), 4);
    case TypeId::kInt32:
    case TypeId::kUInt32:
    case TypeId::kDate32:
      return Number(static_cast<uint32_t>(r));
    case TypeId::kInt64:
    case TypeId::kUInt64:
    case TypeId::kTime64:
    case TypeId::kDuration:
      return Number(r);
    case TypeId::kFloat16: {
      const auto half = static_cast<uint16_t>(r);
      return Number(half, half, 2);
    }
    case TypeId::kFloat32:
      return Number(SomeFloat<float>(random));
    case TypeId::kFloat64:
      return Number(SomeFloat<double>(random));
    case TypeId::kDate64:
      return Number(small / 1000 * 86'400'000, static_cast<uint64_t>(small / 1000), 4);
    case TypeId::kTime32: {
      const auto seconds = static_cast<int32_t>(r % 86'400);
      const bool scaled = type.unit() == TimeUnit::kSecond;
      return Number(seconds, static_cast<uint64_t>(seconds) * (scaled ? 1000 : 1), 4);
    }
    case TypeId::kTimestamp:
      return Number(small, static_cast<uint64_t>(small) * (type.unit() == TimeUnit::kSecond ? 1000 : 1), 8);
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return SomeDecimal(type, random);
    case TypeId::kFixedSizeBinary: {
      std::string bytes(static_cast<size_t>(type.byte_width()), '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      return {bytes, bytes};
    }
    default: {
      const std::string text = SomeText(random, type.id() == TypeId::kUtf8 || type.id() == TypeId::kLargeUtf8);
      return {text, text};
    }
  }
}

bool IsByteArray(const DataType& type) {
  return FixedByteWidth(type) == 0 && type.id() != TypeId::kBool && type.id() != TypeId::kNull;
}

void SetBit(std::vector<uint8_t>* bits, int64_t i, bool value) {
  uint8_t& byte = (*bits)[static_cast<size_t>(i / 8)];
  byte = static_cast<uint8_t>(value ? byte | 1 << (i % 8) : byte & ~(1 << (i % 8)));
}

}  // namespace

std::vector<DataType> FlatTypes() {
  return {Null(),
          Bool(),
          Int8(),
          UInt8(),
          Int16(),
          UInt16(),
          Int32(),
          UInt32(),
          Int64(),
          UInt64(),
          Float16(),
          Float32(),
          Float64(),
          Decimal32(5, 2),
          Decimal64(9, 1),
          Decimal64(15, 3),
          Decimal128(4, 2),
          Decimal128(18, 0),
          Decimal128(19, 5),
          Decimal128(38, 10),
          Decimal256(9, 2),
          Decimal256(30, 4),
          Decimal256(76, 20),
          Date32(),
          Date64(),
          Time32(TimeUnit::kSecond),
          Time32(TimeUnit::kMilli),
          Time64(TimeUnit::kMicro),
          Time64(TimeUnit::kNano),
          Timestamp(TimeUnit::kSecond),
          Timestamp(TimeUnit::kMilli, "UTC"),
          Timestamp(TimeUnit::kMicro),
          Timestamp(TimeUnit::kNano, "Europe/Berlin"),
          Duration(TimeUnit::kMicro),
          Utf8(),
          LargeUtf8(),
          Binary(),
          LargeBinary(),
          FixedSizeBinary(1),
          FixedSizeBinary(3),
          FixedSizeBinary(16),
          FixedSizeBinary(37)};
}

std::unique_ptr<FlatColumn> MakeFlatColumn(const DataType& type, const ColumnShape& shape) {
  auto column = std::make_unique<FlatColumn>();
  Random random(shape.seed);
  const bool all_null = type.id() == TypeId::kNull;
  column->field = {"c", type, shape.null_percent > 0 || all_null};
  const int64_t end = shape.offset + shape.length;
  std::vector<Value> pool;
  for (int64_t i = 0; i < shape.num_distinct; ++i) pool.push_back(SomeValue(type, random));

  std::vector<uint8_t> validity(static_cast<size_t>(end + 7) / 8, shape.poison), values, data;
  const auto width = static_cast<size_t>(FixedByteWidth(type));
  if (type.id() == TypeId::kBool) values.assign(static_cast<size_t>(end + 7) / 8, shape.poison);
  const bool large = type.id() == TypeId::kLargeUtf8 || type.id() == TypeId::kLargeBinary;
  const auto add_offset = [&] {
    const auto wide = static_cast<int64_t>(data.size());
    const auto narrow = static_cast<int32_t>(wide);
    const std::string bytes = large ? Bytes(&wide, 8) : Bytes(&narrow, 4);
    values.insert(values.end(), bytes.begin(), bytes.end());
  };
  if (IsByteArray(type)) add_offset();
  for (int64_t i = 0; i < end; ++i) {
    const Value& value = pool[random() % pool.size()];
    const bool inside = i >= shape.offset;
    const bool null = all_null || static_cast<int>(random() % 100) < shape.null_percent;
    if (inside) {
      SetBit(&validity, i, !null);
      column->expected.push_back(null ? reference::PhysicalValue() : reference::PhysicalValue(value.physical));
    }
    const bool shown = inside && !null;
    if (type.id() == TypeId::kBool) {
      if (shown) SetBit(&values, i, value.in_memory[0] != 0);
    } else if (IsByteArray(type)) {
      // Bytes hide under nulls and outside, too.
      const std::string text =
          shown ? value.in_memory : std::string(value.in_memory.size() % 5, static_cast<char>(shape.poison));
      data.insert(data.end(), text.begin(), text.end());
      add_offset();
    } else {
      const std::string bytes = shown ? value.in_memory : std::string(width, static_cast<char>(shape.poison));
      values.insert(values.end(), bytes.begin(), bytes.end());
    }
  }
  column->buffers = {std::move(validity), std::move(values), std::move(data)};
  column->view.length = shape.length;
  column->view.offset = shape.offset;
  column->view.type = &column->field.type;
  const auto view = [](const std::vector<uint8_t>& bytes) {
    return BufferView{bytes.data(), static_cast<int64_t>(bytes.size())};
  };
  if (all_null) return column;
  if (column->field.nullable) column->view.buffers[0] = view(column->buffers[0]);
  column->view.buffers[1] = view(column->buffers[1]);
  if (IsByteArray(type)) column->view.buffers[2] = view(column->buffers[2]);
  return column;
}

FlatBatch SideBySide(const std::vector<std::unique_ptr<FlatColumn>>& columns) {
  FlatBatch batch;
  for (size_t i = 0; i < columns.size(); ++i) {
    batch.schema.fields.push_back(columns[i]->field);
    batch.schema.fields.back().name = "c" + std::to_string(i);
    batch.views.push_back(columns[i]->view);
  }
  return batch;
}

}  // namespace inlay::parquet
