#include "kernels/byte_swap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/byte_swap.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/byte_order.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BYTE_SWAP_TABLE
#define INLAY_KERNELS_BYTE_SWAP_TABLE
namespace inlay::kernels {
struct ByteSwapTable {
  void (*swap[5])(const uint8_t*, int64_t, uint8_t*);  // by log2 of the element's bytes, less 1
  void (*decimal_to_flba)(const uint8_t*, int64_t, int64_t, int64_t, uint8_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One element, in place allowed.
template <size_t kBytes>
HWY_INLINE void SwapOne(const uint8_t* in, uint8_t* out) {
  if constexpr (kBytes == 2) {
    uint16_t word;
    std::memcpy(&word, in, 2);
    word = __builtin_bswap16(word);
    std::memcpy(out, &word, 2);
  } else if constexpr (kBytes == 4) {
    const uint32_t word = __builtin_bswap32(LoadNative32(in));
    std::memcpy(out, &word, 4);
  } else if constexpr (kBytes == 8) {
    const uint64_t word = __builtin_bswap64(LoadNative64(in));
    std::memcpy(out, &word, 8);
  } else {
    // Word by word from both ends: GCC would put an array together by stores that the loads after them have to wait
    // for.
    for (size_t at = 0; at < kBytes / 2; at += 8) {
      const uint64_t low = __builtin_bswap64(LoadNative64(in + at));
      const uint64_t high = __builtin_bswap64(LoadNative64(in + kBytes - 8 - at));
      std::memcpy(out + at, &high, 8);
      std::memcpy(out + kBytes - 8 - at, &low, 8);
    }
  }
}

#if HWY_TARGET != HWY_SCALAR

// Within each 16-byte block, reverses groups of kBytes.
template <size_t kBytes, class D>
HWY_INLINE hn::Vec<D> ReverseIndexes(D d) {
  constexpr uint8_t kFlip = static_cast<uint8_t>((kBytes < 16 ? kBytes : 16) - 1);
  alignas(16) uint8_t indexes[16];
  for (size_t i = 0; i < 16; ++i) indexes[i] = static_cast<uint8_t>(i ^ kFlip);
  return hn::LoadDup128(d, indexes);
}

template <size_t kBytes>
HWY_INLINE int64_t SwapVectors(const uint8_t* in, int64_t num_bytes, uint8_t* out) {
  const hn::ScalableTag<uint8_t> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto indexes = ReverseIndexes<kBytes>(d);
  int64_t i = 0;
  for (; i + 2 * lanes <= num_bytes; i += 2 * lanes) {
    const auto a = hn::LoadU(d, in + i);
    const auto b = hn::LoadU(d, in + i + lanes);
    hn::StoreU(hn::TableLookupBytes(a, indexes), d, out + i);
    hn::StoreU(hn::TableLookupBytes(b, indexes), d, out + i + lanes);
  }
  for (; i + lanes <= num_bytes; i += lanes) {
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, in + i), indexes), d, out + i);
  }
  return i;
}

// 32-byte elements: reversed halves change places.
template <>
HWY_INLINE int64_t SwapVectors<32>(const uint8_t* in, int64_t num_bytes, uint8_t* out) {
  int64_t i = 0;
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
  const hn::ScalableTag<uint8_t> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto indexes = ReverseIndexes<32>(d);
  for (; i + lanes <= num_bytes; i += lanes) {
    hn::StoreU(hn::SwapAdjacentBlocks(hn::TableLookupBytes(hn::LoadU(d, in + i), indexes)), d, out + i);
  }
#else
  const hn::Full128<uint8_t> d;
  const auto indexes = ReverseIndexes<32>(d);
  for (; i + 32 <= num_bytes; i += 32) {
    const auto low = hn::TableLookupBytes(hn::LoadU(d, in + i), indexes);
    const auto high = hn::TableLookupBytes(hn::LoadU(d, in + i + 16), indexes);
    hn::StoreU(high, d, out + i);
    hn::StoreU(low, d, out + i + 16);
  }
#endif
  return i;
}

#else

template <size_t kBytes>
HWY_INLINE int64_t SwapVectors(const uint8_t*, int64_t, uint8_t*) {
  return 0;
}

#endif

template <size_t kBytes>
void Swap(const uint8_t* in, int64_t n, uint8_t* out) {
  const int64_t num_bytes = n * static_cast<int64_t>(kBytes);
  int64_t i = SwapVectors<kBytes>(in, num_bytes, out);
  for (; i < num_bytes; i += static_cast<int64_t>(kBytes)) SwapOne<kBytes>(in + i, out + i);
}

