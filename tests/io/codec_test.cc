#include "engine/io/codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/io/codec_table.h"
#include "tests/base/counting_allocator.h"
#include "tests/kernels/guarded.h"

namespace inlay {
namespace {

using kernels::Guarded;
using Bytes = std::vector<uint8_t>;

struct Case {
  Codec codec;
  CodecFraming framing;
};

// What this build has; "none" is always there, so no loop over it is empty.
std::vector<Case> BuiltCases() {
  std::vector<Case> cases;
  for (const CodecRow& row : CodecRows()) {
    if (row.parquet != nullptr) cases.push_back({row.codec, CodecFraming::kParquet});
    if (row.ipc != nullptr) cases.push_back({row.codec, CodecFraming::kIpc});
  }
  return cases;
}

std::string Describe(const Case& c) {
  return std::string(CodecName(c.codec)) + (c.framing == CodecFraming::kIpc ? " in IPC" : " in Parquet");
}

BufferView View(const Bytes& bytes) { return {bytes.data(), static_cast<int64_t>(bytes.size())}; }

// Half of it random, half of it runs.
Bytes SomeBytes(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    const bool repeat = i >= 8 && (i / 50) % 2 == 0;
    bytes[i] = repeat ? bytes[i - 8] : static_cast<uint8_t>(random());
  }
  return bytes;
}

Compressor MustMake(const Case& c, std::optional<int> level, const Allocator* allocator) {
  Result<Compressor> compressor = Compressor::Make({c.codec, level}, c.framing, allocator);
  EXPECT_TRUE(compressor.ok()) << compressor.status().ToString();
  return *std::move(compressor);
}

Decompressor MustMake(const Case& c, const Allocator* allocator) {
  Result<Decompressor> decompressor = Decompressor::Make(c.codec, c.framing, allocator);
  EXPECT_TRUE(decompressor.ok()) << decompressor.status().ToString();
  return *std::move(decompressor);
}

// Both buffers end at an unreadable page.
Bytes CompressGuarded(Compressor& compressor, const Bytes& in) {
  Guarded source(in.size(), Guarded::Side::kAtEnd);
  std::copy(in.begin(), in.end(), source.data());
  const int64_t capacity = compressor.MaxCompressedBytes(static_cast<int64_t>(in.size()));
  Guarded target(static_cast<size_t>(capacity), Guarded::Side::kAtEnd);
  const Result<int64_t> size =
      compressor.Compress({source.data(), static_cast<int64_t>(in.size())}, target.data(), capacity);
  EXPECT_TRUE(size.ok()) << size.status().ToString();
  EXPECT_LE(*size, capacity);
  return Bytes(target.data(), target.data() + *size);
}

Status DecompressGuarded(Decompressor& decompressor, const Bytes& in, Bytes* out) {
  Guarded source(in.size(), Guarded::Side::kAtEnd);
  std::copy(in.begin(), in.end(), source.data());
  Guarded target(out->size(), Guarded::Side::kAtEnd);
  Status status = decompressor.Decompress({source.data(), static_cast<int64_t>(in.size())}, target.data(),
                                          static_cast<int64_t>(out->size()));
  out->assign(target.data(), target.data() + out->size());
  return status;
}

TEST(Codec, RoundTripsAllSmallSizes) {
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    CountingAllocator allocator;
    Compressor compressor = MustMake(c, {}, allocator.get());
    Decompressor decompressor = MustMake(c, allocator.get());
    for (size_t size = 0; size <= 300; ++size) {
      const Bytes bytes = SomeBytes(size, size);
      const Bytes compressed = CompressGuarded(compressor, bytes);
      Bytes back(size);
      const Status status = DecompressGuarded(decompressor, compressed, &back);
      ASSERT_TRUE(status.ok()) << size << ": " << status.ToString();
      ASSERT_EQ(back, bytes) << size;
      // Any other size is an error.
      Bytes longer(size + 1);
      ASSERT_EQ(DecompressGuarded(decompressor, compressed, &longer).code(), StatusCode::kCorruptData) << size;
      if (size == 0) continue;
      Bytes shorter(size - 1);
      ASSERT_EQ(DecompressGuarded(decompressor, compressed, &shorter).code(), StatusCode::kCorruptData) << size;
    }
  }
}

