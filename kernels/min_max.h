// Smallest and greatest of a page's values, as Parquet statistics want them. All functions read exactly the values
// named, need no alignment but that of the pointer's type, allocate nothing, and give the same bytes on every target.
// All need n >= 1.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/target.h"

namespace inlay::kernels {

void MinMaxInt32(const int32_t* values, int64_t n, int32_t* min, int32_t* max);
void MinMaxUint32(const uint32_t* values, int64_t n, uint32_t* min, uint32_t* max);
void MinMaxInt64(const int64_t* values, int64_t n, int64_t* min, int64_t* max);
void MinMaxUint64(const uint64_t* values, int64_t n, uint64_t* min, uint64_t* max);

// Floating point: parquet.thrift, ColumnOrder.TYPE_ORDER. NaNs are left out and counted; the count is returned. When
// all values are NaN, min and max are not touched. A zero is given as -0.0 when it is the min and as +0.0 when it is
// the max.
int64_t MinMaxFloat(const float* values, int64_t n, float* min, float* max);
int64_t MinMaxDouble(const double* values, int64_t n, double* min, double* max);
// Bit patterns of IEEE binary16.
int64_t MinMaxFloat16(const uint16_t* values, int64_t n, uint16_t* min, uint16_t* max);

// Byte strings of base[starts[i], starts[i] + lengths[i]) in unsigned lexicographic order, a prefix before what it
// begins: indexes of the first smallest and of the first greatest.
void MinMaxBytes(const uint8_t* base, const uint32_t* starts, const uint32_t* lengths, int64_t n, int64_t* min_index,
                 int64_t* max_index);

// The same for byte strings of `value_bytes` (>= 0) each, one after the other.
void MinMaxFixed(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index);

// The same for signed integers of `value_bytes` 16 or 32 as Arrow stores decimals: two's complement in this machine's
// byte order.
void MinMaxDecimal(const uint8_t* values, int64_t value_bytes, int64_t n, int64_t* min_index, int64_t* max_index);

uint32_t MinMaxTargets();       // numbers
uint32_t MinMaxBytesTargets();  // byte strings, fixed width or not
uint32_t MinMaxDecimalTargets();

}  // namespace inlay::kernels
