// Arrow data of another library -> a Parquet file, without a copy. The other library is played by ExportStream.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <inlay/inlay.h>

// What an Arrow library would hand out.
static inlay::Status Produce(ArrowArrayStream* stream) {
  static const std::vector<int64_t> kIds = {1, 2, 3};
  const std::vector<std::optional<double>> values = {0.5, {}, 1.5};
  auto batch = inlay::BatchBuilder().Add("id", kIds).Add("value", values).Finish();
  if (!batch.ok()) return batch.status();
  return inlay::ExportStream(batch->schema(), std::vector{*batch, *batch}, stream);
}

static inlay::Status Convert(ArrowArrayStream* c_stream) {
  auto stream = inlay::ImportStream(c_stream);
  if (!stream.ok()) return stream.status();
  auto writer = inlay::parquet::FileWriter::Open("values.parquet", stream->schema());
  if (!writer.ok()) return writer.status();
  while (true) {
    auto batch = stream->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) break;
    if (auto status = writer->Write(**batch); !status.ok()) return status;
  }
  std::printf("%lld rows of\n%s", static_cast<long long>(writer->num_rows()), writer->schema().ToString().c_str());
  return writer->Finish();
}

int main() {
  ArrowArrayStream c_stream;
  inlay::Status status = Produce(&c_stream);
  if (status.ok()) status = Convert(&c_stream);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
