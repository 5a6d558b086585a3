#include "engine/parquet/metadata.h"

#include "engine/parquet/metadata_members.h"

namespace inlay::parquet::format {
namespace {

void WriteValue(ThriftWriter& out, const LogicalType& value);
void WriteValue(ThriftWriter& out, ColumnOrder value);
template <Struct T>
void WriteValue(ThriftWriter& out, const T& value);

template <Integer T>
void WriteValue(ThriftWriter& out, T value) {
  if constexpr (sizeof(T) == 1) {
    out.I8(value);
  } else {
    out.I64(value);
  }
}
template <Enum T>
void WriteValue(ThriftWriter& out, T value) {
  out.I64(static_cast<std::underlying_type_t<T>>(value));
}
void WriteValue(ThriftWriter& out, const std::string& value) { out.Binary(value); }
template <typename T>
void WriteValue(ThriftWriter& out, const std::vector<T>& values) {
  out.List(WireTypeOf<T>(), static_cast<int64_t>(values.size()));
  for (const T& value : values) WriteValue(out, value);
}

struct FieldWriter {
  ThriftWriter& out;

  template <typename T>
  void operator()(int16_t id, const T& value) {
    if constexpr (kIsOptional<T>) {
      if (value) (*this)(id, *value);
    } else if constexpr (std::same_as<T, bool>) {
      out.BoolField(id, value);
    } else {
      if constexpr (std::same_as<T, LogicalType>) {
        if (value.kind == LogicalType::Kind::kNone) return;
      }
      out.Field(id, WireTypeOf<T>());
      WriteValue(out, value);
    }
  }
  void defaulted(int16_t id, const auto& value) { (*this)(id, value); }
  void unless_empty(int16_t id, const auto& values) {
    if (!values.empty()) (*this)(id, values);
  }
};

template <Struct T>
void WriteValue(ThriftWriter& out, const T& value) {
  out.BeginStruct();
  T::Fields(value, FieldWriter{out});
  out.EndStruct();
}

// A union whose member `id` is a structure without fields.
void WriteEmptyMember(ThriftWriter& out, int16_t id) {
  out.BeginStruct();
  out.Field(id, WireType::kStruct);
  out.BeginStruct();
  out.EndStruct();
  out.EndStruct();
}

void WriteValue(ThriftWriter& out, ColumnOrder value) { WriteEmptyMember(out, static_cast<int16_t>(value)); }

void WriteValue(ThriftWriter& out, const LogicalType& value) {
  using Kind = LogicalType::Kind;
  FieldWriter field{out};
  out.BeginStruct();
  out.Field(static_cast<int16_t>(value.kind), WireType::kStruct);
  out.BeginStruct();
  switch (value.kind) {
    case Kind::kDecimal:
      field(1, value.scale), field(2, value.precision);
      break;
    case Kind::kTime:
    case Kind::kTimestamp:
      field(1, value.is_adjusted_to_utc);
      out.Field(2, WireType::kStruct);
      WriteEmptyMember(out, static_cast<int16_t>(value.unit));
      break;
    case Kind::kInteger:
      field(1, value.bit_width), field(2, value.is_signed);
      break;
    case Kind::kVariant:
      field(1, value.specification_version);
      break;
    case Kind::kGeometry:
      field.unless_empty(1, value.crs);
      break;
    case Kind::kGeography:
      field.unless_empty(1, value.crs), field(2, value.algorithm);
      break;
    default:
      break;
  }
  out.EndStruct();
  out.EndStruct();
}

}  // namespace

void WriteFileMetaData(const FileMetaData& metadata, ThriftWriter* writer) { WriteValue(*writer, metadata); }
void WritePageHeader(const PageHeader& header, ThriftWriter* writer) { WriteValue(*writer, header); }

}  // namespace inlay::parquet::format
