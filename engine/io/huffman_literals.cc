#include "engine/io/huffman_literals.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/io/bit_writer.h"
#include "engine/io/fse_table.h"

namespace inlay {
namespace {

constexpr unsigned kMaxCodeBits = 11;
constexpr int kNumStreams = 4;
constexpr int64_t kMaxSingleStream = 1023;  // literals; above, four streams

struct Code {
  uint16_t bits;
  uint16_t num_bits;  // 0: the byte does not occur
};

// The bytes that occur, in order, and how often: also in each quarter of many literals, from which the ends of their
// streams follow.
struct Histogram {
  int num_symbols = 0;
  int last_symbol = 0;
  uint64_t sum_of_squares = 0;
  uint8_t symbols[256];
  uint32_t total[256];  // of symbols[i]
  uint8_t lengths[256];
  uint32_t quarters[kNumStreams][256];  // by byte
};

int64_t QuarterBytes(int64_t size_bytes) { return (size_bytes + 3) / 4; }

// Counts even few literals in two tables: equal neighbours would wait for each other.
void Count(BufferView literals, bool single, Histogram* histogram) {
  const int num_tables = single ? 2 : kNumStreams;
  auto& counts = histogram->quarters;
  std::memset(counts, 0, sizeof(counts[0]) * static_cast<size_t>(num_tables));
  const uint8_t* p = literals.data;
  if (single) {
    const int64_t half = literals.size_bytes / 2;
    for (int64_t i = 0; i < half; ++i) {
      ++counts[0][p[i]];
      ++counts[1][p[half + i]];
    }
    if (literals.size_bytes % 2 != 0) ++counts[0][p[2 * half]];
  } else {
    const int64_t quarter = QuarterBytes(literals.size_bytes);
    const int64_t last = literals.size_bytes - 3 * quarter;  // a little shorter
    for (int64_t i = 0; i < last; ++i) {
      ++counts[0][p[i]];
      ++counts[1][p[quarter + i]];
      ++counts[2][p[2 * quarter + i]];
      ++counts[3][p[3 * quarter + i]];
    }
    for (int64_t i = last; i < quarter; ++i) {
      ++counts[0][p[i]];
      ++counts[1][p[quarter + i]];
      ++counts[2][p[2 * quarter + i]];
    }
  }
  int n = 0;
  for (int symbol = 0; symbol < 256; ++symbol) {
    uint32_t total = 0;
    for (int k = 0; k < num_tables; ++k) total += counts[k][symbol];
    histogram->symbols[n & 255] = static_cast<uint8_t>(symbol);
    histogram->total[n & 255] = total;
    n += total > 0;
    histogram->sum_of_squares += uint64_t{total} * total;
  }
  histogram->num_symbols = n;
  histogram->last_symbol = histogram->symbols[n - 1];
}

// Code lengths that fill the code space exactly, near to the entropy without a sorted tree: each symbol begins with
// -log2 of its share, rounded up, and those that lose most by the rounding are shortened while there is room.
void ChooseLengths(int64_t num_literals, Histogram* histogram) {
  const auto all = static_cast<uint64_t>(num_literals);
  const int n = histogram->num_symbols;
  const uint32_t* total = histogram->total;
  uint8_t* lengths = histogram->lengths;
  const auto units = [](unsigned length) { return 1 << (kMaxCodeBits - length); };
  constexpr unsigned kNumLosses = 16;
  uint8_t loss_of[256];  // in sixteenths of a factor of two
  uint16_t begin_of[kNumLosses + 1] = {};
  const uint64_t sixteenths = (uint64_t{kNumLosses} << 32) / all;
  int room = 1 << kMaxCodeBits;
  for (int i = 0; i < n; ++i) {
    auto length = static_cast<unsigned>(std::bit_width(all) - std::bit_width(total[i]));
    length += uint64_t{total[i]} << length < all;
    const auto loss = static_cast<unsigned>(((uint64_t{total[i]} << length) * sixteenths >> 32) - kNumLosses);
    loss_of[i] = static_cast<uint8_t>(kNumLosses - 1 - std::min(loss, kNumLosses - 1));  // the largest first
    ++begin_of[loss_of[i] + 1];
    lengths[i] = static_cast<uint8_t>(std::clamp(length, 1u, kMaxCodeBits));
    room -= units(lengths[i]);
  }
  // Rare symbols that were cut to 11 bits may have taken too much: others give it back, the longest first.
  for (unsigned length = kMaxCodeBits - 1; room < 0; --length) {
    for (int i = 0; i < n && room < 0; ++i) {
      if (lengths[i] != length) continue;
      ++lengths[i];
      room += units(length + 1);
    }
  }
  uint8_t order[256];
  for (unsigned loss = 1; loss <= kNumLosses; ++loss) {
    begin_of[loss] = static_cast<uint16_t>(begin_of[loss] + begin_of[loss - 1]);
  }
  for (int i = 0; i < n; ++i) order[begin_of[loss_of[i]]++] = static_cast<uint8_t>(i);
  for (int k = 0; k < n && room > 0; ++k) {
    const unsigned length = lengths[order[k]];
    if (length == 1 || units(length) > room) continue;
    --lengths[order[k]];
    room -= units(length);
  }
  // What is left is room for some that were shortened already: a multiple of the longest ones' units.
  for (unsigned length = kMaxCodeBits; room > 0; length = length == 2 ? kMaxCodeBits : length - 1) {
    for (int i = 0; i < n; ++i) {
      if (lengths[i] != length || units(length) > room) continue;
      --lengths[i];
      room -= units(length);
    }
  }
}

// Codes in the order that the format wants: the longest first, from 0 on. Returns the longest length.
unsigned AssignCodes(const Histogram& histogram, Code* codes) {
  unsigned num_of[kMaxCodeBits + 2] = {};
  for (int i = 0; i < histogram.num_symbols; ++i) ++num_of[histogram.lengths[i]];
  unsigned max_length = kMaxCodeBits;
  while (num_of[max_length] == 0) --max_length;
  uint16_t next[kMaxCodeBits + 2] = {};
  unsigned first = 0;
  for (unsigned length = max_length; length > 0; --length) {
    next[length] = static_cast<uint16_t>(first);
    first = (first + num_of[length]) >> 1;
  }
  for (int i = 0; i < histogram.num_symbols; ++i) {
    const uint8_t length = histogram.lengths[i];
    codes[histogram.symbols[i]] = {next[length]++, length};
  }
  return max_length;
}

// The weights of all symbols but the last, whose follows from theirs, by FSE: two states take turns. Returns the end,
// or null when that does not do.
uint8_t* WriteWeightsByFse(const uint8_t* weights, int num_weights, uint8_t* out) {
  uint32_t counts[kMaxCodeBits + 2] = {};
  for (int i = 0; i < num_weights; ++i) ++counts[weights[i]];
  const size_t num_symbols = kMaxCodeBits + 1;
  size_t num_present = 0, end = 0;
  for (size_t i = 0; i < num_symbols; ++i) {
    num_present += counts[i] > 0;
    if (counts[i] > 0) end = i + 1;
  }
  if (num_present < 2 || num_weights < 4) return nullptr;
  const unsigned log = num_weights < 32 ? 5 : 6;
  int8_t shares[kMaxCodeBits + 2] = {};
  NormaliseCounts({counts, end}, log, shares);
  const FseTable table({shares, end}, log);
  BitWriter bits(WriteFseShares({shares, end}, log, out + 1));
  unsigned states[2];
  states[(num_weights - 1) % 2] = table.First(weights[num_weights - 1]);
  states[num_weights % 2] = table.First(weights[num_weights - 2]);
  for (int i = num_weights - 3; i >= 0; --i) {
    const FseTable::Step step = table.Before(weights[i], states[i % 2]);
    bits.Add(step.bits, step.num_bits);
    bits.Flush();
    states[i % 2] = step.state;
  }
  bits.Add(states[1], log);
  bits.Add(states[0], log);
  uint8_t* written = bits.FinishMarked();
  const auto size_bytes = written - (out + 1);
  if (size_bytes > 127) return nullptr;
  out[0] = static_cast<uint8_t>(size_bytes);
  return written;
}

// The Huffman tree: by FSE, or 4 bits a weight where that is shorter. Null: it cannot be written.
uint8_t* WriteTree(const Histogram& histogram, unsigned max_length, uint8_t* out) {
  const int last_symbol = histogram.last_symbol;
  uint8_t weights[257] = {};  // one more: the second half of a byte
  for (int i = 0; i < histogram.num_symbols - 1; ++i) {
    weights[histogram.symbols[i]] = static_cast<uint8_t>(max_length + 1 - histogram.lengths[i]);
  }
  const int direct_bytes = 1 + (last_symbol + 1) / 2;
  uint8_t* end = WriteWeightsByFse(weights, last_symbol, out);
  if (end != nullptr && (end - out <= direct_bytes || last_symbol > 128)) return end;
  if (last_symbol > 128) return nullptr;
  out[0] = static_cast<uint8_t>(127 + last_symbol);
  for (int i = 0; i < last_symbol; i += 2) {
    out[1 + i / 2] = static_cast<uint8_t>(weights[i] << 4 | weights[i + 1]);
  }
  return out + direct_bytes;
}

// Of the literals (stream -1) or one quarter of them.
int64_t StreamBytes(const Histogram& histogram, int stream) {
  int64_t num_bits = 1;  // the mark
  for (int i = 0; i < histogram.num_symbols; ++i) {
    const uint32_t count = stream < 0 ? histogram.total[i] : histogram.quarters[stream][histogram.symbols[i]];
    num_bits += int64_t{count} * histogram.lengths[i];
  }
  return (num_bits + 7) / 8;
}

// The codes of [from, to), backwards.
void AddCodes(const Code* codes, const uint8_t* from, const uint8_t* to, BitWriter* bits) {
  while (to - from >= 4) {
    for (int i = 0; i < 4; ++i) {
      const Code code = codes[*--to];
      bits->Add(code.bits, code.num_bits);
    }
    bits->Flush();
  }
  while (to > from) {
    const Code code = codes[*--to];
    bits->Add(code.bits, code.num_bits);
  }
  bits->Flush();
}

// All four at once: a stream alone waits for its own shifts.
void WriteStreams(BufferView literals, const Code* codes, const int64_t* sizes, uint8_t* out) {
  constexpr int64_t kGap = 8;  // what a writer stores behind its end
  const int64_t quarter = QuarterBytes(literals.size_bytes);
  const int64_t last = literals.size_bytes - 3 * quarter;
  uint8_t* begin[kNumStreams];
  begin[0] = out;
  for (int k = 1; k < kNumStreams; ++k) begin[k] = begin[k - 1] + sizes[k - 1] + kGap;
  BitWriter a(begin[0]), b(begin[1]), c(begin[2]), d(begin[3]);
  const uint8_t* p = literals.data;
  AddCodes(codes, p + last, p + quarter, &a);
  AddCodes(codes, p + quarter + last, p + 2 * quarter, &b);
  AddCodes(codes, p + 2 * quarter + last, p + 3 * quarter, &c);
  int64_t i = last;
  const uint8_t* q = p + quarter;
  const uint8_t* r = q + quarter;
  const uint8_t* s = r + quarter;
  for (; i >= 4; i -= 4) {
    for (int64_t j = i - 1; j >= i - 4; --j) {
      a.Add(codes[p[j]].bits, codes[p[j]].num_bits);
      b.Add(codes[q[j]].bits, codes[q[j]].num_bits);
      c.Add(codes[r[j]].bits, codes[r[j]].num_bits);
      d.Add(codes[s[j]].bits, codes[s[j]].num_bits);
    }
    a.Flush();
    b.Flush();
    c.Flush();
    d.Flush();
  }
  AddCodes(codes, p, p + i, &a);
  AddCodes(codes, q, q + i, &b);
  AddCodes(codes, r, r + i, &c);
  AddCodes(codes, s, s + i, &d);
  for (BitWriter* writer : {&a, &b, &c, &d}) writer->FinishMarked();
  for (int k = 1; k < kNumStreams; ++k) {
    std::memmove(begin[k] - k * kGap, begin[k], static_cast<size_t>(sizes[k]));
  }
}

}  // namespace

int64_t WriteRawLiterals(BufferView literals, uint8_t* out) {
  const auto size = static_cast<uint64_t>(literals.size_bytes);
  int64_t header_bytes;
  if (size < 32) {  // 5, 12 or 20 bits of size
    out[0] = static_cast<uint8_t>(size << 3);
    header_bytes = 1;
  } else if (size < 4096) {
    out[0] = static_cast<uint8_t>(1 << 2 | size << 4);
    out[1] = static_cast<uint8_t>(size >> 4);
    header_bytes = 2;
  } else {
    out[0] = static_cast<uint8_t>(3 << 2 | size << 4);
    out[1] = static_cast<uint8_t>(size >> 4);
    out[2] = static_cast<uint8_t>(size >> 12);
    header_bytes = 3;
  }
  std::memcpy(out + header_bytes, literals.data, static_cast<size_t>(size));
  return header_bytes + literals.size_bytes;
}

int64_t WriteHuffmanLiterals(BufferView literals, int64_t limit_bytes, uint8_t* out) {
  const int64_t size = literals.size_bytes;
  if (size < 32) return 0;
  const bool single = size <= kMaxSingleStream;
  Histogram histogram;
  Count(literals, single, &histogram);
  if (histogram.num_symbols < 2) return 0;
  // Two of few literals are hardly ever equal: the tree takes what it saves.
  if (size < 4096 && static_cast<int64_t>(histogram.sum_of_squares) - size < size * size / 64) return 0;
  ChooseLengths(size, &histogram);
  int64_t sizes[kNumStreams];
  int64_t stream_bytes = 0;
  for (int k = 0; k < (single ? 1 : kNumStreams); ++k) {
    sizes[k] = StreamBytes(histogram, single ? -1 : k);
    stream_bytes += sizes[k];
  }
  const int header_bytes = single ? 3 : size < 16 << 10 ? 4 : 5;
  if (header_bytes + stream_bytes >= limit_bytes) return 0;
  Code codes[256];
  const unsigned max_length = AssignCodes(histogram, codes);
  uint8_t tree[384];
  const uint8_t* tree_end = WriteTree(histogram, max_length, tree);
  if (tree_end == nullptr) return 0;
  const int64_t tree_bytes = tree_end - tree, jump_bytes = single ? 0 : 6;
  const int64_t compressed_bytes = tree_bytes + jump_bytes + stream_bytes;
  if (header_bytes + compressed_bytes >= limit_bytes) return 0;

  // Type 2, then the way of the sizes: 10 bits each and one stream; four streams: 14 bits each, 18 bits each.
  const auto regenerated = static_cast<uint64_t>(size), compressed = static_cast<uint64_t>(compressed_bytes);
  const uint64_t header = single              ? 2 | regenerated << 4 | compressed << 14
                          : header_bytes == 4 ? 2 | 2 << 2 | regenerated << 4 | compressed << 18
                                              : 2 | 3 << 2 | regenerated << 4 | compressed << 22;
  kernels::StoreLePartial(header, header_bytes, out);
  uint8_t* to = out + header_bytes;
  std::memcpy(to, tree, static_cast<size_t>(tree_bytes));
  to += tree_bytes;
  if (single) {
    BitWriter bits(to);
    AddCodes(codes, literals.data, literals.data + size, &bits);
    bits.FinishMarked();
  } else {
    for (int k = 0; k < 3; ++k) kernels::StoreLePartial(static_cast<uint64_t>(sizes[k]), 2, to + 2 * k);
    WriteStreams(literals, codes, sizes, to + jump_bytes);
  }
  return header_bytes + compressed_bytes;
}

}  // namespace inlay
