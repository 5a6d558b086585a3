#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/parquet/file_layout.h"
#include "tools/inspect.h"
#include "tools/json.h"
#include "tools/logical_text.h"
#include "tools/text_table.h"

namespace inlay::tools {
namespace {

using namespace parquet::format;

// What the page headers of a chunk say.
struct PageSummary {
  int64_t num_dictionary_pages = 0;
  int64_t num_data_pages = 0;
  int64_t min_values = 0, max_values = 0;              // of a data page: levels, nulls count
  int64_t min_stored_bytes = 0, max_stored_bytes = 0;  // of a data page's body
  int64_t num_dictionary_values = 0;
  bool has_crc = true;  // every page
};

// Adds one number to a minimum and a maximum; `is_first` starts them.
void Extend(int64_t value, bool is_first, int64_t* min, int64_t* max) {
  *min = is_first ? value : std::min(*min, value);
  *max = is_first ? value : std::max(*max, value);
}

Result<PageSummary> SummarizePages(const Source& source, const ColumnMetaData& column, const parquet::Footer& footer) {
  PageSummary pages;
  Result<parquet::PageWalker> walker = parquet::PageWalker::Open(&source, column, footer);
  if (!walker.ok()) return walker.status();
  parquet::PageInfo page;
  for (;;) {
    const Result<bool> more = walker->Next(&page);
    if (!more.ok()) return more.status();
    if (!*more) return pages;
    pages.has_crc &= page.header.crc.has_value();
    if (page.header.dictionary_page_header) {
      ++pages.num_dictionary_pages;
      pages.num_dictionary_values += page.header.dictionary_page_header->num_values;
      continue;
    }
    if (!page.header.data_page_header && !page.header.data_page_header_v2) continue;
    const int64_t num_values = page.header.data_page_header ? page.header.data_page_header->num_values
                                                            : page.header.data_page_header_v2->num_values;
    const bool is_first = pages.num_data_pages++ == 0;
    Extend(num_values, is_first, &pages.min_values, &pages.max_values);
    Extend(page.header.compressed_page_size, is_first, &pages.min_stored_bytes, &pages.max_stored_bytes);
  }
}

struct Leaf {
  std::string path;  // dotted
  const SchemaElement* element;
};

struct Chunk {
  const ColumnMetaData* column;  // null: the file does not say
  PageSummary pages;
};

struct ParquetFacts {
  int64_t size_bytes = 0;
  parquet::Footer footer;
  std::vector<Leaf> leaves;
  std::vector<std::vector<Chunk>> chunks;  // by row group, by leaf
};

// Paths of the leaves, from the tree that the schema's elements are.
void NameLeaves(const std::vector<SchemaElement>& schema, size_t* next, const std::string& prefix,
                std::vector<Leaf>* leaves) {
  const SchemaElement& element = schema[(*next)++];
  const bool is_root = *next == 1;
  const std::string path = is_root ? "" : prefix.empty() ? element.name : prefix + "." + element.name;
  if (element.type) {
    leaves->push_back({path, &element});
    return;
  }
  for (int32_t child = 0; child < element.num_children.value_or(0); ++child) NameLeaves(schema, next, path, leaves);
}

Status ReadFacts(const Source& source, ParquetFacts* facts) {
  facts->size_bytes = source.size_bytes();
  Result<parquet::Footer> footer = parquet::ReadFooter(source);
  if (!footer.ok()) return footer.status();
  facts->footer = *std::move(footer);
  const FileMetaData& metadata = facts->footer.metadata;
  size_t next = 0;
  NameLeaves(metadata.schema, &next, "", &facts->leaves);
  for (size_t group = 0; group < metadata.row_groups.size(); ++group) {
    std::vector<Chunk>& chunks = facts->chunks.emplace_back();
    for (size_t i = 0; i < facts->leaves.size(); ++i) {
      const ColumnChunk& chunk = metadata.row_groups[group].columns[i];
      chunks.push_back({chunk.meta_data ? &*chunk.meta_data : nullptr, {}});
      if (!chunk.meta_data || chunk.file_path) continue;
      Result<PageSummary> pages = SummarizePages(source, *chunk.meta_data, facts->footer);
      if (!pages.ok()) {
        return pages.status().WithContext("row group " + std::to_string(group) + ", column '" + facts->leaves[i].path +
                                          "'");
      }
      chunks.back().pages = *pages;
    }
  }
  return {};
}

// ---- Statistics in words

struct Bounds {
  std::optional<std::string> min, max;
  bool min_exact = true, max_exact = true;
};

Bounds BoundsOf(const Statistics& statistics, const SchemaElement& element) {
  Bounds bounds;
  if (statistics.min_value) bounds.min = LogicalText(*statistics.min_value, element);
  if (statistics.max_value) bounds.max = LogicalText(*statistics.max_value, element);
  bounds.min_exact = statistics.is_min_value_exact.value_or(true);
  bounds.max_exact = statistics.is_max_value_exact.value_or(true);
  return bounds;
}

// ---- JSON

void AddStatistics(const Statistics& statistics, const SchemaElement& element, JsonWriter* json) {
  json->BeginObject();
  const Bounds bounds = BoundsOf(statistics, element);
  if (statistics.null_count) json->Key("nulls").Number(*statistics.null_count);
  if (statistics.nan_count) json->Key("nans").Number(*statistics.nan_count);
  if (statistics.distinct_count) json->Key("distinct").Number(*statistics.distinct_count);
  if (bounds.min) json->Key("min").String(*bounds.min);
  if (bounds.max) json->Key("max").String(*bounds.max);
  if (statistics.is_min_value_exact) json->Key("min_exact").Bool(bounds.min_exact);
  if (statistics.is_max_value_exact) json->Key("max_exact").Bool(bounds.max_exact);
  json->EndObject();
}

void AddPages(const PageSummary& pages, JsonWriter* json) {
  json->BeginObject();
  json->Key("dictionary").Number(pages.num_dictionary_pages);
  json->Key("dictionary_values").Number(pages.num_dictionary_values);
  json->Key("data").Number(pages.num_data_pages);
  json->Key("min_values").Number(pages.min_values);
  json->Key("max_values").Number(pages.max_values);
  json->Key("min_stored_bytes").Number(pages.min_stored_bytes);
  json->Key("max_stored_bytes").Number(pages.max_stored_bytes);
  json->Key("crc").Bool(pages.has_crc);
  json->EndObject();
}

void AddChunk(const Leaf& leaf, const Chunk& chunk, JsonWriter* json) {
  json->BeginObject();
  json->Key("path").String(leaf.path);
  if (chunk.column != nullptr) {
    const ColumnMetaData& column = *chunk.column;
    json->Key("codec").String(Name(column.codec));
    json->Key("encodings").BeginList();
    for (const Encoding encoding : column.encodings) json->String(Name(encoding));
    json->EndList();
    json->Key("encoding_stats").BeginList();
    for (const PageEncodingStats& stats : column.encoding_stats) {
      json->BeginObject();
      json->Key("page_type").String(Name(stats.page_type));
      json->Key("encoding").String(Name(stats.encoding));
      json->Key("count").Number(stats.count);
      json->EndObject();
    }
    json->EndList();
    json->Key("values").Number(column.num_values);
    json->Key("uncompressed_bytes").Number(column.total_uncompressed_size);
    json->Key("stored_bytes").Number(column.total_compressed_size);
    if (column.dictionary_page_offset) json->Key("dictionary_page_offset").Number(*column.dictionary_page_offset);
    json->Key("data_page_offset").Number(column.data_page_offset);
    json->Key("pages");
    AddPages(chunk.pages, json);
    if (column.statistics) {
      json->Key("statistics");
      AddStatistics(*column.statistics, *leaf.element, json);
    }
  }
  json->EndObject();
}

void AddSchema(const ParquetFacts& facts, JsonWriter* json) {
  const FileMetaData& metadata = facts.footer.metadata;
  json->Key("schema").BeginList();
  for (size_t i = 0; i < facts.leaves.size(); ++i) {
    const SchemaElement& element = *facts.leaves[i].element;
    json->BeginObject();
    json->Key("path").String(facts.leaves[i].path);
    json->Key("type").String(Name(*element.type));
    if (element.type_length) json->Key("type_length").Number(*element.type_length);
    if (element.repetition_type) json->Key("repetition").String(Name(*element.repetition_type));
    if (const std::string name = Name(element.logical_type); !name.empty()) json->Key("logical_type").String(name);
    if (element.converted_type) json->Key("converted_type").String(Name(*element.converted_type));
    if (element.field_id) json->Key("field_id").Number(*element.field_id);
    if (i < metadata.column_orders.size()) json->Key("column_order").String(Name(metadata.column_orders[i]));
    json->EndObject();
  }
  json->EndList();
}

std::string JsonText(const std::string& path, const ParquetFacts& facts) {
  const FileMetaData& metadata = facts.footer.metadata;
  JsonWriter json;
  json.BeginObject();
  json.Key("file").String(path);
  json.Key("format").String("parquet");
  json.Key("bytes").Number(facts.size_bytes);
  json.Key("version").Number(metadata.version);
  if (metadata.created_by) json.Key("created_by").String(*metadata.created_by);
  json.Key("rows").Number(metadata.num_rows);
  json.Key("footer_offset").Number(facts.footer.offset_bytes);
  json.Key("footer_bytes").Number(facts.footer.metadata_bytes);
  AddSchema(facts, &json);
  json.Key("metadata").BeginList();
  for (const KeyValue& entry : metadata.key_value_metadata) {
    json.BeginObject();
    json.Key("key").String(entry.key);
    if (entry.value) json.Key("value").String(*entry.value);
    json.EndObject();
  }
  json.EndList();
  json.Key("row_groups").BeginList();
  for (size_t group = 0; group < facts.chunks.size(); ++group) {
    json.BeginObject();
    json.Key("rows").Number(metadata.row_groups[group].num_rows);
    json.Key("uncompressed_bytes").Number(metadata.row_groups[group].total_byte_size);
    if (metadata.row_groups[group].total_compressed_size) {
      json.Key("stored_bytes").Number(*metadata.row_groups[group].total_compressed_size);
    }
    json.Key("columns").BeginList();
    for (size_t i = 0; i < facts.leaves.size(); ++i) AddChunk(facts.leaves[i], facts.chunks[group][i], &json);
    json.EndList();
    json.EndObject();
  }
  json.EndList();
  json.EndObject();
  return json.Finish();
}

// ---- Text

constexpr int64_t kMaxBoundCharacters = 30;

std::string RangeText(int64_t min, int64_t max) {
  return min == max ? CountText(min) : CountText(min) + ".." + CountText(max);
}

// How data pages are encoded, with the number of pages where there are several ways; without page counts all that the
// chunk lists.
std::string EncodingsText(const ColumnMetaData& column) {
  std::vector<PageEncodingStats> data_pages;
  for (const PageEncodingStats& stats : column.encoding_stats) {
    if (stats.page_type != PageType::kDictionaryPage) data_pages.push_back(stats);
  }
  std::string text;
  const auto add = [&](const std::string& word) { text.append(text.empty() ? "" : " ").append(word); };
  for (const PageEncodingStats& stats : data_pages) {
    add(Name(stats.encoding) + (data_pages.size() > 1 ? ":" + CountText(stats.count) : ""));
  }
  if (data_pages.empty()) {
    for (const Encoding encoding : column.encodings) add(Name(encoding));
  }
  return text;
}

std::string BoundText(const std::optional<std::string>& bound, bool is_exact) {
  if (!bound) return {};
  return Printable(*bound, kMaxBoundCharacters) + (is_exact ? "" : " ~");
}

std::vector<std::string> ChunkCells(const Leaf& leaf, const Chunk& chunk) {
  if (chunk.column == nullptr) return {Printable(leaf.path, 40), "?", "", "", "", "", "", "", "", "", "", ""};
  const ColumnMetaData& column = *chunk.column;
  const PageSummary& pages = chunk.pages;
  const Statistics statistics = column.statistics.value_or(Statistics{});
  const Bounds bounds = BoundsOf(statistics, *leaf.element);
  return {Printable(leaf.path, 40),
          Name(column.codec),
          EncodingsText(column),
          CountText(pages.num_data_pages) + (pages.num_dictionary_pages > 0 ? "+1" : ""),
          pages.num_data_pages > 0 ? RangeText(pages.min_values, pages.max_values) : "",
          pages.num_dictionary_pages > 0 ? CountText(pages.num_dictionary_values) : "",
          BytesText(column.total_uncompressed_size),
          BytesText(column.total_compressed_size),
          statistics.null_count ? CountText(*statistics.null_count) : "",
          statistics.nan_count ? CountText(*statistics.nan_count) : "",
          BoundText(bounds.min, bounds.min_exact),
          BoundText(bounds.max, bounds.max_exact)};
}

std::string SchemaText(const ParquetFacts& facts) {
  TextTable table({"column", "type", "logical type", "nulls"});
  for (const Leaf& leaf : facts.leaves) {
    const SchemaElement& element = *leaf.element;
    std::string type = Name(*element.type);
    if (element.type_length && element.type == Type::kFixedLenByteArray) {
      type += "(" + std::to_string(*element.type_length) + ")";
    }
    std::string logical = Name(element.logical_type);
    if (logical.empty() && element.converted_type) logical = Name(*element.converted_type);
    const bool required = element.repetition_type == FieldRepetitionType::kRequired;
    table.Add({Printable(leaf.path, 40), type, logical, required ? "none" : ""});
  }
  return table.ToString(2);
}

std::string HumanText(const std::string& path, const ParquetFacts& facts) {
  const FileMetaData& metadata = facts.footer.metadata;
  std::string text = Printable(path) + ": Parquet, " + BytesText(facts.size_bytes) + ", " +
                     CountedText(metadata.num_rows, "row") + ", " +
                     CountedText(static_cast<int64_t>(facts.leaves.size()), "column") + ", " +
                     CountedText(static_cast<int64_t>(facts.chunks.size()), "row group") + ", footer " +
                     BytesText(facts.footer.metadata_bytes) + '\n';
  if (metadata.created_by) text += "  written by " + Printable(*metadata.created_by, 100) + '\n';
  for (const KeyValue& entry : metadata.key_value_metadata) {
    text += "  " + Printable(entry.key, 60);
    if (entry.value) {
      text += entry.value->size() > 200 ? ": " + BytesText(static_cast<int64_t>(entry.value->size()))
                                        : " = " + Printable(*entry.value, 60);
    }
    text += '\n';
  }
  text += "\nschema\n" + SchemaText(facts);
  for (size_t group = 0; group < facts.chunks.size(); ++group) {
    const RowGroup& row_group = metadata.row_groups[group];
    text += "\nrow group " + std::to_string(group) + ": " + CountedText(row_group.num_rows, "row") + ", " +
            BytesText(row_group.total_byte_size) + " uncompressed";
    if (row_group.total_compressed_size) text += ", " + BytesText(*row_group.total_compressed_size) + " stored";
    text += '\n';
    TextTable table({"column", "codec", "encodings", ">pages", ">values a page", ">dictionary", ">uncompressed",
                     ">stored", ">nulls", ">NaN", "min", "max"});
    for (size_t i = 0; i < facts.leaves.size(); ++i) table.Add(ChunkCells(facts.leaves[i], facts.chunks[group][i]));
    text += table.ToString(2);
  }
  return text;
}

}  // namespace

Outcome InspectParquet(const std::string& path, bool as_json, std::string* text) {
  const Result<std::unique_ptr<Source>> source = OpenFileSource(path);
  if (!source.ok()) return Outcome::Data(path, source.status());
  ParquetFacts facts;
  if (const Status status = ReadFacts(**source, &facts); !status.ok()) return Outcome::Data(path, status);
  *text += as_json ? JsonText(path, facts) : HumanText(path, facts);
  return {};
}

}  // namespace inlay::tools
