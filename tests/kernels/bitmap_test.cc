#include "kernels/bitmap.h"

#include "tests/kernels/guarded.h"
#include "tests/kernels/targets.h"

namespace inlay::kernels {
namespace {

class BitmapTest : public TargetTest {};
INLAY_INSTANTIATE_FOR_TARGETS(BitmapTest);

int64_t CountOneByOne(const uint8_t* bits, int64_t offset, int64_t n) {
  int64_t count = 0;
  for (int64_t i = offset; i < offset + n; ++i) count += (bits[i / 8] >> (i % 8)) & 1;
  return count;
}

TEST_P(BitmapTest, CountsEveryOffsetAndLength) {
  for (Guarded::Side side : {Guarded::Side::kAtEnd, Guarded::Side::kAtStart}) {
    for (int64_t offset = 0; offset < 66; ++offset) {
      for (int64_t n = 0; n < 258; ++n) {
        const int64_t size = (offset + n + 7) / 8;
        Guarded memory(static_cast<size_t>(size), side);
        for (int64_t i = 0; i < size; ++i) memory.data()[i] = static_cast<uint8_t>(i * 37 + n);
        ASSERT_EQ(CountSetBits(memory.data(), offset, n), CountOneByOne(memory.data(), offset, n))
            << "offset " << offset << " length " << n;
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
