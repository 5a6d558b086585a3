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
#include "kernels/byte_order.h"
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

#include "kernels/compare_masks-inl.h"

// Number of values from `begin` on that equal the one there.
template <typename T>
HWY_INLINE int64_t RunLength(const T* values, int64_t begin, int64_t end) {
  int64_t i = begin;
  for (; i + 65 <= end; i += 64) {
    const uint64_t equal = EqualNext64(values + i);
    if (equal != ~uint64_t{0}) return i - begin + std::countr_one(equal) + 1;
  }
  while (i + 1 < end && values[i + 1] == values[i]) ++i;
  return i + 1 - begin;
}

// Writes the two kinds of runs of a stream of values.
template <typename T>
class RunWriter {
 public:
  RunWriter(const T* values, int bit_width, PackGroups<T> pack, uint8_t* out)
      : values_(values), bit_width_(bit_width), pack_(pack), out_(out) {}

  // Values [begin, end); only the last run of a stream may hold less than whole groups.
  HWY_INLINE void Literals(int64_t begin, int64_t end) {
    const int64_t num_groups = (end - begin) / 8, rest = (end - begin) % 8;
    out_ = PutLiteralHeader(num_groups + (rest != 0), out_);
    pack_(values_ + begin, num_groups, out_);
    out_ += num_groups * bit_width_;
    if (rest > 0) {
      T last[8] = {};
      std::memcpy(last, values_ + end - rest, static_cast<size_t>(rest) * sizeof(T));
      pack_(last, 1, out_);
      out_ += bit_width_;
    }
  }

  HWY_INLINE void Run(int64_t begin, int64_t length) {
    out_ = PutRleRun(static_cast<uint32_t>(values_[begin]), length, bit_width_, out_);
  }

  uint8_t* out() const { return out_; }

 private:
  const T* values_;
  int bit_width_;
  PackGroups<T> pack_;
  uint8_t* out_;
};

struct FoundRun {
  int64_t begin;
  int64_t length;  // 0: no run begins before `begin`
};

// Which values equal the next one, for a window of the stream that moves along: bit i stands for value begin + i.
template <typename T>
class Neighbours {
 public:
  static constexpr int64_t kProbeBits = 56;

  Neighbours(const T* values, int64_t num_values) : values_(values), num_values_(num_values) {}

  // The bits of kProbeBits values from `at` on (and of a few more), `at` not before the last one asked for after
  // another window was begun. Values past the end and the last one equal nothing.
  HWY_INLINE uint64_t From(int64_t at) {
    if (HWY_UNLIKELY(at + 64 > end_)) Fill(at);
    const int64_t bit = at - begin_;
    return LoadLe64(bits_ + bit / 8) >> (bit % 8);
  }

 private:
  static constexpr int64_t kWindow = 4096;

  void Fill(int64_t at) {
    if (at >= begin_ && end_ >= num_values_ + 64) return;
    begin_ = at;
    int64_t i = at;
    uint8_t* to = bits_;
    for (; i < at + kWindow && i + 65 <= num_values_; i += 64, to += 8) StoreLe64(EqualNext64(values_ + i), to);
    end_ = i;
    if (i >= at + kWindow) return;
    uint64_t last = 0;
    for (; i + 1 < num_values_; ++i) last |= uint64_t{values_[i] == values_[i + 1]} << (i - end_);
    StoreLe64(last, to);
    StoreLe64(0, to + 8);
    end_ = num_values_ + 64;
  }

  const T* values_;
  int64_t num_values_;
  int64_t begin_ = 0, end_ = 0;
  uint8_t bits_[kWindow / 8 + 24];
};

