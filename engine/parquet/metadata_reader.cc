#include <utility>

#include "engine/parquet/metadata.h"
#include "engine/parquet/metadata_members.h"

namespace inlay::parquet::format {
namespace {

void ReadValue(ThriftReader& in, LogicalType& value);
void ReadValue(ThriftReader& in, ColumnOrder& value);
template <Struct T>
void ReadValue(ThriftReader& in, T& value);

void ReadValue(ThriftReader& in, int8_t& value) { value = in.I8(); }
void ReadValue(ThriftReader& in, int16_t& value) { value = in.I16(); }
void ReadValue(ThriftReader& in, int32_t& value) { value = in.I32(); }
void ReadValue(ThriftReader& in, int64_t& value) { value = in.I64(); }
void ReadValue(ThriftReader& in, std::string& value) { value = in.Binary(); }
template <Enum T>
void ReadValue(ThriftReader& in, T& value) {
  value = static_cast<T>(in.I32());
}
template <typename T>
void ReadValue(ThriftReader& in, std::vector<T>& values) {
  values.clear();
  WireType element;
  const int64_t count = in.BeginList(&element);
  if (count > 0 && element != WireTypeOf<T>()) in.Fail("a list has elements of the wrong type");
  // Not reserved by the declared count: memory grows with what is really there.
  for (int64_t i = 0; i < count && in.ok() && in.Charge(2 * static_cast<int64_t>(sizeof(T))); ++i) {
    ReadValue(in, values.emplace_back());
  }
  in.EndList();
}

// Reads the field that the reader stands at into the member with its id. One of another type is not that member, as
// readers that Thrift generates have it: it is skipped, and missed if it is required.
struct FieldReader {
  ThriftReader& in;
  bool found = false;

  template <typename T>
  void operator()(int16_t id, T& value) {
    if (found || in.field_id() != id || !HasType<T>()) return;
    found = true;
    if constexpr (kIsOptional<T>) {
      Read(value.emplace());
    } else {
      Read(value);
    }
  }
  void defaulted(int16_t id, auto& value) { (*this)(id, value); }
  void unless_empty(int16_t id, auto& values) { (*this)(id, values); }

 private:
  template <typename T>
  bool HasType() const {
    if constexpr (kIsOptional<T>) {
      return HasType<typename T::value_type>();
    } else {
      return in.field_type() == WireTypeOf<T>() || (std::same_as<T, bool> && in.field_type() == WireType::kFalse);
    }
  }
  template <typename T>
  void Read(T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = in.FieldBool();
    } else {
      ReadValue(in, value);
    }
  }
};

// Fails for the first required member that was not seen.
struct RequiredFields {
  ThriftReader& in;
  uint32_t seen_ids;

  template <typename T>
  void operator()(int16_t id, const T&) {
    if (!kIsOptional<T> && !Union<T> && (seen_ids >> id & 1) == 0) {
      in.Fail("required field " + std::to_string(id) + " is missing");
    }
  }
  void defaulted(int16_t, const auto&) {}
  void unless_empty(int16_t, const auto&) {}
};

template <Struct T>
void ReadValue(ThriftReader& in, T& value) {
  uint32_t seen_ids = 0;
  in.BeginStruct();
  while (in.NextField()) {
    const int16_t id = in.field_id();
    FieldReader field{in};
    T::Fields(value, field);
    if (!field.found) in.Skip(in.field_type(), false);
    if (field.found && id > 0 && id < 32) seen_ids |= uint32_t{1} << id;
  }
  if (in.ok()) T::Fields(value, RequiredFields{in, seen_ids});
}

// Reads a union and calls `member` at the field that is set; `member` reads or skips it.
template <typename Member>
void ReadUnion(ThriftReader& in, Member member) {
  in.BeginStruct();
  while (in.NextField()) {
    if (in.field_type() != WireType::kStruct) return in.Fail("a member of a union is no structure");
    member(in.field_id());
  }
}

// Calls `visit(field)` for each field of a structure that stands at the reader.
template <typename Visit>
void ReadFields(ThriftReader& in, Visit visit) {
  in.BeginStruct();
  while (in.NextField()) {
    FieldReader field{in};
    visit(field);
    if (!field.found) in.Skip(in.field_type(), false);
  }
}

void ReadValue(ThriftReader& in, ColumnOrder& value) {
  ReadUnion(in, [&](int16_t id) {
    if (id >= 1 && id <= 3) value = static_cast<ColumnOrder>(id);
    in.Skip(WireType::kStruct, false);
  });
}

void ReadTimeUnit(ThriftReader& in, LogicalType& value) {
  bool known = false;
  ReadUnion(in, [&](int16_t id) {
    if (id >= 1 && id <= 3) {
      value.unit = static_cast<LogicalType::TimeUnit>(id);
      known = true;
    }
    in.Skip(WireType::kStruct, false);
  });
  if (!known) in.Fail("unknown time unit");
}

void ReadTimeType(ThriftReader& in, LogicalType& value) {
  bool has_unit = false;
  ReadFields(in, [&](FieldReader& field) {
    field(1, value.is_adjusted_to_utc);
    if (in.field_id() != 2 || in.field_type() != WireType::kStruct) return;
    field.found = has_unit = true;
    ReadTimeUnit(in, value);
  });
  if (!has_unit) in.Fail("a time type has no unit");
}

void ReadValue(ThriftReader& in, LogicalType& value) {
  using Kind = LogicalType::Kind;
  ReadUnion(in, [&](int16_t id) {
    const auto kind = static_cast<Kind>(id);
    switch (kind) {
      case Kind::kDecimal:
        ReadFields(in, [&](FieldReader& field) { field(1, value.scale), field(2, value.precision); });
        break;
      case Kind::kTime:
      case Kind::kTimestamp:
        ReadTimeType(in, value);
        break;
      case Kind::kInteger:
        ReadFields(in, [&](FieldReader& field) { field(1, value.bit_width), field(2, value.is_signed); });
        break;
      case Kind::kVariant:
        ReadFields(in, [&](FieldReader& field) { field(1, value.specification_version); });
        break;
      case Kind::kGeometry:
      case Kind::kGeography:
        ReadFields(in, [&](FieldReader& field) {
          field(1, value.crs);
          if (kind == Kind::kGeography) field(2, value.algorithm);
        });
        break;
      default:
        in.Skip(WireType::kStruct, false);
        break;
    }
    if (id >= 1 && id <= 18 && id != 9) value.kind = kind;
  });
}

template <typename T>
Result<T> Read(std::span<const uint8_t> bytes, int64_t* num_bytes, int64_t max_memory_bytes) {
  ThriftReader in(bytes, {.max_allocated_bytes = max_memory_bytes});
  T value;
  ReadValue(in, value);
  if (!in.ok()) return in.status();
  if (num_bytes != nullptr) *num_bytes = in.position();
  return value;
}

}  // namespace

Result<FileMetaData> ReadFileMetaData(std::span<const uint8_t> bytes, int64_t* num_bytes, int64_t max_memory_bytes) {
  return Read<FileMetaData>(bytes, num_bytes, max_memory_bytes);
}
Result<PageHeader> ReadPageHeader(std::span<const uint8_t> bytes, int64_t* num_bytes) {
  return Read<PageHeader>(bytes, num_bytes, kMaxMetadataMemoryBytes);
}

}  // namespace inlay::parquet::format