TEST(Codec, RoundTripsAllLevelsAndLargeSizes) {
  const Bytes medium = SomeBytes(70000, 1);
  const Bytes large = SomeBytes(5 << 20, 2);
  const Bytes zeros(300000);
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    const CodecRow& row = *FindCodecRow(c.codec);
    std::vector<std::optional<int>> levels = {std::nullopt};
    for (int level = std::max(row.min_level, -8); row.takes_level && level <= row.max_level; ++level) {
      levels.push_back(level);
    }
    if (row.takes_level) levels.push_back(row.min_level);
    CountingAllocator allocator;
    Decompressor decompressor = MustMake(c, allocator.get());
    for (const std::optional<int> level : levels) {
      Compressor compressor = MustMake(c, level, allocator.get());
      for (const Bytes* bytes : {&medium, &zeros, level.has_value() ? &medium : &large}) {
        Bytes compressed(static_cast<size_t>(compressor.MaxCompressedBytes(static_cast<int64_t>(bytes->size()))));
        const Result<int64_t> size =
            compressor.Compress(View(*bytes), compressed.data(), static_cast<int64_t>(compressed.size()));
        ASSERT_TRUE(size.ok()) << size.status().ToString();
        compressed.resize(static_cast<size_t>(*size));
        if (c.codec != Codec::kNone && level.value_or(1) > 0) {
          EXPECT_LT(compressed.size(), bytes->size());
        }
        Bytes back(bytes->size());
        const Status status = decompressor.Decompress(View(compressed), back.data(), static_cast<int64_t>(back.size()));
        ASSERT_TRUE(status.ok()) << status.ToString();
        ASSERT_TRUE(back == *bytes);
      }
    }
  }
}

TEST(Codec, SameBytesWhateverCameBefore) {
  for (const Case& c : BuiltCases()) {
    const CodecRow& row = *FindCodecRow(c.codec);
    for (const int level : {row.default_level, std::min(row.max_level, 9)}) {
      SCOPED_TRACE(Describe(c) + " " + std::to_string(level));
      CountingAllocator allocator;
      const std::optional<int> stated = row.takes_level ? std::optional(level) : std::nullopt;
      Compressor used = MustMake(c, stated, allocator.get());
      for (size_t i = 0; i < 30; ++i) {
        const Bytes bytes = SomeBytes(i * i * 97, i);
        Compressor fresh = MustMake(c, stated, allocator.get());
        ASSERT_EQ(CompressGuarded(used, bytes), CompressGuarded(fresh, bytes)) << i;
      }
    }
  }
}

TEST(Codec, ReusesItsMemory) {
  const Bytes bytes = SomeBytes(100000, 1);
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    CountingAllocator allocator;
    Compressor compressor = MustMake(c, {}, allocator.get());
    Decompressor decompressor = MustMake(c, allocator.get());
    int64_t calls = 0;
    for (int round = 0; round < 5; ++round) {
      const Bytes compressed = CompressGuarded(compressor, bytes);
      Bytes back(bytes.size());
      ASSERT_TRUE(DecompressGuarded(decompressor, compressed, &back).ok());
      if (round == 0) calls = allocator.num_calls();
    }
    EXPECT_EQ(allocator.num_calls(), calls);
  }
}

