// Small zstd frames for the library's reader: content of every size, alphabet and repetition.
#include "engine/io/zstd_frame.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "engine/io/fse_table.h"
#include "tests/kernels/guarded.h"

namespace inlay {
namespace {

using kernels::Guarded;
using Bytes = std::vector<uint8_t>;

// Reads nothing outside of its input, writes nothing behind the promised room, and gives back the content.
size_t ExpectReadable(const Bytes& content) {
  Guarded source(content.size(), Guarded::Side::kAtEnd);
  std::copy(content.begin(), content.end(), source.data());
  const auto size = static_cast<int64_t>(content.size());
  Guarded target(static_cast<size_t>(MaxSmallZstdFrameBytes(size)), Guarded::Side::kAtEnd);
  const auto frame_bytes = static_cast<size_t>(WriteSmallZstdFrame({source.data(), size}, target.data()));
  EXPECT_EQ(ZSTD_findFrameCompressedSize(target.data(), frame_bytes), frame_bytes);
  EXPECT_EQ(ZSTD_getFrameContentSize(target.data(), frame_bytes), content.size());
  Bytes back(content.size() + 1);
  const size_t read = ZSTD_decompress(back.data(), back.size(), target.data(), frame_bytes);
  EXPECT_FALSE(ZSTD_isError(read)) << ZSTD_getErrorName(read);
  EXPECT_EQ(read, content.size());
  back.resize(content.size());
  EXPECT_TRUE(back == content);
  return frame_bytes;
}

template <typename T>
Bytes Values(size_t size_bytes, const std::function<T()>& next) {
  Bytes bytes(size_bytes);
  for (size_t at = 0; at + sizeof(T) <= size_bytes; at += sizeof(T)) {
    const T value = next();
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }
  return bytes;
}

// What the values of columns look like.
std::vector<Bytes> Contents(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  int64_t time = 1'700'000'000'000'000;
  int32_t offset = 0;
  const char* words[] = {"BUY   ", "SELL  ", "CANCEL", "AMEND ", "QUOTE "};
  std::vector<Bytes> all;
  for (const uint64_t below : {2ull, 200ull, 70000ull, 1ull << 33}) {
    all.push_back(Values<uint64_t>(size, [&] { return random() % below; }));
    all.push_back(Values<uint32_t>(size, [&] { return static_cast<uint32_t>(random() % below); }));
  }
  for (const unsigned alphabet : {1u, 2u, 3u, 26u, 128u, 129u, 130u, 255u, 256u}) {
    all.push_back(Values<uint8_t>(size, [&] { return static_cast<uint8_t>(random() % alphabet); }));
    // Few of many values: long codes.
    all.push_back(Values<uint8_t>(size, [&] {
      return random() % 20 == 0 ? static_cast<uint8_t>(random() % alphabet) : static_cast<uint8_t>(alphabet - 1);
    }));
  }
  all.push_back(Values<int64_t>(size, [&] { return time += static_cast<int64_t>(random() % 2000); }));
  all.push_back(Values<int32_t>(size, [&] { return offset += static_cast<int32_t>(random() % 30); }));
  all.push_back(Values<double>(size, [&] { return static_cast<double>(random() % 1000000) / 100; }));
  all.push_back(Values<double>(size, [&] { return static_cast<double>(random() % 1000); }));
  Bytes text;
  while (text.size() < size) {
    const std::string word = words[random() % 5] + (random() % 3 == 0 ? std::to_string(random() % 100000) : "");
    text.insert(text.end(), word.begin(), word.end());
  }
  text.resize(size);
  all.push_back(text);
  return all;
}

TEST(ZstdFrame, EverySmallSize) {
  for (size_t size = 0; size <= 300; ++size) {
    SCOPED_TRACE(size);
    for (const Bytes& content : Contents(size, size)) ExpectReadable(content);
  }
}

TEST(ZstdFrame, LargerSizes) {
  for (const size_t size : {511, 512, 800, 1023, 1024, 1025, 1400, 2047, 3000, 3999, 4095, 4096}) {
    for (uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(size);
      for (const Bytes& content : Contents(size, seed)) ExpectReadable(content);
    }
  }
}

// Long runs of literals and long matches use the last codes.
TEST(ZstdFrame, LongLengths) {
  std::mt19937_64 random(3);
  for (const size_t literals : {15, 16, 17, 40, 63, 64, 65, 127, 128, 300, 600, 1100, 2100}) {
    for (const size_t match : {3, 34, 35, 36, 66, 130, 131, 132, 258, 259, 515, 1027, 1600}) {
      Bytes content(literals);
      std::generate(content.begin(), content.end(), [&] { return static_cast<uint8_t>(random()); });
      for (int round = 0; round < 2 && content.size() < 4096; ++round) {
        for (size_t i = 0; i < match; ++i) content.push_back(content[content.size() - literals]);
        content.push_back(static_cast<uint8_t>(random()));
      }
      content.resize(std::min<size_t>(content.size(), 4096));
      SCOPED_TRACE(std::to_string(literals) + " " + std::to_string(match));
      ExpectReadable(content);
    }
  }
}

// Not larger than the library's by more than a twentieth, over what columns hold.
TEST(ZstdFrame, AsSmallAsTheLibrarys) {
  size_t ours = 0, theirs = 0;
  for (const size_t size : {200, 800, 1600, 4096}) {
    for (const Bytes& content : Contents(size, 1)) {
      ours += std::min(ExpectReadable(content), size);
      Bytes frame(ZSTD_compressBound(size));
      theirs += std::min(ZSTD_compress(frame.data(), frame.size(), content.data(), size, 1), size);
    }
  }
  EXPECT_LT(ours * 20, theirs * 21) << ours << " " << theirs;
}

// Every state is reached backwards from every other, by the bits that lead there.
TEST(ZstdFrame, TablesOfStates) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    const unsigned log = 5 + round % 2;
    uint32_t counts[20] = {};
    const size_t num_symbols = 2 + random() % 14;
    for (size_t i = 0; i < num_symbols; ++i) counts[i] = static_cast<uint32_t>(random() % (round % 5 == 0 ? 3 : 900));
    counts[0] = 1;
    counts[num_symbols - 1] = 70000 >> (round % 17);
    int8_t shares[20];
    NormaliseCounts({counts, num_symbols}, log, shares);
    int sum = 0;
    for (size_t i = 0; i < num_symbols; ++i) {
      EXPECT_EQ(shares[i] > 0, counts[i] > 0);
      sum += shares[i];
    }
    ASSERT_EQ(sum, 1 << log);
    const FseTable table({shares, num_symbols}, log);
    std::vector<int> symbol_of(size_t{1} << log, -1);
    for (unsigned symbol = 0; symbol < num_symbols; ++symbol) {
      for (unsigned state = 0; shares[symbol] > 0 && state < 1u << log; ++state) {
        const FseTable::Step step = table.Before(symbol, state);
        ASSERT_LT(step.state, 1u << log);
        ASSERT_LT(step.bits, 1u << step.num_bits);
        ASSERT_TRUE(symbol_of[step.state] < 0 || symbol_of[step.state] == static_cast<int>(symbol));
        symbol_of[step.state] = static_cast<int>(symbol);
      }
    }
    EXPECT_EQ(std::count(symbol_of.begin(), symbol_of.end(), -1), 0);
  }
}

}  // namespace
}  // namespace inlay
