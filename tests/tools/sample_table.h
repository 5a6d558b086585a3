// A small table in memory, as an input for the command: id int64, price double, symbol utf8; the last two with nulls.
#pragma once

#include <gtest/gtest.h>
#include <inlay/ipc.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace inlay::tools {

struct SampleTable {
  Schema schema{.fields = {{"id", Int64(), false}, {"price", Float64()}, {"symbol", Utf8()}},
                .metadata = {{"origin", "sample"}}};

  std::vector<int64_t> ids;
  std::vector<double> prices;
  std::vector<uint8_t> validity;  // of price and symbol: every third row is null
  std::vector<int32_t> offsets = {0};
  std::string text;

  explicit SampleTable(int64_t num_rows) {
    validity.assign(static_cast<size_t>(num_rows + 7) / 8, 0);
    for (int64_t i = 0; i < num_rows; ++i) {
      ids.push_back(i);
      prices.push_back(static_cast<double>(i % 100) / 4);
      if (i % 3 != 0) {
        validity[static_cast<size_t>(i / 8)] = static_cast<uint8_t>(validity[static_cast<size_t>(i / 8)] | 1 << i % 8);
        text += "symbol-" + std::to_string(i % 10);
      }
      offsets.push_back(static_cast<int32_t>(text.size()));
    }
  }

  // Writes batches of `batch_rows` rows with `write(batch)`.
  template <typename Write>
  void ForEachBatch(int64_t batch_rows, Write write) const {
    const auto num_rows = static_cast<int64_t>(ids.size());
    for (int64_t first = 0; first < num_rows; first += batch_rows) {
      const auto view = [](const auto& data) {
        return BufferView{reinterpret_cast<const uint8_t*>(data.data()),
                          static_cast<int64_t>(data.size() * sizeof(data[0]))};
      };
      const int64_t length = std::min(batch_rows, num_rows - first);
      const ArrayView columns[] = {
          {.type = &schema.fields[0].type,
           .length = length,
           .offset = first,
           .null_count = 0,
           .buffers = {{}, view(ids)}},
          {.type = &schema.fields[1].type,
           .length = length,
           .offset = first,
           .buffers = {view(validity), view(prices)}},
          {.type = &schema.fields[2].type,
           .length = length,
           .offset = first,
           .buffers = {view(validity), view(offsets), view(text)}},
      };
      const Status status = write(RecordBatchView{&schema, length, columns});
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
  }

  void WriteFile(const std::string& path, int64_t batch_rows, const ipc::WriteOptions& options = {}) const {
    Result<ipc::FileWriter> writer = ipc::FileWriter::Open(path, schema, options);
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    ForEachBatch(batch_rows, [&](const RecordBatchView& batch) { return writer->Write(batch); });
    const Status status = writer->Finish();
    ASSERT_TRUE(status.ok()) << status.ToString();
  }

  // Without the end-of-stream marker unless `ended`.
  std::vector<uint8_t> StreamBytes(int64_t batch_rows, bool ended) const {
    BufferSink sink;
    Result<ipc::StreamWriter> writer = ipc::StreamWriter::Open(&sink, schema);
    EXPECT_TRUE(writer.ok()) << writer.status().ToString();
    ForEachBatch(batch_rows, [&](const RecordBatchView& batch) { return writer->Write(batch); });
    if (ended) {
      EXPECT_TRUE(writer->Finish().ok());
    } else {
      EXPECT_TRUE(writer->Flush().ok());
    }
    return sink.bytes();
  }

  // Whether the next rows of this table, from *row on, are those of `batch`; moves *row past them.
  testing::AssertionResult HasRows(const RecordBatchView& batch, int64_t* row) const {
    if (batch.columns.size() != 3) return testing::AssertionFailure() << batch.columns.size() << " columns";
    for (int64_t i = 0; i < batch.num_rows; ++i, ++*row) {
      if (*row >= static_cast<int64_t>(ids.size()))
        return testing::AssertionFailure() << "more than " << *row << " rows";
      const auto r = static_cast<size_t>(*row);
      const auto at = [&](int column, int buffer, auto type) {
        const ArrayView& array = batch.columns[static_cast<size_t>(column)];
        decltype(type) value;
        std::memcpy(&value, array.buffers[buffer].data + static_cast<size_t>(array.offset + i) * sizeof value,
                    sizeof value);
        return value;
      };
      if (at(0, 1, int64_t{}) != ids[r]) return testing::AssertionFailure() << "id of row " << r;
      for (int column = 1; column <= 2; ++column) {
        const ArrayView& array = batch.columns[static_cast<size_t>(column)];
        const int64_t bit = array.offset + i;
        const bool there = array.buffers[0].data == nullptr || (array.buffers[0].data[bit / 8] >> bit % 8 & 1) != 0;
        if (there != (r % 3 != 0)) return testing::AssertionFailure() << "null in row " << r << ", column " << column;
      }
      if (r % 3 == 0) continue;
      if (at(1, 1, double{}) != prices[r]) return testing::AssertionFailure() << "price of row " << r;
      const ArrayView& symbols = batch.columns[2];
      const auto begin = at(2, 1, int32_t{});
      int32_t end;
      std::memcpy(&end, symbols.buffers[1].data + static_cast<size_t>(symbols.offset + i + 1) * 4, 4);
      const std::string symbol(reinterpret_cast<const char*>(symbols.buffers[2].data) + begin,
                               static_cast<size_t>(end - begin));
      if (symbol != "symbol-" + std::to_string(r % 10)) return testing::AssertionFailure() << "symbol of row " << r;
    }
    return testing::AssertionSuccess();
  }

  testing::AssertionResult IsWholeIn(ipc::StreamReader* reader) const {
    int64_t row = 0;
    for (;;) {
      const Result<std::optional<RecordBatch>> batch = reader->Next();
      if (!batch.ok()) return testing::AssertionFailure() << batch.status().ToString();
      if (!*batch) break;
      if (testing::AssertionResult same = HasRows((*batch)->view(), &row); !same) return same;
    }
    if (row == static_cast<int64_t>(ids.size())) return testing::AssertionSuccess();
    return testing::AssertionFailure() << row << " rows";
  }
};

}  // namespace inlay::tools
