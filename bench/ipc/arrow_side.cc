// Arrow C++ as the pyarrow wheel carries it, with its own defaults.
#include <arrow/api.h>
#include <arrow/c/bridge.h>
#include <arrow/io/api.h>
#include <arrow/ipc/api.h>
#include <arrow/util/compression.h>

#include <map>
#include <memory>
#include <vector>

#include <inlay/c_data.h>

#include "bench/ipc/sides.h"

namespace inlay::bench {
namespace {

using ArrowBatches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

std::map<const RecordBatch*, ArrowBatches>& Prepared() {
  static std::map<const RecordBatch*, ArrowBatches> prepared;
  return prepared;
}

// Counts and forgets, as inlay's NullSink.
class NullStream final : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Write(const void*, int64_t size) override {
    position_ += size;
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

 private:
  int64_t position_ = 0;
};

void SetThreads(bool two_threads) {
  if (two_threads) static const arrow::Status set = arrow::SetCpuThreadPoolCapacity(2);
}

arrow::Result<int64_t> Write(const WriteJob& job, const ArrowBatches& batches) {
  std::shared_ptr<arrow::io::OutputStream> sink = std::make_shared<NullStream>();
  if (!job.path.empty()) {
    ARROW_ASSIGN_OR_RAISE(sink, arrow::io::FileOutputStream::Open(job.path));
  }
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  SetThreads(job.two_threads);
  options.use_threads = job.two_threads;
  if (job.compression.codec != Codec::kNone) {
    const auto type = job.compression.codec == Codec::kLz4 ? arrow::Compression::LZ4_FRAME : arrow::Compression::ZSTD;
    ARROW_ASSIGN_OR_RAISE(
        options.codec,
        arrow::util::Codec::Create(type, job.compression.level.value_or(arrow::util::kUseDefaultCompressionLevel)));
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, arrow::ipc::MakeStreamWriter(sink, batches.front()->schema(), options));
  for (int64_t round = 0; round < job.num_rounds; ++round) {
    for (const auto& batch : batches) ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, sink->Tell());
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_RETURN_NOT_OK(sink->Close());
  return num_bytes;
}

arrow::Result<int64_t> Read(const ReadJob& job) {
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  SetThreads(job.two_threads);
  options.use_threads = job.two_threads;
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::MemoryMappedFile::Open(job.path, arrow::io::FileMode::READ));
  ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(file, options));
  int64_t num_rows = 0;
  for (int i = 0; i < reader->num_record_batches(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader->ReadRecordBatch(i));
    num_rows += batch->num_rows();
  }
  return num_rows;
}

Result<int64_t> Converted(const arrow::Result<int64_t>& result) {
  if (!result.ok()) return Status::IoError(result.status().ToString());
  return *result;
}

}  // namespace

Status PrepareArrow(std::span<const RecordBatch> batches) {
  ArrowBatches& wrapped = Prepared()[batches.data()];
  for (const RecordBatch& batch : batches) {
    ArrowSchema schema;
    ArrowArray array;
    if (Status status = ExportSchema(batch.schema(), &schema); !status.ok()) return status;
    if (Status status = ExportRecordBatch(batch, &array); !status.ok()) return status;
    auto imported = arrow::ImportRecordBatch(&array, &schema);
    if (!imported.ok()) return Status::IoError(imported.status().ToString());
    wrapped.push_back(std::move(*imported));
  }
  return {};
}

Result<int64_t> WriteWithArrow(const WriteJob& job) { return Converted(Write(job, Prepared().at(job.batches.data()))); }

Result<int64_t> ReadWithArrow(const ReadJob& job) { return Converted(Read(job)); }

}  // namespace inlay::bench
