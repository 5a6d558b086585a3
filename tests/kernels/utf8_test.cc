#include "kernels/utf8.h"

#include <random>
#include <string>

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"
#include "tests/reference/utf8.h"

namespace inlay::kernels {
namespace {

class Utf8Test : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(Utf8Test);

int64_t Prefix(const std::string& text) {
  Guarded memory(text.size(), Guarded::Side::kAtEnd);
  std::memcpy(memory.data(), text.data(), text.size());
  return ValidUtf8Prefix(memory.data(), static_cast<int64_t>(text.size()));
}

TEST_P(Utf8Test, CodePointsAreValidAndSurrogatesAreNot) {
  // Every one up to U+FFFF, and some of the rest.
  for (uint32_t code = 0; code <= 0x110010; code += code < 0x10FF00 && code > 0x10010 ? 13 : 1) {
    const std::string text = reference::EncodeUtf8(code);
    const bool valid = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    const int64_t size = static_cast<int64_t>(text.size());
    ASSERT_EQ(ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(text.data()), size), valid ? size : 0) << code;
  }
}

TEST_P(Utf8Test, OneBadByteAnywhereIsFound) {
  for (int64_t size = 1; size < 300; size += size < 140 ? 1 : 7) {
    Guarded memory(static_cast<size_t>(size), Guarded::Side::kAtEnd);
    std::memset(memory.data(), 'a', static_cast<size_t>(size));
    ASSERT_EQ(ValidUtf8Prefix(memory.data(), size), size);
    ASSERT_TRUE(IsAscii(memory.data(), size));
    for (int64_t bad = 0; bad < size; ++bad) {
      memory.data()[bad] = 0x80;
      ASSERT_EQ(ValidUtf8Prefix(memory.data(), size), bad) << "size " << size;
      ASSERT_FALSE(IsAscii(memory.data(), size)) << "size " << size;
      memory.data()[bad] = 'a';
    }
  }
}

TEST_P(Utf8Test, TwoAndThreeByteSequencesAgreeWithTheOracle) {
  for (uint32_t sequence = 0; sequence < (1u << 24); sequence += sequence < (1u << 16) ? 1 : 251) {
    std::string text = "xyz";
    text += static_cast<char>(sequence & 0xFF);
    text += static_cast<char>((sequence >> 8) & 0xFF);
    if (sequence >= (1u << 16)) text += static_cast<char>(sequence >> 16);
    text += "\x80 ascii again, eight and more";
    ASSERT_EQ(ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())),
              reference::ValidUtf8Prefix(text))
        << sequence;
  }
}

TEST_P(Utf8Test, MixedTextAgreesWithTheOracle) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    const size_t size = random() % 400;
    while (text.size() < size) {
      if (random() % 3 == 0) {
        const uint32_t limits[] = {0x80, 0x800, 0xD800, 0x110000};
        text += reference::EncodeUtf8(static_cast<uint32_t>(random()) % limits[random() % 4]);
      } else {
        text.append(random() % 40, 'a');
      }
    }
    // Cut inside a character, or one byte changed.
    if (round % 3 == 1) text.resize(text.size() / 2);
    if (round % 3 == 2 && !text.empty()) text[random() % text.size()] = static_cast<char>(random());
    ASSERT_EQ(Prefix(text), reference::ValidUtf8Prefix(text)) << "round " << round;
  }
}

TEST_P(Utf8Test, EmptyIsValid) {
  EXPECT_EQ(ValidUtf8Prefix(nullptr, 0), 0);
  EXPECT_TRUE(IsAscii(nullptr, 0));
}

}  // namespace
}  // namespace inlay::kernels
