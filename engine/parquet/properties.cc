#include "engine/parquet/properties.h"

#include <string>
#include <utility>

#include "engine/columns/field_path.h"

namespace inlay::parquet {
namespace {

Status CheckRange(std::string_view name, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return {};
  return Status::InvalidArgument(std::string(name) + " is " + std::to_string(value) + "; it must be from " +
                                 std::to_string(min) + " to " + std::to_string(max));
}

constexpr int64_t kMostPageBytes = int64_t{1} << 30;  // headroom below the format's 2^31
constexpr int64_t kMostPageRows = int64_t{16} << 20;
constexpr int64_t kMost = int64_t{1} << 62;

Status CheckSettings(const ColumnSettings& settings) {
  if (Status s = ValidateCompression(settings.compression); !s.ok()) return s;
  if (Status s = CheckRange("max_dictionary_bytes", settings.max_dictionary_bytes, 0, kMostPageBytes); !s.ok())
    return s;
  if (Status s = CheckRange("max_page_bytes", settings.max_page_bytes, 1, kMostPageBytes); !s.ok()) return s;
  return CheckRange("max_page_rows", settings.max_page_rows, 1, kMostPageRows);
}

Status CheckEncoding(const LeafColumn& leaf, Encoding encoding) {
  const bool is_boolean = leaf.physical_type == format::Type::kBoolean;
  if (encoding == Encoding::kRle && !is_boolean) {
    return Status::InvalidArgument("encoding rle is for booleans; " + leaf.field.type.ToString() +
                                   " takes plain or dictionary");
  }
  if (encoding == Encoding::kDictionary && is_boolean) {
    return Status::InvalidArgument("encoding dictionary is not for booleans; they take plain or rle");
  }
  return {};
}

Status NoSuchColumn(const std::string& path, const std::vector<LeafColumn>& leaves) {
  std::vector<std::string> paths;
  for (const LeafColumn& leaf : leaves) paths.push_back(leaf.path);
  return Status::InvalidArgument("properties name a column '" + path + "' that the schema does not have" +
                                 NearestPaths(path, paths));
}

void Override(const ColumnProperties& column, ColumnSettings* settings) {
  const auto take = [](const auto& from, auto* to) {
    if (from.has_value()) *to = *from;
  };
  take(column.compression, &settings->compression);
  if (column.encoding.has_value()) settings->encoding = column.encoding;
  take(column.dictionary, &settings->dictionary);
  take(column.max_dictionary_bytes, &settings->max_dictionary_bytes);
  take(column.statistics, &settings->statistics);
  take(column.max_page_bytes, &settings->max_page_bytes);
  take(column.max_page_rows, &settings->max_page_rows);
}

}  // namespace

Result<std::vector<ColumnSettings>> ResolveProperties(const WriterProperties& properties,
                                                      const std::vector<LeafColumn>& leaves) {
  ColumnSettings file;
  file.compression = properties.compression;
  file.dictionary = properties.dictionary;
  file.max_dictionary_bytes = properties.max_dictionary_bytes;
  file.statistics = properties.statistics;
  file.max_statistics_bytes = properties.max_statistics_bytes;
  file.max_page_bytes = properties.max_page_bytes;
  file.max_page_rows = properties.max_page_rows;
  file.max_row_group_rows = properties.max_row_group_rows;
  file.page_crc = properties.page_crc;
  if (Status s = CheckSettings(file); !s.ok()) return s;
  if (Status s = CheckRange("max_row_group_rows", properties.max_row_group_rows, 1, kMost); !s.ok()) return s;
  if (Status s = CheckRange("max_row_group_bytes", properties.max_row_group_bytes, 1, kMost); !s.ok()) return s;
  if (Status s = CheckRange("max_statistics_bytes", properties.max_statistics_bytes, 1, int64_t{1} << 20); !s.ok())
    return s;
  if (properties.allocator == nullptr)
    return Status::InvalidArgument("allocator is null; leave it at its default instead");

  std::vector<ColumnSettings> settings(leaves.size(), file);
  if (properties.encoding.has_value()) {
    // The file's encoding holds where it can: rle for booleans, dictionary for the others.
    for (size_t i = 0; i < leaves.size(); ++i) {
      if (CheckEncoding(leaves[i], *properties.encoding).ok()) settings[i].encoding = properties.encoding;
    }
  }
  for (const auto& [path, column] : properties.columns) {
    bool found = false;
    for (size_t i = 0; i < leaves.size(); ++i) {
      if (leaves[i].path != path) continue;
      found = true;
      Override(column, &settings[i]);
      Status status = CheckSettings(settings[i]);
      if (status.ok() && column.encoding.has_value()) status = CheckEncoding(leaves[i], *column.encoding);
      if (!status.ok()) return status.WithContext("column '" + path + "'");
    }
    if (!found) return NoSuchColumn(path, leaves);
  }
  return settings;
}

std::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kPlain:
      return "plain";
    case Encoding::kRle:
      return "rle";
    case Encoding::kDictionary:
      return "dictionary";
  }
  return "";
}

Result<Encoding> EncodingFromName(std::string_view name) {
  for (Encoding encoding : {Encoding::kPlain, Encoding::kRle, Encoding::kDictionary}) {
    if (EncodingName(encoding) == name) return encoding;
  }
  return Status::InvalidArgument("unknown encoding '" + std::string(name) + "'; known: plain, rle, dictionary");
}

}  // namespace inlay::parquet
