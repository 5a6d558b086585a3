#include "engine/columns/c_format.h"

#include <charconv>
#include <optional>
#include <utility>

#include "engine/columns/data_type_builder.h"

namespace inlay {
namespace {

// Formats that are one fixed string.
constexpr std::pair<std::string_view, TypeId> kPlainFormats[] = {
    {"n", TypeId::kNull},
    {"b", TypeId::kBool},
    {"c", TypeId::kInt8},
    {"C", TypeId::kUInt8},
    {"s", TypeId::kInt16},
    {"S", TypeId::kUInt16},
    {"i", TypeId::kInt32},
    {"I", TypeId::kUInt32},
    {"l", TypeId::kInt64},
    {"L", TypeId::kUInt64},
    {"e", TypeId::kFloat16},
    {"f", TypeId::kFloat32},
    {"g", TypeId::kFloat64},
    {"z", TypeId::kBinary},
    {"Z", TypeId::kLargeBinary},
    {"vz", TypeId::kBinaryView},
    {"u", TypeId::kUtf8},
    {"U", TypeId::kLargeUtf8},
    {"vu", TypeId::kUtf8View},
    {"tdD", TypeId::kDate32},
    {"tdm", TypeId::kDate64},
    {"tiM", TypeId::kIntervalYearMonth},
    {"tiD", TypeId::kIntervalDayTime},
    {"tin", TypeId::kIntervalMonthDayNano},
    {"+l", TypeId::kList},
    {"+L", TypeId::kLargeList},
    {"+vl", TypeId::kListView},
    {"+vL", TypeId::kLargeListView},
    {"+s", TypeId::kStruct},
    {"+m", TypeId::kMap},
    {"+r", TypeId::kRunEndEncoded},
};

constexpr std::string_view kUnitLetters = "smun";

// The integer that is all of `text`.
std::optional<int32_t> WholeInt32(std::string_view text) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// The integers of "1,2,3"; none in an empty text.
std::optional<std::vector<int32_t>> Int32List(std::string_view text) {
  std::vector<int32_t> values;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::optional<int32_t> value = WholeInt32(text.substr(0, comma));
    if (!value) return {};
    values.push_back(*value);
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
    if (text.empty()) return {};
  }
  return values;
}

std::optional<DataType> DecimalOf(std::string_view parameters) {
  const std::optional<std::vector<int32_t>> numbers = Int32List(parameters);
  if (!numbers || numbers->size() < 2 || numbers->size() > 3) return {};
  const int32_t precision = (*numbers)[0];
  const int32_t scale = (*numbers)[1];
  switch (numbers->size() == 3 ? (*numbers)[2] : 128) {
    case 32:
      return Decimal32(precision, scale);
    case 64:
      return Decimal64(precision, scale);
    case 128:
      return Decimal128(precision, scale);
    case 256:
      return Decimal256(precision, scale);
    default:
      return {};
  }
}

// "tts", "ttn", "tsu:UTC", "tDm".
std::optional<DataType> TemporalOf(std::string_view format) {
  const size_t unit_at = kUnitLetters.find(format[2]);
  if (unit_at == std::string_view::npos) return {};
  const TimeUnit unit = static_cast<TimeUnit>(unit_at);
  if (format[1] == 's' && format.size() >= 4 && format[3] == ':') return Timestamp(unit, std::string(format.substr(4)));
  if (format.size() != 3) return {};
  if (format[1] == 'D') return Duration(unit);
  if (format[1] == 't') return unit <= TimeUnit::kMilli ? Time32(unit) : Time64(unit);
  return {};
}

std::optional<DataType> UnionOf(TypeId id, std::string_view type_ids) {
  const std::optional<std::vector<int32_t>> numbers = Int32List(type_ids);
  if (!numbers) return {};
  std::vector<int8_t> ids;
  for (int32_t number : *numbers) {
    if (number < 0 || number > 127) return {};
    ids.push_back(static_cast<int8_t>(number));
  }
  return DataTypeBuilder(id).TypeIds(std::move(ids)).Build();
}

std::optional<DataType> ChildlessType(std::string_view format) {
  for (const auto& [text, id] : kPlainFormats) {
    if (format == text) return DataType(id);
  }
  if (format.starts_with("d:")) return DecimalOf(format.substr(2));
  if (format.starts_with("w:")) {
    const std::optional<int32_t> width = WholeInt32(format.substr(2));
    return width ? std::optional(FixedSizeBinary(*width)) : std::nullopt;
  }
  if (format.starts_with("+w:")) {
    const std::optional<int32_t> size = WholeInt32(format.substr(3));
    return size ? std::optional(DataTypeBuilder(TypeId::kFixedSizeList).ListSize(*size).Build()) : std::nullopt;
  }
  if (format.starts_with("+ud:")) return UnionOf(TypeId::kDenseUnion, format.substr(4));
  if (format.starts_with("+us:")) return UnionOf(TypeId::kSparseUnion, format.substr(4));
  if (format.size() >= 3 && format[0] == 't') return TemporalOf(format);
  return {};
}

std::string TypeIdList(const DataType& type) {
  std::string text;
  for (size_t i = 0; i < type.type_ids().size(); ++i) {
    if (i > 0) text += ',';
    text += std::to_string(type.type_ids()[i]);
  }
  return text;
}

std::string DecimalFormat(const DataType& type) {
  std::string text = "d:";
  text.append(std::to_string(type.precision())).append(",").append(std::to_string(type.scale()));
  if (type.id() != TypeId::kDecimal128) text.append(",").append(std::to_string(FixedByteWidth(type) * 8));
  return text;
}

}  // namespace

std::string FormatOf(const DataType& type) {
  const TypeId id = type.id() == TypeId::kDictionary ? type.index_type() : type.id();
  for (const auto& [text, plain] : kPlainFormats) {
    if (id == plain) return std::string(text);
  }
  const char unit = kUnitLetters[static_cast<size_t>(type.unit())];
  std::string text;
  switch (id) {
    case TypeId::kDecimal32:
    case TypeId::kDecimal64:
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
      return DecimalFormat(type);
    case TypeId::kFixedSizeBinary:
      return text.append("w:").append(std::to_string(type.byte_width()));
    case TypeId::kFixedSizeList:
      return text.append("+w:").append(std::to_string(type.list_size()));
    case TypeId::kDenseUnion:
      return text.append("+ud:").append(TypeIdList(type));
    case TypeId::kSparseUnion:
      return text.append("+us:").append(TypeIdList(type));
    case TypeId::kTime32:
    case TypeId::kTime64:
      return text.append("tt").append(1, unit);
    case TypeId::kDuration:
      return text.append("tD").append(1, unit);
    case TypeId::kTimestamp:
      return text.append("ts").append(1, unit).append(":").append(type.timezone());
    default:
      return text;
  }
}

Result<DataType> TypeOfFormat(std::string_view format, std::vector<Field> children) {
  std::optional<DataType> type = ChildlessType(format);
  if (!type) {
    std::string message = "'";
    return Status::InvalidArgument(message.append(format).append("' is no format of the C Data Interface"));
  }
  DataTypeBuilder builder(type->id());
  builder.type = std::move(*type);
  return builder.Children(std::move(children)).Build();
}

}  // namespace inlay
