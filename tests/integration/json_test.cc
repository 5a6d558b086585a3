// The integration JSON itself: to batches and back.
#include <gmock/gmock.h>

#include <cstdio>

#include "tests/integration/gold_files.h"
#include "tests/integration/json_table.h"
#include "tests/reference/random_columns.h"
#include "tests/reference/value_text.h"

namespace inlay::integration {
namespace {

std::vector<RecordBatchView> Views(const std::vector<RecordBatch>& batches) { return {batches.begin(), batches.end()}; }

TEST(IntegrationJson, GoldDocumentsComeBackEqual) {
  const auto cases = GoldCases();
  if (cases.empty()) std::puts("no gold files here: set INLAY_IPC_GOLD_DIR");
  for (const GoldCase& gold : cases) {
    SCOPED_TRACE(gold.name);
    const Json document = LoadJson(gold.json);
    const Table table = TableOfJson(document);
    ASSERT_TRUE(table.schema->Validate().ok()) << table.schema->Validate().ToString();
    for (const RecordBatch& batch : table.batches) {
      const Status status = ValidateBatch(batch, Validation::kFull);
      EXPECT_TRUE(status.ok() || !MayBeOutOfRange(gold).empty()) << status.ToString();
      EXPECT_TRUE(ValidateBatch(batch, Validation::kBasic).ok());
    }
    const Json wanted = Canonical(document);
    const Json actual = Canonical(JsonOfTable(*table.schema, Views(table.batches)));
    EXPECT_TRUE(actual == wanted) << Json::diff(wanted, actual).dump().substr(0, 2000);
  }
}

// Slices at every level, of every type.
TEST(IntegrationJson, RandomBatchesComeBackEqual) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Schema schema{reference::FlatFields(), {{"key", "value"}}};
    for (Field& field : reference::NestedFields(seed)) schema.fields.push_back(std::move(field));
    reference::RandomTable random(schema, seed, reference::DictionaryHistory::kSame);
    std::vector<RecordBatch> batches;
    for (int64_t num_rows : {0, 1, 67}) {
      batches.push_back(random.Next(num_rows));
      const Status status = ValidateBatch(batches.back(), Validation::kFull);
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
    const Json document = JsonOfTable(schema, Views(batches));
    const Table table = TableOfJson(Json::parse(document.dump()));
    EXPECT_EQ(*table.schema, schema);
    ASSERT_EQ(table.batches.size(), batches.size());
    for (size_t b = 0; b < batches.size(); ++b) {
      const Status status = ValidateBatch(table.batches[b], Validation::kFull);
      ASSERT_TRUE(status.ok()) << status.ToString();
      for (size_t i = 0; i < schema.fields.size(); ++i) {
        EXPECT_EQ(reference::ArrayText(table.batches[b].columns()[i]), reference::ArrayText(batches[b].columns()[i]))
            << schema.fields[i].name << ": " << schema.fields[i].type.ToString();
      }
    }
    EXPECT_EQ(JsonOfTable(schema, Views(table.batches)), document);
  }
}

TEST(IntegrationJson, SaysWhatItCannotTell) {
  const auto load = [](const char* text) { return TableOfJson(Json::parse(text)); };
  EXPECT_THROW(load("{}"), JsonError);
  EXPECT_THROW(load(R"({"schema": {"fields": [{"name": "a", "nullable": true, "children": [],
                        "type": {"name": "int", "bitWidth": 8, "isSigned": true}}]},
                        "batches": [{"count": 1, "columns": [{"name": "a", "count": 1, "VALIDITY": [1], "DATA": [128]}]}]})"),
               JsonError);
  // Two dictionaries of one field.
  reference::RandomTable random({{{"a", Dictionary(TypeId::kInt8, Utf8())}}}, 1,
                                reference::DictionaryHistory::kReplaced);
  const std::vector<RecordBatch> batches = {random.Next(5), random.Next(5)};
  EXPECT_THROW(JsonOfTable(random.schema(), Views(batches)), JsonError);
}

}  // namespace
}  // namespace inlay::integration
