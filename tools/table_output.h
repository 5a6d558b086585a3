// The output of `convert`: a Parquet file, an Arrow file or an Arrow stream.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <inlay/ipc.h>
#include <inlay/parquet.h>

#include "tools/outcome.h"
#include "tools/write_keys.h"

namespace inlay::tools {

// The format that a name stands for: .parquet, .pq; .arrow, .feather, .ipc; .arrows, .stream.
std::optional<Format> FormatOfPath(const std::string& path);

class TableOutput {
 public:
  // "-" is stdout. A regular file appears complete in Finish, or never; without `replace` an existing one is an error.
  static Outcome Open(const std::string& path, bool replace, Format format, const Schema& schema, const WritePlan& plan,
                      std::optional<TableOutput>* output);
  TableOutput(TableOutput&& other) noexcept;
  TableOutput& operator=(TableOutput&&) = delete;
  ~TableOutput();

  // `is_last`: no batch follows.
  Status Write(const RecordBatchView& batch, bool is_last);
  Status Finish();
  int64_t bytes_written() const;
  const std::string& name() const { return name_; }

 private:
  explicit TableOutput(std::string name) : name_(std::move(name)) {}
  Result<std::unique_ptr<Sink>> OpenSink(const std::string& path, bool replace);

  std::string name_;
  int own_descriptor_ = -1;
  std::optional<parquet::FileWriter> parquet_;
  std::optional<ipc::FileWriter> file_;
  std::optional<ipc::StreamWriter> stream_;
};

}  // namespace inlay::tools
