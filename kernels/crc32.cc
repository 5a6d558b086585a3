#include "kernels/crc32.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/crc32.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <array>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#if HWY_ARCH_ARM_A64 && defined(__linux__)
#include <sys/auxv.h>
#endif

#ifndef INLAY_KERNELS_CRC32_TABLE
#define INLAY_KERNELS_CRC32_TABLE
namespace inlay::kernels {
struct Crc32Table {
  uint32_t (*update)(uint32_t, const uint8_t*, int64_t);  // the register itself, without inversions
};

// A polynomial of degree below 32 is held reflected: bit 31 is the coefficient of x^0.
inline constexpr uint32_t kCrc32Polynomial = 0xEDB88320u;

constexpr uint32_t Crc32TimesX(uint32_t p) { return (p >> 1) ^ ((p & 1) != 0 ? kCrc32Polynomial : 0); }

// tables[k][b]: the register after byte b and k bytes of zero.
constexpr std::array<std::array<uint32_t, 256>, 8> MakeCrc32Tables() {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t b = 0; b < 256; ++b) {
    uint32_t r = b;
    for (int i = 0; i < 8; ++i) r = Crc32TimesX(r);
    tables[0][b] = r;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t b = 0; b < 256; ++b) tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xFF];
  }
  return tables;
}
inline constexpr auto kCrc32Tables = MakeCrc32Tables();

inline uint32_t Crc32ByTables(uint32_t r, const uint8_t* data, int64_t size) {
  const auto& t = kCrc32Tables;
  for (; size >= 8; size -= 8, data += 8) {
    const uint32_t a = LoadLe32(data) ^ r;
    const uint32_t b = LoadLe32(data + 4);
    r = t[7][a & 0xFF] ^ t[6][(a >> 8) & 0xFF] ^ t[5][(a >> 16) & 0xFF] ^ t[4][a >> 24] ^  //
        t[3][b & 0xFF] ^ t[2][(b >> 8) & 0xFF] ^ t[1][(b >> 16) & 0xFF] ^ t[0][b >> 24];
  }
  for (; size > 0; --size, ++data) r = (r >> 8) ^ t[0][(r ^ *data) & 0xFF];
  return r;
}

// x^n modulo the polynomial, as a carry-less multiplication of reflected numbers wants its factor: one bit to the left.
constexpr uint64_t Crc32Power(int n) {
  uint32_t p = 0x80000000u;
  for (int i = 0; i < n; ++i) p = Crc32TimesX(p);
  return uint64_t{p} << 1;
}
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// SVE has no row: NEON's runs there too.
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4) || \
    (HWY_TARGET == HWY_NEON && HWY_ARCH_ARM_A64 && defined(__ARM_FEATURE_AES))

// Carry-less multiplication is an extension of its own on AArch64.
HWY_INLINE bool MultiplierPresent() {
#if HWY_ARCH_ARM_A64 && defined(__linux__)
  constexpr unsigned long kPmull = 1ul << 4;  // Linux, Documentation/arm64/elf_hwcaps.rst
  return (getauxval(AT_HWCAP) & kPmull) != 0;
#else
  return HWY_ARCH_X86;
#endif
}

using Block = hn::Vec<hn::Full128<uint64_t>>;

// The factors that move a 16-byte block kBytes ahead: its first eight bytes stand 64 bits higher than its last.
template <int kBytes, class D>
HWY_INLINE hn::Vec<D> FoldFactors(D d) {
  alignas(16) static constexpr uint64_t kFactors[2] = {Crc32Power(kBytes * 8 + 32), Crc32Power(kBytes * 8 - 32)};
  return hn::LoadDup128(d, kFactors);
}

template <class V>
HWY_INLINE V Fold(V block, V factors, V onto) {
  return hn::Xor3(hn::CLMulLower(block, factors), hn::CLMulUpper(block, factors), onto);
}

template <class D>
HWY_INLINE hn::Vec<D> LoadBytes(D d, const uint8_t* data) {
  return hn::BitCast(d, hn::LoadU(hn::Repartition<uint8_t, D>(), data));
}

// The register as the first four bytes of a vector.
template <class D>
HWY_INLINE hn::Vec<D> RegisterVector(D d, uint32_t r) {
  alignas(64) uint64_t lanes[8] = {r};
  return hn::Load(d, lanes);
}

