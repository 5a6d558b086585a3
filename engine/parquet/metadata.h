// The structures of parquet.thrift that a writer of files fills and a reader of footers meets, with the names the
// format gives them. A member that is an std::optional is optional in the format too.
//
// Each structure lists its field ids once, in Fields; writing and reading both walk that list. What is not listed is
// skipped when read. Members that parquet.thrift requires are an error when absent; those passed to `defaulted` are
// written always and may be absent, as some writers leave them out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <inlay/status.h>

#include "engine/parquet/thrift.h"

namespace inlay::parquet::format {

// Enumerations keep numbers that this version has no name for.
enum class Type : int32_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};
enum class ConvertedType : int32_t {
  kUtf8 = 0,
  kMap = 1,
  kMapKeyValue = 2,
  kList = 3,
  kEnum = 4,
  kDecimal = 5,
  kDate = 6,
  kTimeMillis = 7,
  kTimeMicros = 8,
  kTimestampMillis = 9,
  kTimestampMicros = 10,
  kUint8 = 11,
  kUint16 = 12,
  kUint32 = 13,
  kUint64 = 14,
  kInt8 = 15,
  kInt16 = 16,
  kInt32 = 17,
  kInt64 = 18,
  kJson = 19,
  kBson = 20,
  kInterval = 21,
};
enum class FieldRepetitionType : int32_t { kRequired = 0, kOptional = 1, kRepeated = 2 };
enum class Encoding : int32_t {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kBitPacked = 4,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
  kAlp = 10,
};
enum class CompressionCodec : int32_t {
  kUncompressed = 0,
  kSnappy = 1,
  kGzip = 2,
  kLzo = 3,
  kBrotli = 4,
  kLz4 = 5,
  kZstd = 6,
  kLz4Raw = 7,
};
enum class PageType : int32_t { kDataPage = 0, kIndexPage = 1, kDictionaryPage = 2, kDataPageV2 = 3 };

// "BYTE_ARRAY", "RLE_DICTIONARY", as parquet.thrift spells them; the number where there is no name.
std::string Name(Type value);
std::string Name(ConvertedType value);
std::string Name(FieldRepetitionType value);
std::string Name(Encoding value);
std::string Name(CompressionCodec value);
std::string Name(PageType value);

// The union LogicalType, flat: the members after `kind` hold for the kinds named beside them. Kinds are the union's
// field ids.
struct LogicalType {
  enum class Kind : int16_t {
    kNone = 0,  // absent, or of a kind that this version does not know
    kString = 1,
    kMap = 2,
    kList = 3,
    kEnum = 4,
    kDecimal = 5,
    kDate = 6,
    kTime = 7,
    kTimestamp = 8,
    kInteger = 10,
    kUnknown = 11,  // always null
    kJson = 12,
    kBson = 13,
    kUuid = 14,
    kFloat16 = 15,
    kVariant = 16,
    kGeometry = 17,
    kGeography = 18,
  };
  enum class TimeUnit : int16_t { kMillis = 1, kMicros = 2, kNanos = 3 };  // the field ids of the union TimeUnit

  Kind kind = Kind::kNone;
  int32_t scale = 0;                                 // decimal
  int32_t precision = 0;                             // decimal
  bool is_adjusted_to_utc = false;                   // time, timestamp
  TimeUnit unit = TimeUnit::kMillis;                 // time, timestamp
  int8_t bit_width = 0;                              // integer
  bool is_signed = false;                            // integer
  std::optional<int8_t> specification_version = {};  // variant
  std::string crs = {};                              // geometry, geography; empty: absent
  std::optional<int32_t> algorithm = {};             // geography

  bool operator==(const LogicalType&) const = default;
};
// "TIMESTAMP(MICROS, UTC)", "INTEGER(8, signed)", "STRING"; "" for kNone.
std::string Name(const LogicalType& type);

// The union ColumnOrder: which order the bounds of a column's statistics have. Values are the union's field ids.
enum class ColumnOrder : int16_t { kUndefined = 0, kTypeOrder = 1, kIeee754TotalOrder = 2, kInt96TimestampOrder = 3 };
std::string Name(ColumnOrder value);

