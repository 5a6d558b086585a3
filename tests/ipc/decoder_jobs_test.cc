// Compressed messages, decompressed in turn and side by side: the same values, the same errors, and memory that ends at
// any moment.
#include <inlay/executor.h>

#include <cstdlib>
#include <new>
#include <random>

#include "engine/io/codec.h"
#include "tests/ipc/nested_batch.h"

namespace {

constexpr int64_t kNever = INT64_MAX;
thread_local int64_t news_until_failure = kNever;

bool IsTimeToFail() {
  if (news_until_failure == kNever || news_until_failure-- != 0) return false;
  news_until_failure = kNever;
  return true;
}

}  // namespace

// Not inlined, or GCC takes their malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(size_t size_bytes) {
  void* memory = IsTimeToFail() ? nullptr : std::malloc(size_bytes > 0 ? size_bytes : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace inlay::ipc {
namespace {

// Does the last task first, on the caller's thread.
class Backwards final : public Executor {
 public:
  void Run(int64_t num_tasks, void (*task)(void* context, int64_t index), void* context) override {
    num_runs += 1;
    for (int64_t i = num_tasks - 1; i >= 0; --i) task(context, i);
  }
  int64_t num_runs = 0;
};

// Fails together with operator new, and counts what was not given back.
struct FailingAllocator {
  int64_t num_held = 0;
  Allocator allocator{[](void* context, size_t size, size_t alignment) -> void* {
                        if (IsTimeToFail()) return nullptr;
                        static_cast<FailingAllocator*>(context)->num_held += 1;
                        return DefaultAllocator().allocate(nullptr, size, alignment);
                      },
                      [](void* context, void* memory, size_t size, size_t alignment) {
                        static_cast<FailingAllocator*>(context)->num_held -= 1;
                        DefaultAllocator().deallocate(nullptr, memory, size, alignment);
                      },
                      this};
};

BatchParts Compressed(BatchParts parts, Codec codec) {
  parts.compression = codec == Codec::kLz4 ? flatbuf::CompressionType::LZ4_FRAME : flatbuf::CompressionType::ZSTD;
  auto compressor = Compressor::Make({codec, {}}, CodecFraming::kIpc, &DefaultAllocator());
  for (size_t i = 0; i < parts.buffers.size(); ++i) {
    Blob& buffer = parts.buffers[i];
    if (buffer.empty()) continue;
    const auto size = static_cast<int64_t>(buffer.size());
    const int64_t prefix = i % 3 == 0 ? -1 : size;  // some stay as they are
    Blob out(8 + static_cast<size_t>(compressor->MaxCompressedBytes(size)));
    std::memcpy(out.data(), &prefix, 8);
    if (prefix == -1) {
      std::copy(buffer.begin(), buffer.end(), out.begin() + 8);
      out.resize(8 + buffer.size());
    } else {
      out.resize(8 + static_cast<size_t>(
                         *compressor->Compress(ViewOf(buffer), out.data() + 8, static_cast<int64_t>(out.size()) - 8)));
    }
    buffer = out;
  }
  return parts;
}

constexpr int32_t kRows = 16000;
const Schema kSchema{{{"int", Int32()},
                      {"list", List({"item", Int32()})},
                      {"text", Dictionary(TypeId::kInt32, Utf8())},
                      {"more", Struct({{"a", Int32()}, {"b", Int32()}})}}};

BatchParts LargeParts() {
  PartsMaker maker(kRows);
  std::mt19937 random(1);
  const auto numbers = [&](int32_t limit) {
    std::vector<int32_t> values(kRows);
    for (int32_t& value : values) value = static_cast<int32_t>(random() % static_cast<uint32_t>(limit));
    return values;
  };
  std::vector<int32_t> offsets(kRows + 1);
  for (int32_t i = 0; i <= kRows; ++i) offsets[static_cast<size_t>(i)] = i;
  maker.Ints(numbers(1000));
  maker.Add(kRows, 0, {{}, BlobOf(offsets)}).Ints(numbers(1 << 30));
  maker.Ints(numbers(3));
  maker.Add(kRows, 0, {{}}).Ints(numbers(10)).Ints(numbers(7));
  return maker.parts;
}

Blob LargeStream(const BatchParts& parts) {
  StreamMaker maker;
  maker.AddSchema(kSchema);
  maker.AddDictionary(0, TextParts({"x", "y", "z"}));
  maker.AddBatch(parts);
  return maker.bytes();
}

TEST(DecoderJobs, AnyOrderGivesTheSame) {
  const auto pool = ThreadPool::Start(2);
  ASSERT_TRUE(pool.ok());
  const Blob plain = LargeStream(LargeParts());
  auto reader = OpenStream(plain);
  const auto wanted = reader->Next();
  ASSERT_TRUE(wanted.ok() && wanted->has_value()) << wanted.status().ToString();
  for (Codec codec : {Codec::kLz4, Codec::kZstd}) {
    const Blob stream = LargeStream(Compressed(LargeParts(), codec));
    Backwards backwards;
    for (Executor* executor :
         {static_cast<Executor*>(nullptr), static_cast<Executor*>(&backwards), static_cast<Executor*>(pool->get())}) {
      auto compressed = OpenStream(stream, {.executor = executor});
      const auto batch = compressed->Next();
      ASSERT_TRUE(batch.ok()) << batch.status().ToString();
      ExpectEqual(**batch, **wanted);
    }
    EXPECT_EQ(backwards.num_runs, 2) << "buffers, then columns";
  }
}

TEST(DecoderJobs, TheFirstColumnWithAnErrorIsNamed) {
  Backwards backwards;
  for (Codec codec : {Codec::kLz4, Codec::kZstd}) {
    BatchParts parts = Compressed(LargeParts(), codec);
    for (size_t buffer : {size_t{5}, size_t{10}}) parts.buffers.at(buffer)[8] ^= 0xFF;
    const Blob stream = LargeStream(parts);
    const Status in_turn = ReadAll(stream);
    EXPECT_EQ(in_turn.code(), StatusCode::kCorruptData);
    EXPECT_EQ(in_turn.ToString(), ReadAll(stream, {.executor = &backwards}).ToString());
  }
  BatchParts bad_index = LargeParts();
  bad_index.buffers[7].back() = 1;
  const Blob stream = LargeStream(bad_index);
  const Status in_turn = ReadAll(stream);
  EXPECT_NE(in_turn.message().find("'text'"), std::string::npos) << in_turn.ToString();
  EXPECT_EQ(in_turn.ToString(), ReadAll(stream, {.executor = &backwards}).ToString());
}

// Each allocation fails once, for every allocation there is.
TEST(DecoderJobs, OutOfMemoryIsAnError) {
  StreamMaker maker;
  AddNestedHead(false, &maker);
  PartsMaker delta(1);
  delta.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 1})}).Add(1, 0, {{}, BlobOf(std::vector<uint32_t>{0})});
  maker.AddDictionary(0, delta.parts, /*is_delta=*/true);
  maker.AddBatch(Compressed(NestedParts(), Codec::kZstd));
  maker.AddEnd();
  Backwards backwards;
  const std::vector<std::pair<Blob, Executor*>> cases = {
      {maker.bytes(), nullptr}, {LargeStream(Compressed(LargeParts(), Codec::kLz4)), &backwards}};
  for (const auto& [stream, executor] : cases) {
    bool failed = true;
    int64_t num_failures = 0;
    for (int64_t k = 1; failed; ++k) {  // number 0 is the test's own source
      FailingAllocator memory;
      news_until_failure = k;
      const Status status = ReadAll(stream, {.executor = executor, .allocator = &memory.allocator});
      failed = news_until_failure == kNever;
      news_until_failure = kNever;
      // A decompressor that cannot be kept for the next message is let go.
      EXPECT_TRUE(status.ok() || (failed && status.code() == StatusCode::kOutOfMemory))
          << k << " " << status.ToString();
      EXPECT_EQ(memory.num_held, 0) << k;
      num_failures += !status.ok();
      ASSERT_LT(k, 2000);
    }
    EXPECT_GT(num_failures, 30);
  }
}

}  // namespace
}  // namespace inlay::ipc