// The low out_bytes bytes of one decimal, most significant first.
HWY_INLINE void FlbaOne(const uint8_t* in, int64_t in_bytes, int64_t out_bytes, uint8_t* out) {
  if constexpr (std::endian::native == std::endian::big) {
    std::memcpy(out, in + (in_bytes - out_bytes), static_cast<size_t>(out_bytes));
  } else {
    for (int64_t i = 0; i < out_bytes; ++i) out[i] = in[out_bytes - 1 - i];
  }
}

#if HWY_TARGET != HWY_SCALAR && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

// Which byte of a vector of decimals stands at each place of the output; count decimals.
template <size_t kSize>
HWY_INLINE void FlbaIndexes(int64_t in_bytes, int64_t out_bytes, int64_t count, uint8_t (&indexes)[kSize]) {
  size_t at = 0;
  for (int64_t decimal = 0; decimal < count; ++decimal) {
    for (int64_t i = 0; i < out_bytes && at < kSize; ++i, ++at) {
      indexes[at] = static_cast<uint8_t>(decimal * in_bytes + out_bytes - 1 - i);
    }
  }
}

// One shuffle swaps and truncates the 16 / in_bytes decimals of a block and puts them side by side. Whole blocks are
// stored; what a store writes beyond its decimals the next one overwrites. Returns how many decimals were done.
HWY_INLINE int64_t FlbaBlocks(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  const hn::Full128<uint8_t> d;
  const int64_t per_block = 16 / in_bytes;
  const int64_t block_out_bytes = per_block * out_bytes;
  alignas(16) uint8_t table[16] = {};
  FlbaIndexes(in_bytes, out_bytes, per_block, table);
  const auto indexes = hn::Load(d, table);
  const uint8_t* const end = out + n * out_bytes;
  const uint8_t* const begin = out;
  // Four blocks a step; none of them may reach beyond the end.
  for (; 3 * block_out_bytes + 16 <= end - out && 64 <= n * in_bytes; n -= 4 * per_block, in += 64) {
    for (int64_t block = 0; block < 4; ++block, out += block_out_bytes) {
      hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, in + 16 * block), indexes), d, out);
    }
  }
  for (; 16 <= end - out && 16 <= n * in_bytes; n -= per_block, in += 16, out += block_out_bytes) {
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, in), indexes), d, out);
  }
  return (out - begin) / out_bytes;
}

// 32-byte decimals of 16 output bytes or fewer: only the low half counts.
HWY_INLINE int64_t FlbaLowHalf32(const uint8_t* in, int64_t n, int64_t out_bytes, uint8_t* out) {
  const hn::Full128<uint8_t> d;
  alignas(16) uint8_t table[16] = {};
  FlbaIndexes(32, out_bytes, 1, table);
  const auto indexes = hn::Load(d, table);
  const int64_t out_size = n * out_bytes;
  int64_t done = 0, at = 0;
  for (; done < n && at + 16 <= out_size; ++done, at += out_bytes) {
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, in + done * 32), indexes), d, out + at);
  }
  return done;
}

// 32-byte decimals of more than 16 output bytes: the swapped low half ends the output, what remains of the high half
// begins it; the second store covers what the first one wrote too much.
HWY_INLINE int64_t FlbaBothHalves32(const uint8_t* in, int64_t n, int64_t out_bytes, uint8_t* out) {
  const hn::Full128<uint8_t> d;
  const int64_t high_bytes = out_bytes - 16;
  alignas(16) uint8_t table[16] = {};
  FlbaIndexes(16, high_bytes, 1, table);
  const auto high_indexes = hn::Load(d, table);
  const auto low_indexes = ReverseIndexes<16>(d);
  for (int64_t i = 0; i < n; ++i, in += 32, out += out_bytes) {
    const auto low = hn::TableLookupBytes(hn::LoadU(d, in), low_indexes);
    const auto high = hn::TableLookupBytes(hn::LoadU(d, in + 16), high_indexes);
    hn::StoreU(high, d, out);
    hn::StoreU(low, d, out + high_bytes);
  }
  return n;
}

HWY_INLINE int64_t FlbaNarrow(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  if (in_bytes < 32) return FlbaBlocks(in, in_bytes, n, out_bytes, out);
  return out_bytes > 16 ? FlbaBothHalves32(in, n, out_bytes, out) : FlbaLowHalf32(in, n, out_bytes, out);
}