TEST(Codec, EveryFailedAllocationIsOutOfMemory) {
  const Bytes bytes = SomeBytes(100000, 1);
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    for (const std::optional<int> level : {std::optional<int>(), std::optional(9)}) {
      if (level.has_value() && !FindCodecRow(c.codec)->takes_level) continue;
      for (int64_t num_successes = 0;; ++num_successes) {
        CountingAllocator allocator(num_successes);
        Bytes compressed(200000);
        Bytes back(bytes.size());
        const Status status = [&]() -> Status {
          Result<Compressor> compressor = Compressor::Make({c.codec, level}, c.framing, allocator.get());
          if (!compressor.ok()) return compressor.status();
          Result<int64_t> size = compressor->Compress(View(bytes), compressed.data(), 200000);
          if (!size.ok()) return size.status();
          Result<Decompressor> decompressor = Decompressor::Make(c.codec, c.framing, allocator.get());
          if (!decompressor.ok()) return decompressor.status();
          return decompressor->Decompress({compressed.data(), *size}, back.data(), static_cast<int64_t>(back.size()));
        }();
        if (allocator.num_failures() == 0) {
          ASSERT_TRUE(status.ok()) << status.ToString();
          ASSERT_EQ(back, bytes);
          break;
        }
        ASSERT_EQ(status.code(), StatusCode::kOutOfMemory) << status.ToString();
        ASSERT_LT(num_successes, 100);
      }
    }
  }
}

// An error or exactly the asked size, nothing read or written outside, and the context is good afterwards.
TEST(Codec, HostileInput) {
  std::mt19937_64 random(7);
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    CountingAllocator allocator;
    Compressor compressor = MustMake(c, {}, allocator.get());
    Decompressor decompressor = MustMake(c, allocator.get());
    for (const size_t size : {1, 20, 777, 10000}) {
      const Bytes bytes = SomeBytes(size, size);
      const Bytes good = CompressGuarded(compressor, bytes);
      const auto expect_no_harm = [&](const Bytes& bad) {
        Bytes back(size);
        const Status status = DecompressGuarded(decompressor, bad, &back);
        EXPECT_TRUE(status.ok() || status.code() == StatusCode::kCorruptData) << status.ToString();
        return status;
      };
      const size_t step = good.size() / 200 + 1;
      for (size_t kept = 0; kept < good.size(); kept += step) {
        const Status status = expect_no_harm(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(kept)));
        EXPECT_EQ(status.code(), StatusCode::kCorruptData) << "cut to " << kept;
      }
      Bytes with_tail = good;
      with_tail.push_back(0);
      EXPECT_EQ(expect_no_harm(with_tail).code(), StatusCode::kCorruptData);
      for (int i = 0; i < 400; ++i) {
        Bytes flipped = good;
        const size_t at = i < 200 ? random() % std::min<size_t>(40, good.size()) : random() % good.size();
        flipped[at] ^= static_cast<uint8_t>(1u << (random() % 8));
        (void)expect_no_harm(flipped).ok();
      }
      for (int i = 0; i < 50; ++i) {
        Bytes noise(random() % 100);
        std::generate(noise.begin(), noise.end(), [&] { return static_cast<uint8_t>(random()); });
        (void)expect_no_harm(noise).ok();
      }
      EXPECT_TRUE(expect_no_harm(good).ok());
      EXPECT_LT(allocator.live_bytes(), 20 << 20);
    }
  }
}

TEST(Codec, MembersInARowAreOneContent) {
  for (const Case& c : BuiltCases()) {
    const bool has_rows = c.codec == Codec::kGzip || c.codec == Codec::kZstd ||
                          (c.codec == Codec::kLz4 && c.framing == CodecFraming::kIpc);
    if (!has_rows) continue;
    SCOPED_TRACE(Describe(c));
    Compressor compressor = MustMake(c, {}, &DefaultAllocator());
    Decompressor decompressor = MustMake(c, &DefaultAllocator());
    Bytes both = CompressGuarded(compressor, {1, 2, 3});
    const Bytes second = CompressGuarded(compressor, {4, 5});
    both.insert(both.end(), second.begin(), second.end());
    Bytes back(5);
    EXPECT_TRUE(DecompressGuarded(decompressor, both, &back).ok());
    EXPECT_EQ(back, (Bytes{1, 2, 3, 4, 5}));
  }
}

