// The output of `convert` and `recover`: a Parquet file, an Arrow file or an Arrow stream.
#pragma once

#include <cstdint>
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

// What becomes of a file of that name.
enum class Existing : uint8_t { kRefuse, kReplace, kAppend };

// What can be said of an output before anything is read.
Outcome CheckTarget(const std::string& path, Existing existing);

class TableOutput {
 public:
  // "-" is stdout. A regular file appears complete in Finish, or never. kAppend: Arrow files alone.
  static Outcome Open(const std::string& path, Existing existing, Format format, const Schema& schema,
                      const WritePlan& plan, std::optional<TableOutput>* output);
  TableOutput(TableOutput&& other) noexcept;
  TableOutput& operator=(TableOutput&&) = delete;
  ~TableOutput();

  // `metadata`: the batch's own, which Parquet does not have. `is_last`: no batch follows.
  Status Write(const RecordBatchView& batch, const KeyValueMetadata& metadata, bool is_last);
  // Of an Arrow file, which other formats do not have.
  Status AddFileMetadata(const KeyValueMetadata& metadata);
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
