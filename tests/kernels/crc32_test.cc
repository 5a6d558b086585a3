#include "kernels/crc32.h"

#include <cstring>

#include "tests/kernels/guarded.h"
#include "tests/kernels/random_bytes.h"
#include "tests/kernels/targets.h"
#include "tests/reference/crc32.h"

namespace inlay::kernels {
namespace {

class Crc32Test : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(Crc32Test);

const uint8_t* Bytes(const char* text) { return reinterpret_cast<const uint8_t*>(text); }

TEST_P(Crc32Test, GivesThePublishedCheckValues) {
  EXPECT_EQ(Crc32(0, Bytes("123456789"), 9), 0xCBF43926u);
  EXPECT_EQ(Crc32(0, Bytes("The quick brown fox jumps over the lazy dog"), 43), 0x414FA339u);
  EXPECT_EQ(Crc32(0, nullptr, 0), 0u);
  EXPECT_EQ(Crc32(0x12345678u, nullptr, 0), 0x12345678u);
}

TEST_P(Crc32Test, ReadsNothingOutsideItsRange) {
  const std::vector<uint8_t> bytes = Random(1).Bytes(1200);
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (size_t size = 0; size < bytes.size(); size += size < 258 ? 1 : 37) {
      Guarded memory(size, side);
      std::memcpy(memory.data(), bytes.data(), size);
      const auto n = static_cast<int64_t>(size);
      ASSERT_EQ(Crc32(0, memory.data(), n), reference::Crc32(0, bytes.data(), n)) << "size " << size;
    }
  }
}

TEST_P(Crc32Test, EveryLengthAtEveryAlignment) {
  const std::vector<uint8_t> bytes = Random(2).Bytes(64 + 257);
  for (int64_t alignment = 0; alignment < 64; ++alignment) {
    // The reference goes on byte by byte, so each length costs it one byte.
    uint32_t expected = 0xFEDCBA98u;
    for (int64_t size = 0; size <= 257; ++size) {
      const uint8_t* data = bytes.data() + alignment;
      ASSERT_EQ(Crc32(0xFEDCBA98u, data, size), expected) << "alignment " << alignment << " size " << size;
      if (size < 257) expected = reference::Crc32(expected, data + size, 1);
    }
  }
}

// Lengths around the steps of the folding loops.
TEST_P(Crc32Test, LongInput) {
  const std::vector<uint8_t> bytes = Random(3).Bytes(5000);
  uint32_t expected = 0;
  for (int64_t size = 0; size <= 4999; ++size) {
    ASSERT_EQ(Crc32(0, bytes.data(), size), expected) << "size " << size;
    expected = reference::Crc32(expected, bytes.data() + size, 1);
  }
}

TEST_P(Crc32Test, ContinuesWhereItStopped) {
  const std::vector<uint8_t> bytes = Random(4).Bytes(3000);
  const uint32_t whole = Crc32(0, bytes.data(), 3000);
  for (int64_t cut = 0; cut <= 3000; cut += 7) {
    ASSERT_EQ(Crc32(Crc32(0, bytes.data(), cut), bytes.data() + cut, 3000 - cut), whole) << "cut " << cut;
  }
}

}  // namespace
}  // namespace inlay::kernels
