// Random columns of every type and nesting through streams and files.
#include <gmock/gmock.h>

#include "tests/integration/ipc_table.h"
#include "tests/reference/random_columns.h"

namespace inlay::integration {
namespace {

using ipc::DictionaryPolicy;
using reference::DictionaryHistory;

Table RandomTable(std::vector<Field> fields, uint64_t seed, DictionaryHistory history) {
  reference::RandomTable random({std::move(fields), {{"key", "value"}}}, seed, history);
  Table table{std::make_shared<Schema>(random.schema()), {}};
  for (int64_t num_rows : {3, 64, 0, 1, 150}) table.batches.push_back(random.Next(num_rows));
  return table;
}

void ExpectComesBack(const Table& table, bool is_file, const ipc::WriteOptions& options) {
  const auto bytes = WriteTable(table, is_file, options);
  ASSERT_TRUE(bytes.ok()) << bytes.status().ToString();
  const BufferView view{bytes->data(), static_cast<int64_t>(bytes->size())};
  const Result<Table> again = ReadTable(view);
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_EQ(*again->schema, *table.schema);
  EXPECT_EQ(Difference(*again, table), "");
  if (!is_file) return;
  const Result<Table> inner = ReadTable({view.data + 8, view.size_bytes - 8});
  ASSERT_TRUE(inner.ok()) << inner.status().ToString();
  EXPECT_EQ(Difference(*inner, table), "");
}

TEST(RandomTables, ComeBackFromStreamsAndFiles) {
  const Codec codecs[] = {Codec::kNone, Codec::kLz4, Codec::kZstd};
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    for (std::vector<Field> fields : {reference::FlatFields(), reference::NestedFields(seed)}) {
      const Table table = RandomTable(std::move(fields), seed, DictionaryHistory::kSame);
      for (const bool is_file : {false, true}) {
        SCOPED_TRACE("seed " + std::to_string(seed) + (is_file ? ", file" : ", stream"));
        const ipc::WriteOptions options{.compression = {codecs[seed % 3], {}},
                                        .alignment_bytes = 8 << static_cast<int>(seed % 4)};
        ExpectComesBack(table, is_file, options);
      }
    }
  }
}

TEST(RandomTables, DictionariesThatChangeComeBack) {
  struct Case {
    DictionaryHistory history;
    DictionaryPolicy policy;
    bool files;  // whether a file can hold it
  };
  const Case cases[] = {{DictionaryHistory::kGrows, DictionaryPolicy::kReplace, false},
                        {DictionaryHistory::kGrows, DictionaryPolicy::kDelta, true},
                        {DictionaryHistory::kGrows, DictionaryPolicy::kUnify, true},
                        {DictionaryHistory::kReplaced, DictionaryPolicy::kReplace, false},
                        {DictionaryHistory::kReplaced, DictionaryPolicy::kDelta, false},
                        {DictionaryHistory::kReplaced, DictionaryPolicy::kUnify, true}};
  for (const Case& c : cases) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      const Table table = RandomTable(reference::NestedFields(seed), seed, c.history);
      for (const bool is_file : {false, true}) {
        SCOPED_TRACE("history " + std::to_string(static_cast<int>(c.history)) + ", policy " +
                     std::to_string(static_cast<int>(c.policy)) + ", seed " + std::to_string(seed) +
                     (is_file ? ", file" : ", stream"));
        if (!is_file || c.files) ExpectComesBack(table, is_file, {.dictionaries = c.policy});
      }
    }
  }
}

}  // namespace
}  // namespace inlay::integration
