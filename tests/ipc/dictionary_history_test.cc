// Dictionaries of every type, anywhere in a column, and what becomes of them from batch to batch: what is read back is
// what was written.
#include <gmock/gmock.h>

#include <inlay/ipc.h>

#include "engine/ipc/value_key.h"
#include "tests/ipc/expect_equal.h"
#include "tests/reference/random_columns.h"

namespace inlay::ipc {
namespace {

using reference::DictionaryHistory;

bool HasDictionary(const DataType& type) {
  if (type.id() == TypeId::kDictionary) return true;
  for (const Field& child : type.children()) {
    if (HasDictionary(child.type)) return true;
  }
  return false;
}

Schema DictionaryFields(uint64_t seed) {
  Schema schema;
  for (Field& field : reference::NestedFields(seed)) {
    if (HasDictionary(field.type)) schema.fields.push_back(std::move(field));
  }
  return schema;
}

constexpr DictionaryPolicy kPolicies[] = {DictionaryPolicy::kReplace, DictionaryPolicy::kDelta,
                                          DictionaryPolicy::kUnify};

TEST(DictionaryHistory, StreamsTakeAll) {
  for (DictionaryHistory history :
       {DictionaryHistory::kSame, DictionaryHistory::kGrows, DictionaryHistory::kReplaced}) {
    for (DictionaryPolicy policy : kPolicies) {
      reference::RandomTable table(DictionaryFields(7), 7, history);
      ASSERT_GT(table.schema().fields.size(), 3u);
      std::vector<RecordBatch> batches;
      BufferSink sink;
      auto writer = StreamWriter::Open(&sink, table.schema(), {.dictionaries = policy});
      ASSERT_TRUE(writer.ok());
      for (int64_t num_rows : {20, 0, 33, 7}) {
        batches.push_back(table.Next(num_rows));
        const Status status = writer->Write(batches.back());
        ASSERT_TRUE(status.ok()) << status.ToString();
      }
      ASSERT_TRUE(writer->Finish().ok());
      auto reader = OpenStream(sink.bytes());
      ASSERT_TRUE(reader.ok());
      for (const RecordBatch& batch : batches) {
        const auto read = reader->Next();
        ASSERT_TRUE(read.ok()) << read.status().ToString();
        ExpectEqual(**read, batch);
      }
    }
  }
}

TEST(DictionaryHistory, FilesTakeWhatGrowsAndWhatIsUnified) {
  for (DictionaryHistory history : {DictionaryHistory::kGrows, DictionaryHistory::kReplaced}) {
    const bool grows = history == DictionaryHistory::kGrows;
    reference::RandomTable table(DictionaryFields(9), 9, history);
    ASSERT_GT(table.schema().fields.size(), 3u);
    std::vector<RecordBatch> batches;
    BufferSink sink;
    auto writer = FileWriter::Open(&sink, table.schema(),
                                   {.dictionaries = grows ? DictionaryPolicy::kDelta : DictionaryPolicy::kUnify});
    for (int64_t num_rows : {20, 1, 33}) {
      batches.push_back(table.Next(num_rows));
      const Status status = writer->Write(batches.back());
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
    ASSERT_TRUE(writer->Finish().ok());
    const auto reader = OpenFile(sink.bytes());
    ASSERT_TRUE(reader.ok());
    for (size_t i = 0; i < batches.size(); ++i) {
      const auto read = reader->ReadBatch(static_cast<int64_t>(i));
      ASSERT_TRUE(read.ok()) << read.status().ToString();
      ExpectEqual(*read, batches[i]);
    }
  }
}

TEST(ValueKey, IsTheSameForEqualValuesOnly) {
  Schema schema;
  for (const Field& field : reference::FlatFields()) schema.fields.push_back(field);
  for (Field& field : reference::NestedFields(3)) {
    if (!HasDictionary(field.type)) schema.fields.push_back(std::move(field));  // of these the indexes count
  }
  reference::RandomTable table(schema, 3, DictionaryHistory::kSame);
  const RecordBatch batch = table.Next(40);
  for (const ArrayView& column : batch.columns()) {
    std::vector<std::vector<uint8_t>> keys(40);
    for (size_t row = 0; row < 40; ++row) AppendValueKey(column, static_cast<int64_t>(row), &keys[row]);
    for (size_t a = 0; a < 40; ++a) {
      for (size_t b = 0; b < a; ++b) {
        const bool same =
            reference::ValueAt(column, static_cast<int64_t>(a)) == reference::ValueAt(column, static_cast<int64_t>(b));
        // Nulls of unions are told apart by the member that is null, which values of the oracle are not.
        if (keys[a] == keys[b]) {
          EXPECT_TRUE(same) << column.type->ToString();
        }
        if (same && reference::ValueAt(column, static_cast<int64_t>(a))) {
          EXPECT_EQ(keys[a], keys[b]) << column.type->ToString();
        }
      }
    }
  }
}

}  // namespace
}  // namespace inlay::ipc
