// Schema -> flatbuffer (the format's Schema.fbs).
#include <bit>
#include <cstring>
#include <new>

#include "engine/columns/schema_flatbuffer.h"
#include "engine/columns/schema_message.h"

namespace inlay {
namespace {

using flatbuffers::Offset;

struct TypeOffset {
  flatbuf::Type tag;
  Offset<void> table;
};

int32_t IntegerBits(TypeId id) { return FixedByteWidth(DataType(id)) * 8; }

bool IsSigned(TypeId id) {
  return id == TypeId::kInt8 || id == TypeId::kInt16 || id == TypeId::kInt32 || id == TypeId::kInt64;
}

class SchemaBuilder {
 public:
  SchemaBuilder(FlatBufferBuilder* builder, std::span<const int64_t> dictionary_ids)
      : builder_(*builder), dictionary_ids_(dictionary_ids) {}

  Offset<flatbuffers::Vector<Offset<flatbuf::Field>>> Fields(const std::vector<Field>& fields) {
    std::vector<Offset<flatbuf::Field>> offsets;
    offsets.reserve(fields.size());
    for (const Field& field : fields) offsets.push_back(OneField(field));
    return builder_.CreateVector(offsets);
  }

 private:
  Offset<flatbuf::Field> OneField(const Field& field) {
    const auto name = builder_.CreateString(field.name);
    const auto metadata = BuildMetadata(field.metadata, &builder_);
    const DataType* type = &field.type;
    Offset<flatbuf::DictionaryEncoding> dictionary;
    if (type->id() == TypeId::kDictionary) {
      const auto index = flatbuf::CreateInt(builder_, IntegerBits(type->index_type()), IsSigned(type->index_type()));
      const size_t number = num_dictionaries_++;
      const int64_t id = dictionary_ids_.empty() ? static_cast<int64_t>(number) : dictionary_ids_[number];
      dictionary = flatbuf::CreateDictionaryEncoding(builder_, id, index, type->ordered());
      type = &type->children()[0].type;
    }
    const TypeOffset offset = OneType(*type);
    const auto children = Fields(type->children());
    return flatbuf::CreateField(builder_, name, field.nullable, offset.tag, offset.table, dictionary, children,
                                metadata);
  }

  TypeOffset Integer(TypeId id) {
    return {flatbuf::Type::Int, flatbuf::CreateInt(builder_, IntegerBits(id), IsSigned(id)).Union()};
  }
  TypeOffset Float(flatbuf::Precision precision) {
    return {flatbuf::Type::FloatingPoint, flatbuf::CreateFloatingPoint(builder_, precision).Union()};
  }
  TypeOffset Decimal(const DataType& type, int32_t bit_width) {
    return {flatbuf::Type::Decimal,
            flatbuf::CreateDecimal(builder_, type.precision(), type.scale(), bit_width).Union()};
  }
  TypeOffset Date(flatbuf::DateUnit unit) { return {flatbuf::Type::Date, flatbuf::CreateDate(builder_, unit).Union()}; }
  TypeOffset Time(const DataType& type, int32_t bit_width) {
    return {flatbuf::Type::Time, flatbuf::CreateTime(builder_, Unit(type), bit_width).Union()};
  }
  TypeOffset Timestamp(const DataType& type) {
    const auto timezone =
        type.timezone().empty() ? Offset<flatbuffers::String>() : builder_.CreateString(type.timezone());
    return {flatbuf::Type::Timestamp, flatbuf::CreateTimestamp(builder_, Unit(type), timezone).Union()};
  }
  TypeOffset Interval(flatbuf::IntervalUnit unit) {
    return {flatbuf::Type::Interval, flatbuf::CreateInterval(builder_, unit).Union()};
  }
  // Type ids are written even where they are 0, 1, ...: some readers do not know the default.
  TypeOffset Union(const DataType& type, flatbuf::UnionMode mode) {
    const std::vector<int32_t> ids(type.type_ids().begin(), type.type_ids().end());
    const auto vector = builder_.CreateVector(ids);
    return {flatbuf::Type::Union, flatbuf::CreateUnion(builder_, mode, vector).Union()};
  }

  static flatbuf::TimeUnit Unit(const DataType& type) { return static_cast<flatbuf::TimeUnit>(type.unit()); }