// The first run that becomes an RLE run when literals begin at `done`; none: where the literals are cut or the stream
// ends. Seven values in a row that equal the next one are a group of 8 equal values.
template <typename T>
HWY_INLINE FoundRun FindRun(Neighbours<T>& neighbours, const T* values, int64_t done, int64_t num_values,
                            int64_t min_run) {
  constexpr int64_t kProbe = Neighbours<T>::kProbeBits;
  const int64_t limit = std::min(num_values, done + kMaxLiteralValues);
  for (int64_t at = done; at < limit; at += kProbe) {
    uint64_t groups = SevenOnes(neighbours.From(at)) & 0x0001010101010101;
    for (; groups != 0; groups &= groups - 1) {
      const int64_t begin = at + std::countr_zero(groups);
      if (HWY_UNLIKELY(begin >= limit)) return {limit, 0};
      int64_t length = std::countr_one(neighbours.From(begin)) + 1;
      if (HWY_UNLIKELY(length > kProbe)) length = kProbe + RunLength(values, begin + kProbe, num_values);
      if (length >= min_run) return {begin, length};
    }
  }
  return {limit, 0};
}

template <typename T>
int64_t Encode(const T* values, int64_t num_values, int bit_width, PackGroups<T> pack, uint8_t* out) {
  const int64_t min_run = RleMinRunValues(bit_width);
  Neighbours<T> neighbours(values, num_values);
  RunWriter<T> writer(values, bit_width, pack, out);
  for (int64_t done = 0; done < num_values;) {
    FoundRun run = FindRun(neighbours, values, done, num_values, min_run);
    // Fewer equal values than min_run, but nothing else left.
    if (HWY_UNLIKELY(num_values - done < min_run) && RunLength(values, done, num_values) == num_values - done) {
      run = {done, num_values - done};
    }
    if (run.begin > done) writer.Literals(done, run.begin);
    if (run.length > 0) writer.Run(run.begin, run.length);
    done = run.begin + run.length;
  }
  return writer.out() - out;
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
      const FoundRun run = FindConstantBytes(bytes, done, num_full);
      const int64_t literal_end = run.length > 0 ? run.begin : num_bytes;
      if (literal_end > done) PutLiteral(bytes + done, literal_end - done, num_bytes - done);
      if (run.length > 0) AddRun(bytes[run.begin] & 1, 8 * run.length);
      done = run.length > 0 ? run.begin + run.length : num_bytes;
    }
  }

  int64_t Finish() {
    FlushRun();
    return out_ - begin_;
  }

 private:
  // The first kMinRunBytes or more equal bytes 0x00 or 0xFF from `at` on.
  static HWY_INLINE FoundRun FindConstantBytes(const uint8_t* bytes, int64_t at, int64_t end) {
    // A run may begin at each of the first 57 bytes of a window; a later one is found in the next.
    for (; at + 64 <= end; at += 57) {
      const uint64_t zeros = EightOnes(BytesEqual64(bytes + at, 0)), ones = EightOnes(BytesEqual64(bytes + at, 0xFF));
      if (HWY_UNLIKELY((zeros | ones) != 0)) {
        const int64_t begin = at + std::countr_zero(zeros | ones);
        return {begin, RunLength(bytes, begin, end)};
      }
    }
    for (; at + kMinRunBytes <= end; ++at) {
      if (bytes[at] != 0 && bytes[at] != 0xFF) continue;
      const int64_t length = RunLength(bytes, at, end);
      if (length >= kMinRunBytes) return {at, length};
    }
    return {end, 0};
  }

  // `readable`: bytes up to the end of the block.
  HWY_INLINE void PutLiteral(const uint8_t* bytes, int64_t num_bytes, int64_t readable) {
    FlushRun();
    out_ = PutLiteralHeader(num_bytes, out_);
    if (num_bytes <= 16 && readable >= 16) {
      std::memcpy(out_, bytes, 16);  // short literals are the rule between long runs
    } else {
      std::memcpy(out_, bytes, static_cast<size_t>(num_bytes));
    }
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
    if ((bit_offset | length) % 8 == 0) {
      encoder.Block(bits + (bit_offset + done) / 8, length);
    } else {
      kernels::CopyBits(bits, bit_offset + done, length, block);
      encoder.Block(block, length);
    }
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
