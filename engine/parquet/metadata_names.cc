// How parquet.thrift spells its enumerations and logical types.
#include <iterator>

#include "engine/parquet/metadata.h"

namespace inlay::parquet::format {
namespace {

template <size_t kNumNames, typename Enum>
std::string NameAt(const char* const (&names)[kNumNames], Enum value) {
  const auto number = static_cast<int64_t>(value);
  if (number >= 0 && number < static_cast<int64_t>(kNumNames) && names[number] != nullptr) return names[number];
  return std::to_string(number);
}

constexpr const char* kTypes[] = {"BOOLEAN", "INT32",  "INT64",      "INT96",
                                  "FLOAT",   "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"};
constexpr const char* kConvertedTypes[] = {"UTF8",
                                           "MAP",
                                           "MAP_KEY_VALUE",
                                           "LIST",
                                           "ENUM",
                                           "DECIMAL",
                                           "DATE",
                                           "TIME_MILLIS",
                                           "TIME_MICROS",
                                           "TIMESTAMP_MILLIS",
                                           "TIMESTAMP_MICROS",
                                           "UINT_8",
                                           "UINT_16",
                                           "UINT_32",
                                           "UINT_64",
                                           "INT_8",
                                           "INT_16",
                                           "INT_32",
                                           "INT_64",
                                           "JSON",
                                           "BSON",
                                           "INTERVAL"};
constexpr const char* kRepetitions[] = {"REQUIRED", "OPTIONAL", "REPEATED"};
constexpr const char* kEncodings[] = {"PLAIN",
                                      nullptr,
                                      "PLAIN_DICTIONARY",
                                      "RLE",
                                      "BIT_PACKED",
                                      "DELTA_BINARY_PACKED",
                                      "DELTA_LENGTH_BYTE_ARRAY",
                                      "DELTA_BYTE_ARRAY",
                                      "RLE_DICTIONARY",
                                      "BYTE_STREAM_SPLIT",
                                      "ALP"};
constexpr const char* kCodecs[] = {"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"};
constexpr const char* kPageTypes[] = {"DATA_PAGE", "INDEX_PAGE", "DICTIONARY_PAGE", "DATA_PAGE_V2"};
constexpr const char* kColumnOrders[] = {"UNDEFINED", "TYPE_ORDER", "IEEE_754_TOTAL_ORDER", "INT96_TIMESTAMP_ORDER"};
constexpr const char* kLogicalTypes[] = {"",     "STRING",    "MAP",     "LIST",     "ENUM",     "DECIMAL", "DATE",
                                         "TIME", "TIMESTAMP", nullptr,   "INTEGER",  "UNKNOWN",  "JSON",    "BSON",
                                         "UUID", "FLOAT16",   "VARIANT", "GEOMETRY", "GEOGRAPHY"};
constexpr const char* kTimeUnits[] = {nullptr, "MILLIS", "MICROS", "NANOS"};

}  // namespace

std::string Name(Type value) { return NameAt(kTypes, value); }
std::string Name(ConvertedType value) { return NameAt(kConvertedTypes, value); }
std::string Name(FieldRepetitionType value) { return NameAt(kRepetitions, value); }
std::string Name(Encoding value) { return NameAt(kEncodings, value); }
std::string Name(CompressionCodec value) { return NameAt(kCodecs, value); }
std::string Name(PageType value) { return NameAt(kPageTypes, value); }
std::string Name(ColumnOrder value) { return NameAt(kColumnOrders, value); }

std::string Name(const LogicalType& type) {
  const std::string name = NameAt(kLogicalTypes, type.kind);
  switch (type.kind) {
    case LogicalType::Kind::kDecimal:
      return name + "(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
    case LogicalType::Kind::kTime:
    case LogicalType::Kind::kTimestamp:
      return name + "(" + NameAt(kTimeUnits, type.unit) + (type.is_adjusted_to_utc ? ", UTC)" : ", local)");
    case LogicalType::Kind::kInteger:
      return name + "(" + std::to_string(type.bit_width) + (type.is_signed ? ", signed)" : ", unsigned)");
    default:
      return name;
  }
}

}  // namespace inlay::parquet::format
