// Dictionary of strings. Included by dictionary.cc inside its target's namespace.
//
// A block of values is first looked up as a whole, in passes without branches on the data: keys, home slots,
// comparison. What is not found there is listed; a few more passes over the list find most of what others pushed from
// home; the rest is looked up, or entered, in order.

// A block's values.
struct BytesBlock {
  const uint8_t* base;
  const uint32_t* starts;
  const uint32_t* lengths;
  const StringKey* keys;
  int64_t size;
};

// Where in the keys of the table a slot's key is; 0, which is no string's, when the slot is empty or of the other kind.
HWY_INLINE uint32_t KeyIndex(uint32_t slot, bool sixteen) {
  return (slot >> 31) == static_cast<uint32_t>(sixteen) ? slot & ~SlotsBytes::kSixteen : 0;
}

// What values are compared with.
struct EntriesView {
  explicit EntriesView(const DictTableBytes& table)
      : slots(SlotsBytes::Slots(table.slots)),
        keys(SlotsBytes::Keys(table.slots, table.capacity_log2)),
        bytes(table.bytes),
        starts(table.starts),
        slots_log2(DictStringSlotsLog2(table.capacity_log2)) {}

  const uint32_t* slots;
  const StringKey* keys;
  const uint8_t* bytes;
  const uint32_t* starts;
  int32_t slots_log2;
};

// Whether value j is not the entry of the slot. *id gets the slot's id, or kNoId. kPair and kMedium: the table has
// entries.
template <Lengths kLengths>
HWY_INLINE bool IsOther(const EntriesView& entries, uint32_t slot, const BytesBlock& block, int64_t j, uint32_t* id) {
  constexpr bool kManyKinds = kLengths == Lengths::kMedium || kLengths == Lengths::kAny;
  const uint32_t length = kLengths == Lengths::kShort || kLengths == Lengths::kSixteen ? 0 : block.lengths[j];
  // Medium: as KeyIndex, but without a branch though the kind varies.
  const uint32_t index = kLengths == Lengths::kMedium
                             ? slot & ~SlotsBytes::kSixteen & (((slot >> 31) ^ uint32_t{length == 16}) - 1)
                             : KeyIndex(slot, kManyKinds ? length == 16 : kLengths == Lengths::kSixteen);
  const StringKey& at_slot = entries.keys[index];
  *id = index - 1;
  uint64_t differ = (at_slot.low ^ block.keys[j].low) | (at_slot.high ^ block.keys[j].high);
  if constexpr (kLengths == Lengths::kShort) return differ != 0;
  if constexpr (kLengths == Lengths::kSixteen) return (differ != 0) | (index == 0);
  const uint8_t* bytes = block.base + block.starts[j];
  if constexpr (kLengths == Lengths::kPair || kLengths == Lengths::kMedium) {
    // Compared whether or not the keys are equal: up to 32 bytes of the arena from an entry's start are readable.
    const uint8_t* entry = entries.bytes + entries.starts[index == 0 ? 0 : index - 1];
    const uint64_t is_pair = kLengths == Lengths::kPair ? ~uint64_t{0} : OnesIf(length > 16);
    const uint32_t last = (length - 16) & static_cast<uint32_t>(is_pair);
    const Vector16 other = Differing16(bytes, entry) | Differing16(bytes + last, entry + last);
    differ |= (other[0] | other[1]) & is_pair;
    return (differ != 0) | (index == 0);
  }
  if (differ != 0 || index == 0) return true;
  return length > 16 && !SameLong(entries.bytes + entries.starts[index - 1], bytes, length);
}

// Looks for the listed values `distance` slots from home; the list keeps those that are not there. kAll: the list is
// not read, all of the block are looked for.
template <Lengths kLengths, bool kAll>
HWY_INLINE int64_t ProbeBytes(const DictTableBytes& table, uint64_t distance, const BytesBlock& block_values,
                              uint32_t* HWY_RESTRICT ids, uint8_t* HWY_RESTRICT listed, int64_t first,
                              int64_t num_listed) {
  // Copies, which no store through a pointer can change.
  const EntriesView entries(table);
  const BytesBlock block = block_values;
  const uint64_t mask = (uint64_t{1} << entries.slots_log2) - 1;
  int64_t num_missed = kAll ? num_listed : 0;
  const int64_t end = kAll ? block.size : num_listed;
  for (int64_t m = first; m < end; ++m) {
    const int64_t j = kAll ? m : listed[m];
    const uint64_t h = (SlotsBytes::Home(block.keys[j], entries.slots_log2) + distance) & mask;
    uint32_t id;
    const bool other = IsOther<kLengths>(entries, entries.slots[h], block, j, &id);
    ids[j] = id;
    listed[num_missed] = static_cast<uint8_t>(j);
    num_missed += other;
  }
  return num_missed;
}

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
constexpr int64_t kGroup = 16;

