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
  std::optional<bool> compress = {};
  std::optional<int64_t> alignment_bytes = {};
  std::optional<double> min_saving = {};
  std::optional<bool> sample = {};
  std::optional<int64_t> version = {};
  std::optional<bool> legacy = {};
  std::optional<ipc::DictionaryPolicy> dictionaries = {};
  std::optional<int64_t> buffer_bytes = {};
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

std::string SetPolicy(std::string_view text, Settings* settings) {
  using enum ipc::DictionaryPolicy;
  if (text != "replace" && text != "delta" && text != "unify") return "is one of replace, delta, unify";
  settings->dictionaries = text == "replace" ? kReplace : text == "delta" ? kDelta : kUnify;
  return {};
}
std::string SetSaving(std::string_view text, Settings* settings) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size()) return "is a share, as in 0.05";
  settings->min_saving = share;
  return {};
}

struct Row {
  WriteKey key;
  std::string (*set)(std::string_view text, Settings* settings);
};

template <auto kMember>
std::string Count(std::string_view text, Settings* settings) {
  return SetCount(text, &(settings->*kMember));
}
template <auto kMember>
std::string Switch(std::string_view text, Settings* settings) {
  return SetSwitch(text, &(settings->*kMember));
}

constexpr uint8_t kParquetBoth = kParquetFile | kParquetColumn;

constexpr Row kRows[] = {
    {{"codec", "NAME", "none, snappy, gzip, lz4 or zstd (Arrow: none, lz4, zstd)", kParquetBoth | kArrowFile},
     SetCodec},
    {{"level", "N", "compression level of the codec", kParquetBoth | kArrowFile}, SetLevel},
    {{"encoding", "NAME", "plain, rle (booleans) or dictionary; without it the data decide", kParquetBoth},
     SetEncoding},
    {{"dictionary", "on|off", "whether dictionaries may be used", kParquetBoth}, Switch<&Settings::dictionary>},
    {{"dictionary-bytes", "N", "a larger dictionary is given up", kParquetBoth}, Count<&Settings::dictionary_bytes>},
    {{"statistics", "on|off", "whether bounds and counts are written", kParquetBoth}, Switch<&Settings::statistics>},
    {{"page-bytes", "N", "largest page, before compression", kParquetBoth}, Count<&Settings::page_bytes>},
    {{"page-rows", "N", "most rows of a page", kParquetBoth}, Count<&Settings::page_rows>},
    {{"row-group-bytes", "N", "largest row group, encoded and compressed", kParquetFile},
     Count<&Settings::row_group_bytes>},
    {{"row-group-rows", "N", "most rows of a row group", kParquetFile}, Count<&Settings::row_group_rows>},
    {{"compress", "on|off", "whether a column's buffers are compressed", kArrowColumn}, Switch<&Settings::compress>},
    {{"min-saving", "SHARE", "buffers that save less by compression are stored as they are, as in 0.05", kArrowFile},
     SetSaving},
    {{"sample", "on|off", "whether samples of large buffers say if compression is tried (on)", kArrowFile},
     Switch<&Settings::sample>},
    {{"alignment", "N", "of every buffer in the output: 8, 16, 32 or 64 (64)", kArrowFile},
     Count<&Settings::alignment_bytes>},
    {{"metadata-version", "N", "5, or 4 as Arrow before 1.0 reads it (5)", kArrowFile}, Count<&Settings::version>},
    {{"legacy", "on|off", "messages as before Arrow 0.15; version 4 alone (off)", kArrowFile},
     Switch<&Settings::legacy>},
    {{"dictionaries", "POLICY",
      "one that changes: replace (streams), delta or unify; without it unify where a file has to hold several, "
      "else delta",
      kArrowFile},
     SetPolicy},
    {{"buffer-bytes", "N", "gathered before they are written; without it a batch at a time", kArrowFile},
     Count<&Settings::buffer_bytes>},
};

uint8_t UseOf(Format format, bool in_column) {
  if (format == Format::kParquet) return in_column ? kParquetColumn : kParquetFile;
  return in_column ? kArrowColumn : kArrowFile;
}

std::string KnownColumnKeys(Format format) {
  std::string list;
  for (const Row& row : kRows) {
    if ((row.key.uses & UseOf(format, true)) != 0) list.append(list.empty() ? "" : ", ").append(row.key.name);
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
  if (settings.compress)
    plan->arrow.columns.emplace_back(path, ipc::ColumnWriteOptions{.compress = *settings.compress});
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

Outcome PlanColumns(const std::vector<std::string>& requests, Format format, WritePlan* plan) {
  std::vector<std::pair<std::string, Settings>> columns;  // in the order of their first mention
  for (const std::string& request : requests) {
    std::string_view path, key, value;
    if (!SplitColumn(request, &path, &key, &value)) {
      return Outcome::Usage("--column '" + request +
                            "' is not of the form PATH:KEY=VALUE; keys: " + KnownColumnKeys(format));
    }
    const bool known = std::any_of(std::begin(kRows), std::end(kRows), [&](const Row& row) {
      return (row.key.uses & UseOf(format, true)) != 0 && row.key.name == key;
    });
    if (!known) {
      return Outcome::Usage("--column '" + request + "': columns have no key '" + std::string(key) + "'; they have " +
                            KnownColumnKeys(format));
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

Outcome CheckUses(const WriteRequest& request, Format format) {
  for (const auto& [name, value] : request.keys) {
    for (const Row& row : kRows) {
      if (row.key.name != name || (row.key.uses & UseOf(format, false)) != 0) continue;
      if (format == Format::kParquet) return Outcome::Usage("--" + name + " is for Arrow alone; OUT is Parquet");
      return Outcome::Usage("--" + name + " is for Parquet alone; OUT is Arrow");
    }
  }
  return {};
}

Outcome PlanArrow(const Settings& settings, WritePlan* plan) {
  ipc::WriteOptions& arrow = plan->arrow;
  arrow.min_saving = settings.min_saving.value_or(arrow.min_saving);
  arrow.sample_incompressible = settings.sample.value_or(arrow.sample_incompressible);
  // What does not fit is wrong, too.
  arrow.alignment_bytes = static_cast<int32_t>(std::min<int64_t>(settings.alignment_bytes.value_or(64), INT32_MAX));
  if (settings.version.value_or(5) != 5 && settings.version != 4) return Outcome::Usage("--metadata-version is 4 or 5");
  if (settings.version == 4) arrow.metadata_version = ipc::MetadataVersion::kV4;
  arrow.legacy_framing = settings.legacy.value_or(false);
  arrow.buffer_bytes = settings.buffer_bytes.value_or(0);
  plan->dictionaries = settings.dictionaries;
  const Status status = arrow.Validate();
  return status.ok() ? Outcome{} : Outcome::Usage(status.message());
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
  Outcome outcome = CheckUses(request, format);
  if (outcome.code != kExitOk) return outcome;
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
  if ((outcome = PlanColumns(request.columns, format, plan)).code != kExitOk) return outcome;
  if (format != Format::kParquet && (outcome = PlanArrow(settings, plan)).code != kExitOk) return outcome;
  return PlanMetadata(request.metadata, plan);
}

}  // namespace inlay::tools
