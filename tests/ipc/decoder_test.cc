// Streams whose bytes are pushed, in pieces of any size.
#include <random>

#include "tests/base/counting_allocator.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/message_maker.h"
#include "tests/ipc/random_batch.h"

namespace inlay::ipc {
namespace {

using Values = std::vector<std::optional<std::string>>;

// What came out of a decoder, as text.
struct Decoded {
  std::vector<Values> batches;
  Status status;
  bool operator==(const Decoded& other) const {
    return batches == other.batches && status.code() == other.status.code();
  }
};

// All that a piece gives, appended to `out`. False at an error.
bool Feed(Decoder& decoder, BufferView piece, Decoded* out) {
  while (true) {
    auto batch = decoder.Decode(&piece);
    out->status = batch.status();
    if (!batch.ok()) return false;
    if (!batch->has_value()) return true;
    Values values;
    for (const ArrayView& column : (*batch)->columns()) {
      for (auto& value : reference::ValuesOf(column)) values.push_back(std::move(value));
    }
    out->batches.push_back(std::move(values));
  }
}

// The bytes in pieces of `piece_bytes`, each in memory of its own that ends where the piece does.
Decoded DecodeInPieces(const Blob& bytes, size_t piece_bytes, const ReadOptions& options = {}) {
  Decoded out;
  auto decoder = Decoder::Make(options);
  for (size_t at = 0; at < bytes.size(); at += piece_bytes) {
    const size_t end = std::min(bytes.size(), at + piece_bytes);
    const Blob piece(bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(end));
    if (!Feed(*decoder, ViewOf(piece), &out)) return out;
  }
  out.status = decoder->Finish();
  return out;
}

StreamMaker DictionaryStream(bool legacy) {
  StreamMaker maker;
  maker.legacy = legacy;
  maker.version = legacy ? flatbuf::MetadataVersion::V4 : flatbuf::MetadataVersion::V5;
  maker.AddSchema({{{"a", Dictionary(TypeId::kInt32, Utf8())}}});
  maker.AddDictionary(0, Strings({"A", "BB"}));
  maker.AddBatch(Int32s({1, 0}));
  maker.AddDictionary(0, Strings({"C"}), /*is_delta=*/true);
  maker.metadata = {{"k", "v"}};
  maker.AddBatch(Int32s({2, 0, 1}));
  maker.metadata = {};
  maker.AddDictionary(0, Strings({"new"}));
  maker.AddBatch({.num_rows = 0, .nodes = {{0, 0}}, .buffers = {{}, {}}});  // without a body
  maker.AddBatch(Int32s({0}));
  return maker;
}

const std::vector<Values> kDictionaryValues = {{"BB", "A"}, {"C", "A", "BB"}, {}, {"new"}};

TEST(Decoder, PiecesOfEverySize) {
  for (const bool legacy : {false, true}) {
    for (const bool is_file : {false, true}) {
      for (const bool has_end : {false, true}) {
        StreamMaker maker = DictionaryStream(legacy);
        if (has_end) maker.AddEnd();
        Blob bytes = is_file ? BlobOf(std::string("ARROW1\0\0", 8)) : Blob();
        bytes.insert(bytes.end(), maker.bytes().begin(), maker.bytes().end());
        for (size_t piece_bytes = 1; piece_bytes <= bytes.size(); piece_bytes += 1 + piece_bytes / 16) {
          const Decoded decoded = DecodeInPieces(bytes, piece_bytes);
          ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
          ASSERT_EQ(decoded.batches, kDictionaryValues) << piece_bytes;
        }
      }
    }
  }
}

TEST(Decoder, EveryTypeAndCodec) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 200, 20, 1);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    BufferSink sink;
    auto writer = StreamWriter::Open(&sink, schema, {.compression = compression});
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->Write(data.Slice(i, 150)).ok());
    ASSERT_TRUE(writer->Finish().ok());
    auto decoder = Decoder::Make();
    BufferView bytes = ViewOf(sink.bytes());
    EXPECT_FALSE(decoder->has_schema());
    for (int i = 0; i < 3; ++i) {
      const auto batch = decoder->Decode(&bytes);
      ASSERT_TRUE(batch.ok() && batch->has_value()) << batch.status().ToString();
      EXPECT_EQ(decoder->schema(), schema);
      ExpectEqual(**batch, data.Slice(i, 150));
      EXPECT_EQ(decoder->block().num_rows, 150);
    }
    EXPECT_FALSE(decoder->at_end());
    EXPECT_FALSE((*decoder->Decode(&bytes)).has_value());
    EXPECT_TRUE(decoder->at_end());
    EXPECT_EQ(bytes.size_bytes, 0);
    EXPECT_TRUE(decoder->Finish().ok());
  }
}