  TypeOffset OneType(const DataType& type);

  FlatBufferBuilder& builder_;
  std::span<const int64_t> dictionary_ids_;
  size_t num_dictionaries_ = 0;
};
static_assert(static_cast<int>(TimeUnit::kNano) == static_cast<int>(flatbuf::TimeUnit::NANOSECOND));

TypeOffset SchemaBuilder::OneType(const DataType& type) {
  using Tag = flatbuf::Type;
  switch (type.id()) {
    case TypeId::kNull:
      return {Tag::Null, flatbuf::CreateNull(builder_).Union()};
    case TypeId::kBool:
      return {Tag::Bool, flatbuf::CreateBool(builder_).Union()};
    case TypeId::kInt8:
    case TypeId::kUInt8:
    case TypeId::kInt16:
    case TypeId::kUInt16:
    case TypeId::kInt32:
    case TypeId::kUInt32:
    case TypeId::kInt64:
    case TypeId::kUInt64:
      return Integer(type.id());
    case TypeId::kFloat16:
      return Float(flatbuf::Precision::HALF);
    case TypeId::kFloat32:
      return Float(flatbuf::Precision::SINGLE);
    case TypeId::kFloat64:
      return Float(flatbuf::Precision::DOUBLE);
    case TypeId::kDecimal32:
      return Decimal(type, 32);
    case TypeId::kDecimal64:
      return Decimal(type, 64);
    case TypeId::kDecimal128:
      return Decimal(type, 128);
    case TypeId::kDecimal256:
      return Decimal(type, 256);
    case TypeId::kDate32:
      return Date(flatbuf::DateUnit::DAY);
    case TypeId::kDate64:
      return Date(flatbuf::DateUnit::MILLISECOND);
    case TypeId::kTime32:
      return Time(type, 32);
    case TypeId::kTime64:
      return Time(type, 64);
    case TypeId::kTimestamp:
      return Timestamp(type);
    case TypeId::kDuration:
      return {Tag::Duration, flatbuf::CreateDuration(builder_, Unit(type)).Union()};
    case TypeId::kIntervalYearMonth:
      return Interval(flatbuf::IntervalUnit::YEAR_MONTH);
    case TypeId::kIntervalDayTime:
      return Interval(flatbuf::IntervalUnit::DAY_TIME);
    case TypeId::kIntervalMonthDayNano:
      return Interval(flatbuf::IntervalUnit::MONTH_DAY_NANO);
    case TypeId::kUtf8:
      return {Tag::Utf8, flatbuf::CreateUtf8(builder_).Union()};
    case TypeId::kLargeUtf8:
      return {Tag::LargeUtf8, flatbuf::CreateLargeUtf8(builder_).Union()};
    case TypeId::kUtf8View:
      return {Tag::Utf8View, flatbuf::CreateUtf8View(builder_).Union()};
    case TypeId::kBinary:
      return {Tag::Binary, flatbuf::CreateBinary(builder_).Union()};
    case TypeId::kLargeBinary:
      return {Tag::LargeBinary, flatbuf::CreateLargeBinary(builder_).Union()};
    case TypeId::kBinaryView:
      return {Tag::BinaryView, flatbuf::CreateBinaryView(builder_).Union()};
    case TypeId::kFixedSizeBinary:
      return {Tag::FixedSizeBinary, flatbuf::CreateFixedSizeBinary(builder_, type.byte_width()).Union()};
    case TypeId::kList:
      return {Tag::List, flatbuf::CreateList(builder_).Union()};
    case TypeId::kLargeList:
      return {Tag::LargeList, flatbuf::CreateLargeList(builder_).Union()};
    case TypeId::kListView:
      return {Tag::ListView, flatbuf::CreateListView(builder_).Union()};
    case TypeId::kLargeListView:
      return {Tag::LargeListView, flatbuf::CreateLargeListView(builder_).Union()};
    case TypeId::kFixedSizeList:
      return {Tag::FixedSizeList, flatbuf::CreateFixedSizeList(builder_, type.list_size()).Union()};
    case TypeId::kStruct:
      return {Tag::Struct_, flatbuf::CreateStruct_(builder_).Union()};
    case TypeId::kMap:
      return {Tag::Map, flatbuf::CreateMap(builder_, type.keys_sorted()).Union()};
    case TypeId::kDenseUnion:
      return Union(type, flatbuf::UnionMode::Dense);
    case TypeId::kSparseUnion:
      return Union(type, flatbuf::UnionMode::Sparse);
    case TypeId::kRunEndEncoded:
      return {Tag::RunEndEncoded, flatbuf::CreateRunEndEncoded(builder_).Union()};
    case TypeId::kDictionary:
      break;  // of a dictionary: Schema::Validate refused it
  }
  return {Tag::NONE, Offset<void>()};
}

// More than the tables, vectors and strings of these take.
int64_t EstimateBytes(const KeyValueMetadata& metadata) {
  int64_t bytes = 16;
  for (const auto& [key, value] : metadata) bytes += static_cast<int64_t>(key.size() + value.size()) + 48;
  return bytes;
}
int64_t EstimateBytes(const std::vector<Field>& fields) {
  int64_t bytes = 16;
  for (const Field& field : fields) {
    bytes += 192 + static_cast<int64_t>(field.name.size() + field.type.timezone().size()) +
             4 * static_cast<int64_t>(field.type.type_ids().size()) + EstimateBytes(field.metadata) +
             EstimateBytes(field.type.children());
  }
  return bytes;
}

}  // namespace

Offset<flatbuffers::Vector<Offset<flatbuf::KeyValue>>> BuildMetadata(const KeyValueMetadata& metadata,
                                                                     FlatBufferBuilder* builder) {
  if (metadata.empty()) return {};
  std::vector<Offset<flatbuf::KeyValue>> offsets;
  offsets.reserve(metadata.size());
  for (const auto& [key, value] : metadata) {
    const auto key_offset = builder->CreateString(key);
    const auto value_offset = builder->CreateString(value);
    offsets.push_back(flatbuf::CreateKeyValue(*builder, key_offset, value_offset));
  }
  return builder->CreateVector(offsets);
}

Result<Offset<flatbuf::Schema>> BuildSchema(const Schema& schema, FlatBufferBuilder* builder, std::endian byte_order,
                                            std::span<const int64_t> dictionary_ids) {
  if (EstimateBytes(schema.fields) + EstimateBytes(schema.metadata) >= kMaxFlatBufferBytes) {
    return Status::LimitExceeded("the schema's names and metadata take a gibibyte or more");
  }
  const auto fields = SchemaBuilder(builder, dictionary_ids).Fields(schema.fields);
  const auto metadata = BuildMetadata(schema.metadata, builder);
  const auto endianness = byte_order == std::endian::little ? flatbuf::Endianness::Little : flatbuf::Endianness::Big;
  return flatbuf::CreateSchema(*builder, endianness, fields, metadata);
}

std::vector<uint8_t> EncapsulateMessage(const FlatBufferBuilder& finished, int64_t start_bytes, int64_t alignment_bytes,
                                        bool legacy_framing) {
  const int64_t flatbuffer_bytes = finished.GetSize();
  const int64_t prefix_bytes = legacy_framing ? 4 : 8;
  const int64_t end = (start_bytes + prefix_bytes + flatbuffer_bytes + alignment_bytes - 1) & -alignment_bytes;
  std::vector<uint8_t> message(static_cast<size_t>(end - start_bytes));
  StoreInt32(-1, message.data());
  StoreInt32(static_cast<int32_t>(end - start_bytes - prefix_bytes), message.data() + prefix_bytes - 4);
  std::memcpy(message.data() + prefix_bytes, finished.GetBufferPointer(), static_cast<size_t>(flatbuffer_bytes));
  return message;
}

Result<std::vector<uint8_t>> EncodeSchemaMessage(const Schema& schema, const SchemaMessageForm& form) try {
  if (Status status = schema.Validate(); !status.ok()) return status;
  FlatBufferBuilder builder;
  const auto offset = BuildSchema(schema, &builder, form.byte_order);
  if (!offset.ok()) return offset.status();
  const auto version = form.is_v4 ? flatbuf::MetadataVersion::V4 : flatbuf::MetadataVersion::V5;
  builder.Finish(flatbuf::CreateMessage(builder, version, flatbuf::MessageHeader::Schema, offset->Union(),
                                        /*body_length=*/0));
  return EncapsulateMessage(builder, form.start_bytes, form.alignment_bytes, form.legacy_framing);
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
