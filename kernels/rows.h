// How one kernel family collects its rows, one per instruction set, and picks the row to call.
//
// A family has a struct of function pointers, its Table. kernels/x.cc is compiled once per instruction set by Highway's
// foreach_target; each pass defines `constexpr Table kTable` in its own namespace. Under HWY_ONCE the family lists
// them:
//
//   constexpr Rows<XTable> kRows = MakeRows<XTable>({INLAY_ROWS(kTable)});
//
// A target without a row of its own takes the nearest one below, so a call is one relaxed load and one indirect jump.
#pragma once

#include <array>
#include <initializer_list>

#include "kernels/target.h"

namespace inlay::kernels {

template <typename Table>
struct Row {
  Target target;
  const Table* table;
};

template <typename Table>
struct Rows {
  std::array<const Table*, kNumTargets> by_target{};
  uint32_t own = 0;  // bit set of the targets with a row of their own

  const Table& Active() const { return *by_target[static_cast<size_t>(ActiveTarget())]; }
};

template <typename Table>
constexpr Rows<Table> MakeRows(std::initializer_list<Row<Table>> list) {
  Rows<Table> rows;
  for (const Row<Table>& row : list) {
    rows.by_target[static_cast<size_t>(row.target)] = row.table;
    rows.own |= 1u << static_cast<unsigned>(row.target);
  }
  for (size_t i = 1; i < kNumTargets; ++i) {
    if (rows.by_target[i] == nullptr) rows.by_target[i] = rows.by_target[i - 1];
  }
  return rows;
}

}  // namespace inlay::kernels

// The rows that this build's Highway compiled, as a list for MakeRows. Usable after <hwy/highway.h>, under HWY_ONCE.
#define INLAY_ROWS(table)                                                                                          \
  INLAY_ROW_SCALAR(table)                                                                                          \
  INLAY_ROW_EMU128(table)                                                                                          \
  INLAY_ROW_SSE4(table) INLAY_ROW_AVX2(table) INLAY_ROW_AVX3(table) INLAY_ROW_AVX3_DL(table) INLAY_ROW_NEON(table) \
      INLAY_ROW_SVE(table) INLAY_ROW_SVE2(table)

#define INLAY_ROW_OF(target, space, table) {::inlay::kernels::Target::target, &space::table},
#if HWY_TARGETS & HWY_SCALAR
#define INLAY_ROW_SCALAR(table) INLAY_ROW_OF(kScalar, N_SCALAR, table)
#else
#define INLAY_ROW_SCALAR(table)
#endif
#if HWY_TARGETS & HWY_EMU128
#define INLAY_ROW_EMU128(table) INLAY_ROW_OF(kScalar, N_EMU128, table)
#else
#define INLAY_ROW_EMU128(table)
#endif
#if HWY_TARGETS & HWY_SSE4
#define INLAY_ROW_SSE4(table) INLAY_ROW_OF(kSse4, N_SSE4, table)
#else
#define INLAY_ROW_SSE4(table)
#endif
#if HWY_TARGETS & HWY_AVX2
#define INLAY_ROW_AVX2(table) INLAY_ROW_OF(kAvx2, N_AVX2, table)
#else
#define INLAY_ROW_AVX2(table)
#endif
#if HWY_TARGETS & HWY_AVX3
#define INLAY_ROW_AVX3(table) INLAY_ROW_OF(kAvx3, N_AVX3, table)
#else
#define INLAY_ROW_AVX3(table)
#endif
#if HWY_TARGETS & HWY_AVX3_DL
#define INLAY_ROW_AVX3_DL(table) INLAY_ROW_OF(kAvx3Dl, N_AVX3_DL, table)
#else
#define INLAY_ROW_AVX3_DL(table)
#endif
#if HWY_TARGETS & HWY_NEON
#define INLAY_ROW_NEON(table) INLAY_ROW_OF(kNeon, N_NEON, table)
#else
#define INLAY_ROW_NEON(table)
#endif
#if HWY_TARGETS & HWY_SVE
#define INLAY_ROW_SVE(table) INLAY_ROW_OF(kSve, N_SVE, table)
#else
#define INLAY_ROW_SVE(table)
#endif
#if HWY_TARGETS & HWY_SVE2
#define INLAY_ROW_SVE2(table) INLAY_ROW_OF(kSve2, N_SVE2, table)
#else
#define INLAY_ROW_SVE2(table)
#endif
