#include "kernels/utf8.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/utf8.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_UTF8_TABLE
#define INLAY_KERNELS_UTF8_TABLE
namespace inlay::kernels {
struct Utf8Table {
  int64_t (*ascii_prefix)(const uint8_t*, int64_t);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A length before which all bytes are ASCII, and after which (if it is not `size`) one of the next four vectors' bytes
// is not. The caller looks closer.
int64_t AsciiPrefix(const uint8_t* data, int64_t size) {
  int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<uint8_t> d;
  const hn::RebindToSigned<decltype(d)> di;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto zero = hn::Zero(di);
  for (; i + 4 * lanes <= size; i += 4 * lanes) {
    const auto ab = hn::Or(hn::LoadU(d, data + i), hn::LoadU(d, data + i + lanes));
    const auto cd = hn::Or(hn::LoadU(d, data + i + 2 * lanes), hn::LoadU(d, data + i + 3 * lanes));
    if (!hn::AllFalse(di, hn::Lt(hn::BitCast(di, hn::Or(ab, cd)), zero))) return i;
  }
#endif
  constexpr uint64_t kHighBits = 0x8080808080808080u;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, data + i, 8);
    if ((word & kHighBits) != 0) return i;
  }
  for (; i < size; ++i) {
    if (data[i] >= 0x80) return i;
  }
  return size;
}

constexpr Utf8Table kTable = {&AsciiPrefix};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {
namespace {

constexpr Rows<Utf8Table> kRows = MakeRows<Utf8Table>({INLAY_ROWS(kTable)});

// Length of the character that begins at data[0] >= 0x80, or 0 when it is broken or does not end within `size` bytes.
int CharacterBytes(const uint8_t* data, int64_t size) {
  const uint8_t lead = data[0];
  const auto continues = [&](int64_t i) { return i < size && (data[i] & 0xC0) == 0x80; };
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (!continues(1) || !continues(2)) return 0;
    if (lead == 0xE0 && data[1] < 0xA0) return 0;  // overlong
    if (lead == 0xED && data[1] > 0x9F) return 0;  // surrogates
    return 3;
  }
  if (lead > 0xF4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  if (lead == 0xF0 && data[1] < 0x90) return 0;  // overlong
  if (lead == 0xF4 && data[1] > 0x8F) return 0;  // above U+10FFFF
  return 4;
}

}  // namespace

uint32_t Utf8Targets() { return kRows.own; }

bool IsAscii(const uint8_t* data, int64_t size) {
  const int64_t prefix = kRows.Active().ascii_prefix(data, size);
  return prefix == size;
}

int64_t ValidUtf8Prefix(const uint8_t* data, int64_t size) {
  const auto ascii_prefix = kRows.Active().ascii_prefix;
  int64_t i = ascii_prefix(data, size);
  // After the first other byte: characters one by one, and eight ASCII bytes at a time where there are some; back to
  // vectors after a longer stretch of ASCII.
  while (i < size) {
    if (i + 8 <= size) {
      uint64_t word;
      std::memcpy(&word, data + i, 8);
      if ((word & 0x8080808080808080u) == 0) {
        i += 8 + ascii_prefix(data + i + 8, size - i - 8);
        continue;
      }
    }
    const int bytes = data[i] < 0x80 ? 1 : CharacterBytes(data + i, size - i);
    if (bytes == 0) return i;
    i += bytes;
  }
  return size;
}

}  // namespace inlay::kernels
#endif
