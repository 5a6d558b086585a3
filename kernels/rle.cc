#include "kernels/rle.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rle.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/bit_pack.h"
#include "kernels/bitmap.h"
#include "kernels/little_endian.h"
#include "kernels/rows.h"

#ifndef INLAY_KERNELS_RLE_TABLE
#define INLAY_KERNELS_RLE_TABLE
namespace inlay::kernels {

template <typename T>
using RleEncode = int64_t (*)(const T* values, int64_t num_values, int bit_width, PackGroups<T> pack, uint8_t* out);

struct RleTable {
  RleEncode<uint8_t> encode8;
  RleEncode<uint16_t> encode16;
  RleEncode<uint32_t> encode32;
  int64_t (*encode_bits)(const uint8_t*, int64_t, int64_t, uint8_t*);
  int64_t (*encode_bools8)(const uint8_t*, int64_t, PackGroups<uint8_t>, uint8_t*);
  int64_t (*encode_bools16)(const uint16_t*, int64_t, PackGroups<uint16_t>, uint8_t*);
  int64_t (*encode_bools32)(const uint32_t*, int64_t, PackGroups<uint32_t>, uint8_t*);
};

inline constexpr int64_t kMaxRleRunValues = (int64_t{1} << 31) - 8;
inline constexpr int64_t kMaxLiteralValues = 4096;

inline uint8_t* PutVarint(uint64_t value, uint8_t* out) {
  while (value >= 0x80) {
    *out++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<uint8_t>(value);
  return out;
}

// Up to 3 bytes after the run are overwritten.
inline uint8_t* PutRleRun(uint32_t value, int64_t num_values, int bit_width, uint8_t* out) {
  while (num_values > 0) {
    const int64_t length = std::min(num_values, kMaxRleRunValues);
    out = PutVarint(static_cast<uint64_t>(length) << 1, out);
    const uint32_t little = std::endian::native == std::endian::big ? __builtin_bswap32(value) : value;
    std::memcpy(out, &little, 4);
    out += (bit_width + 7) / 8;
    num_values -= length;
  }
  return out;
}

// The header of a literal run, at most kMaxLiteralValues or one block of bits: two bytes at most.
inline uint8_t* PutLiteralHeader(int64_t num_groups, uint8_t* out) {
  return PutVarint(static_cast<uint64_t>(num_groups) << 1 | 1, out);
}

}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

// Number of values from `begin` on that equal the one there.
template <typename T>
HWY_INLINE int64_t RunLength(const T* values, int64_t begin, int64_t end) {
  const T value = values[begin];
  int64_t i = begin + 1;
  while (i < end && values[i] == value) ++i;
  return i - begin;
}

template <typename T>
int64_t Encode(const T* values, int64_t num_values, int bit_width, PackGroups<T> pack, uint8_t* out) {
  const int64_t min_run = RleMinRunValues(bit_width);
  uint8_t* const begin = out;
  int64_t done = 0;
  while (done < num_values) {
    const int64_t limit = std::min(num_values, done + kMaxLiteralValues);
    int64_t literal_end = done;
    int64_t run = 0;
    for (; literal_end < limit; literal_end += 8) {
      if (num_values - literal_end >= 8 && values[literal_end] != values[literal_end + 7]) continue;
      const int64_t length = RunLength(values, literal_end, num_values);
      if (length >= min_run || (literal_end == done && done + length == num_values)) {
        run = length;
        break;
      }
    }
    literal_end = std::min(literal_end, limit);
    if (literal_end > done) {
      const int64_t num_groups = (literal_end - done) / 8, rest = (literal_end - done) % 8;
      out = PutLiteralHeader(num_groups + (rest != 0), out);
      pack(values + done, num_groups, out);
      out += num_groups * bit_width;
      if (rest > 0) {
        T last[8] = {};
        std::memcpy(last, values + literal_end - rest, static_cast<size_t>(rest) * sizeof(T));
        pack(last, 1, out);
        out += bit_width;
      }
    }
    if (run > 0) out = PutRleRun(values[literal_end], run, bit_width, out);
    done = literal_end + run;
  }
  return out - begin;
}

// Bits arrive in blocks of whole bytes, all but the last one full.
class BitsEncoder {
 public:
  static constexpr int64_t kBlockBytes = 4096;
  static constexpr int64_t kMinRunBytes = 8;

  explicit BitsEncoder(uint8_t* out) : begin_(out), out_(out) {}

  // The bits of `bytes` above num_bits are zero.
  void Block(const uint8_t* bytes, int64_t num_bits) {
    const int64_t num_bytes = (num_bits + 7) / 8, num_full = num_bits / 8;
    int64_t done = 0;
    while (done < num_bytes) {
      int64_t literal_end = done, run_end = 0;
      for (; literal_end < num_full; literal_end = run_end) {
        const uint8_t byte = bytes[literal_end];
        run_end = literal_end + 1;
        if (byte != 0 && byte != 0xFF) continue;
        while (run_end < num_full && bytes[run_end] == byte) ++run_end;
        if (run_end - literal_end >= kMinRunBytes) break;
      }
      const bool found = literal_end < num_full;
      PutLiteral(bytes + done, (found ? literal_end : num_bytes) - done);
      if (found) AddRun(bytes[literal_end] & 1, 8 * (run_end - literal_end));
      done = found ? run_end : num_bytes;
    }
  }

