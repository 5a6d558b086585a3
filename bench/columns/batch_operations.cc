// Filter, Take and Concatenate beside plain loops over the same columns. compare_operations.py runs them beside
// pyarrow.compute.
#include <inlay/batch_operations.h>

#include <benchmark/benchmark.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace inlay {
namespace {

constexpr int64_t kRows = 1 << 20;

// Gives back the blocks of the last result, as the memory pools of programs that do this all day do: without it, half
// of the time is the kernel's, for pages that nobody has touched.
class BlockPool {
 public:
  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool() {
    const Allocator& c = DefaultAllocator();
    for (const auto& [size_bytes, memory] : free_) c.deallocate(c.context, memory, size_bytes, 64);
  }
  const Allocator* get() const { return &allocator_; }

 private:
  static void* Allocate(void* context, size_t size_bytes, size_t alignment_bytes) {
    auto& free = static_cast<BlockPool*>(context)->free_;
    const auto found = free.find(size_bytes);
    const Allocator& c = DefaultAllocator();
    if (found == free.end()) return c.allocate(c.context, size_bytes, alignment_bytes);
    void* const memory = found->second;
    free.erase(found);
    return memory;
  }
  static void Deallocate(void* context, void* memory, size_t size_bytes, size_t) {
    static_cast<BlockPool*>(context)->free_.emplace(size_bytes, memory);
  }

