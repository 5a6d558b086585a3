// Finite state entropy, as zstd uses it (RFC 8878, 4.1): tables for encoding, and their description.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace inlay {

// A table of 2^log states, each of which stands for a symbol. A decoder in a state emits its symbol, reads the state's
// number of bits and goes to baseline + bits. Encoding goes backwards: from the state after a symbol to the one at it.
class FseTable {
 public:
  static constexpr unsigned kMaxLog = 6;
  static constexpr unsigned kMaxStates = 1 << kMaxLog;
  static constexpr unsigned kMaxSymbols = 64;

  struct Step {
    unsigned state;  // the one before
    unsigned num_bits;
    unsigned bits;
  };

  // One symbol, which needs no bits.
  constexpr FseTable() = default;
  // From shares of 2^log, which they sum up to: 0 for symbols that do not occur, -1 for "less than 1" (one state).
  constexpr FseTable(std::span<const int8_t> shares, unsigned log) : log_(log) {
    uint8_t symbol_of[kMaxStates] = {};
    Spread(shares, symbol_of);
    int begin = 0;
    for (unsigned symbol = 0; symbol < shares.size(); ++symbol) {
      const int share = shares[symbol] < 0 ? 1 : shares[symbol];
      if (share == 0) continue;
      const unsigned most_bits = log + 1 - static_cast<unsigned>(std::bit_width(static_cast<unsigned>(share)));
      symbols_[symbol] = {.begin = static_cast<int8_t>(begin - share),
                          .most_bits = static_cast<uint8_t>(most_bits),
                          .most_from = static_cast<uint16_t>(share << most_bits)};
      begin += share;
    }
    uint8_t next[kMaxSymbols] = {};
    for (unsigned symbol = 0; symbol < shares.size(); ++symbol) {
      next[symbol] = static_cast<uint8_t>(shares[symbol] < 0 ? 1 : shares[symbol]);
    }
    for (unsigned state = 0; state < 1u << log; ++state) {
      const unsigned symbol = symbol_of[state];
      const unsigned number = next[symbol]++;
      states_[symbols_[symbol].begin + static_cast<int>(number)] = static_cast<uint8_t>(state);
    }
    for (unsigned symbol = 0; symbol < shares.size(); ++symbol) {
      const int share = shares[symbol] < 0 ? 1 : shares[symbol];
      if (share > 0) first_[symbol] = states_[symbols_[symbol].begin + share];
    }
  }

  unsigned log() const { return log_; }
  // A state of `symbol`: one that has as many bits to read as any.
  unsigned First(unsigned symbol) const { return first_[symbol]; }
  Step Before(unsigned symbol, unsigned state) const {
    if (log_ == 0) return {0, 0, 0};
    const Symbol& found = symbols_[symbol];
    const unsigned target = state + (1u << log_);  // (number << num_bits) + bits
    const unsigned num_bits = found.most_bits - (target < found.most_from);
    const unsigned number = target >> num_bits;
    return {states_[found.begin + static_cast<int>(number)], num_bits, target & ((1u << num_bits) - 1)};
  }

 private:
  // A symbol of share s has the states of the numbers s to 2s - 1, and number x, in a table of n states, leads to those
  // from (x << num_bits) - n on, with as many bits as make that a state for all of them.
  struct Symbol {
    int8_t begin;        // of its states, less its share
    uint8_t most_bits;   // of its lowest number; one less from the next power of two on
    uint16_t most_from;  // which targets the most bits reach
  };

  constexpr void Spread(std::span<const int8_t> shares, uint8_t* symbol_of) const {
    const unsigned size = 1u << log_;
    unsigned end = size;
    for (unsigned symbol = 0; symbol < shares.size(); ++symbol) {
      if (shares[symbol] < 0) symbol_of[--end] = static_cast<uint8_t>(symbol);
    }
    unsigned at = 0;
    for (unsigned symbol = 0; symbol < shares.size(); ++symbol) {
      for (int i = 0; i < shares[symbol]; ++i) {
        symbol_of[at] = static_cast<uint8_t>(symbol);
        do {
          at = (at + size / 2 + size / 8 + 3) & (size - 1);
        } while (at >= end);
      }
    }
  }

  unsigned log_ = 0;
  Symbol symbols_[kMaxSymbols] = {};
  uint8_t first_[kMaxSymbols] = {};
  uint8_t states_[kMaxStates] = {};
};

// Shares of 2^log for counts: at least 1 where the count is not 0. Requires that at least two symbols occur, and at
// most half as many as there are states.
void NormaliseCounts(std::span<const uint32_t> counts, unsigned log, int8_t* shares);
// The description of a table without shares below 1 (RFC 8878, 4.1.1), at most 64 bytes, of which the last 8 may be
// noise. Returns its end.
uint8_t* WriteFseShares(std::span<const int8_t> shares, unsigned log, uint8_t* out);

}  // namespace inlay
