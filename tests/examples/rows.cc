// Rows that keep coming -> a Parquet file. A row builder that is reused, a writer that stays open.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <inlay/inlay.h>

struct Event {
  int64_t time;
  std::string host;
  std::optional<double> value;
};

static inlay::Status WriteEvents(int num_events) {
  const inlay::Schema schema{{
      {"time", inlay::Timestamp(inlay::TimeUnit::kMicro, "UTC"), false},
      {"host", inlay::Utf8()},
      {"value", inlay::Float64()},
  }};
  auto writer = inlay::parquet::FileWriter::Open("events.parquet", schema, {.max_row_group_bytes = 128 << 20});
  if (!writer.ok()) return writer.status();
  inlay::RowBuilder rows(schema);
  for (int i = 0; i < num_events; ++i) {
    Event e{i, "host-" + std::to_string(i % 7), {}};
    if (i % 3 != 0) e.value = i * 0.5;
    rows.Append(e.time).Append(e.host).AppendOptional(e.value);
    rows.EndRow();  // a wrong type or count is remembered, with its field path
    if (rows.num_rows() == 16384) {
      if (auto s = writer->Write(rows.batch()); !s.ok()) return s;
      rows.Clear();
    }
  }
  if (auto s = writer->Write(rows.batch()); !s.ok()) return s;
  std::printf("%lld rows\n", static_cast<long long>(writer->num_rows()));
  return writer->Finish();  // the file appears under its name here, or never
}

int main() {
  const inlay::Status status = WriteEvents(40000);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
