// What options change in messages, and what must not change anything.
#include <gmock/gmock.h>

#include <cstdlib>
#include <new>

#include "engine/ipc/batch_encoder.h"
#include "tests/ipc/encoded.h"
#include "tests/reference/array_arena.h"
#include "tests/reference/ipc_messages.h"
#include "tests/reference/random_columns.h"

namespace {

// Of this thread: allocations by new, whoever makes them.
thread_local int64_t num_allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(size_t size) {
  ++num_allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace inlay::ipc {
namespace {

using ::testing::ElementsAre;

Schema AnySchema() {
  Schema schema{reference::FlatFields()};
  for (Field& field : reference::NestedFields(3)) schema.fields.push_back(std::move(field));
  return schema;
}

TEST(EncoderOptions, ThreadsDoNotChangeTheBytes) {
  const Schema schema = AnySchema();
  reference::RandomTable table(schema, 3, reference::DictionaryHistory::kSame);
  const RecordBatch data = table.Next(1500);
  for (const Compression& compression : {Lz4(), Zstd()}) {
    std::vector<uint8_t> wanted;
    for (int num_threads : {0, 1, 2, 8}) {
      std::unique_ptr<ThreadPool> pool;
      if (num_threads > 0) pool = std::move(*ThreadPool::Start(num_threads));
      auto encoder = BatchEncoder::Make(&schema, {.compression = compression, .executor = pool.get()});
      for (int round = 0; round < 2; ++round) {
        encoder->Clear();
        ASSERT_TRUE(encoder->Encode(data, {}, 0).ok());
        ASSERT_GT(encoder->body_bytes(), 64 << 10) << "enough to be worth threads";
        const auto bytes = Join(encoder->pieces());
        if (wanted.empty()) wanted = bytes;
        ASSERT_EQ(bytes, wanted) << num_threads << " threads";
      }
    }
  }
}

TEST(EncoderOptions, SteadyStateAllocatesNothing) {
  const Schema schema = AnySchema();
  reference::RandomTable table(schema, 4, reference::DictionaryHistory::kSame);
  const RecordBatch data = table.Next(300);
  const KeyValueMetadata metadata = {{"a key that is not short, so that it takes memory", "value"}};
  for (const Compression& compression : {Uncompressed(), Lz4()}) {
    auto encoder = BatchEncoder::Make(&schema, {.compression = compression});
    ASSERT_TRUE(encoder->Encode(data, metadata, 0).ok());
    const int64_t before = num_allocations;
    for (int i = 1; i < 10; ++i) {
      encoder->Clear();
      const Status status = encoder->Encode(data, metadata, 8 * i);
      if (!status.ok()) FAIL() << status.ToString();
    }
    EXPECT_EQ(num_allocations, before);
  }
}

// Of each buffer that is not empty: whether it is compressed.
std::vector<bool> AreCompressed(const reference::IpcMessage& message) {
  std::vector<bool> result;
  for (const reference::Pair& buffer : message.buffers) {
    if (buffer.second == 0) continue;
    result.push_back(reference::LoadLittle<int64_t>(message.body, static_cast<size_t>(buffer.first)) != -1);
  }
  return result;
}

TEST(EncoderOptions, ColumnsAreStoredByPath) {
  const Schema schema{{{"plain", Int64()},
                       {"s", Struct({{"a", Int64()}, {"b", Struct({{"c", Int64()}})}})},
                       {"d", Dictionary(TypeId::kInt64, Int64())}}};
  reference::ArrayArena arena;
  const auto integers = [&](const DataType& type) {
    return ArrayView{.type = &type, .length = 200, .buffers = {{}, arena.Keep(std::vector<uint8_t>(1600))}};
  };
  const auto& s = schema.fields[1].type;
  const auto& b = s.children()[1].type;
  const Field& values = schema.fields[2].type.children()[0];
  const ArrayView c = integers(b.children()[0].type), dictionary = integers(values.type);
  const ArrayView inner{.type = &b, .length = 200, .children = {&c, 1}};
  const ArrayView members[] = {integers(s.children()[0].type), inner};
  ArrayView columns[] = {integers(schema.fields[0].type),
                         {.type = &s, .length = 200, .children = members},
                         integers(schema.fields[2].type)};
  columns[2].dictionary = &dictionary;
  const RecordBatchView batch{&schema, 200, columns};
  ASSERT_TRUE(ValidateBatch(batch, Validation::kFull).ok());

  struct Case {
    const char* path;
    std::vector<bool> compressed;  // plain, s.a, s.b.c, d
    bool dictionary;
  };
  for (const Case& each :
       {Case{"plain", {false, true, true, true}, true}, Case{"s", {true, false, false, true}, true},
        Case{"s.a", {true, false, true, true}, true}, Case{"s.b", {true, true, false, true}, true},
        Case{"s.b.c", {true, true, false, true}, true}, Case{"d", {true, true, true, false}, false}}) {
    auto encoder = BatchEncoder::Make(&schema, {.compression = Lz4(), .columns = {{each.path, {.compress = false}}}});
    ASSERT_TRUE(encoder->EncodeDictionary(0, false, values, dictionary, 0).ok());
    ASSERT_TRUE(encoder->Encode(batch, {}, encoder->metadata_bytes() + encoder->body_bytes()).ok());
    const auto bytes = WithEnd(Join(encoder->pieces()));
    const auto messages = reference::ReadMessages(bytes, 0, 64);
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_THAT(AreCompressed(messages[0]), ElementsAre(each.dictionary)) << each.path;
    EXPECT_EQ(AreCompressed(messages[1]), each.compressed) << each.path;
  }
}

TEST(EncoderOptions, LegacyFramingHasNoMarker) {
  const Schema schema = AnySchema();
  reference::RandomTable table(schema, 5, reference::DictionaryHistory::kSame);
  const RecordBatch data = table.Next(20);
  auto plain = BatchEncoder::Make(&schema, {.metadata_version = MetadataVersion::kV4});
  auto legacy = BatchEncoder::Make(&schema, {.metadata_version = MetadataVersion::kV4, .legacy_framing = true});
  for (int64_t start : {0, 8, 56}) {
    plain->Clear();
    legacy->Clear();
    ASSERT_TRUE(plain->Encode(data, {}, start).ok());
    ASSERT_TRUE(legacy->Encode(data, {}, start).ok());
    const auto with = Join(plain->pieces()), without = Join(legacy->pieces());
    const auto length = reference::LoadLittle<int32_t>(without, 0);
    EXPECT_EQ(4 + length, legacy->metadata_bytes());
    EXPECT_EQ((start + 4 + length) % 64, 0);
    const int64_t shared = std::min(legacy->metadata_bytes() - 4, plain->metadata_bytes() - 8);
    EXPECT_TRUE(std::equal(without.begin() + 4, without.begin() + 4 + shared, with.begin() + 8));
    EXPECT_TRUE(std::equal(without.begin() + legacy->metadata_bytes(), without.end(),
                           with.begin() + plain->metadata_bytes(), with.end()))
        << "the bodies are the same";
  }
}

}  // namespace
}  // namespace inlay::ipc