// What is in the home slots of keys, a whole number of groups of them.
HWY_INLINE void LoadHomeSlots(const uint32_t* slots, int32_t slots_log2, const StringKey* keys, int64_t size,
                              uint32_t* HWY_RESTRICT found) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  // SlotsBytes::Home of eight keys at a time.
  const __m512i lows_of = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i highs_of = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
  const __m128i shift = _mm_cvtsi32_si128(64 - slots_log2);
  for (int64_t j = 0; j < size; j += 8) {
    const __m512i a = _mm512_loadu_si512(keys + j), b = _mm512_loadu_si512(keys + j + 4);
    const __m512i low = _mm512_permutex2var_epi64(a, lows_of, b), high = _mm512_permutex2var_epi64(a, highs_of, b);
    const __m512i product = _mm512_mullo_epi64(high, _mm512_set1_epi64(static_cast<int64_t>(kMix0)));
    const __m512i sum = _mm512_add_epi64(low, product);
    const __m512i folded = _mm512_xor_si512(sum, _mm512_srli_epi64(sum, 32));
    const __m512i hash = _mm512_mullo_epi64(folded, _mm512_set1_epi64(static_cast<int64_t>(kMix2)));
    const __m256i eight = _mm512_cvtepi64_epi32(_mm512_srl_epi64(hash, shift));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(found + j), eight);
  }
  for (int64_t j = 0; j < size; ++j) found[j] = slots[found[j]];
#else
  for (int64_t j = 0; j < size; ++j) found[j] = slots[SlotsBytes::Home(keys[j], slots_log2)];
#endif
}

// Bit j: value j's key is not that of entry ids[j]. Four comparisons become four bits at once.
HWY_INLINE uint32_t OtherKeys(const StringKey* entry_keys, const StringKey* keys, const uint32_t* ids) {
  const auto same = [=](int j) HWY_ATTR {
    const __m128i own = _mm_loadu_si128(reinterpret_cast<const __m128i*>(keys + j));
    const StringKey* entry = entry_keys + static_cast<int32_t>(ids[j]);
    return _mm_cmpeq_epi32(own, _mm_loadu_si128(reinterpret_cast<const __m128i*>(entry)));
  };
  const __m128i ones = _mm_set1_epi32(-1);
  uint32_t others = 0;
  for (int j = 0; j < kGroup; j += 4) {
    const __m128i four =
        _mm_packs_epi16(_mm_packs_epi32(same(j), same(j + 1)), _mm_packs_epi32(same(j + 2), same(j + 3)));
    others |= static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(four, ones)))) << j;
  }
  return ~others & 0xFFFF;
}

// Appends first + i for each bit i. Writes eight bytes, whatever their number.
HWY_INLINE int64_t List8(uint32_t bits, int64_t first, uint8_t* list) {
  uint64_t members;
  std::memcpy(&members, kMembers.members[bits], 8);
  members += static_cast<uint64_t>(first) * 0x0101010101010101u;
  std::memcpy(list, &members, 8);
  return std::popcount(bits);
}

// The first probe of keys of one kind, 16 at a time.
template <Lengths kLengths>
HWY_INLINE int64_t FirstProbeBytes(const DictTableBytes& table, const BytesBlock& block, uint32_t* HWY_RESTRICT ids,
                                   uint8_t* HWY_RESTRICT missed) {
  const uint32_t* const slots = SlotsBytes::Slots(table.slots);
  const StringKey* const entry_keys = SlotsBytes::Keys(table.slots, table.capacity_log2) + 1;
  const int64_t size = block.size / kGroup * kGroup;
  LoadHomeSlots(slots, DictStringSlotsLog2(table.capacity_log2), block.keys, size, ids);
  for (int64_t j = 0; j < size; ++j) ids[j] = KeyIndex(ids[j], kLengths == Lengths::kSixteen) - 1;
  int64_t num_missed = 0;
  for (int64_t j = 0; j < size; j += kGroup) {
    uint32_t others = OtherKeys(entry_keys, block.keys + j, ids + j);
    if (kLengths == Lengths::kSixteen) {
      for (int64_t k = 0; k < kGroup; ++k) others |= uint32_t{ids[j + k] == kNoId} << k;
    }
    num_missed += List8(others & 0xFF, j, missed + num_missed);
    num_missed += List8(others >> 8, j + 8, missed + num_missed);
  }
  return ProbeBytes<kLengths, true>(table, 0, block, ids, missed, size, num_missed);
}
#endif

