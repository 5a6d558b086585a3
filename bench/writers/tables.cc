#include "bench/writers/tables.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include <inlay/ipc.h>

namespace inlay::bench {
namespace {

constexpr uint64_t kSeed = 20260321;

// Owns the buffers and views of generated columns.
struct Generated {
  Schema schema;
  std::vector<std::vector<uint8_t>> buffers;
  std::vector<ArrayView> columns;

  BufferView Keep(std::vector<uint8_t> bytes) {
    buffers.push_back(std::move(bytes));
    return {buffers.back().data(), static_cast<int64_t>(buffers.back().size())};
  }
};

class Generator {
 public:
  explicit Generator(int64_t num_rows) : n_(num_rows), out_(std::make_shared<Generated>()) {}

  template <typename T, typename Next>
  void Fixed(const char* name, DataType type, bool nullable, Next next) {
    std::vector<uint8_t> bytes(static_cast<size_t>(n_) * sizeof(T));
    for (size_t i = 0; i < static_cast<size_t>(n_); ++i) {
      const T value = next();
      std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
    }
    ArrayView view = Begin(name, std::move(type), nullable);
    view.buffers[1] = out_->Keep(std::move(bytes));
    out_->columns.push_back(view);
  }

  void Bools(const char* name) {
    std::vector<uint8_t> bits(static_cast<size_t>(n_ + 7) / 8);
    for (uint8_t& byte : bits) byte = static_cast<uint8_t>(random());
    ArrayView view = Begin(name, Bool(), false);
    view.buffers[1] = out_->Keep(std::move(bits));
    out_->columns.push_back(view);
  }

  template <typename Next>
  void Strings(const char* name, bool nullable, Next next) {
    ArrayView view = Begin(name, Utf8(), nullable);
    std::vector<uint8_t> offsets(static_cast<size_t>(n_ + 1) * 4), bytes;
    for (int64_t i = 0; i <= n_; ++i) {
      const auto end = static_cast<int32_t>(bytes.size());
      std::memcpy(offsets.data() + static_cast<size_t>(i) * 4, &end, 4);
      if (i == n_) break;
      const std::string value = next();
      const bool null = nullable && ((view.buffers[0].data[i / 8] >> (i % 8)) & 1) == 0;
      if (!null) bytes.insert(bytes.end(), value.begin(), value.end());
    }
    view.buffers[1] = out_->Keep(std::move(offsets));
    view.buffers[2] = out_->Keep(std::move(bytes));
    out_->columns.push_back(view);
  }

  Table Finish(const char* name) {
    for (size_t i = 0; i < out_->columns.size(); ++i) out_->columns[i].type = &out_->schema.fields[i].type;
    Table table;
    table.name = name;
    table.num_rows = n_;
    for (const auto& buffer : out_->buffers) table.bytes += static_cast<int64_t>(buffer.size());
    RecordBatchView view;
    view.schema = &out_->schema;
    view.num_rows = n_;
    view.columns = out_->columns;
    table.batches.emplace_back(out_, view);
    return table;
  }

  std::mt19937_64 random{kSeed};

 private:
  // A column with 10 % nulls when it is nullable.
  ArrayView Begin(const char* name, DataType type, bool nullable) {
    out_->schema.fields.push_back({name, std::move(type), nullable});
    ArrayView view;
    view.length = n_;
    view.null_count = 0;
    if (!nullable) return view;
    std::vector<uint8_t> validity(static_cast<size_t>(n_ + 7) / 8);
    for (int64_t i = 0; i < n_; ++i) {
      if (random() % 10 == 0) {
        ++view.null_count;
      } else {
        uint8_t& byte = validity[static_cast<size_t>(i / 8)];
        byte = static_cast<uint8_t>(byte | 1 << (i % 8));
      }
    }
    view.buffers[0] = out_->Keep(std::move(validity));
    return view;
  }

  int64_t n_;
  std::shared_ptr<Generated> out_;
};

// Sum of three uniform numbers: close to normal, and the same on every C++ library, unlike std::normal_distribution.
double Normal(std::mt19937_64& random) {
  double sum = 0;
  for (int i = 0; i < 3; ++i) sum += static_cast<double>(random() >> 11) * 0x1p-53;
  return 100.0 + 20.0 * (sum - 1.5);
}

}  // namespace

Table NineColumns(int64_t num_rows) {
  Generator make(num_rows);
  auto& random = make.random;
  int64_t time = 1'700'000'000'000'000;
  make.Fixed<int64_t>("time", Timestamp(TimeUnit::kMicro, "UTC"), false,
                      [&] { return time += static_cast<int64_t>(random() % 2000); });
  make.Fixed<int32_t>("code", Int32(), false, [&] { return static_cast<int32_t>(random() % 200) * 17; });
  make.Fixed<double>("price", Float64(), false, [&] { return Normal(random); });
  const std::string kinds[16] = {"BUY",  "SELL",  "CANCEL", "AMEND",  "QUOTE",   "TRADE",  "REJECT", "EXPIRE",
                                 "OPEN", "CLOSE", "HALT",   "RESUME", "AUCTION", "SETTLE", "ASSIGN", "EXERCISE"};
  make.Strings("kind", false, [&] { return kinds[random() % 16]; });
  make.Strings("id", false, [&] {
    constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(14, ' ');
    for (char& c : id) c = kLetters[random() % 62];
    return id;
  });
  make.Bools("flag");
  make.Fixed<int64_t>("sequence", Int64(), true, [&] { return static_cast<int64_t>(random()); });
  make.Fixed<double>("value", Float64(), true, [&] { return Normal(random); });
  make.Strings("host", true, [&] { return "host-" + std::to_string(random() % 20000); });
  return make.Finish("nine");
}

Result<Table> ReadArrowFile(const std::string& name, const std::string& path) {
  auto reader = ipc::FileReader::Open(path);
  if (!reader.ok()) return reader.status();
  Table table;
  table.name = name;
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    auto batch = reader->ReadBatch(i);
    if (!batch.ok()) return batch.status();
    table.num_rows += batch->num_rows();
    for (const ArrayView& column : batch->columns()) {
      for (const BufferView& buffer : column.buffers) table.bytes += buffer.size_bytes;
    }
    table.batches.push_back(std::move(*batch));
  }
  return table;
}

Table Rebatch(const Table& table, int64_t batch_rows) {
  struct Slice {
    RecordBatch whole;
    std::vector<ArrayView> columns;
  };
  Table out = table;
  out.name += "/" + std::to_string(batch_rows);
  out.batches.clear();
  for (const RecordBatch& batch : table.batches) {
    for (int64_t row = 0; row < batch.num_rows(); row += batch_rows) {
      auto slice = std::make_shared<Slice>();
      slice->whole = batch;
      RecordBatchView view = batch.view();
      view.num_rows = std::min(batch_rows, batch.num_rows() - row);
      for (const ArrayView& column : batch.columns()) slice->columns.push_back(column.Slice(row, view.num_rows));
      view.columns = slice->columns;
      out.batches.emplace_back(slice, view);
    }
  }
  return out;
}

}  // namespace inlay::bench
