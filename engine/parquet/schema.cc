#include "engine/parquet/schema.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace inlay::parquet {
namespace {

using format::ConvertedType;
using format::LogicalType;
using Kind = format::LogicalType::Kind;
using Unit = format::LogicalType::TimeUnit;
using PhysicalType = format::Type;

// What one Arrow type becomes.
struct Mapping {
  PhysicalType physical_type;
  Conversion conversion;
  SortOrder sort_order;
  LogicalType logical_type = {};
  std::optional<ConvertedType> converted_type = {};
  int32_t fixed_bytes = 0;  // of FIXED_LEN_BYTE_ARRAY
};

Mapping SmallInteger(Conversion conversion, int8_t bit_width, bool is_signed, ConvertedType converted) {
  return {PhysicalType::kInt32,
          conversion,
          is_signed ? SortOrder::kInt32 : SortOrder::kUInt32,
          {.kind = Kind::kInteger, .bit_width = bit_width, .is_signed = is_signed},
          converted};
}

// The smallest number of bytes whose two's complement holds every number of `precision` digits (LogicalTypes.md,
// DECIMAL): the first n with 2^(8n - 1) - 1 >= 10^precision - 1.
int32_t DecimalFixedBytes(int32_t precision) {
  // Digits that 1, 2, ... bytes hold.
  static constexpr int8_t kDigits[] = {2,  4,  6,  9,  11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38,
                                       40, 43, 45, 47, 50, 52, 55, 57, 59, 62, 64, 67, 69, 71, 74, 76};
  int32_t num_bytes = 1;
  while (kDigits[num_bytes - 1] < precision) ++num_bytes;
  return num_bytes;
}

Result<Mapping> MapDecimal(const DataType& type) {
  if (type.scale() < 0 || type.scale() > type.precision()) {
    return Status::InvalidArgument(type.ToString() +
                                   " cannot stand in Parquet, whose scale is 0 to the precision: rescale the column");
  }
  Mapping mapping = {PhysicalType::kInt32,
                     Conversion::kDecimalToInt32,
                     SortOrder::kInt32,
                     {.kind = Kind::kDecimal, .scale = type.scale(), .precision = type.precision()},
                     ConvertedType::kDecimal};
  if (type.precision() <= 9) {
    if (type.id() == TypeId::kDecimal32) mapping.conversion = Conversion::kNone;
  } else if (type.precision() <= 18) {
    mapping.physical_type = PhysicalType::kInt64;
    mapping.sort_order = SortOrder::kInt64;
    mapping.conversion = type.id() == TypeId::kDecimal64 ? Conversion::kNone : Conversion::kDecimalToInt64;
  } else {
    mapping.physical_type = PhysicalType::kFixedLenByteArray;
    mapping.sort_order = SortOrder::kDecimal;
    mapping.conversion = Conversion::kDecimalToFixed;
    mapping.fixed_bytes = DecimalFixedBytes(type.precision());
  }
  return mapping;
}

Unit UnitOf(TimeUnit unit) {
  return unit == TimeUnit::kNano ? Unit::kNanos : unit == TimeUnit::kMicro ? Unit::kMicros : Unit::kMillis;
}

Mapping MapTime(const DataType& type) {
  const LogicalType logical = {.kind = Kind::kTime, .unit = UnitOf(type.unit())};
  switch (type.unit()) {
    case TimeUnit::kSecond:
      return {PhysicalType::kInt32, Conversion::kSecondsToMillis32, SortOrder::kInt32, logical,
              ConvertedType::kTimeMillis};
    case TimeUnit::kMilli:
      return {PhysicalType::kInt32, Conversion::kNone, SortOrder::kInt32, logical, ConvertedType::kTimeMillis};
    case TimeUnit::kMicro:
      return {PhysicalType::kInt64, Conversion::kNone, SortOrder::kInt64, logical, ConvertedType::kTimeMicros};
    case TimeUnit::kNano:
      break;
  }
  return {PhysicalType::kInt64, Conversion::kNone, SortOrder::kInt64, logical};
}

Mapping MapTimestamp(const DataType& type) {
  Mapping mapping = {
      PhysicalType::kInt64,
      Conversion::kNone,
      SortOrder::kInt64,
      {.kind = Kind::kTimestamp, .is_adjusted_to_utc = !type.timezone().empty(), .unit = UnitOf(type.unit())}};
  if (type.unit() == TimeUnit::kSecond) mapping.conversion = Conversion::kSecondsToMillis64;
  if (mapping.logical_type.unit == Unit::kMillis) mapping.converted_type = ConvertedType::kTimestampMillis;
  if (mapping.logical_type.unit == Unit::kMicros) mapping.converted_type = ConvertedType::kTimestampMicros;
  return mapping;
}

Mapping MapText(Conversion conversion, std::string_view extension) {
  if (extension == "arrow.json") {
    return {PhysicalType::kByteArray, conversion, SortOrder::kBytes, {.kind = Kind::kJson}, ConvertedType::kJson};
  }
  return {PhysicalType::kByteArray, conversion, SortOrder::kBytes, {.kind = Kind::kString}, ConvertedType::kUtf8};
}

Result<Mapping> MapFixedSizeBinary(const DataType& type, std::string_view extension) {
  if (type.byte_width() == 0) {
    return Status::InvalidArgument("fixed-size binary of width 0 cannot stand in Parquet: use binary");
  }
  Mapping mapping = {PhysicalType::kFixedLenByteArray, Conversion::kNone, SortOrder::kFixedBytes};
  mapping.fixed_bytes = type.byte_width();
  if (extension == "arrow.uuid" && type.byte_width() == 16) mapping.logical_type.kind = Kind::kUuid;
  return mapping;
}

std::string_view MetadataValue(const Field& field, std::string_view key) {
  for (const auto& [name, value] : field.metadata) {
    if (name == key) return value;
  }
  return {};
}

Result<Mapping> MapType(const Field& field) {
  const DataType& type = field.type;
  const std::string_view extension = MetadataValue(field, "ARROW:extension:name");
  switch (type.id()) {
    case TypeId::kNull:
      return Mapping{PhysicalType::kInt32, Conversion::kAllNull, SortOrder::kNone, {.kind = Kind::kUnknown}};
    case TypeId::kBool:
      return Mapping{PhysicalType::kBoolean, Conversion::kBits, SortOrder::kBool};
    case TypeId::kInt8:
      return SmallInteger(Conversion::kInt8ToInt32, 8, true, ConvertedType::kInt8);
    case TypeId::kUInt8:
      return SmallInteger(Conversion::kUInt8ToInt32, 8, false, ConvertedType::kUint8);
    case TypeId::kInt16:
      return SmallInteger(Conversion::kInt16ToInt32, 16, true, ConvertedType::kInt16);
    case TypeId::kUInt16:
      return SmallInteger(Conversion::kUInt16ToInt32, 16, false, ConvertedType::kUint16);
    case TypeId::kUInt32:
      return SmallInteger(Conversion::kNone, 32, false, ConvertedType::kUint32);
    case TypeId::kInt32:
      return Mapping{PhysicalType::kInt32, Conversion::kNone, SortOrder::kInt32};
    case TypeId::kInt64:
    case TypeId::kDuration:
      return Mapping{PhysicalType::kInt64, Conversion::kNone, SortOrder::kInt64};
    case TypeId::kUInt64:
      return Mapping{PhysicalType::kInt64,
                     Conversion::kNone,
                     SortOrder::kUInt64,
                     {.kind = Kind::kInteger, .bit_width = 64},
                     ConvertedType::kUint64};
    case TypeId::kFloat16:
      return Mapping{PhysicalType::kFixedLenByteArray,
                     Conversion::kFloat16ToFixed,
                     SortOrder::kFloat16,
                     {.kind = Kind::kFloat16},
                     {},
                     2};
    case TypeId::kFloat32:
      return Mapping{PhysicalType::kFloat, Conversion::kNone, SortOrder::kFloat};
    case TypeId::kFloat64:
      return Mapping{PhysicalType::kDouble, Conversion::kNone, SortOrder::kDouble};
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return MapDecimal(type);
    case TypeId::kDate32:
    case TypeId::kDate64:
      return Mapping{PhysicalType::kInt32,
                     type.id() == TypeId::kDate32 ? Conversion::kNone : Conversion::kMillisToDays32,
                     SortOrder::kInt32,
                     {.kind = Kind::kDate},
                     ConvertedType::kDate};
    case TypeId::kTime32:
    case TypeId::kTime64:
      return MapTime(type);
    case TypeId::kTimestamp:
      return MapTimestamp(type);
    case TypeId::kUtf8:
      return MapText(Conversion::kByteArrays, extension);
    case TypeId::kLargeUtf8:
      return MapText(Conversion::kLargeByteArrays, extension);
    case TypeId::kBinary:
      return Mapping{PhysicalType::kByteArray, Conversion::kByteArrays, SortOrder::kBytes};
    case TypeId::kLargeBinary:
      return Mapping{PhysicalType::kByteArray, Conversion::kLargeByteArrays, SortOrder::kBytes};
    case TypeId::kFixedSizeBinary:
      return MapFixedSizeBinary(type, extension);
    default:
      break;
  }
  return Status::NotImplemented("type " + type.ToString() + " is not written to Parquet yet");
}

// The value of "PARQUET:field_id", where Arrow libraries keep it, when it is a number of 0 or more.
std::optional<int32_t> FieldId(const Field& field) {
  const std::string_view text = MetadataValue(field, "PARQUET:field_id");
  int32_t id = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0) return {};
  return id;
}

