// Bit-packing with AVX-512 VBMI, a whole register a step. Included by bit_pack.cc inside its target's namespace.
//
// The values are narrowed to the smallest lane that holds the width, then merged to units of 2 or 4 values in a lane of
// 32 or 64 bits by shifting the lower half up until it touches the upper one. Each unit is rotated to the bit, modulo
// 8, where it stands in the output; one byte permutation then brings all units together, and a second one adds the byte
// that two units share. The order in which narrowing leaves the units costs nothing: the permutation undoes it.

// Two values of 31 bits do not leave the room to turn them in 64.
template <int W, typename T>
using LaneOf512 = std::conditional_t<
    W <= 8, uint8_t,
    std::conditional_t<W <= 16, uint16_t,
                       std::conditional_t<W <= 32 && !(W == 31 && sizeof(T) == 8), uint32_t, uint64_t>>>;

template <int W, typename T>
struct Plan512 {
  using Lane = LaneOf512<W, T>;
  static constexpr int kValues = 64 / sizeof(Lane);  // a step
  // Values of 64 bits are narrowed to 32 in order.
  static constexpr int kSourceBytes = sizeof(T) < 4 ? sizeof(T) : sizeof(Lane) == 8 ? 8 : 4;
  static constexpr int kRegisters = kSourceBytes / static_cast<int>(sizeof(Lane));
  static constexpr int kUnitValues = sizeof(Lane) == 8 ? 1 : sizeof(Lane) == 4 ? 2 : 4;
  static constexpr int kUnitBytes = kUnitValues * static_cast<int>(sizeof(Lane));
  static constexpr int kUnits = kValues / kUnitValues;
  static constexpr int kUnitBits = kUnitValues * W;
  static constexpr int kOutBytes = kValues * W / 8;
  // Where the merged bits begin in a unit before the rotation.
  static constexpr int kMergedAt = sizeof(Lane) == 1 || sizeof(Lane) == 8 ? 0 : 8 * kUnitBytes / 2 - kUnitBits / 2;

  // Byte of the narrowed register where unit u stands. Each narrowing takes two registers to one: in each block of 16
  // bytes, 8 from the first and 8 from the second.
  static constexpr int UnitAt(int u) {
    const int byte = u * kUnitValues * kSourceBytes;
    int source = byte / 64, at = byte % 64;
    for (int left = kRegisters; left > 1; left /= 2) {
      at = at / 16 * 16 + at % 16 / 2 + 8 * (source % 2);
      source /= 2;
    }
    return at;
  }

  static constexpr bool kShares = kUnitBits % 8 != 0;
  static constexpr bool kRotates = kShares || kMergedAt % 8 != 0;

  // Whether every unit has room for its rotation.
  static constexpr bool Fits() {
    for (int u = 0; u < kUnits; ++u) {
      if (kUnitBits * u % 8 + kUnitBits > 8 * kUnitBytes) return false;
    }
    return true;
  }

  struct Tables {
    alignas(64) uint8_t bytes[64] = {};   // the byte of the register that goes here
    alignas(64) uint8_t shared[64] = {};  // the first byte of the next unit, where it begins within this byte
    uint64_t shared_mask = 0;
    alignas(64) uint8_t rotate[64] = {};  // bits to the right, by unit lane
  };
  static constexpr Tables MakeTables() {
    Tables t;
    // Without a rotation the merged bits begin at a whole byte anyway.
    for (int b = 0; b < kOutBytes; ++b) {
      const int u = 8 * b / kUnitBits;
      const int begins = kRotates ? kUnitBits * u % 8 : kMergedAt;
      t.bytes[b] = static_cast<uint8_t>(UnitAt(u) + (begins + 8 * b - kUnitBits * u) / 8);
      if (kUnitBits * (u + 1) < 8 * b + 8) {
        t.shared[b] = static_cast<uint8_t>(UnitAt(u + 1));
        t.shared_mask |= uint64_t{1} << b;
      }
    }
    for (int u = 0; u < kUnits; ++u) {
      const int lane_bits = 8 * kUnitBytes;
      t.rotate[UnitAt(u)] = static_cast<uint8_t>((kMergedAt - kUnitBits * u % 8 + lane_bits) % lane_bits);
    }
    return t;
  }
  static constexpr Tables kTables = MakeTables();
};

// Two registers of lanes of 2 * sizeof(Lane) bytes to one.
template <typename Lane>
HWY_INLINE __m512i Narrow512(__m512i a, __m512i b) {
  if constexpr (sizeof(Lane) == 1) return _mm512_packus_epi16(a, b);
  if constexpr (sizeof(Lane) == 2) return _mm512_packus_epi32(a, b);
  const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  return _mm512_permutex2var_epi32(a, even, b);
}

// Loads 64 / sizeof(T) values, of which only the first `num_values` are there.
template <bool kPart, typename T>
HWY_INLINE __m512i Load512(const T* from, int64_t num_values) {
  if constexpr (!kPart) return _mm512_loadu_si512(from);
  constexpr int64_t kLanes = 64 / sizeof(T);
  const int64_t bytes = (num_values < 0 ? 0 : num_values > kLanes ? kLanes : num_values) * int64_t{sizeof(T)};
  const uint64_t mask = bytes == 64 ? ~uint64_t{0} : (uint64_t{1} << bytes) - 1;
  return _mm512_maskz_loadu_epi8(mask, from);
}

