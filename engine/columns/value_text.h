// Values in words, for messages.
#pragma once

#include <cstdint>
#include <string>

#include <inlay/array.h>

namespace inlay {

// Value `row` of an array that has passed ValidateArray(kFull): numbers in decimal, dates and times as the number that
// they are, text in quotes, bytes as 0x..., "[1, null]", "{a: 1, b: 'x'}", "null". Cut with "..." after some 200 bytes.
std::string ValueText(const ArrayView& array, int64_t row);

}  // namespace inlay
