// Flatbuffer -> Schema (the format's Schema.fbs). Input is untrusted: the verifier has seen it, its values have not
// been looked at.
#include <bit>
#include <cstring>
#include <new>

#include "engine/columns/data_type_builder.h"
#include "engine/columns/field_path.h"
#include "engine/columns/schema_flatbuffer.h"
#include "engine/columns/schema_message.h"

namespace inlay {
namespace {

using MetadataVector = flatbuffers::Vector<flatbuffers::Offset<flatbuf::KeyValue>>;

// How many bytes of strings may still be made. Tables are bounded by the verifier, strings are not: many tables may
// point to one long string, and good writers do that with short ones.
class StringBudget {
 public:
  explicit StringBudget(int64_t flatbuffer_bytes) : left_(64 * flatbuffer_bytes + (64 << 10)) {}
  bool Take(const flatbuffers::String* text, std::string* out) {
    if (text == nullptr) return true;
    left_ -= static_cast<int64_t>(text->size());
    if (left_ < 0) return false;
    out->assign(text->c_str(), text->size());
    return true;
  }
  static Status Exceeded() { return Status::LimitExceeded("schema: one string is repeated beyond all measure"); }

 private:
  int64_t left_;
};

Status TakeMetadata(const MetadataVector* metadata, StringBudget* budget, KeyValueMetadata* out) {
  if (metadata == nullptr) return {};
  out->reserve(metadata->size());
  for (const flatbuf::KeyValue* pair : *metadata) {
    auto& [key, value] = out->emplace_back();
    if (!budget->Take(pair->key(), &key) || !budget->Take(pair->value(), &value)) return StringBudget::Exceeded();
  }
  return {};
}

class SchemaReader {
 public:
  SchemaReader(DecodedSchema* result, StringBudget* budget) : result_(*result), budget_(*budget) {}

  Status Fields(const flatbuffers::Vector<flatbuffers::Offset<flatbuf::Field>>* fields, const FieldPath* parent,
                std::vector<Field>* out) {
    if (fields == nullptr) return {};
    out->reserve(fields->size());
    for (const flatbuf::Field* field : *fields) {
      if (Status status = OneField(*field, parent, &out->emplace_back()); !status.ok()) return status;
    }
    return {};
  }

 private:
  Status Corrupt(const FieldPath* path, const std::string& what) {
    return Status::CorruptData(PathPrefix(path) + what);
  }

  Status OneField(const flatbuf::Field& field, const FieldPath* parent, Field* out);
  Status OneType(const flatbuf::Field& field, const FieldPath* path, DataType* out);
  Status IndexType(const flatbuf::Int* index, const FieldPath* path, TypeId* out);

  Status Integer(const flatbuf::Int& type, const FieldPath* path, TypeId* out);
  Status Float(const flatbuf::FloatingPoint& type, const FieldPath* path, DataType* out);
  Status Decimal(const flatbuf::Decimal& type, const FieldPath* path, DataType* out);
  Status Time(const flatbuf::Time& type, const FieldPath* path, DataType* out);
  Status Timestamp(const flatbuf::Timestamp& type, const FieldPath* path, DataType* out);
  Status Interval(const flatbuf::Interval& type, const FieldPath* path, DataType* out);
  Status Union(const flatbuf::Union& type, size_t num_members, const FieldPath* path, DataType* out);
  Status Unit(flatbuf::TimeUnit unit, const FieldPath* path, DataTypeBuilder* out);

