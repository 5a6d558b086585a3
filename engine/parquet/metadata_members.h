// What the writer and the reader of the structures share: which kinds of members there are, and how each stands on the
// wire.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/parquet/metadata.h"

namespace inlay::parquet::format {

struct NoField {
  void operator()(int16_t, auto&) const {}
  void defaulted(int16_t, auto&) const {}
  void unless_empty(int16_t, auto&) const {}
};
template <typename T>
concept Struct = requires(T& value) {
  T::Fields(value, NoField());
};
template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;
template <typename T>
concept Enum = std::is_enum_v<T> && !std::same_as<T, ColumnOrder>;
// A union whose members this version may not know: reading one leaves the value as it is.
template <typename T>
concept Union = std::same_as<T, LogicalType> || std::same_as<T, ColumnOrder>;

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <typename T>
constexpr WireType WireTypeOf() {
  if constexpr (std::same_as<T, bool>)
    return WireType::kTrue;
  else if constexpr (std::same_as<T, int8_t>)
    return WireType::kI8;
  else if constexpr (std::same_as<T, int16_t>)
    return WireType::kI16;
  else if constexpr (std::same_as<T, int32_t> || Enum<T>)
    return WireType::kI32;
  else if constexpr (std::same_as<T, int64_t>)
    return WireType::kI64;
  else if constexpr (std::same_as<T, std::string>)
    return WireType::kBinary;
  else if constexpr (kIsVector<T>)
    return WireType::kList;
  else {
    static_assert(Struct<T> || Union<T>);
    return WireType::kStruct;
  }
}

}  // namespace inlay::parquet::format
