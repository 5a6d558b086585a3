// Columns that a program has in vectors -> a batch.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <inlay/array.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay {

/// The values of one column, as C++ holds them in a row: a span, vector, array or the like of
///   int8_t .. uint64_t, float, double       borrowed: a temporary vector does not compile
///   std::array<uint8_t, N>                  borrowed: fixed-size binary, decimals, intervals in Arrow's layout
///   bool (std::vector<bool> too), std::string_view, std::string, const char*    copied
///   std::optional of all these but arrays   copied; a column that may hold nulls
/// A view: made from what a caller passes to BatchBuilder::Add, gone when that returns.
class ColumnValues {
 public:
  enum class Kind : uint8_t {
    kNone,
    kInt8,
    kUInt8,
    kInt16,
    kUInt16,
    kInt32,
    kUInt32,
    kInt64,
    kUInt64,
    kFloat,
    kDouble,
    kBool,
    kText,
    kBytes,
  };
  /// Copies `count` elements from number `first` on to `values` (bool as uint8_t, text as std::string_view), and 0 to
  /// `is_valid` where there is none, else 1.
  using Reader = void (*)(const void* elements, int64_t first, int64_t count, void* values, uint8_t* is_valid);

 private:
  template <typename T>
  struct Element {
    using Value = T;
    static constexpr bool kOptional = false;
  };
  template <typename T>
  struct Element<std::optional<T>> {
    using Value = T;
    static constexpr bool kOptional = true;
  };
  template <typename T>
  struct ByteArray {
    static constexpr int32_t kSize = -1;
  };
  template <size_t N>
  struct ByteArray<std::array<uint8_t, N>> {
    static constexpr int32_t kSize = static_cast<int32_t>(N);
  };

  template <typename T>
  static consteval Kind KindOf() {
    if constexpr (std::same_as<T, bool>) {
      return Kind::kBool;
    } else if constexpr (std::same_as<T, float>) {
      return Kind::kFloat;
    } else if constexpr (std::same_as<T, double>) {
      return Kind::kDouble;
    } else if constexpr (std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                         std::same_as<T, char16_t> || std::same_as<T, char32_t>) {
      return Kind::kNone;
    } else if constexpr (std::integral<T> && sizeof(T) <= 8) {
      constexpr int kPower = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
      return static_cast<Kind>(static_cast<int>(Kind::kInt8) + 2 * kPower + (std::unsigned_integral<T> ? 1 : 0));
    } else if constexpr (std::convertible_to<const T&, std::string_view> && !std::is_array_v<T>) {
      return Kind::kText;
    } else if constexpr (ByteArray<T>::kSize >= 0) {
      return Kind::kBytes;
    } else {
      return Kind::kNone;
    }
  }

  template <typename Range>
  using ElementOf = Element<std::ranges::range_value_t<Range>>;

  template <typename Range>
  static consteval bool Accepts() {
    constexpr Kind kKind = KindOf<typename ElementOf<Range>::Value>();
    constexpr bool kCopied = ElementOf<Range>::kOptional || kKind == Kind::kBool || kKind == Kind::kText;
    if (kKind == Kind::kNone || (ElementOf<Range>::kOptional && kKind == Kind::kBytes)) return false;
    return kCopied || std::is_lvalue_reference_v<Range> || std::ranges::borrowed_range<Range>;
  }

 public:
  template <typename Range>
  requires std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> &&
      (Accepts<Range>())ColumnValues(Range&& values)
      : elements_(std::ranges::data(values)),
        count_(static_cast<int64_t>(std::ranges::size(values))),
        byte_width_(ByteArray<typename ElementOf<Range>::Value>::kSize),
        kind_(KindOf<typename ElementOf<Range>::Value>()),
        optional_(ElementOf<Range>::kOptional) {
    if constexpr (ElementOf<Range>::kOptional || KindOf<typename ElementOf<Range>::Value>() >= Kind::kBool) {
      if (kind_ != Kind::kBytes) reader_ = &Read<std::ranges::range_value_t<Range>>;
    }
  }
  ColumnValues(const std::vector<bool>& values)
      : elements_(&values), count_(static_cast<int64_t>(values.size())), kind_(Kind::kBool), reader_(&ReadBits) {}

