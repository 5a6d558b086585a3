// Writes a fixed, seeded set of files and prints "NAME SIZE HASH" for each: the same lines must come out of every
// build, on every machine. Each file is written once for every instruction set of this machine and again by several
// threads; a byte that depends on them is an error.
//
//   write_files [DIR]      with DIR, the files are left there
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <inlay/cpu.h>
#include <inlay/executor.h>
#include <inlay/ipc.h>
#include <inlay/parquet.h>

#include "tests/parquet/flat_columns.h"

namespace inlay {
namespace {

using Bytes = std::vector<uint8_t>;
using Columns = std::vector<std::unique_ptr<parquet::FlatColumn>>;

struct File {
  std::string name;
  std::function<Result<Bytes>(Executor*)> write;
};

// FNV-1a, 64 bits: enough to tell files apart that nobody forges.
uint64_t Hash(const Bytes& bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  return hash;
}

Columns MakeColumns(parquet::ColumnShape shape, bool for_ipc) {
  Columns columns;
  for (const DataType& type : parquet::FlatTypes()) {
    if (for_ipc && type.id() == TypeId::kNull && shape.null_percent == 0) continue;
    columns.push_back(parquet::MakeFlatColumn(type, shape));
    ++shape.seed;
  }
  return columns;
}

template <typename Writer, typename Options>
Result<Bytes> WriteTwoBatches(const Columns& columns, const Options& options) {
  const parquet::FlatBatch batch = parquet::SideBySide(columns);
  BufferSink sink;
  auto writer = Writer::Open(&sink, batch.schema, options);
  if (!writer.ok()) return writer.status();
  for (int i = 0; i < 2; ++i) {
    if (Status status = writer->Write(batch.view()); !status.ok()) return status;
  }
  if (Status status = writer->Finish(); !status.ok()) return status;
  return sink.Release();
}

File ParquetFile(std::string name, const Columns* columns, parquet::WriterProperties properties) {
  return {name + ".parquet", [columns, properties](Executor* executor) mutable {
            properties.executor = executor;
            return WriteTwoBatches<parquet::FileWriter>(*columns, properties);
          }};
}

File ArrowFile(std::string name, const Columns* columns, ipc::WriteOptions options) {
  return {name + ".arrow", [columns, options](Executor* executor) mutable {
            options.executor = executor;
            return WriteTwoBatches<ipc::FileWriter>(*columns, options);
          }};
}

// The bytes of a file, when all instruction sets and a pool of threads agree on them.
Result<Bytes> WriteEverywhere(const File& file) {
  auto first = file.write(nullptr);
  if (!first.ok()) return first;
  const std::string_view before = cpu::ActiveTarget();
  for (std::string_view target : cpu::SupportedTargets()) {
    if (Status status = cpu::CapTarget(target); !status.ok()) return status;
    const auto again = file.write(nullptr);
    if (!again.ok()) return again;
    if (*again != *first)
      return Status::CorruptData(std::string(target) + " writes other bytes than " + std::string(before));
  }
  if (Status status = cpu::CapTarget(before); !status.ok()) return status;
  auto pool = ThreadPool::Start(3);
  if (!pool.ok()) return pool.status();
  const auto threaded = file.write(pool->get());
  if (!threaded.ok()) return threaded;
  if (*threaded != *first) return Status::CorruptData("threads write other bytes");
  return first;
}

int Main(const char* folder) {
  const Columns dense = MakeColumns({.length = 1500, .num_distinct = 1500, .seed = 1}, false);
  const Columns repeated =
      MakeColumns({.length = 2000, .offset = 3, .null_percent = 10, .num_distinct = 50, .seed = 101}, false);
  const Columns sparse =
      MakeColumns({.length = 1000, .offset = 13, .null_percent = 90, .num_distinct = 300, .seed = 201}, false);
  const Columns empty =
      MakeColumns({.length = 500, .offset = 65, .null_percent = 100, .num_distinct = 9, .seed = 301}, false);
  std::vector<File> files = {
      ParquetFile("dense", &dense, {}),
      ParquetFile("dense-plain", &dense, {.encoding = parquet::Encoding::kPlain}),
      ParquetFile("repeated", &repeated, {}),
      ParquetFile("repeated-plain", &repeated, {.dictionary = false, .statistics = false}),
      ParquetFile("repeated-small-pages", &repeated, {.max_page_rows = 333, .max_row_group_rows = 1111}),
      ParquetFile("sparse", &sparse, {}),
      ParquetFile("all-null", &empty, {}),
      ArrowFile("dense", &dense, {}),
      ArrowFile("repeated", &repeated, {}),
      ArrowFile("sparse", &sparse, {.alignment_bytes = 8}),
  };
  for (const Compression& compression : {Snappy(), Gzip(), Lz4(), Zstd()}) {
    const std::string name = "repeated-" + std::string(CodecName(compression.codec));
    files.push_back(ParquetFile(name, &repeated, {.compression = compression}));
  }
  for (const Compression& compression : {Lz4(), Zstd()}) {
    const std::string name = "repeated-" + std::string(CodecName(compression.codec));
    files.push_back(ArrowFile(name, &repeated, {.compression = compression}));
  }

  for (const File& file : files) {
    const auto bytes = WriteEverywhere(file);
    if (!bytes.ok()) {
      std::fprintf(stderr, "%s: %s\n", file.name.c_str(), bytes.status().ToString().c_str());
      return 1;
    }
    std::printf("%-32s %8zu %016" PRIx64 "\n", file.name.c_str(), bytes->size(), Hash(*bytes));
    if (folder == nullptr) continue;
    auto sink = FileSink::Open(std::string(folder) + "/" + file.name);
    const BufferView whole{bytes->data(), static_cast<int64_t>(bytes->size())};
    Status status = sink.ok() ? (*sink)->Append({&whole, 1}) : sink.status();
    if (status.ok()) status = (*sink)->Finish();
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace inlay

int main(int argc, char** argv) { return inlay::Main(argc > 1 ? argv[1] : nullptr); }