// Folds as many bytes as make whole groups of eight vectors, at least one group, and then whole vectors, into one
// vector; eight independent chains hide the latency of the multiplier.
template <class D>
HWY_INLINE hn::Vec<D> FoldGroups(D d, uint32_t r, const uint8_t*& data, int64_t& size) {
  constexpr int kVector = sizeof(hn::Vec<D>);
  const auto ahead = FoldFactors<8 * kVector>(d);
  auto v0 = hn::Xor(LoadBytes(d, data), RegisterVector(d, r));
  auto v1 = LoadBytes(d, data + 1 * kVector);
  auto v2 = LoadBytes(d, data + 2 * kVector);
  auto v3 = LoadBytes(d, data + 3 * kVector);
  auto v4 = LoadBytes(d, data + 4 * kVector);
  auto v5 = LoadBytes(d, data + 5 * kVector);
  auto v6 = LoadBytes(d, data + 6 * kVector);
  auto v7 = LoadBytes(d, data + 7 * kVector);
  data += 8 * kVector;
  size -= 8 * kVector;
  for (; size >= 8 * kVector; size -= 8 * kVector, data += 8 * kVector) {
    v0 = Fold(v0, ahead, LoadBytes(d, data));
    v1 = Fold(v1, ahead, LoadBytes(d, data + 1 * kVector));
    v2 = Fold(v2, ahead, LoadBytes(d, data + 2 * kVector));
    v3 = Fold(v3, ahead, LoadBytes(d, data + 3 * kVector));
    v4 = Fold(v4, ahead, LoadBytes(d, data + 4 * kVector));
    v5 = Fold(v5, ahead, LoadBytes(d, data + 5 * kVector));
    v6 = Fold(v6, ahead, LoadBytes(d, data + 6 * kVector));
    v7 = Fold(v7, ahead, LoadBytes(d, data + 7 * kVector));
  }
  const auto by_one = FoldFactors<kVector>(d), by_two = FoldFactors<2 * kVector>(d),
             by_four = FoldFactors<4 * kVector>(d);
  v4 = Fold(v0, by_four, v4);
  v5 = Fold(v1, by_four, v5);
  v6 = Fold(v2, by_four, v6);
  v7 = Fold(v3, by_four, v7);
  v6 = Fold(v4, by_two, v6);
  v7 = Fold(v5, by_two, v7);
  v7 = Fold(v6, by_one, v7);
  for (; size >= kVector; size -= kVector, data += kVector) v7 = Fold(v7, by_one, LoadBytes(d, data));
  return v7;
}

// One 16-byte block stands for everything before `data`: the checksum of both is the same.
uint32_t Update(uint32_t r, const uint8_t* data, int64_t size) {
  if (size < 32 || !MultiplierPresent()) return Crc32ByTables(r, data, size);
  const hn::Full128<uint64_t> d;
  const auto by_block = FoldFactors<16>(d);
  Block block;
#if HWY_TARGET == HWY_AVX3_DL
  const hn::ScalableTag<uint64_t> wide;
  if (size >= 8 * 64) {
    alignas(64) uint64_t lanes[8];
    hn::Store(FoldGroups(wide, r, data, size), wide, lanes);
    block = Fold(hn::Load(d, lanes), by_block, hn::Load(d, lanes + 2));
    block = Fold(block, by_block, hn::Load(d, lanes + 4));
    block = Fold(block, by_block, hn::Load(d, lanes + 6));
  } else
#endif
      if (size >= 8 * 16) {
    block = FoldGroups(d, r, data, size);
  } else {
    block = hn::Xor(LoadBytes(d, data), RegisterVector(d, r));
    data += 16;
    size -= 16;
  }
  for (; size >= 16; size -= 16, data += 16) block = Fold(block, by_block, LoadBytes(d, data));
  alignas(16) uint8_t bytes[16];
  hn::Store(hn::BitCast(hn::Full128<uint8_t>(), block), hn::Full128<uint8_t>(), bytes);
  return Crc32ByTables(Crc32ByTables(0, bytes, 16), data, size);
}

#else

uint32_t Update(uint32_t r, const uint8_t* data, int64_t size) { return Crc32ByTables(r, data, size); }

#endif

constexpr Crc32Table kTable = {&Update};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<Crc32Table> kRows =
    MakeRows<Crc32Table>({INLAY_ROW_SCALAR(kTable) INLAY_ROW_EMU128(kTable) INLAY_ROW_SSE4(kTable) INLAY_ROW_AVX2(
        kTable) INLAY_ROW_AVX3(kTable) INLAY_ROW_AVX3_DL(kTable) INLAY_ROW_NEON(kTable)});

uint32_t Crc32Targets() { return kRows.own; }

uint32_t Crc32(uint32_t crc, const uint8_t* data, int64_t size) { return ~kRows.Active().update(~crc, data, size); }

}  // namespace inlay::kernels
#endif