  const void* elements() const { return elements_; }
  int64_t count() const { return count_; }
  Kind kind() const { return kind_; }
  bool optional() const { return optional_; }
  int32_t byte_width() const { return byte_width_; }  // kBytes
  Reader reader() const { return reader_; }           // null: the elements are the values

 private:
  template <typename T>
  static void Read(const void* elements, int64_t first, int64_t count, void* values, uint8_t* is_valid) {
    using Value = typename Element<T>::Value;
    using Stored = std::conditional_t<KindOf<Value>() == Kind::kText, std::string_view,
                                      std::conditional_t<std::same_as<Value, bool>, uint8_t, Value>>;
    const T* const from = static_cast<const T*>(elements) + first;
    Stored* const to = static_cast<Stored*>(values);
    for (int64_t i = 0; i < count; ++i) {
      bool valid = true;
      const Value* value;
      if constexpr (Element<T>::kOptional) {
        valid = from[i].has_value();
        value = valid ? &*from[i] : nullptr;
      } else {
        value = &from[i];
      }
      if constexpr (std::is_pointer_v<Value>) valid = valid && *value != nullptr;
      to[i] = valid ? Stored(*value) : Stored();
      is_valid[i] = valid;
    }
  }
  static void ReadBits(const void* elements, int64_t first, int64_t count, void* values, uint8_t* is_valid) {
    const std::vector<bool>& bits = *static_cast<const std::vector<bool>*>(elements);
    for (int64_t i = 0; i < count; ++i) {
      static_cast<uint8_t*>(values)[i] = bits[static_cast<size_t>(first + i)];
      is_valid[i] = 1;
    }
  }

  const void* elements_ = nullptr;
  int64_t count_ = 0;
  int32_t byte_width_ = -1;
  Kind kind_ = Kind::kNone;
  bool optional_ = false;
  Reader reader_ = nullptr;
};

/// Puts columns together to a batch:
///
///   auto batch = BatchBuilder().Add("time", Timestamp(TimeUnit::kMicro), time).Add("price", price).Finish();
///
/// Fixed-width columns are borrowed: their memory must outlive the batch. Text, booleans and optionals are copied. The
/// first error sticks; Finish returns it. One thread at a time.
class INLAY_EXPORT BatchBuilder {
 public:
  /// `allocator` outlives the batch.
  explicit BatchBuilder(const Allocator* allocator = &DefaultAllocator());
  BatchBuilder(BatchBuilder&&) noexcept;
  BatchBuilder& operator=(BatchBuilder&&) noexcept;
  ~BatchBuilder();

  /// A column of the type that C++ says: Int64 for int64_t, Utf8 for text, FixedSizeBinary(N) for arrays of N bytes.
  /// Nullable when the values are optionals, else required.
  BatchBuilder& Add(std::string name, const ColumnValues& values);
  /// A column of another type that is held the same way: int32_t for Date32, Time32 and Decimal32; int64_t for
  /// timestamps, Date64, Time64, Duration and Decimal64; uint16_t for the bits of Float16; text for all strings and
  /// binaries (fixed-size binary: each of that size); arrays of N bytes for decimals, intervals and binaries of that
  /// width.
  BatchBuilder& Add(std::string name, DataType type, const ColumnValues& values);
  /// Any column in Arrow's layout, of any type, borrowed; a copy of its type is kept.
  BatchBuilder& Add(std::string name, const ArrayView& array, bool nullable = true);

  /// The batch: columns of equal length, checked in full (ValidateBatch), UTF-8 too. kInvalidArgument names the column.
  /// The builder is used up then.
  Result<RecordBatch> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
  bool finished_ = false;
};

}  // namespace inlay
