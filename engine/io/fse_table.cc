#include "engine/io/fse_table.h"

#include <algorithm>

#include "engine/io/bit_writer.h"

namespace inlay {

void NormaliseCounts(std::span<const uint32_t> counts, unsigned log, int8_t* shares) {
  uint64_t total = 0;
  for (const uint32_t count : counts) total += count;
  int rest = 1 << log;
  size_t largest = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    shares[i] = 0;
    if (counts[i] == 0) continue;
    // Rounded down below 1.5 shares, where rounding up would be dear for the others.
    const uint64_t eighths = (uint64_t{counts[i]} << (log + 3)) / total;
    shares[i] = static_cast<int8_t>(std::max<uint64_t>(eighths / 8 + (eighths >= 12 && eighths % 8 >= 4), 1));
    rest -= shares[i];
    if (counts[i] > counts[largest]) largest = i;
  }
  if (rest > 0 || shares[largest] > 2 - rest) {
    shares[largest] = static_cast<int8_t>(shares[largest] + rest);
    return;
  }
  for (; rest < 0; ++rest) --*std::max_element(shares, shares + counts.size());
}

// A share is written as share + 1 in as many bits as what is left of the total asks for; the small ones take one less.
uint8_t* WriteFseShares(std::span<const int8_t> shares, unsigned log, uint8_t* out) {
  BitWriter bits(out);
  bits.Add(log - 5, 4);
  unsigned left = 1u << log;
  for (size_t i = 0; left > 0; ++i) {
    const auto value = static_cast<unsigned>(shares[i] + 1), most = left + 1;
    const auto num_bits = static_cast<unsigned>(std::bit_width(most));
    const unsigned num_short = (1u << num_bits) - 1 - most;
    if (value < num_short) {
      bits.Add(value, num_bits - 1);
    } else {
      bits.Add(value < 1u << (num_bits - 1) ? value : value + num_short, num_bits);
    }
    left -= value - 1;
    if (shares[i] == 0) {  // how many more zeros follow, by threes
      size_t more = 0;
      while (shares[i + 1 + more] == 0) ++more;
      i += more;
      for (; more >= 3; more -= 3) {
        bits.Add(3, 2);
        bits.Flush();
      }
      bits.Add(more, 2);
    }
    bits.Flush();
  }
  return bits.Finish();
}

}  // namespace inlay
