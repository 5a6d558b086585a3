#include "kernels/bit_pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bit_pack.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BIT_PACK_TABLE
#define INLAY_KERNELS_BIT_PACK_TABLE
namespace inlay::kernels {
// One function a width, by width.
struct BitPackTable {
  std::array<PackGroups<uint8_t>, 9> pack8;
  std::array<PackGroups<uint16_t>, 17> pack16;
  std::array<PackGroups<uint32_t>, 33> pack32;
  std::array<PackGroups<uint64_t>, 65> pack64;
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = ::hwy::HWY_NAMESPACE;

// One group, 8 * W bits, in words of 64 bits. All shifts are constants once the loop is unrolled.
template <int W, typename T>
HWY_INLINE void PackGroup(const T* HWY_RESTRICT values, uint8_t* HWY_RESTRICT out) {
  uint64_t word = 0;
  int filled = 0;
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    const uint64_t value = values[i];
    word |= value << filled;
    filled += W;
    if (filled >= 64) {
      StoreLe64(word, out);
      out += 8;
      filled -= 64;
      word = filled == 0 ? 0 : value >> (W - filled);
    }
  }
  if constexpr (W % 8 != 0) StoreLePartial(word, W % 8, out);
}

#if HWY_TARGET == HWY_AVX3_DL
#include "kernels/bit_pack_avx512-inl.h"
#elif HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
#include "kernels/bit_pack_blocks-inl.h"
#endif

template <int W, typename T>
void Pack(const T* HWY_RESTRICT values, int64_t num_groups, uint8_t* HWY_RESTRICT out) {
  if constexpr (W != 0) {
    int64_t g = 0;
#if HWY_TARGET == HWY_AVX3_DL
    if constexpr (Plan512<W, T>::Fits()) return Pack512<W>(values, num_groups, out);
#elif HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
    if constexpr (W <= 32) g = PackInBlocks<W>(values, num_groups, out);
#endif
    for (; g < num_groups; ++g) PackGroup<W>(values + 8 * g, out + W * g);
  }
}

template <typename T, int... W>
constexpr std::array<PackGroups<T>, sizeof...(W)> PackEachWidth(std::integer_sequence<int, W...>) {
  return {&Pack<W, T>...};
}

constexpr BitPackTable kTable = {PackEachWidth<uint8_t>(std::make_integer_sequence<int, 9>()),
                                 PackEachWidth<uint16_t>(std::make_integer_sequence<int, 17>()),
                                 PackEachWidth<uint32_t>(std::make_integer_sequence<int, 33>()),
                                 PackEachWidth<uint64_t>(std::make_integer_sequence<int, 65>())};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<BitPackTable> kRows = MakeRows<BitPackTable>({INLAY_ROWS(kTable)});

uint32_t BitPackTargets() { return kRows.own; }

PackGroups<uint8_t> PackGroups8(int bit_width) { return kRows.Active().pack8[static_cast<size_t>(bit_width)]; }
PackGroups<uint16_t> PackGroups16(int bit_width) { return kRows.Active().pack16[static_cast<size_t>(bit_width)]; }
PackGroups<uint32_t> PackGroups32(int bit_width) { return kRows.Active().pack32[static_cast<size_t>(bit_width)]; }

namespace {

template <typename T>
void PackRun(PackGroups<T> pack, const T* values, int64_t num_values, int bit_width, uint8_t* out) {
  const int64_t num_groups = num_values / 8;
  pack(values, num_groups, out);
  const int64_t rest = num_values % 8;
  if (rest > 0) {
    T last[8] = {};
    std::memcpy(last, values + 8 * num_groups, static_cast<size_t>(rest) * sizeof(T));
    pack(last, 1, out + num_groups * bit_width);
  }
}

}  // namespace

void BitPack8(const uint8_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  PackRun(PackGroups8(bit_width), values, num_values, bit_width, out);
}
void BitPack16(const uint16_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  PackRun(PackGroups16(bit_width), values, num_values, bit_width, out);
}
void BitPack32(const uint32_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  PackRun(PackGroups32(bit_width), values, num_values, bit_width, out);
}
void BitPack64(const uint64_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  PackRun(kRows.Active().pack64[static_cast<size_t>(bit_width)], values, num_values, bit_width, out);
}

}  // namespace inlay::kernels
#endif
