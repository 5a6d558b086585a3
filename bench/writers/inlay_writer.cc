#include <algorithm>

#include <inlay/parquet.h>
#include <inlay/sink.h>

#include "bench/writers/writers.h"

namespace inlay::bench {
namespace {

// The default allocator, watched.
struct Watched {
  Allocator allocator{&Allocate, &Deallocate, this};
  int64_t held_bytes = 0;
  int64_t peak_bytes = 0;

  static void* Allocate(void* context, size_t size_bytes, size_t alignment_bytes) {
    auto* self = static_cast<Watched*>(context);
    self->held_bytes += static_cast<int64_t>(size_bytes);
    self->peak_bytes = std::max(self->peak_bytes, self->held_bytes);
    const Allocator& next = DefaultAllocator();
    return next.allocate(next.context, size_bytes, alignment_bytes);
  }
  static void Deallocate(void* context, void* memory, size_t size_bytes, size_t alignment_bytes) {
    static_cast<Watched*>(context)->held_bytes -= static_cast<int64_t>(size_bytes);
    const Allocator& next = DefaultAllocator();
    next.deallocate(next.context, memory, size_bytes, alignment_bytes);
  }
};

Status WriteParquet(const Job& job, Sink* sink, const Allocator* allocator) {
  parquet::WriterProperties properties;
  properties.allocator = allocator;
  properties.compression = job.compression;
  auto writer = parquet::FileWriter::Open(sink, job.table->batches.front().schema(), properties);
  if (!writer.ok()) return writer.status();
  for (const RecordBatch& batch : job.table->batches) {
    const bool is_only = job.table->batches.size() == 1;
    if (Status s = is_only ? writer->WriteLast(batch) : writer->Write(batch); !s.ok()) return s;
  }
  return writer->Finish();
}

// Passes on and counts.
class CountingSink final : public Sink {
 public:
  explicit CountingSink(Sink* next) : next_(next) {}
  Status Append(std::span<const BufferView> pieces) override {
    for (const BufferView& piece : pieces) num_bytes_ += piece.size_bytes;
    return next_->Append(pieces);
  }
  Status Finish() override { return next_->Finish(); }
  int64_t num_bytes() const { return num_bytes_; }

 private:
  Sink* next_;
  int64_t num_bytes_ = 0;
};

}  // namespace

Result<Outcome> WriteWithInlay(const Job& job) {
  NullSink null;
  std::unique_ptr<FileSink> file;
  if (!job.path.empty()) {
    FileSink::Options options;
    options.durable = false;  // as Arrow's FileOutputStream
    auto opened = FileSink::Open(job.path, options);
    if (!opened.ok()) return opened.status();
    file = std::move(*opened);
  }
  CountingSink sink(file != nullptr ? static_cast<Sink*>(file.get()) : &null);
  Watched memory;
  if (Status s = WriteParquet(job, &sink, &memory.allocator); !s.ok()) return s;
  return Outcome{sink.num_bytes(), memory.peak_bytes};
}

}  // namespace inlay::bench
