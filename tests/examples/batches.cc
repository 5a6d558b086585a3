// Batches out of batches: some rows of one, put behind another, compared with what is expected.
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include <inlay/batch_operations.h>
#include <inlay/builder.h>

int main() {
  const std::vector<std::string_view> symbols = {"INLY", "ARRW", "INLY"};
  const std::vector<int64_t> sizes = {100, 250, 75}, last_first = {2, 1, 0}, other_sizes = {75, 250, 101};
  auto trades = inlay::BatchBuilder().Add("symbol", symbols).Add("size", sizes).Finish();
  auto is_inly = inlay::BatchBuilder().Add("mask", std::vector<bool>{true, false, true}).Finish();
  auto order = inlay::BatchBuilder().Add("order", last_first).Finish();
  if (!trades.ok() || !is_inly.ok() || !order.ok()) return 1;

  auto inly = inlay::Filter(*trades, is_inly->columns()[0]);
  auto backwards = inlay::Take(*trades, order->columns()[0]);
  if (!inly.ok() || !backwards.ok()) return 1;
  auto both = inlay::Concatenate(std::vector<inlay::RecordBatchView>{*inly, *backwards});
  if (!both.ok()) return 1;
  std::printf("%lld rows\n", static_cast<long long>(both->num_rows()));

  auto expected = inlay::BatchBuilder().Add("symbol", symbols).Add("size", other_sizes).Finish();
  auto difference = inlay::FindDifference(*backwards, *expected);
  if (difference.ok() && difference->has_value()) std::printf("%s\n", (*difference)->ToString().c_str());
  return 0;
}
