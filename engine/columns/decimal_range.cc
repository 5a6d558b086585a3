#include "engine/columns/decimal_range.h"

#include <bit>
#include <cstring>

namespace inlay {
namespace {

__extension__ typedef unsigned __int128 Uint128;

template <typename T>
T Load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

}  // namespace

DecimalRange::DecimalRange(int32_t precision) : limit_{1, 0, 0, 0} {
  for (int32_t digit = 0; digit < precision; ++digit) {
    uint64_t carry = 0;
    for (uint64_t& word : limit_) {
      const Uint128 product = static_cast<Uint128>(word) * 10 + carry;
      word = static_cast<uint64_t>(product);
      carry = static_cast<uint64_t>(product >> 64);
    }
  }
}

bool DecimalRange::Holds(const uint8_t* value, int32_t byte_width) const {
  if (byte_width <= 8) {
    const int64_t v = byte_width == 4 ? Load<int32_t>(value) : Load<int64_t>(value);
    const uint64_t magnitude = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
    return magnitude < limit_[0];
  }
  const int num_words = byte_width / 8;
  uint64_t magnitude[4];
  for (int i = 0; i < num_words; ++i) {
    const int at = std::endian::native == std::endian::little ? i : num_words - 1 - i;
    magnitude[i] = Load<uint64_t>(value + at * 8);
  }
  if ((magnitude[num_words - 1] >> 63) != 0) {
    uint64_t carry = 1;  // -v = ~v + 1
    for (int i = 0; i < num_words; ++i) {
      magnitude[i] = ~magnitude[i] + carry;
      carry = carry != 0 && magnitude[i] == 0 ? 1 : 0;
    }
  }
  for (int i = num_words - 1; i >= 0; --i) {
    if (magnitude[i] != limit_[i]) return magnitude[i] < limit_[i];
  }
  return false;
}

}  // namespace inlay
