#include "kernels/copy.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/copy.cc"
#include <hwy/foreach_target.h>
// foreach_target.h first
#include <hwy/highway.h>

#include <cstring>

#include "kernels/rows.h"

#ifndef INLAY_KERNELS_COPY_TABLE
#define INLAY_KERNELS_COPY_TABLE
namespace inlay::kernels {
struct CopyTable {
  void (*rebase_32)(const int32_t*, int64_t, int32_t, int32_t*);
  void (*rebase_64)(const int64_t*, int64_t, int64_t, int64_t*);
};
}  // namespace inlay::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace inlay::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Unsigned T, so that a difference may wrap.
template <typename T, typename Signed>
HWY_INLINE void Rebase(const Signed* in, int64_t num_offsets, Signed base, Signed* out) {
  const hn::ScalableTag<T> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const T* from = reinterpret_cast<const T*>(in);
  T* to = reinterpret_cast<T*>(out);
  const auto subtrahend = hn::Set(d, static_cast<T>(base));
  int64_t i = 0;
  for (; i + 2 * lanes <= num_offsets; i += 2 * lanes) {
    const auto a = hn::LoadU(d, from + i);
    const auto b = hn::LoadU(d, from + i + lanes);
    hn::StoreU(hn::Sub(a, subtrahend), d, to + i);
    hn::StoreU(hn::Sub(b, subtrahend), d, to + i + lanes);
  }
  for (; i < num_offsets; ++i) to[i] = static_cast<T>(from[i] - static_cast<T>(base));
}

void Rebase32(const int32_t* in, int64_t num_offsets, int32_t base, int32_t* out) {
  Rebase<uint32_t>(in, num_offsets, base, out);
}
void Rebase64(const int64_t* in, int64_t num_offsets, int64_t base, int64_t* out) {
  Rebase<uint64_t>(in, num_offsets, base, out);
}

constexpr CopyTable kTable = {&Rebase32, &Rebase64};

}  // namespace inlay::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inlay::kernels {

static constexpr Rows<CopyTable> kRows = MakeRows<CopyTable>({INLAY_ROWS(kTable)});

uint32_t CopyTargets() { return kRows.own; }

void CopyPadded(const uint8_t* in, int64_t size, int64_t padded_size, uint8_t* out) {
  // An empty range may come as a null pointer, which memcpy may not.
  if (size > 0) std::memcpy(out, in, static_cast<size_t>(size));
  if (padded_size > size) std::memset(out + size, 0, static_cast<size_t>(padded_size - size));
}

void RebaseOffsets32(const int32_t* in, int64_t num_offsets, int32_t base, int32_t* out) {
  kRows.Active().rebase_32(in, num_offsets, base, out);
}
void RebaseOffsets64(const int64_t* in, int64_t num_offsets, int64_t base, int64_t* out) {
  kRows.Active().rebase_64(in, num_offsets, base, out);
}

}  // namespace inlay::kernels
#endif
