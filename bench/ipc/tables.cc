#include "bench/ipc/tables.h"

#include <memory>
#include <random>

#include "bench/writers/tables.h"

namespace inlay::bench {
namespace {

struct OwnedNumbers {
  Schema schema;
  std::vector<std::vector<int64_t>> integers;
  std::vector<std::vector<double>> decimals;
  std::vector<ArrayView> columns;
};

}  // namespace

Batches Numbers(const std::string& name, int64_t num_columns, int64_t num_rows) {
  auto owned = std::make_shared<OwnedNumbers>();
  std::mt19937 random(1);
  owned->integers.resize(static_cast<size_t>(num_columns));
  owned->decimals.resize(static_cast<size_t>(num_columns));
  owned->columns.resize(static_cast<size_t>(num_columns));
  for (size_t i = 0; i < static_cast<size_t>(num_columns); ++i) {
    const uint8_t* data;
    if (i % 2 == 0) {
      for (int64_t row = 0; row < num_rows; ++row) owned->integers[i].push_back(random());
      data = reinterpret_cast<const uint8_t*>(owned->integers[i].data());
    } else {
      for (int64_t row = 0; row < num_rows; ++row)
        owned->decimals[i].push_back(static_cast<double>(random() % 1000000) / 100);
      data = reinterpret_cast<const uint8_t*>(owned->decimals[i].data());
    }
    owned->schema.fields.push_back({"c" + std::to_string(i), i % 2 == 0 ? Int64() : Float64(), false});
    owned->columns[i] = {.length = num_rows, .null_count = 0, .buffers = {{}, {data, num_rows * 8}}};
  }
  for (size_t i = 0; i < owned->columns.size(); ++i) owned->columns[i].type = &owned->schema.fields[i].type;
  const RecordBatchView view{&owned->schema, num_rows, owned->columns};
  Batches out{.name = name, .batches = {}, .bytes = num_columns * num_rows * 8};
  out.batches.emplace_back(std::move(owned), view);
  return out;
}

Batches Mixed(const std::string& name, int64_t num_batches, int64_t num_rows) {
  Batches out{.name = name, .batches = {}, .bytes = 0};
  for (int64_t i = 0; i < num_batches; ++i) {
    Table table = NineColumns(num_rows);
    out.batches.push_back(std::move(table.batches.front()));
    out.bytes += table.bytes;
  }
  return out;
}

}  // namespace inlay::bench