// A service that reads exactly what is wanted has not taken a byte of what follows the stream.
TEST(Decoder, WantsNothingPastTheEnd) {
  for (const bool legacy : {false, true}) {
    StreamMaker maker = DictionaryStream(legacy);
    maker.AddEnd();
    Blob bytes = maker.bytes();
    const size_t stream_bytes = bytes.size();
    bytes.insert(bytes.end(), 100, 0xFF);
    Decoded decoded;
    auto decoder = Decoder::Make();
    size_t at = 0;
    while (decoder->wanted_bytes() > 0) {
      ASSERT_LE(at + static_cast<size_t>(decoder->wanted_bytes()), bytes.size());
      const BufferView piece{bytes.data() + at, decoder->wanted_bytes()};
      at += static_cast<size_t>(piece.size_bytes);
      ASSERT_TRUE(Feed(*decoder, piece, &decoded));
    }
    EXPECT_EQ(at, stream_bytes);
    EXPECT_TRUE(decoder->at_end());
    EXPECT_EQ(decoded.batches, kDictionaryValues);

    // In one piece: the rest is left where it is.
    auto other = Decoder::Make();
    BufferView piece = ViewOf(bytes);
    while (true) {
      const auto batch = other->Decode(&piece);
      ASSERT_TRUE(batch.ok());
      if (!batch->has_value()) break;
    }
    EXPECT_TRUE(other->at_end());
    EXPECT_EQ(piece.data, bytes.data() + stream_bytes);
    EXPECT_EQ(piece.size_bytes, 100);
    EXPECT_FALSE((*other->Decode(&piece)).has_value());
    EXPECT_EQ(piece.size_bytes, 100);
    EXPECT_TRUE(other->Finish().ok());
  }
}

// The same batches and kind of error as a StreamReader, wherever the input ends and whatever is wrong with it.
TEST(Decoder, AgreesWithStreamReader) {
  const auto expect_same = [](const Blob& bytes, size_t piece_bytes) {
    Decoded wanted;
    auto reader = OpenStream(bytes);
    wanted.status = reader.status();
    while (wanted.status.ok()) {
      const auto batch = reader->Next();
      wanted.status = batch.status();
      if (!batch.ok() || !batch->has_value()) break;
      wanted.batches.push_back(reference::ValuesOf((*batch)->columns()[0]));
    }
    const Decoded decoded = DecodeInPieces(bytes, piece_bytes);
    ASSERT_EQ(decoded.batches, wanted.batches);
    ASSERT_EQ(decoded.status.code(), wanted.status.code())
        << decoded.status.ToString() << " and " << wanted.status.ToString();
  };
  for (const bool legacy : {false, true}) {
    StreamMaker maker = DictionaryStream(legacy);
    maker.AddEnd();
    const Blob& good = maker.bytes();
    for (size_t size = 0; size <= good.size(); ++size) {
      expect_same(Blob(good.begin(), good.begin() + static_cast<ptrdiff_t>(size)), 1 + size % 100);
    }
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
      Blob bytes = good;
      bytes[random() % bytes.size()] ^= static_cast<uint8_t>(1u << (random() % 8));
      expect_same(bytes, 1 + random() % bytes.size());
    }
  }
}

TEST(Decoder, FirstErrorSticks) {
  StreamMaker maker;
  maker.AddBatch(Int32s({1}));
  StreamMaker good;
  good.AddSchema({{{"a", Int32()}}});
  auto decoder = Decoder::Make();
  BufferView bytes = ViewOf(maker.bytes());
  const Status first = decoder->Decode(&bytes).status();
  EXPECT_EQ(first.code(), StatusCode::kCorruptData);
  bytes = ViewOf(good.bytes());
  EXPECT_EQ(decoder->Decode(&bytes).status().message(), first.message());
  EXPECT_EQ(decoder->Finish().message(), first.message());
  EXPECT_EQ(decoder->wanted_bytes(), 0);
  EXPECT_EQ(Decoder::Make()->Finish().code(), StatusCode::kCorruptData) << "no schema came";
  EXPECT_EQ(Decoder::Make({.allocator = nullptr}).status().code(), StatusCode::kInvalidArgument);
  bytes = {nullptr, -1};
  EXPECT_EQ(Decoder::Make()->Decode(&bytes).status().code(), StatusCode::kInvalidArgument);
}