TEST(Codec, NoBytesStandForNoBytes) {
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    Decompressor decompressor = MustMake(c, &DefaultAllocator());
    EXPECT_TRUE(decompressor.Decompress({}, nullptr, 0).ok());
    uint8_t out = 0;
    EXPECT_EQ(decompressor.Decompress({}, &out, 1).code(), StatusCode::kCorruptData);
    Compressor compressor = MustMake(c, {}, &DefaultAllocator());
    Bytes compressed(static_cast<size_t>(compressor.MaxCompressedBytes(0)));
    const Result<int64_t> size = compressor.Compress({}, compressed.data(), static_cast<int64_t>(compressed.size()));
    ASSERT_TRUE(size.ok());
    EXPECT_TRUE(decompressor.Decompress({compressed.data(), *size}, nullptr, 0).ok());
  }
}

TEST(Codec, ContextsMove) {
  const Bytes bytes = SomeBytes(5000, 1);
  for (const Case& c : BuiltCases()) {
    SCOPED_TRACE(Describe(c));
    CountingAllocator allocator;
    Compressor a = MustMake(c, {}, allocator.get());
    Compressor b(std::move(a));
    Compressor other = MustMake({Codec::kNone, CodecFraming::kParquet}, {}, allocator.get());
    other = std::move(b);
    Decompressor d = MustMake(c, allocator.get());
    Decompressor e(std::move(d));
    d = std::move(e);
    Bytes back(bytes.size());
    EXPECT_TRUE(DecompressGuarded(d, CompressGuarded(other, bytes), &back).ok());
    EXPECT_EQ(back, bytes);
  }
}

TEST(Codec, Names) {
  for (const Codec codec : {Codec::kNone, Codec::kSnappy, Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    const Result<Codec> back = CodecFromName(CodecName(codec));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, codec);
  }
  const Status status = CodecFromName("brotli").status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "codec 'brotli' is not known; use one of none, snappy, gzip, lz4, zstd");
  EXPECT_EQ(CodecName(static_cast<Codec>(99)), "unknown codec");
}

TEST(Codec, WrongChoicesAreRefusedWhenMade) {
  for (const CodecRow& row : CodecRows()) {
    SCOPED_TRACE(row.name);
    const auto code_of = [&](std::optional<int> level) {
      const Status status = ValidateCompression({row.codec, level});
      const Result<Compressor> made = Compressor::Make({row.codec, level}, CodecFraming::kParquet, &DefaultAllocator());
      EXPECT_EQ(made.status().message(), status.message());
      return status.code();
    };
    if (row.parquet == nullptr) {
      EXPECT_EQ(code_of({}), StatusCode::kNotImplemented);
      const Status status = Decompressor::Make(row.codec, CodecFraming::kParquet, &DefaultAllocator()).status();
      EXPECT_EQ(status.code(), StatusCode::kNotImplemented);
      EXPECT_NE(status.message().find(row.cmake_option), std::string::npos) << status.message();
      continue;
    }
    EXPECT_EQ(code_of({}), StatusCode::kOk);
    EXPECT_EQ(code_of(row.min_level), row.takes_level ? StatusCode::kOk : StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(row.max_level + 1), StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(row.min_level - 1), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(ValidateCompression({static_cast<Codec>(99), {}}).code(), StatusCode::kInvalidArgument);
  for (const Codec codec : {Codec::kSnappy, Codec::kGzip}) {
    EXPECT_FALSE(Compressor::Make({codec, {}}, CodecFraming::kIpc, &DefaultAllocator()).ok());
    EXPECT_FALSE(Decompressor::Make(codec, CodecFraming::kIpc, &DefaultAllocator()).ok());
  }
}

}  // namespace
}  // namespace inlay
