#include <inlay/types.h>

#include <algorithm>

#include "engine/columns/data_type_builder.h"

namespace inlay {

DataType Decimal32(int32_t precision, int32_t scale) {
  return DataTypeBuilder(TypeId::kDecimal32).Precision(precision, scale).Build();
}
DataType Decimal64(int32_t precision, int32_t scale) {
  return DataTypeBuilder(TypeId::kDecimal64).Precision(precision, scale).Build();
}
DataType Decimal128(int32_t precision, int32_t scale) {
  return DataTypeBuilder(TypeId::kDecimal128).Precision(precision, scale).Build();
}
DataType Decimal256(int32_t precision, int32_t scale) {
  return DataTypeBuilder(TypeId::kDecimal256).Precision(precision, scale).Build();
}
DataType Time32(TimeUnit unit) { return DataTypeBuilder(TypeId::kTime32).Unit(unit).Build(); }
DataType Time64(TimeUnit unit) { return DataTypeBuilder(TypeId::kTime64).Unit(unit).Build(); }
DataType Timestamp(TimeUnit unit, std::string timezone) {
  return DataTypeBuilder(TypeId::kTimestamp).Unit(unit).Timezone(std::move(timezone)).Build();
}
DataType Duration(TimeUnit unit) { return DataTypeBuilder(TypeId::kDuration).Unit(unit).Build(); }
DataType FixedSizeBinary(int32_t byte_width) {
  return DataTypeBuilder(TypeId::kFixedSizeBinary).ByteWidth(byte_width).Build();
}
DataType List(Field item) { return DataTypeBuilder(TypeId::kList).Child(std::move(item)).Build(); }
DataType LargeList(Field item) { return DataTypeBuilder(TypeId::kLargeList).Child(std::move(item)).Build(); }
DataType ListView(Field item) { return DataTypeBuilder(TypeId::kListView).Child(std::move(item)).Build(); }
DataType LargeListView(Field item) { return DataTypeBuilder(TypeId::kLargeListView).Child(std::move(item)).Build(); }
DataType FixedSizeList(Field item, int32_t list_size) {
  return DataTypeBuilder(TypeId::kFixedSizeList).ListSize(list_size).Child(std::move(item)).Build();
}
DataType Struct(std::vector<Field> members) {
  return DataTypeBuilder(TypeId::kStruct).Children(std::move(members)).Build();
}
DataType Map(Field key, Field value, bool keys_sorted) {
  key.nullable = false;
  Field entries{"entries", DataTypeBuilder(TypeId::kStruct).Child(std::move(key)).Child(std::move(value)).Build(),
                false};
  return DataTypeBuilder(TypeId::kMap).Flag(keys_sorted).Child(std::move(entries)).Build();
}
DataType DenseUnion(std::vector<Field> members, std::vector<int8_t> type_ids) {
  return DataTypeBuilder(TypeId::kDenseUnion).TypeIds(std::move(type_ids)).Children(std::move(members)).Build();
}
DataType SparseUnion(std::vector<Field> members, std::vector<int8_t> type_ids) {
  return DataTypeBuilder(TypeId::kSparseUnion).TypeIds(std::move(type_ids)).Children(std::move(members)).Build();
}
DataType Dictionary(TypeId index_type, DataType value_type, bool ordered) {
  return DataTypeBuilder(TypeId::kDictionary)
      .IndexType(index_type)
      .Flag(ordered)
      .Child({"dictionary", std::move(value_type)})
      .Build();
}
DataType RunEndEncoded(TypeId run_end_type, Field values) {
  return DataTypeBuilder(TypeId::kRunEndEncoded)
      .Child({"run_ends", DataType(run_end_type), false})
      .Child(std::move(values))
      .Build();
}

bool DataType::operator==(const DataType& other) const {
  return id_ == other.id_ && index_type_ == other.index_type_ && unit_ == other.unit_ && flag_ == other.flag_ &&
         precision_ == other.precision_ && scale_ == other.scale_ && byte_width_ == other.byte_width_ &&
         list_size_ == other.list_size_ && timezone_ == other.timezone_ && type_ids_ == other.type_ids_ &&
         children_ == other.children_;
}

bool Field::operator==(const Field& other) const {
  return nullable == other.nullable && name == other.name && type == other.type && metadata == other.metadata;
}

int64_t Schema::FieldIndex(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? -1 : found - fields.begin();
}

int32_t FixedByteWidth(const DataType& type) {
  switch (type.id()) {
    case TypeId::kInt8:
    case TypeId::kUInt8:
      return 1;
    case TypeId::kInt16:
    case TypeId::kUInt16:
    case TypeId::kFloat16:
      return 2;
    case TypeId::kInt32:
    case TypeId::kUInt32:
    case TypeId::kFloat32:
    case TypeId::kDecimal32:
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kIntervalYearMonth:
      return 4;
    case TypeId::kInt64:
    case TypeId::kUInt64:
    case TypeId::kFloat64:
    case TypeId::kDecimal64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
    case TypeId::kIntervalDayTime:
      return 8;
    case TypeId::kDecimal128:
    case TypeId::kIntervalMonthDayNano:
      return 16;
    case TypeId::kDecimal256:
      return 32;
    case TypeId::kFixedSizeBinary:
      return type.byte_width();
    case TypeId::kDictionary:
      return type.index_type() == TypeId::kDictionary ? 0 : FixedByteWidth(DataType(type.index_type()));
    default:
      return 0;
  }
}

}  // namespace inlay