int32_t PhysicalBytes(const Mapping& mapping) {
  switch (mapping.physical_type) {
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return 8;
    default:
      return mapping.fixed_bytes;
  }
}

format::SchemaElement MakeElement(const Field& field, const Mapping& mapping, bool optional) {
  format::SchemaElement element;
  element.type = mapping.physical_type;
  if (mapping.physical_type == PhysicalType::kFixedLenByteArray) element.type_length = mapping.fixed_bytes;
  element.repetition_type = optional ? format::FieldRepetitionType::kOptional : format::FieldRepetitionType::kRequired;
  element.name = field.name;
  element.converted_type = mapping.converted_type;
  if (mapping.logical_type.kind == Kind::kDecimal) {
    element.scale = mapping.logical_type.scale;
    element.precision = mapping.logical_type.precision;
  }
  element.field_id = FieldId(field);
  element.logical_type = mapping.logical_type;
  return element;
}

}  // namespace

Result<FileSchema> MakeFileSchema(const Schema& schema) {
  if (schema.fields.size() > INT32_MAX) return Status::LimitExceeded("more columns than a Parquet schema can count");
  FileSchema file;
  file.elements.push_back({.name = "schema", .num_children = static_cast<int32_t>(schema.fields.size())});
  for (const Field& field : schema.fields) {
    const Result<Mapping> mapping = MapType(field);
    if (!mapping.ok()) return mapping.status().WithContext("column '" + field.name + "'");
    // The null type has no values, so its column is optional whatever the field says.
    const bool optional = field.nullable || field.type.id() == TypeId::kNull;
    file.elements.push_back(MakeElement(field, *mapping, optional));

    LeafColumn leaf;
    leaf.path = field.name;
    leaf.column = static_cast<int64_t>(file.leaves.size());
    leaf.field = field;
    leaf.physical_type = mapping->physical_type;
    leaf.physical_bytes = PhysicalBytes(*mapping);
    leaf.arrow_bytes = FixedByteWidth(field.type);
    leaf.conversion = mapping->conversion;
    leaf.sort_order = mapping->sort_order;
    leaf.max_definition_level = optional ? 1 : 0;
    leaf.is_utf8 = mapping->logical_type.kind == Kind::kString || mapping->logical_type.kind == Kind::kJson;
    file.leaves.push_back(std::move(leaf));
  }
  return file;
}

}  // namespace inlay::parquet
