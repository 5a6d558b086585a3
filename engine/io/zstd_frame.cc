#include "engine/io/zstd_frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/io/bit_writer.h"
#include "engine/io/fse_table.h"
#include "engine/io/huffman_literals.h"
#include "kernels/byte_order.h"

namespace inlay {
namespace {

constexpr int64_t kBlockHeaderBytes = 3;
constexpr int64_t kMaxHeaderBytes = 7;
constexpr int64_t kMostTableBytes = 3 + 1 + 3 * 64;  // of a sequences section before its bits
constexpr int64_t kSlackBytes = kLiteralsSlackBytes + kMostTableBytes;

enum BlockType : uint32_t { kRawBlock = 0, kCompressedBlock = 2 };

// Magic and header: the content is its own window, and its size is stated in 1 or 2 bytes.
uint8_t* WriteFrameHeader(int64_t size_bytes, uint8_t* out) {
  const auto size = static_cast<uint64_t>(size_bytes);
  kernels::StoreLe32(0xFD2FB528, out);
  out[4] = size < 256 ? 0x20 : 0x60;
  kernels::StoreLePartial(size < 256 ? size : size - 256, size < 256 ? 1 : 2, out + 5);
  return out + (size < 256 ? 6 : 7);
}

// Of the one block that there is.
void WriteBlockHeader(BlockType type, int64_t size_bytes, uint8_t* out) {
  kernels::StoreLePartial(1 | static_cast<uint64_t>(type) << 1 | static_cast<uint64_t>(size_bytes) << 3, 3, out);
}

// A length as its code, and the low bits that go with it (3.1.1.3.2.1.1).
struct LengthCode {
  uint8_t code;
  uint8_t num_bits;
};

// Codes above kDirect stand for 2^bits values each; `widths` has the bits of those before they double regularly.
template <size_t kSize, size_t kNum>
constexpr std::array<LengthCode, kSize> MakeLengthCodes(unsigned num_direct, const std::array<uint8_t, kNum>& widths) {
  std::array<LengthCode, kSize> codes = {};
  for (unsigned i = 0; i < num_direct; ++i) codes[i] = {static_cast<uint8_t>(i), 0};
  unsigned value = num_direct, code = num_direct;
  for (const uint8_t width : widths) {
    for (unsigned i = 0; i < 1u << width; ++i) codes[value++] = {static_cast<uint8_t>(code), width};
    ++code;
  }
  return codes;
}

constexpr auto kLiteralLengthCodes = MakeLengthCodes<64>(16, std::array<uint8_t, 9>{1, 1, 1, 1, 2, 2, 3, 3, 4});
constexpr auto kMatchLengthCodes = MakeLengthCodes<128>(32, std::array<uint8_t, 11>{1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5});

LengthCode LiteralLengthCode(unsigned length) {
  if (length < 64) return kLiteralLengthCodes[length];
  const int log = std::bit_width(length) - 1;
  return {static_cast<uint8_t>(log + 19), static_cast<uint8_t>(log)};
}

LengthCode MatchLengthCode(unsigned length_less_3) {
  if (length_less_3 < 128) return kMatchLengthCodes[length_less_3];
  const int log = std::bit_width(length_less_3) - 1;
  return {static_cast<uint8_t>(log + 36), static_cast<uint8_t>(log)};
}

// The tables that every decoder knows (3.1.1.3.2.2).
constexpr int8_t kLiteralLengthShares[] = {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
                                           2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
constexpr int8_t kMatchLengthShares[] = {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,  1,  1,  1,  1,  1,  1, 1,
                                         1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1, 1,
                                         1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
constexpr int8_t kOffsetShares[] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
                                    1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};
constexpr FseTable kLiteralLengthTable(kLiteralLengthShares, 6);
constexpr FseTable kMatchLengthTable(kMatchLengthShares, 6);
constexpr FseTable kOffsetTable(kOffsetShares, 5);

struct CodedSequence {
  uint8_t literal_code, match_code, offset_code;
  uint8_t literal_bits, match_bits;
  uint16_t literal_extra, match_extra, offset_extra;
};

// Where the codes of one kind come from, and the counts by which that is decided.
struct CodeTable {
  uint32_t counts[FseTable::kMaxSymbols] = {};
  FseTable own;
  const FseTable* table = &own;

  // Returns the mode (0: known to decoders, 1: one symbol, 2: described) and puts its description at *out.
  unsigned Choose(const FseTable& known, int64_t num_sequences, uint8_t** out) {
    size_t num_present = 0, end = 0;
    for (size_t i = 0; i < FseTable::kMaxSymbols; ++i) {
      if (counts[i] == 0) continue;
      ++num_present;
      end = i + 1;
    }
    if (num_present == 1) {
      *(*out)++ = static_cast<uint8_t>(end - 1);
      return 1;
    }
    constexpr int64_t kMinSequences = 24;  // fewer do not pay the description
    if (num_sequences < kMinSequences || num_present > FseTable::kMaxStates / 2) {
      table = &known;
      return 0;
    }
    const unsigned log = num_present > 16 || num_sequences >= 512 ? 6 : 5;
    int8_t shares[FseTable::kMaxSymbols];
    NormaliseCounts({counts, end}, log, shares);
    own = FseTable({shares, end}, log);
    *out = WriteFseShares({shares, end}, log, *out);
    return 2;
  }
};

// The sequences section (3.1.1.3.2). Null when it does not end before `limit`, which leaves room for kMostTableBytes.
uint8_t* WriteSequences(const MatchSequence* sequences, int64_t n, uint8_t* out, const uint8_t* limit) {
  if (n < 128) {
    *out++ = static_cast<uint8_t>(n);
  } else {
    *out++ = static_cast<uint8_t>((n >> 8) + 128);
    *out++ = static_cast<uint8_t>(n);
  }
  if (n == 0) return out;
  CodedSequence coded[MaxMatches(kMaxSmallBytes)];
  CodeTable literals, matches, offsets;
  unsigned last_distance = 1;
  for (int64_t i = 0; i < n; ++i) {
    const MatchSequence& sequence = sequences[i];
    const unsigned match = sequence.match_bytes - 3u;
    const LengthCode literal_code = LiteralLengthCode(sequence.num_literals), match_code = MatchLengthCode(match);
    // 1: the distance of the sequence before; others are written 3 higher.
    const bool repeated = sequence.distance == last_distance && sequence.num_literals > 0;
    const unsigned offset = repeated ? 1 : sequence.distance + 3u;
    const auto offset_code = static_cast<unsigned>(std::bit_width(offset) - 1);
    last_distance = sequence.distance;
    coded[i] = {.literal_code = literal_code.code,
                .match_code = match_code.code,
                .offset_code = static_cast<uint8_t>(offset_code),
                .literal_bits = literal_code.num_bits,
                .match_bits = match_code.num_bits,
                .literal_extra = static_cast<uint16_t>(sequence.num_literals & ((1u << literal_code.num_bits) - 1)),
                .match_extra = static_cast<uint16_t>(match & ((1u << match_code.num_bits) - 1)),
                .offset_extra = static_cast<uint16_t>(offset - (1u << offset_code))};
    ++literals.counts[literal_code.code];
    ++matches.counts[match_code.code];
    ++offsets.counts[offset_code];
  }
  uint8_t* modes = out++;
  const unsigned literal_mode = literals.Choose(kLiteralLengthTable, n, &out);
  const unsigned offset_mode = offsets.Choose(kOffsetTable, n, &out);
  const unsigned match_mode = matches.Choose(kMatchLengthTable, n, &out);
  *modes = static_cast<uint8_t>(literal_mode << 6 | offset_mode << 4 | match_mode << 2);

  // Backwards: readers begin at the end, with the states of the first sequence.
  const FseTable &ll = *literals.table, &ml = *matches.table, &of = *offsets.table;
  BitWriter bits(out);
  unsigned literal_state = 0, match_state = 0, offset_state = 0;
  for (int64_t i = n - 1; i >= 0; --i) {
    const CodedSequence& one = coded[i];
    if (i == n - 1) {
      literal_state = ll.First(one.literal_code);
      match_state = ml.First(one.match_code);
      offset_state = of.First(one.offset_code);
    } else {
      const FseTable::Step offset = of.Before(one.offset_code, offset_state);
      const FseTable::Step match = ml.Before(one.match_code, match_state);
      const FseTable::Step literal = ll.Before(one.literal_code, literal_state);
      bits.Add(offset.bits, offset.num_bits);
      bits.Add(match.bits, match.num_bits);
      bits.Add(literal.bits, literal.num_bits);
      offset_state = offset.state;
      match_state = match.state;
      literal_state = literal.state;
    }
    bits.Add(one.literal_extra, one.literal_bits);
    bits.Flush();
    bits.Add(one.match_extra, one.match_bits);
    bits.Add(one.offset_extra, one.offset_code);
    bits.Flush();
    if (limit - bits.position() < 16) return nullptr;
  }
  bits.Add(match_state, ml.log());
  bits.Add(offset_state, of.log());
  bits.Add(literal_state, ll.log());
  return bits.FinishMarked();
}

// The compressed form of the block of literals and sequences, or 0 when it is not smaller than the block. `out` has
// room for the block and kSlackBytes more.
int64_t WriteCompressedBlock(BufferView literals, const MatchSequence* sequences, int64_t n, int64_t block_bytes,
                             uint8_t* out) {
  // A code that saves less than a thirty-second of the literals is not worth its reading.
  int64_t literals_bytes = WriteHuffmanLiterals(literals, literals.size_bytes - literals.size_bytes / 32, out);
  if (literals_bytes == 0) {
    if (literals.size_bytes + 3 >= block_bytes) return 0;
    literals_bytes = WriteRawLiterals(literals, out);
  }
  const uint8_t* end = WriteSequences(sequences, n, out + literals_bytes, out + block_bytes + kSlackBytes);
  return end == nullptr || end - out >= block_bytes ? 0 : end - out;
}

int64_t WriteRawBlock(BufferView block, uint8_t* out) {
  WriteBlockHeader(kRawBlock, block.size_bytes, out);
  std::memcpy(out + kBlockHeaderBytes, block.data, static_cast<size_t>(block.size_bytes));
  return kBlockHeaderBytes + block.size_bytes;
}

}  // namespace

int64_t MaxSmallZstdFrameBytes(int64_t size_bytes) {
  return kMaxHeaderBytes + size_bytes + kBlockHeaderBytes + kSlackBytes;
}

int64_t WriteSmallZstdFrame(BufferView in, uint8_t* out) {
  MatchSequence sequences[MaxMatches(kMaxSmallBytes)];
  const auto matched_bytes = [&](int64_t n) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < n; ++i) bytes += sequences[i].match_bytes;
    return bytes;
  };
  int64_t n = FindRowMatches(in, sequences);
  if (matched_bytes(n) * 8 < in.size_bytes * 3) n = FindMatches(in, sequences);
  uint8_t literals[kMaxSmallBytes + 16];
  uint8_t* to = literals;
  const uint8_t* from = in.data;
  const uint8_t* const end = in.data + in.size_bytes;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t num_literals = sequences[i].num_literals;
    if (num_literals <= 16 && end - from >= 16) {
      std::memcpy(to, from, 16);
    } else {
      std::memcpy(to, from, static_cast<size_t>(num_literals));
    }
    to += num_literals;
    from += num_literals + sequences[i].match_bytes;
  }
  std::memcpy(to, from, static_cast<size_t>(end - from));
  to += end - from;

  uint8_t* block = WriteFrameHeader(in.size_bytes, out);
  const int64_t block_bytes =
      WriteCompressedBlock({literals, to - literals}, sequences, n, in.size_bytes, block + kBlockHeaderBytes);
  if (block_bytes == 0) return block + WriteRawBlock(in, block) - out;
  WriteBlockHeader(kCompressedBlock, block_bytes, block);
  return block + kBlockHeaderBytes + block_bytes - out;
}

}  // namespace inlay