// A header that declares 2 GiB and never sends them takes 1 MiB.
TEST(Decoder, DeclaredBytesAreNotMemory) {
  CountingAllocator allocator;
  StreamMaker maker;
  maker.AddSchema({{{"a", Int32()}}});
  maker.body_length_lie = (int64_t{1} << 31) - 8192;
  maker.AddBatch(Int32s({1, 2, 3, 4}));
  auto decoder = Decoder::Make({.allocator = allocator.get()});
  BufferView bytes = ViewOf(maker.bytes());
  ASSERT_FALSE((*decoder->Decode(&bytes)).has_value());
  EXPECT_EQ(bytes.size_bytes, 0);
  EXPECT_LE(allocator.live_bytes(), (1 << 20) + 4096);
  // What comes later is held at most three times for a moment, and twice afterwards.
  const Blob zeros(100000, 0);
  for (int i = 1; i <= 100; ++i) {
    bytes = ViewOf(zeros);
    ASSERT_FALSE((*decoder->Decode(&bytes)).has_value());
    EXPECT_LE(allocator.live_bytes(), std::max(1 << 20, 2 * i * 100000 + 100) + 4096);
  }
  EXPECT_EQ(Decoder::Make({.max_message_bytes = 1 << 20, .allocator = allocator.get()})
                ->Decode(&(bytes = ViewOf(maker.bytes())))
                .status()
                .code(),
            StatusCode::kLimitExceeded);
}

// Memory of a body that comes whole is asked for once, at its size; a batch keeps that alone alive, and the decoder
// keeps nothing.
TEST(Decoder, KeepsOneBody) {
  const Schema schema{{{"a", Int64(), false}}};
  RandomBatch data(&schema, 500000, 0, 1);
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, schema);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(writer->Write(data.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  CountingAllocator allocator;
  for (const size_t piece_bytes : {sink.bytes().size(), size_t{100000}}) {
    auto decoder = Decoder::Make({.allocator = allocator.get()});
    std::vector<RecordBatch> batches;
    for (size_t at = 0; at < sink.bytes().size(); at += piece_bytes) {
      BufferView bytes{sink.bytes().data() + at, static_cast<int64_t>(std::min(piece_bytes, sink.bytes().size() - at))};
      while (true) {
        const int64_t calls = allocator.num_calls();
        auto batch = decoder->Decode(&bytes);
        ASSERT_TRUE(batch.ok());
        if (!batch->has_value()) break;
        if (piece_bytes > 100000) {
          EXPECT_LE(allocator.num_calls() - calls, batches.empty() ? 3 : 2);
        }
        batches.push_back(std::move(**batch));
      }
    }
    ASSERT_EQ(batches.size(), 4u);
    EXPECT_LE(allocator.live_bytes(), 4 * (4000000 + 64));
    batches.resize(1);
    EXPECT_LE(allocator.live_bytes(), 4000000 + 64);
    ExpectEqual(batches[0], data.view());
  }
}

TEST(Decoder, EveryAllocationMayFail) {
  StreamMaker maker = DictionaryStream(false);
  maker.AddEnd();
  for (const size_t piece_bytes : {size_t{3}, maker.bytes().size()}) {
    for (int64_t successes = 0;; ++successes) {
      CountingAllocator allocator(successes);
      const Decoded decoded = DecodeInPieces(maker.bytes(), piece_bytes, {.allocator = allocator.get()});
      if (decoded.status.ok()) {
        EXPECT_EQ(decoded.batches, kDictionaryValues);
        EXPECT_EQ(allocator.num_failures(), 0);
        break;
      }
      ASSERT_EQ(decoded.status.code(), StatusCode::kOutOfMemory) << decoded.status.ToString();
    }
  }
}

}  // namespace
}  // namespace inlay::ipc
