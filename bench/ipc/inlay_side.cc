#include <inlay/executor.h>
#include <inlay/ipc.h>
#include <inlay/sink.h>

#include <memory>

#include "bench/ipc/sides.h"

namespace inlay::bench {
namespace {

Executor* TwoThreads() {
  static const auto pool = ThreadPool::Start(2);
  return pool.ok() ? pool->get() : nullptr;
}

Status Write(const WriteJob& job, Sink* sink, int64_t* num_bytes) {
  ipc::WriteOptions options;
  options.compression = job.compression;
  options.executor = job.two_threads ? TwoThreads() : nullptr;
  auto writer = ipc::StreamWriter::Open(sink, job.batches.front().schema(), options);
  if (!writer.ok()) return writer.status();
  for (int64_t round = 0; round < job.num_rounds; ++round) {
    for (const RecordBatch& batch : job.batches) {
      if (Status status = writer->Write(batch); !status.ok()) return status;
    }
  }
  *num_bytes = writer->bytes_written();
  return writer->Finish();
}

}  // namespace

Result<int64_t> WriteWithInlay(const WriteJob& job) {
  int64_t num_bytes = 0;
  Status status;
  if (job.path.empty()) {
    NullSink sink;
    status = Write(job, &sink, &num_bytes);
  } else {
    FileSink::Options options;
    options.durable = false;  // as Arrow's FileOutputStream and write(2)
    options.buffer_bytes = 0;
    auto sink = FileSink::Open(job.path, options);
    if (!sink.ok()) return sink.status();
    status = Write(job, sink->get(), &num_bytes);
  }
  if (!status.ok()) return status;
  return num_bytes;
}

Result<int64_t> ReadWithInlay(const ReadJob& job) {
  const auto reader = ipc::FileReader::Open(job.path, {.validation = job.validation});
  if (!reader.ok()) return reader.status();
  int64_t num_rows = 0;
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    const auto batch = reader->ReadBatch(i);
    if (!batch.ok()) return batch.status();
    num_rows += batch->num_rows();
  }
  return num_rows;
}

}  // namespace inlay::bench
