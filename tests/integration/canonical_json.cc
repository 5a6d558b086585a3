#include <cstdio>
#include <map>

#include "tests/integration/json_table.h"

namespace inlay::integration {
namespace {

bool HasNoValidity(const std::string& type) { return type == "null" || type == "union" || type == "runendencoded"; }

// Numbers and booleans as text, wherever they stand.
Json WithTextForNumbers(const Json& json) {
  if (json.is_boolean()) return json.get<bool>() ? "1" : "0";
  if (json.is_number_float()) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.17g", json.get<double>());
    return text;
  }
  if (json.is_number()) return json.dump();
  if (!json.is_structured()) return json;
  Json result = json;
  for (Json& member : result) member = WithTextForNumbers(member);
  return result;
}

class Rewriter {
 public:
  explicit Rewriter(const Json& document) {
    if (!document.contains("dictionaries")) return;
    for (const Json& dictionary : document["dictionaries"]) old_[dictionary["id"].get<int64_t>()] = &dictionary["data"];
  }

  // Gives each dictionary field a dictionary of its own.
  Json Field(const Json& old) {
    Json field = old;
    if (field.contains("metadata") && (field["metadata"].is_null() || field["metadata"].empty()))
      field.erase("metadata");
    if (field["type"]["name"] == "decimal" && !field["type"].contains("bitWidth")) field["type"]["bitWidth"] = 128;
    for (Json& child : field["children"]) child = Field(child);
    if (!field.contains("dictionary")) return field;
    const int64_t id = static_cast<int64_t>(dictionaries_.size());
    Json data = *old_.at(field["dictionary"]["id"].get<int64_t>());
    field["dictionary"]["id"] = id;
    Json& column = data["columns"][0];
    column = Column(field, column, true);
    column["name"] = "DICT" + std::to_string(id);
    dictionaries_.push_back({{"id", id}, {"data", WithTextForNumbers(data)}});
    return field;
  }

  // `as_values`: of the dictionary, not of the column that refers to it.
  Json Column(const Json& field, const Json& old, bool as_values) {
    Json column = old;
    const bool is_index = field.contains("dictionary") && !as_values;
    const std::string type = field["type"]["name"].get<std::string>();
    if (!is_index && HasNoValidity(type)) column.erase("VALIDITY");
    if (column["count"] == 0 && column.contains("OFFSET")) column["OFFSET"] = Json::array();
    if (column.contains("children")) {
      for (size_t i = 0; i < column["children"].size(); ++i) {
        Json& child = column["children"][i];
        child = Column(field["children"][i], child, false);
      }
    }
    return column;
  }

  const Json& dictionaries() const { return dictionaries_; }

 private:
  std::map<int64_t, const Json*> old_;
  Json dictionaries_ = Json::array();
};

}  // namespace

Json Canonical(const Json& document) {
  Rewriter rewriter(document);
  Json result = {{"schema", Member(document, "schema")}, {"batches", Json::array()}};
  Json& schema = result["schema"];
  if (schema.contains("metadata") && (schema["metadata"].is_null() || schema["metadata"].empty()))
    schema.erase("metadata");
  for (Json& field : schema["fields"]) field = rewriter.Field(field);
  for (const Json& old : Member(document, "batches")) {
    Json batch = old;
    for (size_t i = 0; i < batch["columns"].size(); ++i) {
      Json& column = batch["columns"][i];
      column = rewriter.Column(schema["fields"][i], column, false);
    }
    result["batches"].push_back(WithTextForNumbers(batch));
  }
  if (!rewriter.dictionaries().empty()) result["dictionaries"] = rewriter.dictionaries();
  return result;
}

}  // namespace inlay::integration