  int64_t Finish() {
    FlushRun();
    return out_ - begin_;
  }

 private:
  void PutLiteral(const uint8_t* bytes, int64_t num_bytes) {
    if (num_bytes == 0) return;
    FlushRun();
    out_ = PutLiteralHeader(num_bytes, out_);
    std::memcpy(out_, bytes, static_cast<size_t>(num_bytes));
    out_ += num_bytes;
  }

  void AddRun(uint32_t value, int64_t num_bits) {
    if (value != run_value_) FlushRun();
    run_value_ = value;
    run_bits_ += num_bits;
  }

  void FlushRun() {
    out_ = PutRleRun(run_value_, run_bits_, 1, out_);
    run_bits_ = 0;
  }

  uint8_t* begin_;
  uint8_t* out_;
  uint32_t run_value_ = 0;
  int64_t run_bits_ = 0;
};

// How many of the first values equal the first one, by whole 64 bits; num_bits if all do.
bool AllEqualBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits) {
  const int64_t ones = kernels::CountSetBits(bits, bit_offset, std::min<int64_t>(num_bits, 64));
  if (ones != 0 && ones != std::min<int64_t>(num_bits, 64)) return false;
  const int64_t all = kernels::CountSetBits(bits, bit_offset, num_bits);
  return all == 0 || all == num_bits;
}

int64_t EncodeBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out) {
  if (num_bits <= 0) return 0;
  if (AllEqualBits(bits, bit_offset, num_bits)) {
    return PutRleRun((bits[bit_offset / 8] >> (bit_offset % 8)) & 1, num_bits, 1, out) - out;
  }
  BitsEncoder encoder(out);
  uint8_t block[BitsEncoder::kBlockBytes];
  for (int64_t done = 0; done < num_bits; done += 8 * BitsEncoder::kBlockBytes) {
    const int64_t length = std::min(num_bits - done, 8 * BitsEncoder::kBlockBytes);
    kernels::CopyBits(bits, bit_offset + done, length, block);
    encoder.Block(block, length);
  }
  return encoder.Finish();
}

template <typename T>
int64_t EncodeBools(const T* values, int64_t num_values, PackGroups<T> pack, uint8_t* out) {
  if (num_values <= 0) return 0;
  if (RunLength(values, 0, num_values) == num_values) return PutRleRun(values[0], num_values, 1, out) - out;
  BitsEncoder encoder(out);
  uint8_t block[BitsEncoder::kBlockBytes];
  for (int64_t done = 0; done < num_values; done += 8 * BitsEncoder::kBlockBytes) {
    const int64_t length = std::min(num_values - done, 8 * BitsEncoder::kBlockBytes);
    pack(values + done, length / 8, block);
    if (length % 8 != 0) {
      T last[8] = {};
      std::memcpy(last, values + done + length / 8 * 8, static_cast<size_t>(length % 8) * sizeof(T));
      pack(last, 1, block + length / 8);
    }
    encoder.Block(block, length);
  }
  return encoder.Finish();
}

constexpr RleTable kTable = {&Encode<uint8_t>,      &Encode<uint16_t>,      &Encode<uint32_t>,     &EncodeBits,
                             &EncodeBools<uint8_t>, &EncodeBools<uint16_t>, &EncodeBools<uint32_t>};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<RleTable> kRows = MakeRows<RleTable>({INLAY_ROWS(kTable)});

uint32_t RleTargets() { return kRows.own; }

int64_t RleHybridEncode8(const uint8_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  if (bit_width == 0) return RleHybridEncodeRun(0, num_values, 0, out);
  if (bit_width == 1) return kRows.Active().encode_bools8(values, num_values, PackGroups8(1), out);
  return kRows.Active().encode8(values, num_values, bit_width, PackGroups8(bit_width), out);
}

int64_t RleHybridEncode16(const uint16_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  if (bit_width == 0) return RleHybridEncodeRun(0, num_values, 0, out);
  if (bit_width == 1) return kRows.Active().encode_bools16(values, num_values, PackGroups16(1), out);
  return kRows.Active().encode16(values, num_values, bit_width, PackGroups16(bit_width), out);
}

int64_t RleHybridEncode32(const uint32_t* values, int64_t num_values, int bit_width, uint8_t* out) {
  if (bit_width == 0) return RleHybridEncodeRun(0, num_values, 0, out);
  if (bit_width == 1) return kRows.Active().encode_bools32(values, num_values, PackGroups32(1), out);
  return kRows.Active().encode32(values, num_values, bit_width, PackGroups32(bit_width), out);
}

int64_t RleHybridEncodeBits(const uint8_t* bits, int64_t bit_offset, int64_t num_bits, uint8_t* out) {
  return kRows.Active().encode_bits(bits, bit_offset, num_bits, out);
}

int64_t RleHybridEncodeRun(uint32_t value, int64_t num_values, int bit_width, uint8_t* out) {
  return PutRleRun(value, num_values, bit_width, out) - out;
}

}  // namespace inlay::kernels
#endif
