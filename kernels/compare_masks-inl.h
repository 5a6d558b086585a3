// Comparisons of 64 neighbours or bytes to a mask of 64 bits. Included inside a target's namespace, after
// kernels/byte_order.h.

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

HWY_INLINE uint64_t EqualNext64(const uint8_t* p) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_loadu_si512(p + 1));
}
HWY_INLINE uint64_t EqualNext64(const uint16_t* p) {
  const uint64_t low = _mm512_cmpeq_epi16_mask(_mm512_loadu_si512(p), _mm512_loadu_si512(p + 1));
  const uint64_t high = _mm512_cmpeq_epi16_mask(_mm512_loadu_si512(p + 32), _mm512_loadu_si512(p + 33));
  return low | high << 32;
}
// The neighbours come from the next load; loading them from p + 1 would cross a cache line every time.
HWY_INLINE uint64_t EqualNext64(const uint32_t* p) {
  uint64_t mask = 0;
  __m512i here = _mm512_loadu_si512(p);
  for (int i = 0; i < 4; ++i) {
    const uint32_t* after = p + 16 * i + 16;
    const __m512i next = i < 3 ? _mm512_loadu_si512(after) : _mm512_maskz_loadu_epi32(1, after);
    const uint64_t part = _mm512_cmpeq_epi32_mask(here, _mm512_alignr_epi32(next, here, 1));
    mask |= part << (16 * i);
    here = next;
  }
  return mask;
}
HWY_INLINE uint64_t BytesEqual64(const uint8_t* p, uint8_t byte) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8(static_cast<char>(byte)));
}

#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2

HWY_INLINE __m256i Load256(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
HWY_INLINE uint64_t TopBits(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}
HWY_INLINE __m256i EqualNext(const uint16_t* p) { return _mm256_cmpeq_epi16(Load256(p), Load256(p + 1)); }
HWY_INLINE __m256i EqualNext(const uint32_t* p) { return _mm256_cmpeq_epi32(Load256(p), Load256(p + 1)); }
HWY_INLINE uint64_t EqualNext64(const uint8_t* p) {
  return TopBits(_mm256_cmpeq_epi8(Load256(p), Load256(p + 1)), _mm256_cmpeq_epi8(Load256(p + 32), Load256(p + 33)));
}
// Packing works in halves of a register, so the parts come out crosswise.
HWY_INLINE uint64_t EqualNext64(const uint16_t* p) {
  const __m256i low = _mm256_packs_epi16(EqualNext(p), EqualNext(p + 16));
  const __m256i high = _mm256_packs_epi16(EqualNext(p + 32), EqualNext(p + 48));
  return TopBits(_mm256_permute4x64_epi64(low, 0xD8), _mm256_permute4x64_epi64(high, 0xD8));
}
HWY_INLINE __m256i EqualNext32To8(const uint32_t* p) {
  const __m256i low = _mm256_packs_epi32(EqualNext(p), EqualNext(p + 8));
  const __m256i high = _mm256_packs_epi32(EqualNext(p + 16), EqualNext(p + 24));
  return _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
}
HWY_INLINE uint64_t EqualNext64(const uint32_t* p) { return TopBits(EqualNext32To8(p), EqualNext32To8(p + 32)); }
HWY_INLINE uint64_t BytesEqual64(const uint8_t* p, uint8_t byte) {
  const __m256i all = _mm256_set1_epi8(static_cast<char>(byte));
  return TopBits(_mm256_cmpeq_epi8(Load256(p), all), _mm256_cmpeq_epi8(Load256(p + 32), all));
}

#elif HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4

HWY_INLINE __m128i Load128(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
HWY_INLINE __m128i EqualNext16(const uint8_t* p) { return _mm_cmpeq_epi8(Load128(p), Load128(p + 1)); }
HWY_INLINE __m128i EqualNext8(const uint16_t* p) { return _mm_cmpeq_epi16(Load128(p), Load128(p + 1)); }
HWY_INLINE __m128i EqualNext4(const uint32_t* p) { return _mm_cmpeq_epi32(Load128(p), Load128(p + 1)); }
HWY_INLINE __m128i EqualNext16(const uint16_t* p) { return _mm_packs_epi16(EqualNext8(p), EqualNext8(p + 8)); }
HWY_INLINE __m128i EqualNext16(const uint32_t* p) {
  return _mm_packs_epi16(_mm_packs_epi32(EqualNext4(p), EqualNext4(p + 4)),
                         _mm_packs_epi32(EqualNext4(p + 8), EqualNext4(p + 12)));
}
template <typename T>
HWY_INLINE uint64_t EqualNext64(const T* p) {
  uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(EqualNext16(p + 16 * i)))) << (16 * i);
  }
  return mask;
}
HWY_INLINE uint64_t BytesEqual64(const uint8_t* p, uint8_t byte) {
  const __m128i all = _mm_set1_epi8(static_cast<char>(byte));
  uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const int part = _mm_movemask_epi8(_mm_cmpeq_epi8(Load128(p + 16 * i), all));
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(part)) << (16 * i);
  }
  return mask;
}

#else

// 64 bytes, each 0 or 1, to bits. The loops that fill them are such that compilers make vectors of them.
HWY_INLINE uint64_t BitsOfBools(const uint8_t* bools) {
  uint64_t mask = 0;
  for (int i = 0; i < 8; ++i) mask |= (LoadLe64(bools + 8 * i) * 0x0102040810204080) >> 56 << (8 * i);
  return mask;
}
template <typename T>
HWY_INLINE uint64_t EqualNext64(const T* p) {
  uint8_t equal[64];
  for (int i = 0; i < 64; ++i) equal[i] = p[i] == p[i + 1];
  return BitsOfBools(equal);
}
HWY_INLINE uint64_t BytesEqual64(const uint8_t* p, uint8_t byte) {
  uint8_t equal[64];
  for (int i = 0; i < 64; ++i) equal[i] = p[i] == byte;
  return BitsOfBools(equal);
}

#endif

// Bit i of the result: bits i to i + 6, or i to i + 7, of `mask` are all ones.
HWY_INLINE uint64_t SevenOnes(uint64_t mask) {
  mask &= mask >> 1;
  mask &= mask >> 2;
  return mask & (mask >> 3);
}
HWY_INLINE uint64_t EightOnes(uint64_t mask) {
  mask &= mask >> 1;
  mask &= mask >> 2;
  return mask & (mask >> 4);
}
