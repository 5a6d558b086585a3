#include "engine/io/small_matches.h"

#include <array>
#include <bit>

#include "kernels/byte_order.h"

namespace inlay {
namespace {

constexpr int64_t kRowBytes = 8;
constexpr int kHashBits = 11;

// The runs of at least kMinMatchBytes set bits in a byte: at most two.
struct Runs {
  uint8_t first = 0, first_bytes = 0;
  uint8_t second = 0, second_bytes = 0;
};

constexpr std::array<Runs, 256> MakeRuns() {
  std::array<Runs, 256> all;
  for (unsigned mask = 0; mask < 256; ++mask) {
    Runs& runs = all[mask];
    for (unsigned i = 0; i < 8;) {
      unsigned end = i;
      while (end < 8 && (mask >> end & 1) != 0) ++end;
      const unsigned bytes = end - i;
      if (bytes >= kMinMatchBytes) {
        (runs.first_bytes == 0 ? runs.first : runs.second) = static_cast<uint8_t>(i);
        (runs.first_bytes == 0 ? runs.first_bytes : runs.second_bytes) = static_cast<uint8_t>(bytes);
      }
      i = end + 1;
    }
  }
  return all;
}

constexpr std::array<Runs, 256> kRuns = MakeRuns();

unsigned Hash(uint32_t bytes) { return bytes * 0x9E3779B1u >> (32 - kHashBits); }

// How many bytes from `a` and `b` on are equal, up to the end at which `b` stops.
int64_t EqualBytes(const uint8_t* a, const uint8_t* b, const uint8_t* end) {
  const uint8_t* begin = b;
  for (; end - b >= 8; a += 8, b += 8) {
    const uint64_t difference = kernels::LoadLe64(a) ^ kernels::LoadLe64(b);
    if (difference != 0) return b - begin + std::countr_zero(difference) / 8;
  }
  while (b < end && *a == *b) ++a, ++b;
  return b - begin;
}

}  // namespace

int64_t FindRowMatches(BufferView in, MatchSequence* out) {
  const int64_t end = in.size_bytes / kRowBytes * kRowBytes;
  uint8_t equal[kMaxSmallBytes];  // 1: the byte is that of the row before
  for (int64_t i = kRowBytes; i < end; ++i) equal[i] = in.data[i] == in.data[i - kRowBytes];
  int64_t n = 0;
  int64_t anchor = 0;  // behind the last match
  for (int64_t row = kRowBytes; row < end; row += kRowBytes) {
    const Runs runs = kRuns[kernels::LoadLe64(equal + row) * 0x0102040810204080 >> 56];
    const int64_t first = row + runs.first, second = row + runs.second;
    const bool goes_on = n > 0 && first == anchor;
    if (goes_on) out[n - 1].match_bytes = static_cast<uint16_t>(out[n - 1].match_bytes + runs.first_bytes);
    // Written in any case, counted when there is a match: rows with and without one come in no order.
    out[n] = {static_cast<uint16_t>(first - anchor), runs.first_bytes, kRowBytes};
    n += runs.first_bytes > 0 && !goes_on;
    anchor = runs.first_bytes > 0 ? first + runs.first_bytes : anchor;
    out[n] = {static_cast<uint16_t>(second - anchor), runs.second_bytes, kRowBytes};
    n += runs.second_bytes > 0;
    anchor = runs.second_bytes > 0 ? second + runs.second_bytes : anchor;
  }
  return n;
}

int64_t FindMatches(BufferView in, MatchSequence* out) {
  if (in.size_bytes < 16) return 0;
  const uint8_t* const base = in.data;
  const uint8_t* const end = base + in.size_bytes;
  uint16_t table[1 << kHashBits] = {};  // where four bytes stood last; 0 for none is a candidate as any
  int64_t n = 0;
  int64_t anchor = 0, last_distance = 1;
  for (int64_t at = 1; at + 9 <= in.size_bytes;) {
    const uint32_t bytes = kernels::LoadLe32(base + at);
    uint16_t& entry = table[Hash(bytes)];
    int64_t from = entry, start = at;
    entry = static_cast<uint16_t>(at);
    if (at + 1 > last_distance &&
        kernels::LoadLe32(base + at + 1) == kernels::LoadLe32(base + at + 1 - last_distance)) {
      start = at + 1;  // the distance of the last match is cheap to write
      from = start - last_distance;
    } else if (kernels::LoadLe32(base + from) == bytes) {
      while (start > anchor && from > 0 && base[start - 1] == base[from - 1]) --start, --from;
    } else {
      at += 1 + ((at - anchor) >> 6);
      continue;
    }
    const int64_t match_bytes = 4 + EqualBytes(base + from + 4, base + start + 4, end);
    last_distance = start - from;
    out[n++] = {static_cast<uint16_t>(start - anchor), static_cast<uint16_t>(match_bytes),
                static_cast<uint16_t>(last_distance)};
    anchor = at = start + match_bytes;
    if (at + 9 > in.size_bytes) break;
    table[Hash(kernels::LoadLe32(base + at - 2))] = static_cast<uint16_t>(at - 2);
  }
  return n;
}

}  // namespace inlay