struct Statistics {
  std::optional<std::string> max = {};  // deprecated, signed order: read, never written
  std::optional<std::string> min = {};  // deprecated
  std::optional<int64_t> null_count = {};
  std::optional<int64_t> distinct_count = {};
  std::optional<std::string> max_value = {};  // PLAIN, without length
  std::optional<std::string> min_value = {};
  std::optional<bool> is_max_value_exact = {};
  std::optional<bool> is_min_value_exact = {};
  std::optional<int64_t> nan_count = {};

  bool operator==(const Statistics&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.max), field(2, self.min), field(3, self.null_count), field(4, self.distinct_count);
    field(5, self.max_value), field(6, self.min_value), field(7, self.is_max_value_exact);
    field(8, self.is_min_value_exact), field(9, self.nan_count);
  }
};

struct SchemaElement {
  std::optional<Type> type = {};  // absent: a group
  std::optional<int32_t> type_length = {};
  std::optional<FieldRepetitionType> repetition_type = {};  // absent: the root
  std::string name = {};
  std::optional<int32_t> num_children = {};
  std::optional<ConvertedType> converted_type = {};
  std::optional<int32_t> scale = {};
  std::optional<int32_t> precision = {};
  std::optional<int32_t> field_id = {};
  LogicalType logical_type = {};  // kNone: absent

  bool operator==(const SchemaElement&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.type), field(2, self.type_length), field(3, self.repetition_type), field(4, self.name);
    field(5, self.num_children), field(6, self.converted_type), field(7, self.scale), field(8, self.precision);
    field(9, self.field_id), field(10, self.logical_type);
  }
};

struct DataPageHeader {
  int32_t num_values = 0;  // levels: nulls count
  Encoding encoding = Encoding::kPlain;
  Encoding definition_level_encoding = Encoding::kRle;
  Encoding repetition_level_encoding = Encoding::kRle;
  std::optional<Statistics> statistics = {};

  bool operator==(const DataPageHeader&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.num_values), field(2, self.encoding), field(3, self.definition_level_encoding);
    field(4, self.repetition_level_encoding), field(5, self.statistics);
  }
};

struct DictionaryPageHeader {
  int32_t num_values = 0;
  Encoding encoding = Encoding::kPlain;
  std::optional<bool> is_sorted = {};

  bool operator==(const DictionaryPageHeader&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.num_values), field(2, self.encoding), field(3, self.is_sorted);
  }
};

struct DataPageHeaderV2 {
  int32_t num_values = 0;
  int32_t num_nulls = 0;
  int32_t num_rows = 0;
  Encoding encoding = Encoding::kPlain;
  int32_t definition_levels_byte_length = 0;
  int32_t repetition_levels_byte_length = 0;
  std::optional<bool> is_compressed = {};  // absent: true
  std::optional<Statistics> statistics = {};

  bool operator==(const DataPageHeaderV2&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.num_values), field(2, self.num_nulls), field(3, self.num_rows), field(4, self.encoding);
    field(5, self.definition_levels_byte_length), field(6, self.repetition_levels_byte_length);
    field(7, self.is_compressed), field(8, self.statistics);
  }
};

struct PageHeader {
  PageType type = PageType::kDataPage;
  int32_t uncompressed_page_size = 0;  // bytes of the body, without this header
  int32_t compressed_page_size = 0;    // bytes of the body as stored
  std::optional<int32_t> crc = {};     // CRC32 of the body as stored, its bits as a signed number
  std::optional<DataPageHeader> data_page_header = {};
  std::optional<DictionaryPageHeader> dictionary_page_header = {};
  std::optional<DataPageHeaderV2> data_page_header_v2 = {};

  bool operator==(const PageHeader&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.type), field(2, self.uncompressed_page_size), field(3, self.compressed_page_size);
    field(4, self.crc), field(5, self.data_page_header), field(7, self.dictionary_page_header);
    field(8, self.data_page_header_v2);
  }
};

struct KeyValue {
  std::string key = {};
  std::optional<std::string> value = {};

  bool operator==(const KeyValue&) const = default;
  static void Fields(auto&& self, auto&& field) { field(1, self.key), field(2, self.value); }
};

struct PageEncodingStats {
  PageType page_type = PageType::kDataPage;
  Encoding encoding = Encoding::kPlain;
  int32_t count = 0;

  bool operator==(const PageEncodingStats&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.page_type), field(2, self.encoding), field(3, self.count);
  }
};