template <typename Lane, bool kPart, typename T>
HWY_INLINE __m512i LoadLanes512(const T* from, int64_t num_values) {
  if constexpr (sizeof(T) == sizeof(Lane)) {
    return Load512<kPart>(from, num_values);
  } else {
    constexpr int64_t kHalf = 32 / sizeof(Lane);
    using Wider =
        std::conditional_t<sizeof(Lane) == 1, uint16_t, std::conditional_t<sizeof(Lane) == 2, uint32_t, uint64_t>>;
    return Narrow512<Lane>(LoadLanes512<Wider, kPart>(from, num_values),
                           LoadLanes512<Wider, kPart>(from + kHalf, num_values - kHalf));
  }
}

// Lanes to units.
template <int W>
HWY_INLINE __m512i Merge512(__m512i x) {
  if constexpr (W <= 8) {
    x = _mm512_maddubs_epi16(_mm512_set1_epi16((1 << W << 8) | 1), x);
    return _mm512_madd_epi16(x, _mm512_set1_epi32((1 << (2 * W) << 16) | 1));
  } else if constexpr (W <= 16) {
    if constexpr (W <= 14) {
      x = _mm512_madd_epi16(x, _mm512_set1_epi32((1 << W << 16) | 1));
    } else {
      x = _mm512_srli_epi32(_mm512_sllv_epi16(x, _mm512_set1_epi32(16 - W)), 16 - W);
    }
    return _mm512_sllv_epi32(x, _mm512_set1_epi64(32 - 2 * W));
  } else {
    return _mm512_sllv_epi32(x, _mm512_set1_epi64(32 - W));
  }
}

// One step; with kPart, of num_values values only.
template <int W, bool kPart, typename T>
HWY_INLINE __m512i PackStep512(const T* values, int64_t num_values) {
  using P = Plan512<W, T>;
  __m512i x = LoadLanes512<typename P::Lane, kPart>(values, num_values);
  if constexpr (W == 8 || W == 16 || W == 32 || W == 64) {
    return P::kRegisters == 1 ? x : _mm512_permutexvar_epi8(_mm512_load_si512(P::kTables.bytes), x);
  } else {
    if constexpr (P::kUnitValues > 1) x = Merge512<W>(x);
    if constexpr (P::kRotates && P::kUnitBytes == 4) {
      x = _mm512_rorv_epi32(x, _mm512_load_si512(P::kTables.rotate));
    } else if constexpr (P::kRotates) {
      x = P::kShares ? _mm512_rorv_epi64(x, _mm512_load_si512(P::kTables.rotate)) : _mm512_srli_epi64(x, P::kMergedAt);
    }
    const __m512i out = _mm512_permutexvar_epi8(_mm512_load_si512(P::kTables.bytes), x);
    if constexpr (!P::kShares) return out;
    return _mm512_or_si512(
        out, _mm512_maskz_permutexvar_epi8(P::kTables.shared_mask, _mm512_load_si512(P::kTables.shared), x));
  }
}

// Width 1 of bytes has its own instruction. Returns the groups done.
HWY_INLINE int64_t PackOnes512(const uint8_t* values, int64_t num_groups, uint8_t* out) {
  int64_t g = 0;
  for (; g + 8 <= num_groups; g += 8) {
    const __m512i x = _mm512_loadu_si512(values + 8 * g);
    StoreLe64(_mm512_test_epi8_mask(x, x), out + g);
  }
  return g;
}

template <int W, typename T>
HWY_INLINE void Pack512(const T* HWY_RESTRICT values, int64_t num_groups, uint8_t* HWY_RESTRICT out) {
  using P = Plan512<W, T>;
  constexpr int64_t kGroups = P::kValues / 8;
  int64_t g = 0;
  if constexpr (W == 1 && sizeof(T) == 1) g = PackOnes512(values, num_groups, out);
  // A full store ends within the output as long as its bytes are left.
  constexpr int64_t kStored = P::kOutBytes <= 16 ? 16 : P::kOutBytes <= 32 ? 32 : 64;
  for (; (num_groups - g) * W >= kStored && g + kGroups <= num_groups; g += kGroups) {
    const __m512i packed = PackStep512<W, false>(values + 8 * g, 0);
    void* const to = out + g * W;
    if constexpr (kStored == 16) _mm_storeu_si128(static_cast<__m128i*>(to), _mm512_castsi512_si128(packed));
    if constexpr (kStored == 32) _mm256_storeu_si256(static_cast<__m256i*>(to), _mm512_castsi512_si256(packed));
    if constexpr (kStored == 64) _mm512_storeu_si512(to, packed);
  }
  for (; g < num_groups; g += kGroups) {
    const int64_t left = num_groups - g < kGroups ? num_groups - g : kGroups;
    const uint64_t mask = left * W == 64 ? ~uint64_t{0} : (uint64_t{1} << (left * W)) - 1;
    _mm512_mask_storeu_epi8(out + g * W, mask, PackStep512<W, true>(values + 8 * g, 8 * left));
  }
}