#if HWY_TARGET == HWY_AVX3_DL

// As FlbaBlocks, with a shuffle across the 64 / in_bytes decimals of a whole vector.
HWY_INLINE int64_t FlbaWide(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  const hn::ScalableTag<uint8_t> d;
  const int64_t per_vector = 64 / in_bytes;
  const int64_t vector_out_bytes = per_vector * out_bytes;
  alignas(64) uint8_t table[64] = {};
  FlbaIndexes(in_bytes, out_bytes, per_vector, table);
  const auto indexes = hn::Load(d, table);
  const uint8_t* const end = out + n * out_bytes;
  int64_t done = 0;
  for (; done + per_vector <= n && 64 <= end - out; done += per_vector, in += 64, out += vector_out_bytes) {
    hn::StoreU(decltype(indexes){_mm512_permutexvar_epi8(indexes.raw, hn::LoadU(d, in).raw)}, d, out);
  }
  return done;
}

#endif

HWY_INLINE int64_t FlbaVectors(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
#if HWY_TARGET == HWY_AVX3_DL
  if (n > 16) {
    const int64_t done = FlbaWide(in, in_bytes, n, out_bytes, out);
    return done + FlbaNarrow(in + done * in_bytes, in_bytes, n - done, out_bytes, out + done * out_bytes);
  }
#endif
  return FlbaNarrow(in, in_bytes, n, out_bytes, out);
}

#else

HWY_INLINE int64_t FlbaVectors(const uint8_t*, int64_t, int64_t, int64_t, uint8_t*) { return 0; }

#endif

// From the last decimal to the first, each written in full so that it ends where it should: what is too much at its
// beginning is overwritten by the next one.
template <size_t kBytes>
HWY_INLINE void FlbaBackwards(const uint8_t* in, int64_t n, int64_t out_bytes, uint8_t* out) {
  constexpr int64_t kSize = static_cast<int64_t>(kBytes);
  int64_t i = n;
  for (; i * out_bytes >= kSize; --i) {
    if constexpr (std::endian::native == std::endian::big) {
      std::memcpy(out + i * out_bytes - kSize, in + (i - 1) * kSize, kBytes);
    } else {
      SwapOne<kBytes>(in + (i - 1) * kSize, out + i * out_bytes - kSize);
    }
  }
  for (; i > 0; --i) FlbaOne(in + (i - 1) * kSize, kSize, out_bytes, out + (i - 1) * out_bytes);
}

void ToFlba(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  const int64_t done = FlbaVectors(in, in_bytes, n, out_bytes, out);
  in += done * in_bytes;
  out += done * out_bytes;
  n -= done;
  if (in_bytes == 4) return FlbaBackwards<4>(in, n, out_bytes, out);
  if (in_bytes == 8) return FlbaBackwards<8>(in, n, out_bytes, out);
  if (in_bytes == 16) return FlbaBackwards<16>(in, n, out_bytes, out);
  FlbaBackwards<32>(in, n, out_bytes, out);
}

constexpr ByteSwapTable kTable = {{&Swap<2>, &Swap<4>, &Swap<8>, &Swap<16>, &Swap<32>}, &ToFlba};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<ByteSwapTable> kRows = MakeRows<ByteSwapTable>({INLAY_ROWS(kTable)});

uint32_t ByteSwapTargets() { return kRows.own; }

void ByteSwap16(const uint8_t* in, int64_t n, uint8_t* out) { kRows.Active().swap[0](in, n, out); }
void ByteSwap32(const uint8_t* in, int64_t n, uint8_t* out) { kRows.Active().swap[1](in, n, out); }
void ByteSwap64(const uint8_t* in, int64_t n, uint8_t* out) { kRows.Active().swap[2](in, n, out); }
void ByteSwap128(const uint8_t* in, int64_t n, uint8_t* out) { kRows.Active().swap[3](in, n, out); }
void ByteSwap256(const uint8_t* in, int64_t n, uint8_t* out) { kRows.Active().swap[4](in, n, out); }

void DecimalToFlba(const uint8_t* in, int64_t in_bytes, int64_t n, int64_t out_bytes, uint8_t* out) {
  kRows.Active().decimal_to_flba(in, in_bytes, n, out_bytes, out);
}

}  // namespace inlay::kernels
#endif