struct ColumnMetaData {
  Type type = Type::kBoolean;
  std::vector<Encoding> encodings = {};  // all in use, levels included
  std::vector<std::string> path_in_schema = {};
  CompressionCodec codec = CompressionCodec::kUncompressed;
  int64_t num_values = 0;                         // levels: nulls count
  int64_t total_uncompressed_size = 0;            // with page headers
  int64_t total_compressed_size = 0;              // with page headers
  std::vector<KeyValue> key_value_metadata = {};  // empty: absent
  int64_t data_page_offset = 0;
  std::optional<int64_t> index_page_offset = {};
  std::optional<int64_t> dictionary_page_offset = {};
  std::optional<Statistics> statistics = {};
  std::vector<PageEncodingStats> encoding_stats = {};  // empty: absent
  std::optional<int64_t> bloom_filter_offset = {};
  std::optional<int32_t> bloom_filter_length = {};

  bool operator==(const ColumnMetaData&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.type), field.defaulted(2, self.encodings), field.defaulted(3, self.path_in_schema);
    field(4, self.codec), field(5, self.num_values), field(6, self.total_uncompressed_size);
    field(7, self.total_compressed_size), field.unless_empty(8, self.key_value_metadata);
    field(9, self.data_page_offset), field(10, self.index_page_offset), field(11, self.dictionary_page_offset);
    field(12, self.statistics), field.unless_empty(13, self.encoding_stats), field(14, self.bloom_filter_offset);
    field(15, self.bloom_filter_length);
  }
};

struct ColumnChunk {
  std::optional<std::string> file_path = {};  // absent: this file
  int64_t file_offset = 0;                    // deprecated: 0
  std::optional<ColumnMetaData> meta_data = {};
  std::optional<int64_t> offset_index_offset = {};
  std::optional<int32_t> offset_index_length = {};
  std::optional<int64_t> column_index_offset = {};
  std::optional<int32_t> column_index_length = {};

  bool operator==(const ColumnChunk&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.file_path), field.defaulted(2, self.file_offset), field(3, self.meta_data);
    field(4, self.offset_index_offset), field(5, self.offset_index_length), field(6, self.column_index_offset);
    field(7, self.column_index_length);
  }
};

struct RowGroup {
  std::vector<ColumnChunk> columns = {};
  int64_t total_byte_size = 0;  // uncompressed
  int64_t num_rows = 0;
  std::optional<int64_t> file_offset = {};
  std::optional<int64_t> total_compressed_size = {};
  std::optional<int16_t> ordinal = {};

  bool operator==(const RowGroup&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field(1, self.columns), field(2, self.total_byte_size), field(3, self.num_rows), field(5, self.file_offset);
    field(6, self.total_compressed_size), field(7, self.ordinal);
  }
};

struct FileMetaData {
  int32_t version = 1;
  std::vector<SchemaElement> schema = {};  // depth first, the root in front
  int64_t num_rows = 0;
  std::vector<RowGroup> row_groups = {};
  std::vector<KeyValue> key_value_metadata = {};  // empty: absent
  std::optional<std::string> created_by = {};
  std::vector<ColumnOrder> column_orders = {};  // one a leaf; empty: absent

  bool operator==(const FileMetaData&) const = default;
  static void Fields(auto&& self, auto&& field) {
    field.defaulted(1, self.version), field(2, self.schema), field(3, self.num_rows), field(4, self.row_groups);
    field.unless_empty(5, self.key_value_metadata), field(6, self.created_by);
    field.unless_empty(7, self.column_orders);
  }
};

// Append one structure. Logical types and column orders hold a known member (kNone leaves the logical type out).
void WriteFileMetaData(const FileMetaData& metadata, ThriftWriter* writer);
void WritePageHeader(const PageHeader& header, ThriftWriter* writer);

// What decoded metadata may take in memory, unless a reader is told otherwise.
inline constexpr int64_t kMaxMetadataMemoryBytes = int64_t{1} << 30;

// Reads one structure from the front of `bytes`, which may be hostile: kCorruptData says what is wrong where. What
// follows it is left alone; `num_bytes`, unless null, tells how many bytes it took.
Result<FileMetaData> ReadFileMetaData(std::span<const uint8_t> bytes, int64_t* num_bytes = nullptr,
                                      int64_t max_memory_bytes = kMaxMetadataMemoryBytes);
Result<PageHeader> ReadPageHeader(std::span<const uint8_t> bytes, int64_t* num_bytes = nullptr);

}  // namespace inlay::parquet::format
