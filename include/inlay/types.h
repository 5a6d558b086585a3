// Logical types, fields and schemas: Arrow's, all of them (Columnar format; Schema.fbs).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <inlay/export.h>
#include <inlay/status.h>

namespace inlay {

enum class TypeId : uint8_t {
  kNull,
  kBool,
  kInt8,
  kUInt8,
  kInt16,
  kUInt16,
  kInt32,
  kUInt32,
  kInt64,
  kUInt64,
  kFloat16,
  kFloat32,
  kFloat64,
  kDecimal32,
  kDecimal64,
  kDecimal128,
  kDecimal256,
  kDate32,  // days since 1970-01-01
  kDate64,  // milliseconds since 1970-01-01, whole days
  kTime32,  // seconds or milliseconds since midnight
  kTime64,  // microseconds or nanoseconds since midnight
  kTimestamp,
  kDuration,
  kIntervalYearMonth,
  kIntervalDayTime,
  kIntervalMonthDayNano,
  kUtf8,
  kLargeUtf8,
  kUtf8View,
  kBinary,
  kLargeBinary,
  kBinaryView,
  kFixedSizeBinary,
  kList,
  kLargeList,
  kListView,
  kLargeListView,
  kFixedSizeList,
  kStruct,
  kMap,
  kDenseUnion,
  kSparseUnion,
  kDictionary,
  kRunEndEncoded,
};

enum class TimeUnit : uint8_t { kSecond, kMilli, kMicro, kNano };

/// Keys and values in order; a key may repeat.
using KeyValueMetadata = std::vector<std::pair<std::string, std::string>>;

struct Field;

/// A type and its parameters. A value: copy, compare, pass around. Built by the functions below, which check nothing;
/// Validate does, and every writer and builder calls it at the door.
class INLAY_EXPORT DataType {
 public:
  /// The null type.
  DataType();
  /// A type without parameters. With parameters: the functions below.
  explicit DataType(TypeId id);

  TypeId id() const { return id_; }
  int32_t precision() const { return precision_; }                   // decimals: digits
  int32_t scale() const { return scale_; }                           // decimals
  int32_t byte_width() const { return byte_width_; }                 // fixed-size binary
  int32_t list_size() const { return list_size_; }                   // fixed-size list
  TimeUnit unit() const { return unit_; }                            // time, timestamp, duration
  const std::string& timezone() const { return timezone_; }          // timestamp; empty: none
  bool keys_sorted() const { return flag_; }                         // map
  bool ordered() const { return flag_; }                             // dictionary
  TypeId index_type() const { return index_type_; }                  // dictionary: an integer type
  const std::vector<int8_t>& type_ids() const { return type_ids_; }  // unions: one a child
  /// Children in Arrow's order: list: item; map: entries (a struct of key, value); struct and unions: members;
  /// dictionary: one, "dictionary", with the type of the values; run-end encoded: run ends, values.
  const std::vector<Field>& children() const { return children_; }

  /// kInvalidArgument with what is wrong when parameters break the format (precision, width, unit, child count...), at
  /// any depth. Depth is limited to 64.
  Status Validate() const;
  /// "timestamp[us, UTC]", "decimal128(12, 2)", "list<item: int32>".
  std::string ToString() const;
  /// Every parameter and child, names, nullability and metadata of the children included.
  bool operator==(const DataType& other) const;

 private:
  friend struct DataTypeBuilder;
  TypeId id_ = TypeId::kNull;
  TypeId index_type_ = TypeId::kInt32;
  TimeUnit unit_ = TimeUnit::kSecond;
  bool flag_ = false;
  int32_t precision_ = 0;
  int32_t scale_ = 0;
  int32_t byte_width_ = 0;
  int32_t list_size_ = 0;
  std::string timezone_;
  std::vector<int8_t> type_ids_;
  std::vector<Field> children_;
};

/// A named column or child.
struct INLAY_EXPORT Field {
  std::string name;
  DataType type;
  bool nullable = true;
  KeyValueMetadata metadata = {};

  bool operator==(const Field& other) const;
};

inline DataType::DataType() = default;
inline DataType::DataType(TypeId id) : id_(id) {}

/// The columns of a table, in order. A plain value.
struct INLAY_EXPORT Schema {
  std::vector<Field> fields;
  KeyValueMetadata metadata = {};

