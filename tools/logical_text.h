// Values of a Parquet column in words: what their bytes mean under the column's logical type (LogicalTypes.md).
#pragma once

#include <string>
#include <string_view>

#include "engine/parquet/metadata.h"

namespace inlay::tools {

// `plain`: one value, PLAIN without length prefix, as statistics hold it. Numbers in decimal, dates and times in ISO
// 8601, UUIDs in groups, text as it is (it may hold anything), other bytes as 0x.... Bytes of the wrong length as 0x...
// too.
std::string LogicalText(std::string_view plain, const parquet::format::SchemaElement& element);

}  // namespace inlay::tools
