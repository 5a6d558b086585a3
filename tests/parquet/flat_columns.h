// Random columns of every flat type that Parquet files hold, with the physical values that should come out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <inlay/array.h>

#include "tests/reference/parquet_reader.h"

namespace inlay::parquet {

struct FlatColumn {
  Field field;
  std::vector<std::vector<uint8_t>> buffers;
  ArrayView view;  // `type` points to `field`
  std::vector<reference::PhysicalValue> expected;
};

struct ColumnShape {
  int64_t length = 1000;
  int64_t offset = 0;           // of the view into its buffers
  int null_percent = 0;         // 0: a required column without validity bits
  int64_t num_distinct = 1000;  // at most
  uint64_t seed = 1;
  uint8_t poison = 0xAA;  // of everything that is not a value: slots under nulls, bits outside
};

// Every flat type that the writer takes, parameters varied.
std::vector<DataType> FlatTypes();

std::unique_ptr<FlatColumn> MakeFlatColumn(const DataType& type, const ColumnShape& shape);

// Columns side by side. Points into `columns`.
struct FlatBatch {
  Schema schema;
  std::vector<ArrayView> views;
  RecordBatchView view() const {
    RecordBatchView batch;
    batch.schema = &schema;
    batch.num_rows = views.empty() ? 0 : views.front().length;
    batch.columns = views;
    return batch;
  }
};
FlatBatch SideBySide(const std::vector<std::unique_ptr<FlatColumn>>& columns);

}  // namespace inlay::parquet
