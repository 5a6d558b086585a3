// Seeded damage to bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace inlay::fuzz {

using Bytes = std::vector<uint8_t>;

// One to four changes: bits, bytes, words that matter to a format, pieces moved or lost. Half of them fall on the ends,
// where metadata are.
inline Bytes Mutated(Bytes bytes, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](size_t limit) { return static_cast<size_t>(random() % std::max<size_t>(limit, 1)); };
  for (size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
    const size_t range = below(2) == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 2048);
    const size_t at = below(2) == 0 ? below(range) : bytes.size() - 1 - below(range);
    constexpr int32_t kWords[] = {0, 1, -1, 2, 8, 64, 127, 128, 255, 256, INT32_MAX, INT32_MIN, 1 << 16, 1 << 24};
    switch (below(8)) {
      case 0:
      case 1:
        bytes[at] ^= static_cast<uint8_t>(1u << below(8));
        break;
      case 2:
        bytes[at] = static_cast<uint8_t>(random());
        break;
      case 3:
      case 4: {
        const int32_t word = kWords[below(std::size(kWords))];
        const size_t aligned = at & ~size_t{3};
        std::memcpy(bytes.data() + aligned, &word, std::min<size_t>(4, bytes.size() - aligned));
        break;
      }
      case 5: {  // a word a little more or less
        const size_t aligned = at & ~size_t{3};
        bytes[aligned] = static_cast<uint8_t>(bytes[aligned] + below(17) - 8);
        break;
      }
      case 6: {  // one piece over another
        const size_t size = std::min(below(64), bytes.size() - at);
        std::memmove(bytes.data() + at, bytes.data() + below(bytes.size() - size + 1), size);
        break;
      }
      default: {
        const size_t size = std::min(1 + below(16), bytes.size() - at);
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        if (below(2) == 0) {
          bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
        } else {
          bytes.insert(begin, size, static_cast<uint8_t>(random() % 3));
        }
        break;
      }
    }
  }
  return bytes;
}

}  // namespace inlay::fuzz
