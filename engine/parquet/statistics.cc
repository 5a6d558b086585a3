#include "engine/parquet/statistics.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

#include "kernels/bitmap.h"
#include "kernels/byte_swap.h"
#include "kernels/min_max.h"

namespace inlay::parquet {
namespace {

using encoding::PageValues;
using encoding::ValueLayout;

template <typename T>
std::string LittleEndianBytes(T bits) {
  std::string bytes(sizeof(T), '\0');
  for (size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(static_cast<uint8_t>(bits >> (8 * i)));
  return bytes;
}

bool IsUtf8Continuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Longest prefix of at most `max_bytes` bytes that ends between characters.
std::string_view PrefixOfCharacters(std::string_view text, int64_t max_bytes) {
  auto end = static_cast<size_t>(max_bytes);
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end);
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code_point >> 6));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | code_point >> 12));
    out->push_back(static_cast<char>(0x80 | (code_point >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | code_point >> 18));
    out->push_back(static_cast<char>(0x80 | (code_point >> 12 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

uint32_t DecodeUtf8(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(character[i])); };
  switch (character.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

// Valid UTF-8 cannot exceed these; other bytes are left to the binary rule.
bool IsValidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (size == 0 || i + size > text.size()) return false;
    for (size_t k = 1; k < size; ++k) {
      if (!IsUtf8Continuation(text[i + k])) return false;
    }
    i += size;
  }
  return true;
}

std::string NextUtf8Prefix(std::string_view prefix, int64_t max_bytes) {
  while (!prefix.empty()) {
    size_t start = prefix.size() - 1;
    while (start > 0 && IsUtf8Continuation(prefix[start])) --start;
    uint32_t next = DecodeUtf8(prefix.substr(start)) + 1;
    if (next == 0xD800) next = 0xE000;  // surrogates are not characters
    std::string bound(prefix.substr(0, start));
    if (next <= 0x10FFFF) {
      AppendUtf8(next, &bound);
      if (static_cast<int64_t>(bound.size()) <= max_bytes) return bound;
    }
    prefix = prefix.substr(0, start);
  }
  return {};
}

std::string NextBinaryPrefix(std::string_view prefix) {
  while (!prefix.empty() && static_cast<uint8_t>(prefix.back()) == 0xFF) prefix.remove_suffix(1);
  std::string bound(prefix);
  if (!bound.empty()) bound.back() = static_cast<char>(static_cast<uint8_t>(bound.back()) + 1);
  return bound;
}

// Decimals: signed two's complement of the machine, `a` < `b`.
bool DecimalLess(const std::string& a, const uint8_t* b) {
  const auto size = a.size();
  const auto at = [&](const uint8_t* value, size_t significance) {
    return value[std::endian::native == std::endian::little ? size - 1 - significance : significance];
  };
  const auto* bytes = reinterpret_cast<const uint8_t*>(a.data());
  for (size_t i = 0; i < size; ++i) {
    const uint8_t flip = i == 0 ? 0x80 : 0;  // the sign bit orders the other way round
    const auto left = static_cast<uint8_t>(at(bytes, i) ^ flip), right = static_cast<uint8_t>(at(b, i) ^ flip);
    if (left != right) return left < right;
  }
  return false;
}

std::string DecimalToPhysical(const std::string& value, int32_t physical_bytes) {
  std::string out(static_cast<size_t>(physical_bytes), '\0');
  kernels::DecimalToFlba(reinterpret_cast<const uint8_t*>(value.data()), static_cast<int64_t>(value.size()), 1,
                         physical_bytes, reinterpret_cast<uint8_t*>(out.data()));
  return out;
}

// Orders halves that are not NaN; both zeros are 0.
int32_t Float16Key(uint16_t bits) {
  const int32_t magnitude = bits & 0x7FFF;
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace

std::string TruncateMin(const std::string& min, int64_t max_bytes, bool is_utf8) {
  if (static_cast<int64_t>(min.size()) <= max_bytes) return min;
  if (is_utf8 && IsValidUtf8(min)) return std::string(PrefixOfCharacters(min, max_bytes));
  return min.substr(0, static_cast<size_t>(max_bytes));
}

std::string TruncateMax(const std::string& max, int64_t max_bytes, bool is_utf8) {
  if (static_cast<int64_t>(max.size()) <= max_bytes) return max;
  std::string bound = is_utf8 && IsValidUtf8(max)
                          ? NextUtf8Prefix(PrefixOfCharacters(max, max_bytes), max_bytes)
                          : NextBinaryPrefix(std::string_view(max).substr(0, static_cast<size_t>(max_bytes)));
  return bound.empty() ? max : bound;
}

void ColumnStatistics::Start(SortOrder order, int32_t value_bytes) {
  order_ = order;
  value_bytes_ = value_bytes;
  has_bounds_ = false;
  nan_count_ = 0;
}

void ColumnStatistics::Update(const PageValues& values) {
  if (values.num_values == 0) return;
  switch (order_) {
    case SortOrder::kNone:
      return;
    case SortOrder::kBool: {
      const int64_t ones = kernels::CountSetBits(values.data, values.bit_offset, values.num_values);
      const uint64_t low = ones == values.num_values ? 1 : 0, high = ones > 0 ? 1 : 0;
      min_ = has_bounds_ ? min_ & low : low;
      max_ = has_bounds_ ? max_ | high : high;
      has_bounds_ = true;
      return;
    }
    case SortOrder::kInt32:
    case SortOrder::kUInt32:
    case SortOrder::kInt64:
    case SortOrder::kUInt64:
      return UpdateInteger(values);
    case SortOrder::kFloat:
    case SortOrder::kDouble:
    case SortOrder::kFloat16:
      return UpdateFloat(values);
    case SortOrder::kBytes:
    case SortOrder::kFixedBytes:
    case SortOrder::kDecimal:
      return UpdateBytes(values);
  }
}

void ColumnStatistics::UpdateInteger(const PageValues& values) {
  const int64_t n = values.num_values;
  const auto merge = [&](auto low, auto high) {
    using T = decltype(low);
    // Kept in 64 bits, sign-extended for signed types.
    if (!has_bounds_ || low < static_cast<T>(min_)) min_ = static_cast<uint64_t>(low);
    if (!has_bounds_ || high > static_cast<T>(max_)) max_ = static_cast<uint64_t>(high);
    has_bounds_ = true;
  };
  if (order_ == SortOrder::kInt32) {
    int32_t low, high;
    kernels::MinMaxInt32(reinterpret_cast<const int32_t*>(values.data), n, &low, &high);
    merge(low, high);
  } else if (order_ == SortOrder::kUInt32) {
    uint32_t low, high;
    kernels::MinMaxUint32(reinterpret_cast<const uint32_t*>(values.data), n, &low, &high);
    merge(low, high);
  } else if (order_ == SortOrder::kInt64) {
    int64_t low, high;
    kernels::MinMaxInt64(reinterpret_cast<const int64_t*>(values.data), n, &low, &high);
    merge(low, high);
  } else {
    uint64_t low, high;
    kernels::MinMaxUint64(reinterpret_cast<const uint64_t*>(values.data), n, &low, &high);
    merge(low, high);
  }
}

void ColumnStatistics::UpdateFloat(const PageValues& values) {
  const int64_t n = values.num_values;
  // The kernels give a zero min as -0.0 and a zero max as +0.0; an equal bound of another block changes nothing.
  switch (order_) {
    case SortOrder::kFloat: {
      float low, high;
      const int64_t nans = kernels::MinMaxFloat(reinterpret_cast<const float*>(values.data), n, &low, &high);
      nan_count_ += nans;
      if (nans == n) return;
      if (!has_bounds_ || low < std::bit_cast<float>(static_cast<uint32_t>(min_))) min_ = std::bit_cast<uint32_t>(low);
      if (!has_bounds_ || high > std::bit_cast<float>(static_cast<uint32_t>(max_)))
        max_ = std::bit_cast<uint32_t>(high);
      break;
    }
    case SortOrder::kDouble: {
      double low, high;
      const int64_t nans = kernels::MinMaxDouble(reinterpret_cast<const double*>(values.data), n, &low, &high);
      nan_count_ += nans;
      if (nans == n) return;
      if (!has_bounds_ || low < std::bit_cast<double>(min_)) min_ = std::bit_cast<uint64_t>(low);
      if (!has_bounds_ || high > std::bit_cast<double>(max_)) max_ = std::bit_cast<uint64_t>(high);
      break;
    }
    default: {
      uint16_t low, high;
      const int64_t nans = kernels::MinMaxFloat16(reinterpret_cast<const uint16_t*>(values.data), n, &low, &high);
      nan_count_ += nans;
      if (nans == n) return;
      if (!has_bounds_ || Float16Key(low) < Float16Key(static_cast<uint16_t>(min_))) min_ = low;
      if (!has_bounds_ || Float16Key(high) > Float16Key(static_cast<uint16_t>(max_))) max_ = high;
      break;
    }
  }
  has_bounds_ = true;
}

void ColumnStatistics::UpdateBytes(const PageValues& values) {
  int64_t low = 0, high = 0;
  const auto text = [&](int64_t i) {
    const bool fixed = values.layout != ValueLayout::kByteArrays;
    const auto* begin = values.data + (fixed ? i * value_bytes_ : int64_t{values.starts[i]});
    return std::string_view(reinterpret_cast<const char*>(begin),
                            fixed ? static_cast<size_t>(value_bytes_) : size_t{values.lengths[i]});
  };
  const bool decimal = order_ == SortOrder::kDecimal;
  if (decimal) {
    kernels::MinMaxDecimal(values.data, value_bytes_, values.num_values, &low, &high);
  } else if (order_ == SortOrder::kFixedBytes) {
    kernels::MinMaxFixed(values.data, value_bytes_, values.num_values, &low, &high);
  } else {
    kernels::MinMaxBytes(values.data, values.starts, values.lengths, values.num_values, &low, &high);
  }
  const auto bytes = [](std::string_view value) { return reinterpret_cast<const uint8_t*>(value.data()); };
  const std::string_view min = text(low), max = text(high);
  // For decimals `kept < value` is asked for both bounds; an equal min is assigned again, which changes nothing.
  if (!has_bounds_ || (decimal ? !DecimalLess(min_bytes_, bytes(min)) : min < min_bytes_)) min_bytes_.assign(min);
  if (!has_bounds_ || (decimal ? DecimalLess(max_bytes_, bytes(max)) : max > max_bytes_)) max_bytes_.assign(max);
  has_bounds_ = true;
}

format::Statistics ColumnStatistics::Finish(int64_t null_count, int64_t max_bytes, bool is_utf8,
                                            int32_t physical_bytes) const {
  format::Statistics statistics;
  statistics.null_count = null_count;
  const bool is_float = order_ == SortOrder::kFloat || order_ == SortOrder::kDouble || order_ == SortOrder::kFloat16;
  if (is_float) statistics.nan_count = nan_count_;
  if (!has_bounds_) return statistics;
  bool min_exact = true, max_exact = true;
  const auto set = [&](auto low, auto high) {
    statistics.min_value = LittleEndianBytes(low);
    statistics.max_value = LittleEndianBytes(high);
  };
  switch (order_) {
    case SortOrder::kBool:
      set(static_cast<uint8_t>(min_), static_cast<uint8_t>(max_));
      break;
    case SortOrder::kFloat16:
      set(static_cast<uint16_t>(min_), static_cast<uint16_t>(max_));
      break;
    case SortOrder::kInt32:
    case SortOrder::kUInt32:
    case SortOrder::kFloat:
      set(static_cast<uint32_t>(min_), static_cast<uint32_t>(max_));
      break;
    case SortOrder::kInt64:
    case SortOrder::kUInt64:
    case SortOrder::kDouble:
      set(min_, max_);
      break;
    case SortOrder::kDecimal:
      statistics.min_value = DecimalToPhysical(min_bytes_, physical_bytes);
      statistics.max_value = DecimalToPhysical(max_bytes_, physical_bytes);
      break;
    default:
      statistics.min_value = TruncateMin(min_bytes_, max_bytes, is_utf8);
      statistics.max_value = TruncateMax(max_bytes_, max_bytes, is_utf8);
      min_exact = *statistics.min_value == min_bytes_;
      max_exact = *statistics.max_value == max_bytes_;
  }
  statistics.is_min_value_exact = min_exact;
  statistics.is_max_value_exact = max_exact;
  return statistics;
}

}  // namespace inlay::parquet