  /// Validates every type; names may repeat (the formats allow it) but must be UTF-8. Messages carry the field's path.
  Status Validate() const;
  /// Position of the first field of that name, or -1. Looks at each name in turn.
  int64_t FieldIndex(std::string_view name) const;
  /// One line a field: "price: float64 not null".
  std::string ToString() const;
  bool operator==(const Schema&) const = default;
};

inline DataType Null() { return DataType(TypeId::kNull); }
inline DataType Bool() { return DataType(TypeId::kBool); }
inline DataType Int8() { return DataType(TypeId::kInt8); }
inline DataType UInt8() { return DataType(TypeId::kUInt8); }
inline DataType Int16() { return DataType(TypeId::kInt16); }
inline DataType UInt16() { return DataType(TypeId::kUInt16); }
inline DataType Int32() { return DataType(TypeId::kInt32); }
inline DataType UInt32() { return DataType(TypeId::kUInt32); }
inline DataType Int64() { return DataType(TypeId::kInt64); }
inline DataType UInt64() { return DataType(TypeId::kUInt64); }
inline DataType Float16() { return DataType(TypeId::kFloat16); }
inline DataType Float32() { return DataType(TypeId::kFloat32); }
inline DataType Float64() { return DataType(TypeId::kFloat64); }
inline DataType Date32() { return DataType(TypeId::kDate32); }
inline DataType Date64() { return DataType(TypeId::kDate64); }
inline DataType Utf8() { return DataType(TypeId::kUtf8); }
inline DataType LargeUtf8() { return DataType(TypeId::kLargeUtf8); }
inline DataType Utf8View() { return DataType(TypeId::kUtf8View); }
inline DataType Binary() { return DataType(TypeId::kBinary); }
inline DataType LargeBinary() { return DataType(TypeId::kLargeBinary); }
inline DataType BinaryView() { return DataType(TypeId::kBinaryView); }
inline DataType IntervalYearMonth() { return DataType(TypeId::kIntervalYearMonth); }
inline DataType IntervalDayTime() { return DataType(TypeId::kIntervalDayTime); }
inline DataType IntervalMonthDayNano() { return DataType(TypeId::kIntervalMonthDayNano); }
/// Precision in digits, at most 9, 18, 38 and 76; a value is its integer times 10^-scale.
INLAY_EXPORT DataType Decimal32(int32_t precision, int32_t scale);
INLAY_EXPORT DataType Decimal64(int32_t precision, int32_t scale);
INLAY_EXPORT DataType Decimal128(int32_t precision, int32_t scale);
INLAY_EXPORT DataType Decimal256(int32_t precision, int32_t scale);
/// Time32: seconds or milliseconds; Time64: micro- or nanoseconds.
INLAY_EXPORT DataType Time32(TimeUnit unit);
INLAY_EXPORT DataType Time64(TimeUnit unit);
INLAY_EXPORT DataType Timestamp(TimeUnit unit, std::string timezone = "");
INLAY_EXPORT DataType Duration(TimeUnit unit);
INLAY_EXPORT DataType FixedSizeBinary(int32_t byte_width);
INLAY_EXPORT DataType List(Field item);
INLAY_EXPORT DataType LargeList(Field item);
INLAY_EXPORT DataType ListView(Field item);
INLAY_EXPORT DataType LargeListView(Field item);
INLAY_EXPORT DataType FixedSizeList(Field item, int32_t list_size);
INLAY_EXPORT DataType Struct(std::vector<Field> members);
/// The format forbids null entries and keys: `key` is made non-null.
INLAY_EXPORT DataType Map(Field key, Field value, bool keys_sorted = false);
/// `type_ids`: one a member, distinct, 0..127.
INLAY_EXPORT DataType DenseUnion(std::vector<Field> members, std::vector<int8_t> type_ids);
INLAY_EXPORT DataType SparseUnion(std::vector<Field> members, std::vector<int8_t> type_ids);
INLAY_EXPORT DataType Dictionary(TypeId index_type, DataType value_type, bool ordered = false);
/// `run_end_type`: int16, int32 or int64.
INLAY_EXPORT DataType RunEndEncoded(TypeId run_end_type, Field values);

/// Bytes of one value in the values buffer of a fixed-width type (integers, floats, decimals, dates, times, intervals,
/// fixed-size binary, dictionary: its index); 0 for Bool (bits) and for every other layout.
INLAY_EXPORT int32_t FixedByteWidth(const DataType& type);

}  // namespace inlay
