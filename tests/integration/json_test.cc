// The integration JSON itself: to batches and back.
#include <gmock/gmock.h>

#include <cstdio>

#include "tests/integration/gold_files.h"
#include "tests/integration/json_table.h"

namespace inlay::integration {
namespace {

std::vector<RecordBatchView> Views(const Table& table) { return {table.batches.begin(), table.batches.end()}; }

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
      EXPECT_EQ(status.ok(), OutOfRange(gold).empty()) << status.ToString();
      EXPECT_TRUE(ValidateBatch(batch, Validation::kBasic).ok());
    }
    const Json wanted = Canonical(document);
    const Json actual = Canonical(JsonOfTable(*table.schema, Views(table)));
    EXPECT_TRUE(actual == wanted) << Json::diff(wanted, actual).dump().substr(0, 2000);
  }
}

}  // namespace
}  // namespace inlay::integration