  std::multimap<size_t, void*> free_;
  Allocator allocator_ = {.allocate = Allocate, .deallocate = Deallocate, .context = this};
};

// One nullable column of a million rows; a mask that keeps `percent` of them; as many indexes in random order.
struct Data {
  explicit Data(DataType type, int percent = 50) : schema{{{"c", std::move(type)}}} {
    std::mt19937 random(1);
    validity.assign(kRows / 8, 0);
    mask.assign(kRows / 8, 0);
    const bool is_text = schema.fields[0].type.id() == TypeId::kUtf8;
    for (int64_t i = 0; i < kRows; ++i) {
      validity[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>((random() % 10 != 0) << (i % 8));
      mask[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>((static_cast<int>(random() % 100) < percent) << (i % 8));
      indexes.push_back(static_cast<int64_t>(random() % kRows));
      numbers.push_back(static_cast<int64_t>(random()));
      offsets.push_back(static_cast<int32_t>(text.size()));
      if (is_text) text.append(random() % 24, 'x');
    }
    offsets.push_back(static_cast<int32_t>(text.size()));
    column.type = &schema.fields[0].type;
    column.length = kRows;
    column.buffers[0] = View(validity);
    column.buffers[1] = is_text ? View(offsets) : View(numbers);
    if (is_text) column.buffers[2] = {reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())};
  }

  template <typename T>
  static BufferView View(const std::vector<T>& values) {
    return {reinterpret_cast<const uint8_t*>(values.data()), static_cast<int64_t>(values.size() * sizeof(T))};
  }
  RecordBatchView batch() const { return {&schema, kRows, {&column, 1}}; }
  ArrayView Mask() const { return {.type = &bool_type, .length = kRows, .null_count = 0, .buffers = {{}, View(mask)}}; }
  ArrayView Indexes() const {
    return {.type = &index_type, .length = kRows, .null_count = 0, .buffers = {{}, View(indexes)}};
  }

  Schema schema;
  DataType bool_type = Bool();
  DataType index_type = Int64();
  std::vector<uint8_t> validity, mask;
  std::vector<int64_t> numbers, indexes;
  std::vector<int32_t> offsets;
  std::string text;
  ArrayView column;
};

bool Bit(const std::vector<uint8_t>& bits, int64_t i) {
  return ((bits[static_cast<size_t>(i / 8)] >> (i % 8)) & 1) != 0;
}

// What a program does without the library: values and validity pushed one by one.
void PlainLoop(benchmark::State& state, const Data& data, bool take) {
  const bool is_text = !data.text.empty();
  for (auto _ : state) {
    std::vector<int64_t> numbers;
    std::vector<int32_t> offsets = {0};
    std::string text;
    std::vector<bool> valid;
    for (int64_t i = 0; i < kRows; ++i) {
      if (!take && !Bit(data.mask, i)) continue;
      const auto row = static_cast<size_t>(take ? data.indexes[static_cast<size_t>(i)] : i);
      valid.push_back(Bit(data.validity, static_cast<int64_t>(row)));
      if (is_text) {
        text.append(data.text, static_cast<size_t>(data.offsets[row]),
                    static_cast<size_t>(data.offsets[row + 1] - data.offsets[row]));
        offsets.push_back(static_cast<int32_t>(text.size()));
      } else {
        numbers.push_back(data.numbers[row]);
      }
    }
    benchmark::DoNotOptimize(numbers.data());
    benchmark::DoNotOptimize(text.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void RunFilter(benchmark::State& state, const Data& data) {
  BlockPool pool;
  benchmark::DoNotOptimize(Filter(data.batch(), data.Mask(), pool.get()));  // so that the pool has its blocks
  for (auto _ : state) {
    const Result<RecordBatch> result = Filter(data.batch(), data.Mask(), pool.get());
    if (!result.ok()) state.SkipWithError(result.status().ToString().c_str());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void RunTake(benchmark::State& state, const Data& data) {
  BlockPool pool;
  benchmark::DoNotOptimize(Take(data.batch(), data.Indexes(), pool.get()));  // so that the pool has its blocks
  for (auto _ : state) {
    const Result<RecordBatch> result = Take(data.batch(), data.Indexes(), pool.get());
    if (!result.ok()) state.SkipWithError(result.status().ToString().c_str());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void RunConcatenate(benchmark::State& state, const Data& data) {
  BlockPool pool;
  const std::vector<RecordBatchView> batches(4, data.batch());
  benchmark::DoNotOptimize(Concatenate(batches, pool.get()));  // so that the pool has its blocks
  for (auto _ : state) {
    const Result<RecordBatch> result = Concatenate(batches, pool.get());
    if (!result.ok()) state.SkipWithError(result.status().ToString().c_str());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * kRows * 4);
}

void FilterInt64(benchmark::State& state) { RunFilter(state, Data(Int64(), static_cast<int>(state.range(0)))); }
void FilterInt64PlainLoop(benchmark::State& state) {
  PlainLoop(state, Data(Int64(), static_cast<int>(state.range(0))), false);
}
void FilterUtf8(benchmark::State& state) { RunFilter(state, Data(Utf8(), static_cast<int>(state.range(0)))); }
void FilterUtf8PlainLoop(benchmark::State& state) {
  PlainLoop(state, Data(Utf8(), static_cast<int>(state.range(0))), false);
}
void TakeInt64(benchmark::State& state) { RunTake(state, Data(Int64())); }
void TakeInt64PlainLoop(benchmark::State& state) { PlainLoop(state, Data(Int64()), true); }
void TakeUtf8(benchmark::State& state) { RunTake(state, Data(Utf8())); }
void TakeUtf8PlainLoop(benchmark::State& state) { PlainLoop(state, Data(Utf8()), true); }
void ConcatenateInt64(benchmark::State& state) { RunConcatenate(state, Data(Int64())); }
void ConcatenateUtf8(benchmark::State& state) { RunConcatenate(state, Data(Utf8())); }

BENCHMARK(FilterInt64)->Arg(1)->Arg(50)->Arg(99);
BENCHMARK(FilterInt64PlainLoop)->Arg(1)->Arg(50)->Arg(99);
BENCHMARK(FilterUtf8)->Arg(1)->Arg(50)->Arg(99);
BENCHMARK(FilterUtf8PlainLoop)->Arg(1)->Arg(50)->Arg(99);
BENCHMARK(TakeInt64);
BENCHMARK(TakeInt64PlainLoop);
BENCHMARK(TakeUtf8);
BENCHMARK(TakeUtf8PlainLoop);
BENCHMARK(ConcatenateInt64);
BENCHMARK(ConcatenateUtf8);

}  // namespace
}  // namespace inlay
