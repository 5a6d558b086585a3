#include "tests/integration/json_schema.h"

#include <array>

#include "engine/columns/data_type_builder.h"

namespace inlay::integration {
namespace {

constexpr std::array<const char*, 4> kUnits = {"SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND"};

// Types whose JSON is a name and nothing else, children aside.
constexpr std::pair<const char*, TypeId> kPlainTypes[] = {
    {"null", TypeId::kNull},
    {"bool", TypeId::kBool},
    {"utf8", TypeId::kUtf8},
    {"largeutf8", TypeId::kLargeUtf8},
    {"utf8view", TypeId::kUtf8View},
    {"binary", TypeId::kBinary},
    {"largebinary", TypeId::kLargeBinary},
    {"binaryview", TypeId::kBinaryView},
    {"list", TypeId::kList},
    {"largelist", TypeId::kLargeList},
    {"listview", TypeId::kListView},
    {"largelistview", TypeId::kLargeListView},
    {"struct", TypeId::kStruct},
    {"runendencoded", TypeId::kRunEndEncoded},
};

std::string Text(const Json& object, const char* name) { return Member(object, name).get<std::string>(); }
int32_t Number(const Json& object, const char* name) { return static_cast<int32_t>(IntegerOf(Member(object, name))); }
bool Flag(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && IntegerOf(*found) != 0;
}

TimeUnit UnitOf(const Json& type) {
  const std::string unit = Text(type, "unit");
  for (size_t i = 0; i < kUnits.size(); ++i) {
    if (unit == kUnits[i]) return static_cast<TimeUnit>(i);
  }
  throw JsonError("no unit of time: " + unit);
}

TypeId IntegerType(const Json& type) {
  const bool is_signed = Flag(type, "isSigned");
  switch (Number(type, "bitWidth")) {
    case 8:
      return is_signed ? TypeId::kInt8 : TypeId::kUInt8;
    case 16:
      return is_signed ? TypeId::kInt16 : TypeId::kUInt16;
    case 32:
      return is_signed ? TypeId::kInt32 : TypeId::kUInt32;
    case 64:
      return is_signed ? TypeId::kInt64 : TypeId::kUInt64;
    default:
      throw JsonError("no width of integers: " + type.dump());
  }
}

Json IntegerTypeJson(TypeId id) {
  const int index = static_cast<int>(id) - static_cast<int>(TypeId::kInt8);
  return {{"name", "int"}, {"bitWidth", 8 << (index / 2)}, {"isSigned", index % 2 == 0}};
}

DataType DecimalType(const Json& type) {
  const int32_t width = type.contains("bitWidth") ? Number(type, "bitWidth") : 128;
  const auto make = width == 32 ? Decimal32 : width == 64 ? Decimal64 : width == 128 ? Decimal128 : Decimal256;
  if (width != 32 && width != 64 && width != 128 && width != 256)
    throw JsonError("no width of decimals: " + type.dump());
  return make(Number(type, "precision"), Number(type, "scale"));
}

DataType FloatType(const Json& type) {
  const std::string precision = Text(type, "precision");
  if (precision == "HALF") return Float16();
  if (precision == "SINGLE") return Float32();
  if (precision == "DOUBLE") return Float64();
  throw JsonError("no precision: " + precision);
}

DataType IntervalType(const Json& type) {
  const std::string unit = Text(type, "unit");
  if (unit == "YEAR_MONTH") return IntervalYearMonth();
  if (unit == "DAY_TIME") return IntervalDayTime();
  if (unit == "MONTH_DAY_NANO") return IntervalMonthDayNano();
  throw JsonError("no unit of intervals: " + unit);
}

DataType UnionType(const Json& type, std::vector<Field> children) {
  std::vector<int8_t> ids;
  for (const Json& id : Member(type, "typeIds")) ids.push_back(static_cast<int8_t>(IntegerOf(id)));
  const std::string mode = Text(type, "mode");
  if (mode != "DENSE" && mode != "SPARSE") throw JsonError("no mode of unions: " + mode);
  return mode == "DENSE" ? DenseUnion(std::move(children), std::move(ids))
                         : SparseUnion(std::move(children), std::move(ids));
}

// Of a field, its dictionary aside.
DataType TypeOfJson(const Json& type, std::vector<Field> children) {
  const std::string name = Text(type, "name");
  for (const auto& [plain, id] : kPlainTypes) {
    if (name == plain) return DataTypeBuilder(id).Children(std::move(children)).Build();
  }
  if (name == "int") return DataType(IntegerType(type));
  if (name == "floatingpoint") return FloatType(type);
  if (name == "decimal") return DecimalType(type);
  if (name == "date") return Text(type, "unit") == "DAY" ? Date32() : Date64();
  if (name == "time") return Number(type, "bitWidth") == 32 ? Time32(UnitOf(type)) : Time64(UnitOf(type));
  if (name == "timestamp") return Timestamp(UnitOf(type), type.contains("timezone") ? Text(type, "timezone") : "");
  if (name == "duration") return Duration(UnitOf(type));
  if (name == "interval") return IntervalType(type);
  if (name == "fixedsizebinary") return FixedSizeBinary(Number(type, "byteWidth"));
  if (name == "fixedsizelist") {
    return DataTypeBuilder(TypeId::kFixedSizeList)
        .ListSize(Number(type, "listSize"))
        .Children(std::move(children))
        .Build();
  }
  if (name == "map") {
    return DataTypeBuilder(TypeId::kMap).Flag(Flag(type, "keysSorted")).Children(std::move(children)).Build();
  }
  if (name == "union") return UnionType(type, std::move(children));
  throw JsonError("no type: " + name);
}

KeyValueMetadata MetadataOf(const Json& owner) {
  KeyValueMetadata metadata;
  const auto found = owner.find("metadata");
  if (found == owner.end() || found->is_null()) return metadata;
  for (const Json& pair : *found) metadata.emplace_back(Text(pair, "key"), Text(pair, "value"));
  return metadata;
}

Field FieldOfJson(const Json& json) {
  Field field{Text(json, "name"), {}, IntegerOf(Member(json, "nullable")) != 0, MetadataOf(json)};
  std::vector<Field> children;
  for (const Json& child : Member(json, "children")) children.push_back(FieldOfJson(child));
  field.type = TypeOfJson(Member(json, "type"), std::move(children));
  if (const auto dictionary = json.find("dictionary"); dictionary != json.end()) {
    const TypeId index =
        dictionary->contains("indexType") ? IntegerType(Member(*dictionary, "indexType")) : TypeId::kInt32;
    field.type = Dictionary(index, std::move(field.type), Flag(*dictionary, "isOrdered"));
  }
  return field;
}

void Number(const DataType& type, std::map<const DataType*, int64_t>* ids) {
  for (const Field& child : type.children()) Number(child.type, ids);
  if (type.id() == TypeId::kDictionary) ids->emplace(&type, static_cast<int64_t>(ids->size()));
}

Json TypeJson(const DataType& type) {
  for (const auto& [name, id] : kPlainTypes) {
    if (type.id() == id) return {{"name", name}};
  }
  const char* const unit = kUnits[static_cast<size_t>(type.unit())];
  const auto decimal = [&](int bits) {
    return Json{{"name", "decimal"}, {"precision", type.precision()}, {"scale", type.scale()}, {"bitWidth", bits}};
  };
  const auto union_of = [&](const char* mode) {
    return Json{{"name", "union"}, {"mode", mode}, {"typeIds", type.type_ids()}};
  };
  switch (type.id()) {
    case TypeId::kFloat16:
      return {{"name", "floatingpoint"}, {"precision", "HALF"}};
    case TypeId::kFloat32:
      return {{"name", "floatingpoint"}, {"precision", "SINGLE"}};
    case TypeId::kFloat64:
      return {{"name", "floatingpoint"}, {"precision", "DOUBLE"}};
    case TypeId::kDecimal32:
      return decimal(32);
    case TypeId::kDecimal64:
      return decimal(64);
    case TypeId::kDecimal128:
      return decimal(128);
    case TypeId::kDecimal256:
      return decimal(256);
    case TypeId::kDate32:
      return {{"name", "date"}, {"unit", "DAY"}};
    case TypeId::kDate64:
      return {{"name", "date"}, {"unit", "MILLISECOND"}};
    case TypeId::kTime32:
      return {{"name", "time"}, {"unit", unit}, {"bitWidth", 32}};
    case TypeId::kTime64:
      return {{"name", "time"}, {"unit", unit}, {"bitWidth", 64}};
    case TypeId::kTimestamp: {
      Json json = {{"name", "timestamp"}, {"unit", unit}};
      if (!type.timezone().empty()) json["timezone"] = type.timezone();
      return json;
    }
    case TypeId::kDuration:
      return {{"name", "duration"}, {"unit", unit}};
    case TypeId::kIntervalYearMonth:
      return {{"name", "interval"}, {"unit", "YEAR_MONTH"}};
    case TypeId::kIntervalDayTime:
      return {{"name", "interval"}, {"unit", "DAY_TIME"}};
    case TypeId::kIntervalMonthDayNano:
      return {{"name", "interval"}, {"unit", "MONTH_DAY_NANO"}};
    case TypeId::kFixedSizeBinary:
      return {{"name", "fixedsizebinary"}, {"byteWidth", type.byte_width()}};
    case TypeId::kFixedSizeList:
      return {{"name", "fixedsizelist"}, {"listSize", type.list_size()}};
    case TypeId::kMap:
      return {{"name", "map"}, {"keysSorted", type.keys_sorted()}};
    case TypeId::kDenseUnion:
      return union_of("DENSE");
    case TypeId::kSparseUnion:
      return union_of("SPARSE");
    default:
      return IntegerTypeJson(type.id());
  }
}

void AddMetadata(const KeyValueMetadata& metadata, Json* owner) {
  if (metadata.empty()) return;
  Json pairs = Json::array();
  for (const auto& [key, value] : metadata) pairs.push_back({{"key", key}, {"value", value}});
  (*owner)["metadata"] = std::move(pairs);
}

Json FieldJson(const Field& field, const std::map<const DataType*, int64_t>& ids) {
  const bool encoded = field.type.id() == TypeId::kDictionary;
  const DataType& type = encoded ? field.type.children()[0].type : field.type;
  Json children = Json::array();
  for (const Field& child : type.children()) children.push_back(FieldJson(child, ids));
  Json json = {
      {"name", field.name}, {"nullable", field.nullable}, {"type", TypeJson(type)}, {"children", std::move(children)}};
  if (encoded) {
    if (type.id() == TypeId::kDictionary) throw JsonError("a dictionary of a dictionary cannot be told in JSON");
    json["dictionary"] = {{"id", ids.at(&field.type)},
                          {"indexType", IntegerTypeJson(field.type.index_type())},
                          {"isOrdered", field.type.ordered()}};
  }
  AddMetadata(field.metadata, &json);
  return json;
}

}  // namespace

Schema SchemaOfJson(const Json& json) {
  Schema schema;
  for (const Json& field : Member(json, "fields")) schema.fields.push_back(FieldOfJson(field));
  schema.metadata = MetadataOf(json);
  return schema;
}

std::map<const DataType*, int64_t> NumberDictionaries(const Schema& schema) {
  std::map<const DataType*, int64_t> ids;
  for (const Field& field : schema.fields) Number(field.type, &ids);
  return ids;
}

Json SchemaJson(const Schema& schema, const std::map<const DataType*, int64_t>& ids) {
  Json fields = Json::array();
  for (const Field& field : schema.fields) fields.push_back(FieldJson(field, ids));
  Json json = {{"fields", std::move(fields)}};
  AddMetadata(schema.metadata, &json);
  return json;
}

}  // namespace inlay::integration
