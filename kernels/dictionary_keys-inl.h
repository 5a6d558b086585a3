// From strings to StringKeys (dictionary_slots.h), a block of values at a time. Included by dictionary.cc inside its
// target's namespace.

HWY_INLINE uint64_t LoadLe64(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// What a short key is made of. At kKeyMask + 16 - n: n ones, then zeros. At kKeyMask + 48 - n: n zeros, then the
// filling up to the last byte, which is n. Loads, not shifts: no branch on lengths around 8.
alignas(64) constexpr uint8_t kKeyMask[64] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,  //
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,     //
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,     //
    15,   14,   13,   12,   11,   10,   9,    8,    7,    6,    5,    4,    3,    2,    1,    0};

HWY_INLINE StringKey ShortKey(const uint8_t* readable16, uint32_t length) {
  const uint8_t* mask = kKeyMask + 16 - length;
  return {(LoadLe64(readable16) & LoadLe64(mask)) | LoadLe64(mask + 32),
          (LoadLe64(readable16 + 8) & LoadLe64(mask + 8)) | LoadLe64(mask + 40)};
}

// A short string with less than 16 readable bytes.
HWY_NOINLINE StringKey ShortKeyAtEnd(const uint8_t* bytes, uint32_t length) {
  uint8_t padded[16] = {};
  if (length != 0) std::memcpy(padded, bytes, length);
  return ShortKey(padded, length);
}

HWY_INLINE StringKey RawKey(const uint8_t* bytes) { return {LoadLe64(bytes), LoadLe64(bytes + 8)}; }

// More than 16 bytes: 16 at a time, then the last 16, which may overlap.
HWY_INLINE StringKey LongKey(const uint8_t* bytes, uint32_t length) {
  uint64_t hash = length * kMix2;
  for (uint32_t i = 0; i + 16 < length; i += 16) {
    hash = MultiplyFold(LoadLe64(bytes + i) ^ kMix0, LoadLe64(bytes + i + 8) ^ hash);
  }
  const uint8_t* last = bytes + length - 16;
  return {MultiplyFold(LoadLe64(last) ^ kMix1, LoadLe64(last + 8) ^ hash), kLongTag | length};
}

using Vector16 [[gnu::vector_size(16)]] = uint64_t;

HWY_INLINE Vector16 Differing16(const uint8_t* a, const uint8_t* b) {
  Vector16 of_a, of_b;
  std::memcpy(&of_a, a, 16);
  std::memcpy(&of_b, b, 16);
  return of_a ^ of_b;
}

HWY_INLINE bool SameLong(const uint8_t* a, const uint8_t* b, uint32_t length) {
  Vector16 differ = Differing16(a + length - 16, b + length - 16);
  for (uint32_t i = 0; i + 16 < length; i += 16) differ |= Differing16(a + i, b + i);
  return (differ[0] | differ[1]) == 0;
}

// How the values of a block are looked up, by their lengths.
enum class Lengths {
  kShort,    // all up to 15, and 16 bytes of each are readable
  kSixteen,  // all 16
  kPair,     // all 17 to 32
  kMedium,   // all up to 32, and 16 bytes of each are readable
  kAny,
};

// The longest value that kPair and kMedium take: its first 16 bytes and its last 16 are all.
constexpr uint32_t kMaxMediumBytes = 32;
static_assert(kDictArenaSlackBytes >= kMaxMediumBytes);

HWY_INLINE Lengths LengthsOf(int64_t readable, const uint32_t* starts, const uint32_t* lengths, int64_t size) {
  uint32_t longest = 0, shortest = ~uint32_t{0}, last_start = 0;
  for (int64_t j = 0; j < size; ++j) {
    longest = lengths[j] > longest ? lengths[j] : longest;
    shortest = lengths[j] < shortest ? lengths[j] : shortest;
    last_start = starts[j] > last_start ? starts[j] : last_start;
  }
  if (shortest == 16 && longest == 16) return Lengths::kSixteen;
  if (shortest > 16 && longest <= kMaxMediumBytes) return Lengths::kPair;
  if (longest > kMaxMediumBytes || int64_t{last_start} + 16 > readable) return Lengths::kAny;
  return longest <= kMaxInlineBytes ? Lengths::kShort : Lengths::kMedium;
}

HWY_INLINE StringKey KeyOfAny(const uint8_t* bytes, uint32_t length, int64_t readable) {
  if (length > 16) return LongKey(bytes, length);
  if (length == 16) return RawKey(bytes);
  return readable >= 16 ? ShortKey(bytes, length) : ShortKeyAtEnd(bytes, length);
}

// LongKey of up to 32 bytes, of which the last 16 begin at `last`.
HWY_INLINE StringKey PairKey(const uint8_t* bytes, const uint8_t* last, uint32_t length) {
  const uint64_t hash = MultiplyFold(LoadLe64(bytes) ^ kMix0, LoadLe64(bytes + 8) ^ (length * kMix2));
  return {MultiplyFold(LoadLe64(last) ^ kMix1, LoadLe64(last + 8) ^ hash), kLongTag | length};
}

// For choices that are to stay without a branch.
HWY_INLINE uint64_t OnesIf(bool condition) { return ~uint64_t{0} * condition; }

// The three kinds of key.
HWY_INLINE StringKey MediumKey(const uint8_t* bytes, uint32_t length) {
  const uint32_t within16 = length < 16 ? length : 16;
  const StringKey key = ShortKey(bytes, within16), pair = PairKey(bytes, bytes + (length - within16), length);
  const uint64_t is_pair = OnesIf(length > 16);
  return {(pair.low & is_pair) | (key.low & ~is_pair), (pair.high & is_pair) | (key.high & ~is_pair)};
}

template <Lengths kLengths>
HWY_NOINLINE void MakeKeys(const uint8_t* base, int64_t readable, const uint32_t* starts, const uint32_t* lengths,
                           int64_t size, StringKey* HWY_RESTRICT keys) {
  for (int64_t j = 0; j < size; ++j) {
    const uint8_t* bytes = base + starts[j];
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
    if constexpr (kLengths == Lengths::kShort) {
      const auto load = [](const uint8_t* from)
                            HWY_ATTR { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
      const uint8_t* mask = kKeyMask + 16 - lengths[j];
      const __m128i key = _mm_or_si128(_mm_and_si128(load(bytes), load(mask)), load(mask + 32));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(keys + j), key);
      continue;
    }
#endif
    keys[j] = kLengths == Lengths::kShort     ? ShortKey(bytes, lengths[j])
              : kLengths == Lengths::kSixteen ? RawKey(bytes)
              : kLengths == Lengths::kPair    ? PairKey(bytes, bytes + (lengths[j] - 16), lengths[j])
              : kLengths == Lengths::kMedium  ? MediumKey(bytes, lengths[j])
                                              : KeyOfAny(bytes, lengths[j], readable - starts[j]);
  }
}
