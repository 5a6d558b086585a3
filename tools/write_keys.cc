#include "tools/write_keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace inlay::tools {
namespace {

// What one scope, the file or one column, was given.
struct Settings {
  std::optional<Codec> codec = {};
  std::optional<int> level = {};
  std::optional<parquet::Encoding> encoding = {};
  std::optional<bool> dictionary = {};
  std::optional<int64_t> dictionary_bytes = {};
  std::optional<bool> statistics = {};
  std::optional<int64_t> page_bytes = {};
  std::optional<int64_t> page_rows = {};
  std::optional<int64_t> row_group_bytes = {};
  std::optional<int64_t> row_group_rows = {};
};

// Each sets its member and returns "", or says which values there are.
std::string SetCount(std::string_view text, std::optional<int64_t>* member) {
  int64_t count = 0;
  if (!ParseCount(text, &count) || count < 1) return "is a number from 1 on; K, M and G multiply by powers of 1024";
  *member = count;
  return {};
}
std::string SetSwitch(std::string_view text, std::optional<bool>* member) {
  if (text != "on" && text != "off") return "is on or off";
  *member = text == "on";
  return {};
}
std::string SetCodec(std::string_view text, Settings* settings) {
  const Result<Codec> codec = CodecFromName(text);
  if (!codec.ok()) return "is one of none, snappy, gzip, lz4, zstd";
  settings->codec = *codec;
  return {};
}
std::string SetLevel(std::string_view text, Settings* settings) {
  int level = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error != std::errc() || end != text.data() + text.size()) return "is a whole number";
  settings->level = level;
  return {};
}
std::string SetEncoding(std::string_view text, Settings* settings) {
  const Result<parquet::Encoding> encoding = parquet::EncodingFromName(text);
  if (!encoding.ok()) return "is one of plain, rle, dictionary";
  settings->encoding = *encoding;
  return {};
}

struct Row {
  WriteKey key;
  std::string (*set)(std::string_view text, Settings* settings);
};

constexpr Row kRows[] = {
    {{"codec", "NAME", "none, snappy, gzip, lz4 or zstd (Arrow: none, lz4, zstd)", true, true}, SetCodec},
    {{"level", "N", "compression level of the codec", true, true}, SetLevel},
    {{"encoding", "NAME", "plain, rle (booleans) or dictionary; without it the data decide", true, false}, SetEncoding},
    {{"dictionary", "on|off", "whether dictionaries may be used", true, false},
     [](std::string_view text, Settings* settings) { return SetSwitch(text, &settings->dictionary); }},
    {{"dictionary-bytes", "N", "a larger dictionary is given up", true, false},
     [](std::string_view text, Settings* settings) { return SetCount(text, &settings->dictionary_bytes); }},
    {{"statistics", "on|off", "whether bounds and counts are written", true, false},
     [](std::string_view text, Settings* settings) { return SetSwitch(text, &settings->statistics); }},
    {{"page-bytes", "N", "largest page, before compression", true, false},
     [](std::string_view text, Settings* settings) { return SetCount(text, &settings->page_bytes); }},
    {{"page-rows", "N", "most rows of a page", true, false},
     [](std::string_view text, Settings* settings) { return SetCount(text, &settings->page_rows); }},
    {{"row-group-bytes", "N", "largest row group, encoded and compressed", false, false},
     [](std::string_view text, Settings* settings) { return SetCount(text, &settings->row_group_bytes); }},
    {{"row-group-rows", "N", "most rows of a row group", false, false},
     [](std::string_view text, Settings* settings) { return SetCount(text, &settings->row_group_rows); }},
};

std::string KnownColumnKeys() {
  std::string list;
  for (const Row& row : kRows) {
    if (row.key.for_columns) list.append(list.empty() ? "" : ", ").append(row.key.name);
  }
  return list;
}

Outcome Set(std::string_view option, std::string_view name, std::string_view value, Settings* settings) {
  const auto row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.key.name == name; });
  const std::string error = row->set(value, settings);
  if (error.empty()) return {};
  return Outcome::Usage(std::string(option) + ": '" + std::string(value) + "' will not do: " + std::string(name) + " " +
                        error);
}

// Splits "PATH:KEY=VALUE" at the last '=' and the last ':' before it: paths may hold both.
bool SplitColumn(std::string_view text, std::string_view* path, std::string_view* key, std::string_view* value) {
  const size_t equals = text.rfind('=');
  if (equals == text.npos) return false;
  const size_t colon = text.substr(0, equals).rfind(':');
  if (colon == text.npos) return false;
  *path = text.substr(0, colon);
  *key = text.substr(colon + 1, equals - colon - 1);
  *value = text.substr(equals + 1);
  return true;
}

Outcome MakeCompression(std::string_view scope, const Settings& settings, Codec default_codec, Compression* out) {
  out->codec = settings.codec.value_or(default_codec);
  out->level = settings.level;
  const Status status = ValidateCompression(*out);
  return status.ok() ? Outcome{} : Outcome::Usage(std::string(scope) + ": " + status.message());
}

