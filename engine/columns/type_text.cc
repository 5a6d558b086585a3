// Types and schemas in words.
#include <inlay/types.h>

namespace inlay {
namespace {

std::string_view BareName(TypeId id) {
  switch (id) {
    case TypeId::kNull:
      return "null";
    case TypeId::kBool:
      return "bool";
    case TypeId::kInt8:
      return "int8";
    case TypeId::kUInt8:
      return "uint8";
    case TypeId::kInt16:
      return "int16";
    case TypeId::kUInt16:
      return "uint16";
    case TypeId::kInt32:
      return "int32";
    case TypeId::kUInt32:
      return "uint32";
    case TypeId::kInt64:
      return "int64";
    case TypeId::kUInt64:
      return "uint64";
    case TypeId::kFloat16:
      return "float16";
    case TypeId::kFloat32:
      return "float32";
    case TypeId::kFloat64:
      return "float64";
    case TypeId::kDecimal32:
      return "decimal32";
    case TypeId::kDecimal64:
      return "decimal64";
    case TypeId::kDecimal128:
      return "decimal128";
    case TypeId::kDecimal256:
      return "decimal256";
    case TypeId::kDate32:
      return "date32";
    case TypeId::kDate64:
      return "date64";
    case TypeId::kTime32:
      return "time32";
    case TypeId::kTime64:
      return "time64";
    case TypeId::kTimestamp:
      return "timestamp";
    case TypeId::kDuration:
      return "duration";
    case TypeId::kIntervalYearMonth:
      return "interval_year_month";
    case TypeId::kIntervalDayTime:
      return "interval_day_time";
    case TypeId::kIntervalMonthDayNano:
      return "interval_month_day_nano";
    case TypeId::kUtf8:
      return "utf8";
    case TypeId::kLargeUtf8:
      return "large_utf8";
    case TypeId::kUtf8View:
      return "utf8_view";
    case TypeId::kBinary:
      return "binary";
    case TypeId::kLargeBinary:
      return "large_binary";
    case TypeId::kBinaryView:
      return "binary_view";
    case TypeId::kFixedSizeBinary:
      return "fixed_size_binary";
    case TypeId::kList:
      return "list";
    case TypeId::kLargeList:
      return "large_list";
    case TypeId::kListView:
      return "list_view";
    case TypeId::kLargeListView:
      return "large_list_view";
    case TypeId::kFixedSizeList:
      return "fixed_size_list";
    case TypeId::kStruct:
      return "struct";
    case TypeId::kMap:
      return "map";
    case TypeId::kDenseUnion:
      return "dense_union";
    case TypeId::kSparseUnion:
      return "sparse_union";
    case TypeId::kDictionary:
      return "dictionary";
    case TypeId::kRunEndEncoded:
      return "run_end_encoded";
  }
  return "unknown";
}

std::string_view UnitName(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSecond:
      return "s";
    case TimeUnit::kMilli:
      return "ms";
    case TimeUnit::kMicro:
      return "us";
    case TimeUnit::kNano:
      return "ns";
  }
  return "?";
}

std::string FieldText(const Field& field);

// "a: int32, b: utf8"; unions put the type id before each: "5=a: int32".
void AppendChildren(const DataType& type, std::string* text) {
  for (size_t i = 0; i < type.children().size(); ++i) {
    if (i > 0) text->append(", ");
    if (i < type.type_ids().size()) text->append(std::to_string(type.type_ids()[i])).append("=");
    text->append(FieldText(type.children()[i]));
  }
}

std::string FieldText(const Field& field) {
  std::string text = field.name;
  text.append(": ").append(field.type.ToString());
  if (!field.nullable) text.append(" not null");
  return text;
}

}  // namespace

std::string DataType::ToString() const {
  std::string text(BareName(id_));
  switch (id_) {
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      text.append("(").append(std::to_string(precision_)).append(", ").append(std::to_string(scale_)).append(")");
      break;
    case TypeId::kFixedSizeBinary:
      text.append("(").append(std::to_string(byte_width_)).append(")");
      break;
    case TypeId::kTime32:
    case TypeId::kTime64:
    case TypeId::kDuration:
    case TypeId::kTimestamp:
      text.append("[").append(UnitName(unit_));
      if (!timezone_.empty()) text.append(", ").append(timezone_);
      text.append("]");
      break;
    case TypeId::kMap:
      // The entries are always there: only key and value tell something.
      text.append("<");
      if (children_.size() == 1) AppendChildren(children_[0].type, &text);
      text.append(flag_ ? ">[keys sorted]" : ">");
      break;
    case TypeId::kDictionary:
      text.append("<").append(BareName(index_type_));
      if (children_.size() == 1) text.append(", ").append(children_[0].type.ToString());
      text.append(flag_ ? ">[ordered]" : ">");
      break;
    case TypeId::kList:
    case TypeId::kLargeList:
    case TypeId::kListView:
    case TypeId::kLargeListView:
    case TypeId::kFixedSizeList:
    case TypeId::kStruct:
    case TypeId::kDenseUnion:
    case TypeId::kSparseUnion:
    case TypeId::kRunEndEncoded:
      text.append("<");
      AppendChildren(*this, &text);
      text.append(">");
      if (id_ == TypeId::kFixedSizeList) text.append("[").append(std::to_string(list_size_)).append("]");
      break;
    default:
      break;
  }
  return text;
}

std::string Schema::ToString() const {
  std::string text;
  for (const Field& field : fields) text.append(FieldText(field)).append("\n");
  return text;
}

}  // namespace inlay
