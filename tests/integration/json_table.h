// The integration JSON as batches, and batches as JSON (Arrow's "Integration Testing", JSON test data format).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <inlay/array.h>

#include "tests/integration/json_values.h"

namespace inlay::integration {

// A schema and its batches, each of which keeps alive what all of them point to.
struct Table {
  std::shared_ptr<const Schema> schema;
  std::vector<RecordBatch> batches;
};

// A file's document; a name that ends in .gz is decompressed. Throws JsonError.
Json LoadJson(const std::string& path);

// The batches of a document, in its own numbers of rows and with what it says under nulls. Throws JsonError for what
// cannot be put into arrays; whether the arrays are valid is for ValidateBatch to say.
Table TableOfJson(const Json& document);

// A document of batches, which may be slices. Exactly the sliced values are written, but for children of list views and
// dense unions, which are written whole. The format has one dictionary a field: JsonError when two batches differ in
// theirs.
Json JsonOfTable(const Schema& schema, const std::vector<RecordBatchView>& batches);

// The document in the one form in which JsonOfTable writes it, so that two documents of equal contents compare equal:
// numbers as text, dictionaries renumbered and one a field, no validity where a layout has none, defaults spelled out.
Json Canonical(const Json& document);

}  // namespace inlay::integration