uint32_t FindOrEnterBytes(DictTableBytes* table, StringKey key, const uint8_t* bytes, uint32_t length) {
  const int32_t log2 = DictStringSlotsLog2(table->capacity_log2);
  const uint64_t mask = (uint64_t{1} << log2) - 1;
  uint32_t* const slots = SlotsBytes::Slots(table->slots);
  StringKey* const keys = SlotsBytes::Keys(table->slots, table->capacity_log2);
  uint64_t h = SlotsBytes::Home(key, log2);
  for (int64_t probe = 0; probe <= kDictMaxProbes; ++probe, h = (h + 1) & mask) {
    if (slots[h] == 0) {
      if (table->num_entries >= table->max_entries || length > table->max_bytes - table->num_bytes) return kNoId;
      const uint32_t next = static_cast<uint32_t>(table->num_entries++);
      const uint32_t start = static_cast<uint32_t>(table->num_bytes);
      if (length != 0) std::memcpy(table->bytes + start, bytes, length);
      table->num_bytes += length;
      table->starts[next] = start;
      table->lengths[next] = length;
      keys[next + 1] = key;
      slots[h] = (next + 1) | (length == 16 ? SlotsBytes::kSixteen : 0);
      return next;
    }
    const uint32_t index = KeyIndex(slots[h], length == 16);
    if (index == 0 || ((keys[index].low ^ key.low) | (keys[index].high ^ key.high)) != 0) continue;
    if (length <= 16 || SameLong(table->bytes + table->starts[index - 1], bytes, length)) return index - 1;
  }
  return kNoId;
}

// Writes the ids of values found in a few probes and lists the others, in order.
template <Lengths kLengths>
HWY_NOINLINE int64_t LookUp(const DictTableBytes& table, int64_t readable, const BytesBlock& block, StringKey* keys,
                            uint32_t* ids, uint8_t* missed) {
  MakeKeys<kLengths>(block.base, readable, block.starts, block.lengths, block.size, keys);
  int64_t num_missed = 0;
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  if constexpr (kLengths == Lengths::kShort || kLengths == Lengths::kSixteen) {
    num_missed = FirstProbeBytes<kLengths>(table, block, ids, missed);
  } else {
    num_missed = ProbeBytes<kLengths, true>(table, 0, block, ids, missed, 0, 0);
  }
#else
  num_missed = ProbeBytes<kLengths, true>(table, 0, block, ids, missed, 0, 0);
#endif
  for (uint64_t distance = 1; distance <= kMaxBlockProbes && num_missed <= kBlock / 2; ++distance) {
    num_missed = ProbeBytes<kLengths, false>(table, distance, block, ids, missed, 0, num_missed);
  }
  return num_missed;
}

HWY_INLINE int64_t LookUpBlock(const DictTableBytes& table, int64_t readable, const BytesBlock& block, StringKey* keys,
                               uint32_t* ids, uint8_t* missed) {
  switch (LengthsOf(readable, block.starts, block.lengths, block.size)) {
    case Lengths::kShort:
      return LookUp<Lengths::kShort>(table, readable, block, keys, ids, missed);
    case Lengths::kSixteen:
      return LookUp<Lengths::kSixteen>(table, readable, block, keys, ids, missed);
    case Lengths::kPair:
      if (table.num_entries != 0) return LookUp<Lengths::kPair>(table, readable, block, keys, ids, missed);
      break;
    case Lengths::kMedium:
      // An empty table has no starts to read.
      if (table.num_entries != 0) return LookUp<Lengths::kMedium>(table, readable, block, keys, ids, missed);
      break;
    case Lengths::kAny:
      break;
  }
  return LookUp<Lengths::kAny>(table, readable, block, keys, ids, missed);
}

int64_t EncodeBytes(DictTableBytes* table, const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                    const uint32_t* lengths, int64_t num_values, uint32_t* ids_out) {
  alignas(64) StringKey keys[kBlock];
  uint8_t missed[kBlock + 8];
  for (int64_t i = 0; i < num_values; i += kBlock) {
    const int64_t size = num_values - i < kBlock ? num_values - i : kBlock;
    const BytesBlock block = {base, starts + i, lengths + i, keys, size};
    const int64_t num_missed = LookUpBlock(*table, readable_end - base, block, keys, ids_out + i, missed);
    for (int64_t m = 0; m < num_missed; ++m) {
      const int64_t at = i + missed[m];
      const uint32_t id = FindOrEnterBytes(table, keys[missed[m]], base + starts[at], lengths[at]);
      if (HWY_UNLIKELY(id == kNoId)) return at;
      ids_out[at] = id;
    }
  }
  return num_values;
}