  DecodedSchema& result_;
  StringBudget& budget_;
};

Status SchemaReader::OneField(const flatbuf::Field& field, const FieldPath* parent, Field* out) {
  if (!budget_.Take(field.name(), &out->name)) return StringBudget::Exceeded();
  const FieldPath path{parent, out->name};
  out->nullable = field.nullable();
  if (Status status = TakeMetadata(field.custom_metadata(), &budget_, &out->metadata); !status.ok()) return status;
  const flatbuf::DictionaryEncoding* dictionary = field.dictionary();
  if (dictionary == nullptr) return OneType(field, &path, &out->type);

  result_.dictionary_ids.push_back(dictionary->id());
  if (dictionary->dictionary_kind() != flatbuf::DictionaryKind::DenseArray) {
    return Status::NotImplemented(PathPrefix(&path) + "a dictionary of an unknown kind");
  }
  TypeId index_type = TypeId::kInt32;
  if (Status status = IndexType(dictionary->index_type(), &path, &index_type); !status.ok()) return status;
  DataType values;
  if (Status status = OneType(field, &path, &values); !status.ok()) return status;
  out->type = Dictionary(index_type, std::move(values), dictionary->is_ordered());
  return {};
}

Status SchemaReader::IndexType(const flatbuf::Int* index, const FieldPath* path, TypeId* out) {
  return index == nullptr ? Status() : Integer(*index, path, out);
}

Status SchemaReader::Integer(const flatbuf::Int& type, const FieldPath* path, TypeId* out) {
  const bool is_signed = type.is_signed();
  switch (type.bit_width()) {
    case 8:
      *out = is_signed ? TypeId::kInt8 : TypeId::kUInt8;
      return {};
    case 16:
      *out = is_signed ? TypeId::kInt16 : TypeId::kUInt16;
      return {};
    case 32:
      *out = is_signed ? TypeId::kInt32 : TypeId::kUInt32;
      return {};
    case 64:
      *out = is_signed ? TypeId::kInt64 : TypeId::kUInt64;
      return {};
    default:
      return Corrupt(path, "an integer of " + std::to_string(type.bit_width()) + " bits");
  }
}

Status SchemaReader::Float(const flatbuf::FloatingPoint& type, const FieldPath* path, DataType* out) {
  switch (type.precision()) {
    case flatbuf::Precision::HALF:
      *out = Float16();
      return {};
    case flatbuf::Precision::SINGLE:
      *out = Float32();
      return {};
    case flatbuf::Precision::DOUBLE:
      *out = Float64();
      return {};
  }
  return Corrupt(path, "floating point of an unknown precision");
}

Status SchemaReader::Decimal(const flatbuf::Decimal& type, const FieldPath* path, DataType* out) {
  switch (type.bit_width()) {
    case 32:
      *out = Decimal32(type.precision(), type.scale());
      return {};
    case 64:
      *out = Decimal64(type.precision(), type.scale());
      return {};
    case 128:
      *out = Decimal128(type.precision(), type.scale());
      return {};
    case 256:
      *out = Decimal256(type.precision(), type.scale());
      return {};
    default:
      return Corrupt(path, "a decimal of " + std::to_string(type.bit_width()) + " bits");
  }
}

Status SchemaReader::Unit(flatbuf::TimeUnit unit, const FieldPath* path, DataTypeBuilder* out) {
  if (unit < flatbuf::TimeUnit::SECOND || unit > flatbuf::TimeUnit::NANOSECOND) {
    return Corrupt(path, "an unknown unit of time");
  }
  out->Unit(static_cast<TimeUnit>(unit));
  return {};
}

Status SchemaReader::Time(const flatbuf::Time& type, const FieldPath* path, DataType* out) {
  if (type.bit_width() != 32 && type.bit_width() != 64) {
    return Corrupt(path, "a time of " + std::to_string(type.bit_width()) + " bits");
  }
  DataTypeBuilder builder(type.bit_width() == 32 ? TypeId::kTime32 : TypeId::kTime64);
  if (Status status = Unit(type.unit(), path, &builder); !status.ok()) return status;
  *out = std::move(builder.type);
  return {};
}

Status SchemaReader::Timestamp(const flatbuf::Timestamp& type, const FieldPath* path, DataType* out) {
  DataTypeBuilder builder(TypeId::kTimestamp);
  std::string timezone;
  if (!budget_.Take(type.timezone(), &timezone)) return StringBudget::Exceeded();
  builder.Timezone(std::move(timezone));
  if (Status status = Unit(type.unit(), path, &builder); !status.ok()) return status;
  *out = std::move(builder.type);
  return {};
}

Status SchemaReader::Interval(const flatbuf::Interval& type, const FieldPath* path, DataType* out) {
  switch (type.unit()) {
    case flatbuf::IntervalUnit::YEAR_MONTH:
      *out = IntervalYearMonth();
      return {};
    case flatbuf::IntervalUnit::DAY_TIME:
      *out = IntervalDayTime();
      return {};
    case flatbuf::IntervalUnit::MONTH_DAY_NANO:
      *out = IntervalMonthDayNano();
      return {};
  }
  return Corrupt(path, "an interval of an unknown unit");
}

Status SchemaReader::Union(const flatbuf::Union& type, size_t num_members, const FieldPath* path, DataType* out) {
  std::vector<int8_t> ids;
  if (const auto* given = type.type_ids(); given != nullptr) {
    ids.reserve(given->size());
    for (const int32_t id : *given) {
      if (id < 0 || id > INT8_MAX) return Corrupt(path, "union type id " + std::to_string(id) + " is not in 0..127");
      ids.push_back(static_cast<int8_t>(id));
    }
  } else {
    if (num_members > INT8_MAX + 1) return Corrupt(path, "a union of more than 128 members");
    for (size_t id = 0; id < num_members; ++id) ids.push_back(static_cast<int8_t>(id));
  }
  if (type.mode() != flatbuf::UnionMode::Sparse && type.mode() != flatbuf::UnionMode::Dense) {
    return Corrupt(path, "a union of an unknown mode");
  }
  const bool dense = type.mode() == flatbuf::UnionMode::Dense;
  *out = DataTypeBuilder(dense ? TypeId::kDenseUnion : TypeId::kSparseUnion).TypeIds(std::move(ids)).type;
  return {};
}

// Some writers leave fields nullable that the format says are not; no value is lost by saying what the format says.
void ForceNonNullable(TypeId id, std::vector<Field>* children) {
  if (children->empty()) return;
  Field& first = children->front();
  if (id == TypeId::kRunEndEncoded) first.nullable = false;
  if (id != TypeId::kMap) return;
  first.nullable = false;
  if (first.type.id() != TypeId::kStruct || first.type.children().size() != 2 || !first.type.children()[0].nullable) {
    return;
  }
  std::vector<Field> entries = first.type.children();
  entries[0].nullable = false;
  first.type = Struct(std::move(entries));
}

Status SchemaReader::OneType(const flatbuf::Field& field, const FieldPath* path, DataType* out) {
  std::vector<Field> children;
  if (Status status = Fields(field.children(), path, &children); !status.ok()) return status;
  if (field.type() == nullptr) return Corrupt(path, "has no type");
  Status status;
  switch (field.type_type()) {
    case flatbuf::Type::Null:
      *out = Null();
      break;
    case flatbuf::Type::Bool:
      *out = Bool();
      break;
    case flatbuf::Type::Int: {
      TypeId id = TypeId::kInt32;
      status = Integer(*field.type_as_Int(), path, &id);
      *out = DataType(id);
      break;
    }
    case flatbuf::Type::FloatingPoint:
      status = Float(*field.type_as_FloatingPoint(), path, out);
      break;
    case flatbuf::Type::Decimal:
      status = Decimal(*field.type_as_Decimal(), path, out);
      break;
    case flatbuf::Type::Date:
      *out = field.type_as_Date()->unit() == flatbuf::DateUnit::DAY ? Date32() : Date64();
      break;
    case flatbuf::Type::Time:
      status = Time(*field.type_as_Time(), path, out);
      break;
    case flatbuf::Type::Timestamp:
      status = Timestamp(*field.type_as_Timestamp(), path, out);
      break;
    case flatbuf::Type::Duration: {
      DataTypeBuilder builder(TypeId::kDuration);
      status = Unit(field.type_as_Duration()->unit(), path, &builder);
      *out = std::move(builder.type);
      break;
    }
    case flatbuf::Type::Interval:
      status = Interval(*field.type_as_Interval(), path, out);
      break;
    case flatbuf::Type::Utf8:
      *out = Utf8();
      break;
    case flatbuf::Type::LargeUtf8:
      *out = LargeUtf8();
      break;
    case flatbuf::Type::Utf8View:
      *out = Utf8View();
      break;
    case flatbuf::Type::Binary:
      *out = Binary();
      break;
    case flatbuf::Type::LargeBinary:
      *out = LargeBinary();
      break;
    case flatbuf::Type::BinaryView:
      *out = BinaryView();
      break;
    case flatbuf::Type::FixedSizeBinary:
      *out = FixedSizeBinary(field.type_as_FixedSizeBinary()->byte_width());
      break;
    case flatbuf::Type::List:
      *out = DataType(TypeId::kList);
      break;
    case flatbuf::Type::LargeList:
      *out = DataType(TypeId::kLargeList);
      break;
    case flatbuf::Type::ListView:
      *out = DataType(TypeId::kListView);
      break;
    case flatbuf::Type::LargeListView:
      *out = DataType(TypeId::kLargeListView);
      break;
    case flatbuf::Type::FixedSizeList:
      *out = DataTypeBuilder(TypeId::kFixedSizeList).ListSize(field.type_as_FixedSizeList()->list_size()).type;
      break;
    case flatbuf::Type::Struct_:
      *out = DataType(TypeId::kStruct);
      break;
    case flatbuf::Type::Map:
      *out = DataTypeBuilder(TypeId::kMap).Flag(field.type_as_Map()->keys_sorted()).type;
      break;
    case flatbuf::Type::Union:
      status = Union(*field.type_as_Union(), children.size(), path, out);
      break;
    case flatbuf::Type::RunEndEncoded:
      *out = DataType(TypeId::kRunEndEncoded);
      break;
    default:
      return Status::NotImplemented(PathPrefix(path) + "a type that this version does not know");
  }
  if (!status.ok() || children.empty()) return status;
  ForceNonNullable(out->id(), &children);
  DataTypeBuilder builder(out->id());
  builder.type = std::move(*out);
  *out = std::move(builder.Children(std::move(children)).type);
  return {};
}

}  // namespace

Status CheckVersion(flatbuf::MetadataVersion version) {
  if (version == flatbuf::MetadataVersion::V4 || version == flatbuf::MetadataVersion::V5) return {};
  if (version < flatbuf::MetadataVersion::V4) {
    return Status::NotImplemented("metadata of a version before V4 (before Arrow 0.8)");
  }
  return Status::NotImplemented("metadata of a version after V5");
}

Result<VerifiedFlatBuffer<flatbuf::Message>> VerifyMessage(BufferView bytes) {
  auto message = VerifiedFlatBuffer<flatbuf::Message>::Verify(bytes, "message");
  if (!message.ok()) return message;
  if (Status status = CheckVersion((*message)->version()); !status.ok()) return status.WithContext("message");
  if ((*message)->header() == nullptr) return Status::CorruptData("message: has no header");
  return message;
}

Result<DecodedSchema> ReadSchema(const flatbuf::Schema& schema, int64_t flatbuffer_bytes) {
  DecodedSchema result;
  if (schema.endianness() != flatbuf::Endianness::Little && schema.endianness() != flatbuf::Endianness::Big) {
    return Status::CorruptData("schema: an unknown byte order");
  }
  const bool little = schema.endianness() == flatbuf::Endianness::Little;
  result.foreign_endian = little != (std::endian::native == std::endian::little);
  StringBudget budget(flatbuffer_bytes);
  Status status = SchemaReader(&result, &budget).Fields(schema.fields(), nullptr, &result.schema.fields);
  if (status.ok()) status = TakeMetadata(schema.custom_metadata(), &budget, &result.schema.metadata);
  if (!status.ok()) return status;
  status = result.schema.Validate();
  if (status.code() == StatusCode::kInvalidArgument) return Status::CorruptData(status.message());
  if (!status.ok()) return status;
  return result;
}

Result<KeyValueMetadata> ReadMetadata(const MetadataVector* metadata, int64_t flatbuffer_bytes) {
  KeyValueMetadata result;
  StringBudget budget(flatbuffer_bytes);
  if (Status status = TakeMetadata(metadata, &budget, &result); !status.ok()) return status;
  return result;
}

Result<Schema> DecodeSchemaMessage(BufferView message) try {
  if (message.size_bytes < 8) return Status::CorruptData("schema message: too short");
  int64_t prefix_bytes = 4;
  int32_t length = LoadInt32(message.data);
  if (length == -1) {
    prefix_bytes = 8;
    length = LoadInt32(message.data + 4);
  }
  if (length < 0 || length > message.size_bytes - prefix_bytes) {
    return Status::CorruptData("schema message: declares " + std::to_string(length) + " bytes of " +
                               std::to_string(message.size_bytes - prefix_bytes));
  }
  const auto verified = VerifyMessage({message.data + prefix_bytes, length});
  if (!verified.ok()) return verified.status();
  const flatbuf::Schema* schema = (*verified)->header_as_Schema();
  if (schema == nullptr) return Status::CorruptData("schema message: holds another kind of message");
  auto decoded = ReadSchema(*schema, verified->size_bytes());
  if (!decoded.ok()) return decoded.status();
  return std::move(decoded->schema);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
