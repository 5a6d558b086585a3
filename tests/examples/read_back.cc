// Arrow IPC read back: the file is mapped, and a batch of some columns touches nothing but those.
#include <cstdint>
#include <cstdio>
#include <vector>

#include <inlay/inlay.h>

static inlay::Status WriteTrades() {
  const std::vector<int64_t> id = {1, 2, 3};
  const std::vector<double> price = {101.25, 101.5, 99.75};
  auto trades = inlay::BatchBuilder().Add("id", id).Add("price", price).Finish();
  if (!trades.ok()) return trades.status();
  auto writer = inlay::ipc::FileWriter::Open("trades.arrow", trades->schema(), {.compression = inlay::Zstd()});
  if (!writer.ok()) return writer.status();
  for (int i = 0; i < 2; ++i) {
    if (auto status = writer->Write(*trades); !status.ok()) return status;
  }
  return writer->Finish();
}

static inlay::Status SumPrices(double* sum) {
  auto reader = inlay::ipc::FileReader::Open("trades.arrow");
  if (!reader.ok()) return reader.status();
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    auto batch = reader->ReadBatch(i, {.columns = {"price"}});
    if (!batch.ok()) return batch.status();
    const auto* price = reinterpret_cast<const double*>(batch->columns()[0].buffers[1].data);
    for (int64_t row = 0; row < batch->num_rows(); ++row) *sum += price[row];
  }
  return {};
}

// The same, for those who want all of it.
static inlay::Status CountAll() {
  auto trades = inlay::ipc::ReadFile("trades.arrow");
  if (!trades.ok()) return trades.status();
  std::printf("%lld rows in %d batches of\n%s", static_cast<long long>(trades->num_rows),
              static_cast<int>(trades->batches.size()), trades->schema.ToString().c_str());
  return {};
}

int main() {
  double sum = 0;
  inlay::Status status = WriteTrades();
  if (status.ok()) status = SumPrices(&sum);
  std::printf("%.2f\n", sum);
  if (status.ok()) status = CountAll();
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
