#pragma once

#include <gmock/gmock.h>

#include <inlay/ipc.h>

#include "tests/reference/array_values.h"

namespace inlay::ipc {

inline void ExpectEqual(const RecordBatchView& actual, const RecordBatchView& wanted) {
  ASSERT_EQ(actual.num_rows, wanted.num_rows);
  ASSERT_EQ(actual.columns.size(), wanted.columns.size());
  for (size_t i = 0; i < wanted.columns.size(); ++i) {
    ASSERT_EQ(reference::ValuesOf(actual.columns[i]), reference::ValuesOf(wanted.columns[i]))
        << wanted.schema->fields[i].name;
    ASSERT_EQ(actual.columns[i].CountNulls(), wanted.columns[i].CountNulls()) << wanted.schema->fields[i].name;
  }
}

inline BufferView ViewOf(const std::vector<uint8_t>& bytes) {
  return {bytes.data(), static_cast<int64_t>(bytes.size())};
}

inline Result<StreamReader> OpenStream(const std::vector<uint8_t>& bytes, const ReadOptions& options = {}) {
  return StreamReader::Open(MakeBufferSource(ViewOf(bytes)), options);
}
inline Result<FileReader> OpenFile(const std::vector<uint8_t>& bytes, const ReadOptions& options = {}) {
  return FileReader::Open(MakeBufferSource(ViewOf(bytes)), options);
}

}  // namespace inlay::ipc