Outcome PlanColumn(const std::string& path, const Settings& settings, const Compression& file_compression,
                   WritePlan* plan) {
  parquet::ColumnProperties column;
  if (settings.codec || settings.level) {
    Compression compression;
    if (Outcome outcome = MakeCompression("--column " + path, settings, file_compression.codec, &compression);
        outcome.code != kExitOk) {
      return outcome;
    }
    column.compression = compression;
  }
  column.encoding = settings.encoding;
  column.dictionary = settings.dictionary;
  column.max_dictionary_bytes = settings.dictionary_bytes;
  column.statistics = settings.statistics;
  column.max_page_bytes = settings.page_bytes;
  column.max_page_rows = settings.page_rows;
  plan->parquet.columns.emplace_back(path, column);
  return {};
}

Outcome PlanColumns(const std::vector<std::string>& requests, WritePlan* plan) {
  std::vector<std::pair<std::string, Settings>> columns;  // in the order of their first mention
  for (const std::string& request : requests) {
    std::string_view path, key, value;
    if (!SplitColumn(request, &path, &key, &value)) {
      return Outcome::Usage("--column '" + request + "' is not of the form PATH:KEY=VALUE; keys: " + KnownColumnKeys());
    }
    const bool known = std::any_of(std::begin(kRows), std::end(kRows),
                                   [&](const Row& row) { return row.key.for_columns && row.key.name == key; });
    if (!known) {
      return Outcome::Usage("--column '" + request + "': columns have no key '" + std::string(key) + "'; they have " +
                            KnownColumnKeys());
    }
    auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.first == path; });
    if (column == columns.end()) column = columns.insert(columns.end(), {std::string(path), {}});
    if (Outcome outcome = Set("--column " + std::string(path), key, value, &column->second); outcome.code != kExitOk) {
      return outcome;
    }
  }
  for (const auto& [path, settings] : columns) {
    Outcome outcome = PlanColumn(path, settings, plan->parquet.compression, plan);
    if (outcome.code != kExitOk) return outcome;
  }
  return {};
}

Outcome CheckArrow(const WriteRequest& request) {
  for (const auto& [name, value] : request.keys) {
    for (const Row& row : kRows) {
      if (row.key.name == name && !row.key.for_arrow) {
        return Outcome::Usage("--" + name + " is for Parquet alone; OUT is Arrow");
      }
    }
  }
  if (!request.columns.empty()) return Outcome::Usage("--column is for Parquet alone; OUT is Arrow");
  return {};
}

Outcome PlanMetadata(const std::vector<std::string>& requests, WritePlan* plan) {
  for (const std::string& request : requests) {
    const size_t equals = request.find('=');
    if (equals == request.npos || equals == 0) {
      return Outcome::Usage("--metadata '" + request + "' is not of the form KEY=VALUE");
    }
    plan->metadata.emplace_back(request.substr(0, equals), request.substr(equals + 1));
  }
  return {};
}

}  // namespace

std::span<const WriteKey> WriteKeys() {
  static constexpr auto kKeys = [] {
    std::array<WriteKey, std::size(kRows)> keys{};
    for (size_t i = 0; i < keys.size(); ++i) keys[i] = kRows[i].key;
    return keys;
  }();
  return kKeys;
}

bool ParseCount(std::string_view text, int64_t* count) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return false;
  int shift = 0;
  const std::string_view suffix = text.substr(static_cast<size_t>(end - text.data()));
  if (suffix == "K" || suffix == "k") shift = 10;
  if (suffix == "M" || suffix == "m") shift = 20;
  if (suffix == "G" || suffix == "g") shift = 30;
  if ((shift == 0 && !suffix.empty()) || number > INT64_MAX >> shift) return false;
  *count = number << shift;
  return true;
}

Outcome PlanWrite(const WriteRequest& request, Format format, WritePlan* plan) {
  Outcome outcome;
  if (format != Format::kParquet && (outcome = CheckArrow(request)).code != kExitOk) return outcome;
  Settings settings;
  for (const auto& [name, value] : request.keys) {
    if ((outcome = Set("--" + name, name, value, &settings)).code != kExitOk) return outcome;
  }
  Compression compression;
  if ((outcome = MakeCompression("--codec", settings, Codec::kNone, &compression)).code != kExitOk) return outcome;
  if (format != Format::kParquet && (compression.codec == Codec::kSnappy || compression.codec == Codec::kGzip)) {
    return Outcome::Usage("--codec: Arrow knows none, lz4 and zstd");
  }
  parquet::WriterProperties& parquet = plan->parquet;
  plan->arrow.compression = parquet.compression = compression;
  parquet.encoding = settings.encoding;
  parquet.dictionary = settings.dictionary.value_or(parquet.dictionary);
  parquet.max_dictionary_bytes = settings.dictionary_bytes.value_or(parquet.max_dictionary_bytes);
  parquet.statistics = settings.statistics.value_or(parquet.statistics);
  parquet.max_page_bytes = settings.page_bytes.value_or(parquet.max_page_bytes);
  parquet.max_page_rows = settings.page_rows.value_or(parquet.max_page_rows);
  parquet.max_row_group_bytes = settings.row_group_bytes.value_or(parquet.max_row_group_bytes);
  parquet.max_row_group_rows = settings.row_group_rows.value_or(parquet.max_row_group_rows);
  if ((outcome = PlanColumns(request.columns, plan)).code != kExitOk) return outcome;
  return PlanMetadata(request.metadata, plan);
}

}  // namespace inlay::tools
