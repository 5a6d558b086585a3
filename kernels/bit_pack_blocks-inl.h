// Bit-packing in blocks of 16 bytes, one or two to a vector. Included by bit_pack.cc inside its target's namespace, for
// every vector target but AVX-512 VBMI.
//
// A block takes 16, 8 or 4 values in lanes of 8, 16 or 32 bits, the smallest that hold the width. Neighbouring lanes
// are merged until a lane of 64 bits holds 8, 4 or 2 values; a byte shuffle within the block (or shifts, for 32-bit
// lanes) brings the two lanes together. Blocks are stored one after the other, each over the unused end of the last.

template <int W>
using LaneOf = std::conditional_t<W <= 8, uint8_t, std::conditional_t<W <= 16, uint16_t, uint32_t>>;

#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
inline constexpr int kBlocks = 2;
#else
inline constexpr int kBlocks = 1;
#endif
template <typename Lane>
using Tag = hn::CappedTag<Lane, 16 * kBlocks / sizeof(Lane)>;
template <typename Lane>
using BlockTag = hn::CappedTag<Lane, 16 / sizeof(Lane)>;
template <typename Lane>
using VecOf = hn::Vec<Tag<Lane>>;

// Lanes of twice the size to lanes, block by block: first those of `low`, then those of `high`.
template <typename Lane, class V>
HWY_INLINE VecOf<Lane> Narrow(V low, V high) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  if constexpr (sizeof(Lane) == 1) return VecOf<Lane>{_mm256_packus_epi16(low.raw, high.raw)};
  if constexpr (sizeof(Lane) == 2) return VecOf<Lane>{_mm256_packus_epi32(low.raw, high.raw)};
  if constexpr (sizeof(Lane) == 4) {
    return VecOf<Lane>{
        _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(low.raw), _mm256_castsi256_ps(high.raw), 0x88))};
  }
#elif HWY_ARCH_X86
  if constexpr (sizeof(Lane) == 1) return VecOf<Lane>{_mm_packus_epi16(low.raw, high.raw)};
  if constexpr (sizeof(Lane) == 2) return VecOf<Lane>{_mm_packus_epi32(low.raw, high.raw)};
  if constexpr (sizeof(Lane) == 4) {
    return VecOf<Lane>{_mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(low.raw), _mm_castsi128_ps(high.raw), 0x88))};
  }
#else
  const Tag<Lane> d;
  return hn::ConcatEven(d, hn::BitCast(d, high), hn::BitCast(d, low));
#endif
}

// Block b holds 16 / sizeof(Lane) values from values + b * stride on.
template <typename Lane, typename T>
HWY_INLINE VecOf<Lane> LoadBlocks(const T* values, size_t stride) {
  if constexpr (sizeof(Lane) == sizeof(T)) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
    const BlockTag<T> d;
    return hn::Combine(Tag<T>(), hn::LoadU(d, values + stride), hn::LoadU(d, values));
#else
    return hn::LoadU(Tag<T>(), values);
#endif
  } else {
    using Wider =
        std::conditional_t<sizeof(Lane) == 1, uint16_t, std::conditional_t<sizeof(Lane) == 2, uint32_t, uint64_t>>;
    return Narrow<Lane>(LoadBlocks<Wider>(values, stride), LoadBlocks<Wider>(values + 8 / sizeof(Lane), stride));
  }
}

// In each lane of type `Both`, which holds two values of B bits at 0 and at its half: one of 2 * B bits at 0.
template <typename Both, int B, class V>
HWY_INLINE VecOf<Both> MergeHalves(V v) {
  constexpr int kHalf = 4 * sizeof(Both);
  constexpr Both kLow = static_cast<Both>((uint64_t{1} << B) - 1);
  const Tag<Both> d;
  const auto x = hn::BitCast(d, v);
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  if constexpr (sizeof(Both) == 2)
    return VecOf<Both>{_mm256_maddubs_epi16(_mm256_set1_epi16((1 << B << 8) | 1), x.raw)};
  if constexpr (sizeof(Both) == 4 && B <= 14) {
    return VecOf<Both>{_mm256_madd_epi16(x.raw, _mm256_set1_epi32((1 << B << 16) | 1))};
  }
  if constexpr (sizeof(Both) == 8) {
    // The lower half goes up until it touches the upper one.
    const __m256i touching = _mm256_sllv_epi32(x.raw, _mm256_set1_epi64x(kHalf - B));
    return hn::ShiftRight<kHalf - B>(VecOf<Both>{touching});
  }
#elif HWY_ARCH_X86
  if constexpr (sizeof(Both) == 2) return VecOf<Both>{_mm_maddubs_epi16(_mm_set1_epi16((1 << B << 8) | 1), x.raw)};
  if constexpr (sizeof(Both) == 4 && B <= 14) {
    return VecOf<Both>{_mm_madd_epi16(x.raw, _mm_set1_epi32((1 << B << 16) | 1))};
  }
#endif
  const auto low = hn::And(x, hn::Set(d, kLow));
  return hn::Or(low, hn::And(hn::ShiftRight<kHalf - B>(x), hn::Set(d, static_cast<Both>(kLow << B))));
}

