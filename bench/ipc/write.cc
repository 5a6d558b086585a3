// Batches to IPC messages: small ones as services send them, and large ones. Bytes a second are those of the values.
#include <benchmark/benchmark.h>

#include <random>

#include <inlay/ipc.h>

namespace inlay::ipc {
namespace {

// 20 columns, half of them int64, half float64, of values that compress by about half.
struct Table {
  explicit Table(int64_t num_rows) : values(static_cast<size_t>(num_rows)), num_rows(num_rows) {
    std::mt19937 random(1);
    for (int64_t& value : values) value = random();
    for (int i = 0; i < 20; ++i) {
      schema.fields.push_back({"c" + std::to_string(i), i % 2 == 0 ? Int64() : Float64(), false});
    }
    for (const Field& field : schema.fields) {
      columns.push_back({.type = &field.type,
                         .length = num_rows,
                         .null_count = 0,
                         .buffers = {{}, {reinterpret_cast<const uint8_t*>(values.data()), num_rows * 8}}});
    }
  }
  RecordBatchView view() const { return {&schema, num_rows, columns}; }

  Schema schema;
  std::vector<int64_t> values;
  std::vector<ArrayView> columns;
  int64_t num_rows;
};

void Write(benchmark::State& state, const Compression& compression) {
  const Table table(state.range(0));
  NullSink sink;
  auto writer = StreamWriter::Open(&sink, table.schema, {.compression = compression});
  for (auto _ : state) {
    if (!writer->Write(table.view()).ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * table.num_rows * 8 * 20);
}

void Read(benchmark::State& state, Validation validation) {
  const Table table(state.range(0));
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, table.schema);
  if (!writer->Write(table.view()).ok() || !writer->Finish().ok()) state.SkipWithError("refused");
  const auto reader = FileReader::Open(
      MakeBufferSource({sink.bytes().data(), static_cast<int64_t>(sink.bytes().size())}), {.validation = validation});
  for (auto _ : state) {
    auto batch = reader->ReadBatch(0);
    benchmark::DoNotOptimize(batch);
  }
  state.SetBytesProcessed(state.iterations() * table.num_rows * 8 * 20);
}

BENCHMARK_CAPTURE(Write, none, Uncompressed())->Arg(100)->Arg(1000)->Arg(1 << 20);
BENCHMARK_CAPTURE(Write, lz4, Lz4())->Arg(100)->Arg(1000)->Arg(100000);
BENCHMARK_CAPTURE(Write, zstd, Zstd())->Arg(100)->Arg(1000)->Arg(100000);
BENCHMARK_CAPTURE(Read, full, Validation::kFull)->Arg(100)->Arg(100000);

}  // namespace
}  // namespace inlay::ipc
