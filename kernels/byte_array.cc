#include "kernels/byte_array.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/byte_array.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_BYTE_ARRAY_TABLE
#define INLAY_KERNELS_BYTE_ARRAY_TABLE
namespace inlay::kernels {
struct ByteArrayTable {
  int64_t (*plain_byte_array)(const uint8_t*, const uint8_t*, const uint32_t*, const uint32_t*, int64_t, uint8_t*);
  int64_t (*sum_lengths)(const uint32_t*, int64_t);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {

HWY_INLINE void StoreLength(uint32_t length, uint8_t* out) {
  if constexpr (std::endian::native == std::endian::big) length = __builtin_bswap32(length);
  std::memcpy(out, &length, 4);
}

// Values are looked at in blocks: the longest, and the last start, decide how all of a block are copied.
constexpr int64_t kBlock = 64;

// Copies kStep bytes of each value of a block, whatever its length, without a branch: what is too much is overwritten
// by the next.
template <size_t kStep>
HWY_INLINE uint8_t* CopyShort(const uint8_t* base, const uint32_t* starts, const uint32_t* lengths, uint8_t* out) {
  static_assert(kStep <= kByteArraySlackBytes);
  // Stores of changing lengths go too fast for the CPU's own prefetch: the lines of the next block but one, into L1.
  constexpr int64_t kAhead = 1024, kLine = 64, kMaxBlockBytes = kBlock * (4 + int64_t{kStep});
  for (int64_t at = kAhead; at < kAhead + kMaxBlockBytes; at += kLine) __builtin_prefetch(out + at, 1);
  // Four at a time: g++ does not unroll by itself, and the loop's own instructions are a third of the rest.
  static_assert(kBlock % 4 == 0);
  for (int64_t i = 0; i < kBlock; i += 4) {
    for (int64_t j = i; j < i + 4; ++j) {
      const uint32_t length = lengths[j];
      StoreLength(length, out);
      std::memcpy(out + 4, base + starts[j], kStep);
      out += 4 + int64_t{length};
    }
  }
  return out;
}

HWY_INLINE void Copy32(const uint8_t* from, uint8_t* out) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  // g++ would make two of it.
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
#else
  std::memcpy(out, from, 32);
#endif
}

// Steps of 32 bytes up to this length, a call of memcpy above.
constexpr int64_t kMaxStepped = 256;

// Any lengths. `readable` is the number of bytes from base that may be read.
uint8_t* CopyAny(const uint8_t* base, int64_t readable, const uint32_t* starts, const uint32_t* lengths, int64_t size,
                 uint8_t* out) {
  constexpr int64_t kStep = 32;
  static_assert(kStep <= kByteArraySlackBytes);
  for (int64_t i = 0; i < size; ++i) {
    const int64_t length = lengths[i];
    const int64_t start = starts[i];
    StoreLength(lengths[i], out);
    out += 4;
    if (HWY_LIKELY(length <= kMaxStepped && start + length + kStep <= readable)) {
      int64_t done = 0;
      do {
        Copy32(base + start + done, out + done);
        done += kStep;
      } while (done < length);
    } else if (length != 0) {
      std::memcpy(out, base + start, static_cast<size_t>(length));
    }
    out += length;
  }
  return out;
}

int64_t PlainByteArray(const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                       const uint32_t* lengths, int64_t num_values, uint8_t* out) {
  uint8_t* const begin = out;
  const int64_t readable = readable_end - base;
  int64_t i = 0;
  for (; i + kBlock <= num_values; i += kBlock) {
    uint32_t longest = 0, last_start = 0;
    for (int64_t j = i; j < i + kBlock; ++j) {
      longest = lengths[j] > longest ? lengths[j] : longest;
      last_start = starts[j] > last_start ? starts[j] : last_start;
    }
    if (longest <= 16 && int64_t{last_start} + 16 <= readable) {
      out = CopyShort<16>(base, starts + i, lengths + i, out);
    } else if (longest <= 32 && int64_t{last_start} + 32 <= readable) {
      out = CopyShort<32>(base, starts + i, lengths + i, out);
    } else {
      out = CopyAny(base, readable, starts + i, lengths + i, kBlock, out);
    }
  }
  return CopyAny(base, readable, starts + i, lengths + i, num_values - i, out) - begin;
}

int64_t SumLengths(const uint32_t* lengths, int64_t num_values) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < num_values; ++i) sum += lengths[i];
  return static_cast<int64_t>(sum);
}

constexpr ByteArrayTable kTable = {&PlainByteArray, &SumLengths};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<ByteArrayTable> kRows = MakeRows<ByteArrayTable>({INLAY_ROWS(kTable)});

uint32_t ByteArrayTargets() { return kRows.own; }

int64_t PlainByteArray(const uint8_t* base, const uint8_t* readable_end, const uint32_t* starts,
                       const uint32_t* lengths, int64_t num_values, uint8_t* out) {
  return kRows.Active().plain_byte_array(base, readable_end, starts, lengths, num_values, out);
}

int64_t SumLengths(const uint32_t* lengths, int64_t num_values) {
  return kRows.Active().sum_lengths(lengths, num_values);
}

}  // namespace inlay::kernels
#endif
