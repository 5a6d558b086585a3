// Columns in memory -> a Parquet file. One builder, one call.
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include <inlay/inlay.h>

int main() {
  std::vector<int64_t> time = {1700000000000000, 1700000000000250};
  std::vector<double> price = {101.25, 101.50};
  std::vector<std::string_view> symbol = {"INLY", "INLY"};
  auto trades = inlay::BatchBuilder()
                    .Add("time", inlay::Timestamp(inlay::TimeUnit::kMicro, "UTC"), time)
                    .Add("price", price)
                    .Add("symbol", symbol)
                    .Finish();  // checks lengths and types; borrows fixed-width columns
  inlay::Status status = trades.ok() ? inlay::parquet::WriteFile("trades.parquet", *trades) : trades.status();
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
