// The Arrow input of `convert` and `recover`: a file, a stream, or a stream from a descriptor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <inlay/executor.h>
#include <inlay/ipc.h>

#include "tools/outcome.h"

namespace inlay::tools {

// Whether a path names a regular file that begins as a Parquet file or an Arrow file does; everything else is taken for
// a stream.
enum class FileKind : uint8_t { kParquet, kArrowFile, kOther };
FileKind KindOfFile(const std::string& path);

struct TableInputOptions {
  std::vector<std::string> columns = {};  // dotted paths; empty: all
  bool recover = false;                   // a file may have lost its end
  Executor* executor = nullptr;           // of the reader
};

class TableInput {
 public:
  // "-" is stdin. `descriptor`, when the input has one that may block, is where reads wait; otherwise -1.
  static Outcome Open(const std::string& path, const TableInputOptions& options, std::optional<TableInput>* input,
                      int* descriptor);
  TableInput(TableInput&& other) noexcept;
  TableInput& operator=(TableInput&&) = delete;
  ~TableInput();

  const Schema& schema() const;
  // The next batch, or nothing at the end.
  Result<std::optional<RecordBatch>> Next();
  // Of the last batch that Next returned.
  const ipc::BlockInfo& block() const { return block_; }
  // Null for streams.
  const ipc::FileReader* file() const { return file_ ? &*file_ : nullptr; }
  // -1 when it is unknown.
  int64_t size_bytes() const { return size_bytes_; }
  // Of the input that was read, 0 to 1; -1 when its length is unknown.
  double fraction() const;
  const std::string& name() const { return name_; }

 private:
  explicit TableInput(std::string name) : name_(std::move(name)) {}

  std::string name_;
  std::optional<ipc::FileReader> file_;
  std::optional<ipc::StreamReader> stream_;
  int own_descriptor_ = -1;
  int64_t size_bytes_ = -1;
  int64_t next_batch_ = 0;
  ipc::BlockInfo block_;
};

}  // namespace inlay::tools
