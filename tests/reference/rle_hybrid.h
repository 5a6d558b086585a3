// Parquet's RLE / bit-packing hybrid: a reader that checks every length, and the choice of runs that kernels/rle.h
// states, written down with no thought of speed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tests/reference/bit_pack.h"

namespace inlay::reference {

// The values of a stream that must end with the last of `num_values`; nothing if it is malformed.
inline std::optional<std::vector<uint32_t>> RleHybridDecode(std::span<const uint8_t> in, int64_t num_values,
                                                            int bit_width) {
  std::vector<uint32_t> values;
  size_t at = 0;
  while (static_cast<int64_t>(values.size()) < num_values) {
    uint64_t header = 0;
    for (int shift = 0;; shift += 7) {
      if (at == in.size() || shift > 28) return std::nullopt;
      header |= uint64_t{in[at] & 0x7Fu} << shift;
      if ((in[at++] & 0x80) == 0) break;
    }
    const uint64_t length = header >> 1;
    const auto left = static_cast<uint64_t>(num_values) - values.size();
    const auto width = static_cast<size_t>(bit_width);
    if (length == 0) return std::nullopt;
    if (header & 1) {
      if (length * 8 >= left + 8 || in.size() - at < length * width) return std::nullopt;
      for (uint64_t i = 0; i < length * 8; ++i) {
        const auto value = static_cast<uint32_t>(UnpackOne(in.data() + at, static_cast<int64_t>(i), bit_width));
        if (i < left) {
          values.push_back(value);
        } else if (value != 0) {
          return std::nullopt;  // the padding
        }
      }
      at += length * width;
    } else {
      const size_t value_bytes = (width + 7) / 8;
      if (length > left || in.size() - at < value_bytes) return std::nullopt;
      uint64_t value = 0;
      for (size_t i = 0; i < value_bytes; ++i) value |= uint64_t{in[at++]} << (8 * i);
      if (value >> bit_width) return std::nullopt;
      values.insert(values.end(), length, static_cast<uint32_t>(value));
    }
  }
  if (at != in.size()) return std::nullopt;
  return values;
}

class RleHybridReference {
 public:
  explicit RleHybridReference(int bit_width) : bit_width_(bit_width) {}

  std::vector<uint8_t> Encode(std::span<const uint32_t> values) {
    if (values.empty()) return {};
    if (bit_width_ == 0 || Equal(values) == values.size()) {
      Run(values[0], values.size());
    } else if (bit_width_ == 1) {
      EncodeBits(values);
    } else {
      EncodeGroups(values);
    }
    return out_;
  }

 private:
  static size_t Equal(std::span<const uint32_t> values) {
    size_t n = 0;
    while (n < values.size() && values[n] == values[0]) ++n;
    return n;
  }

  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<uint8_t>(value | 0x80));
    out_.push_back(static_cast<uint8_t>(value));
  }

  void Run(uint32_t value, size_t length) {
    Varint(length << 1);
    for (int i = 0; i < (bit_width_ + 7) / 8; ++i) out_.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }

  void Literals(std::span<const uint32_t> values) {
    if (values.empty()) return;
    Varint((values.size() + 7) / 8 << 1 | 1);
    const std::vector<uint8_t> packed = BitPack(values, bit_width_);
    out_.insert(out_.end(), packed.begin(), packed.end());
  }

  void EncodeGroups(std::span<const uint32_t> values) {
    // Bytes of a run with a header on either side against those of its groups in a literal run.
    size_t min_run = 8;
    while (min_run / 8 * static_cast<size_t>(bit_width_) <= 3 + static_cast<size_t>(bit_width_ + 7) / 8) min_run += 8;
    while (!values.empty()) {
      size_t literals = 0, run = 0;
      while (literals < values.size() && literals < 4096) {
        const size_t length = Equal(values.subspan(literals));
        if (length >= min_run || (literals == 0 && length == values.size())) {
          run = length;
          break;
        }
        literals = std::min(literals + 8, values.size());
      }
      Literals(values.first(literals));
      if (run != 0) Run(values[literals], run);
      values = values.subspan(literals + run);
    }
  }

  // A mark for every value: in an RLE run or not; then the marks are read off.
  void EncodeBits(std::span<const uint32_t> values) {
    constexpr size_t kBlock = 4096 * 8;
    std::vector<bool> in_run(values.size());
    for (size_t block = 0; block < values.size(); block += kBlock) {
      const size_t end = std::min(values.size(), block + kBlock);
      for (size_t i = block; i + 8 <= end;) {
        size_t length = Equal(values.subspan(i, end - i)) / 8 * 8;
        if (length >= 64) std::fill_n(in_run.begin() + static_cast<std::ptrdiff_t>(i), length, true);
        i += length >= 64 ? length : 8;
      }
    }
    for (size_t i = 0; i < values.size();) {
      size_t end = i + 1;
      if (in_run[i]) {
        while (end < values.size() && in_run[end] && values[end] == values[i]) ++end;
        Run(values[i], end - i);
      } else {
        while (end < values.size() && !in_run[end] && end % kBlock != 0) ++end;
        Literals(values.subspan(i, end - i));
      }
      i = end;
    }
  }

  int bit_width_;
  std::vector<uint8_t> out_;
};

}  // namespace inlay::reference