// Two lanes of 64 bits of which each holds B bits at 0, to 2 * B bits at bit 0 of the block. B / 8 <= 7.
template <int B>
HWY_INLINE VecOf<uint8_t> JoinByShuffle(VecOf<uint64_t> v) {
  constexpr int kWhole = B / 8;
  struct Tables {
    alignas(16) uint8_t bytes[16] = {}, shared[16] = {};
  };
  constexpr Tables kTables = [] {
    Tables t;
    for (int i = 0; i < 16; ++i) {
      t.shared[i] = 0x80;
      // The upper lane is shifted by 4 bits if the lower one ends within a byte.
      const int from = i < (B + 7) / 8 ? i : 8 + i - kWhole;
      t.bytes[i] = static_cast<uint8_t>(from < 16 ? from : 0x80);
    }
    if (B % 8 != 0) t.shared[kWhole] = 8;
    return t;
  }();
  const Tag<uint8_t> d;
  if constexpr (B % 8 == 0) {
    return hn::TableLookupBytesOr0(hn::BitCast(d, v), hn::LoadDup128(d, kTables.bytes));
  } else {
    static_assert(B % 8 == 4);
    const auto shifted = hn::BitCast(d, hn::OddEven(hn::ShiftLeft<4>(v), v));
    return hn::Or(hn::TableLookupBytesOr0(shifted, hn::LoadDup128(d, kTables.bytes)),
                  hn::TableLookupBytesOr0(shifted, hn::LoadDup128(d, kTables.shared)));
  }
}

// The same for more than 32 bits a lane, by shifts.
template <int B>
HWY_INLINE VecOf<uint8_t> JoinByShift(VecOf<uint64_t> v) {
  const auto upper_in_lower = hn::ShiftRightBytes<8>(Tag<uint64_t>(), hn::ShiftLeft<B>(v));
  return hn::BitCast(Tag<uint8_t>(), hn::Or(upper_in_lower, hn::OddEven(hn::ShiftRight<64 - B>(v), v)));
}

template <class V>
HWY_INLINE void StoreBlocks(V v, int block_bytes, uint8_t* out) {
  const BlockTag<uint8_t> d;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  hn::StoreU(hn::LowerHalf(d, v), d, out);
  hn::StoreU(hn::UpperHalf(d, v), d, out + block_bytes);
#else
  (void)block_bytes;
  hn::StoreU(v, d, out);
#endif
}

// Widths to 16: a block packs to 2 * W or W bytes at `out`; up to 16 bytes from each block's begin are overwritten.
template <int W, typename T>
HWY_INLINE void PackBlocks(const T* values, uint8_t* out) {
  using Lane = LaneOf<W>;
  constexpr int kBlockValues = 16 / sizeof(Lane), kBlockBytes = kBlockValues * W / 8;
  const auto lanes = LoadBlocks<Lane>(values, kBlockValues);
#if HWY_ARCH_X86
  if constexpr (W == 1) {  // the top bits of all bytes are one instruction
    const auto top = hn::ShiftLeft<7>(hn::BitCast(Tag<uint16_t>(), lanes));
#if HWY_TARGET <= HWY_AVX2
    const int bits = _mm256_movemask_epi8(top.raw);
#else
    const int bits = _mm_movemask_epi8(top.raw);
#endif
    std::memcpy(out, &bits, 2 * kBlocks);
    return;
  }
#endif
  if constexpr (W == 8 * sizeof(Lane)) {
    StoreBlocks(hn::BitCast(Tag<uint8_t>(), lanes), kBlockBytes, out);
  } else if constexpr (W <= 8) {
    const auto four = MergeHalves<uint32_t, 2 * W>(MergeHalves<uint16_t, W>(lanes));
    StoreBlocks(JoinByShuffle<8 * W>(MergeHalves<uint64_t, 4 * W>(four)), kBlockBytes, out);
  } else {
    const auto four = MergeHalves<uint64_t, 2 * W>(MergeHalves<uint32_t, W>(lanes));
    StoreBlocks(JoinByShuffle<4 * W>(four), kBlockBytes, out);
  }
}

// Even widths from 18 on: one group, two blocks of W / 2 bytes.
template <int W, typename T>
HWY_INLINE void PackTwoBlocks(const T* values, uint8_t* out) {
  StoreBlocks(JoinByShift<2 * W>(MergeHalves<uint64_t, W>(LoadBlocks<uint32_t>(values, 4))), W / 2, out);
}

// Returns the number of groups done: all but the last few, whose stores would pass the end.
template <int W, typename T>
HWY_INLINE int64_t PackInBlocks(const T* HWY_RESTRICT values, int64_t num_groups, uint8_t* HWY_RESTRICT out) {
  int64_t g = 0;
  if constexpr (W <= 16 || W == 32) {
    constexpr int kStepValues = 16 * kBlocks / sizeof(LaneOf<W>);
    constexpr int kStepBytes = kStepValues * W / 8;
    constexpr int kTouched = kStepBytes / kBlocks * (kBlocks - 1) + 16;
    constexpr int kStepGroups = kStepValues < 8 ? 1 : kStepValues / 8;
    for (; g + kStepGroups <= num_groups && (num_groups - g) * W >= kTouched; g += kStepGroups) {
      PackBlocks<W>(values + 8 * g, out + g * W);
      if constexpr (kStepValues < 8) PackBlocks<W>(values + 8 * g + 4, out + g * W + W / 2);
    }
  } else if constexpr (W % 2 == 0 && kBlocks == 2) {
    // With one block, or with an odd width whose blocks share a byte, words of 64 bits are as fast.
    for (; (num_groups - g) * W >= W / 2 + 16; ++g) PackTwoBlocks<W>(values + 8 * g, out + g * W);
  }
  return g;
}
