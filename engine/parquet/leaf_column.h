// What the writer knows about one leaf of the schema: where its values come from and what they become.
#pragma once

#include <cstdint>
#include <string>

#include <inlay/types.h>

#include "engine/parquet/metadata.h"

namespace inlay::parquet {

// How Arrow values in memory become physical values.
enum class Conversion : uint8_t {
  kNone,             // they are the same: 4 and 8 byte numbers, fixed-size binary
  kBits,             // booleans
  kByteArrays,       // utf8, binary: 32-bit offsets
  kLargeByteArrays,  // 64-bit offsets
  kInt8ToInt32,
  kUInt8ToInt32,
  kInt16ToInt32,
  kUInt16ToInt32,
  kSecondsToMillis32,  // time32[s]
  kSecondsToMillis64,  // timestamp[s]
  kMillisToDays32,     // date64
  kDecimalToInt32,     // from any decimal width of at most 9 digits
  kDecimalToInt64,     // at most 18 digits
  kDecimalToFixed,     // to big-endian FIXED_LEN_BYTE_ARRAY
  kFloat16ToFixed,     // little-endian FIXED_LEN_BYTE_ARRAY(2)
  kAllNull,            // the null type: no value ever
};

// The order that bounds are defined on (parquet.thrift, ColumnOrder; LogicalTypes.md).
enum class SortOrder : uint8_t {
  kNone,  // no bounds
  kBool,
  kInt32,
  kUInt32,
  kInt64,
  kUInt64,
  kFloat,
  kDouble,
  kFloat16,
  kBytes,       // BYTE_ARRAY, unsigned
  kFixedBytes,  // FIXED_LEN_BYTE_ARRAY, unsigned
  kDecimal,     // FIXED_LEN_BYTE_ARRAY, signed big-endian
};

struct LeafColumn {
  std::string path;    // dotted
  int64_t column = 0;  // position of the top-level field
  Field field;
  format::Type physical_type = format::Type::kInt32;
  int32_t physical_bytes = 0;  // 4, 8, or the length of FIXED_LEN_BYTE_ARRAY; 0 otherwise
  int32_t arrow_bytes = 0;     // FixedByteWidth of the Arrow type
  Conversion conversion = Conversion::kNone;
  SortOrder sort_order = SortOrder::kNone;
  int16_t max_definition_level = 0;
  bool is_utf8 = false;  // bounds are cut at characters
};

}  // namespace inlay::parquet
