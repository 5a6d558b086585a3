// The parameter rules of Schema.fbs, and the field paths in the messages about them.
#include "engine/columns/type_check.h"

#include <array>
#include <new>

#include "engine/columns/field_path.h"
#include "kernels/utf8.h"

namespace inlay {
namespace {

bool IsUtf8(std::string_view text) {
  const int64_t size = static_cast<int64_t>(text.size());
  return kernels::ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(text.data()), size) == size;
}

// Position within a schema. Parts live on the stack of the recursion; a path is only put together for a message.
class TypeChecker {
 public:
  explicit TypeChecker(const FieldPath* path, int depth) : path_(path), depth_(depth) {}

  Status Check(const DataType& type) const;
  Status CheckField(const Field& field) const;

 private:
  Status Wrong(const DataType& type, std::string_view what) const {
    return Status::InvalidArgument(PathPrefix(path_) + "type " + type.ToString() + ": " + std::string(what));
  }
  Status CheckPrecision(const DataType& type, int32_t max_precision) const;
  Status CheckChildren(const DataType& type, size_t wanted) const;
  Status CheckMap(const DataType& type) const;
  Status CheckUnion(const DataType& type) const;
  Status CheckDictionary(const DataType& type) const;
  Status CheckRunEndEncoded(const DataType& type) const;

  const FieldPath* path_;
  int depth_;
};

Status TypeChecker::CheckField(const Field& field) const {
  const FieldPath path{path_, field.name};
  if (!IsUtf8(field.name)) return Status::InvalidArgument(PathPrefix(path_) + "a field's name is not UTF-8");
  if (Status status = CheckMetadata(field.metadata, &path); !status.ok()) return status;
  return TypeChecker(&path, depth_ + 1).Check(field.type);
}

Status TypeChecker::CheckPrecision(const DataType& type, int32_t max_precision) const {
  if (type.precision() >= 1 && type.precision() <= max_precision) return CheckChildren(type, 0);
  return Wrong(type, "precision must be 1 to " + std::to_string(max_precision));
}

Status TypeChecker::CheckChildren(const DataType& type, size_t wanted) const {
  if (type.children().size() != wanted) {
    return Wrong(type, "has " + std::to_string(type.children().size()) + " children, not " + std::to_string(wanted));
  }
  for (const Field& child : type.children()) {
    if (Status status = CheckField(child); !status.ok()) return status;
  }
  return {};
}

Status TypeChecker::CheckMap(const DataType& type) const {
  if (Status status = CheckChildren(type, 1); !status.ok()) return status;
  const Field& entries = type.children()[0];
  if (entries.type.id() != TypeId::kStruct || entries.type.children().size() != 2) {
    return Wrong(type, "entries must be a struct of key and value");
  }
  if (entries.nullable) return Wrong(type, "entries must not be nullable");
  if (entries.type.children()[0].nullable) return Wrong(type, "the key must not be nullable");
  return {};
}

Status TypeChecker::CheckUnion(const DataType& type) const {
  if (type.type_ids().size() != type.children().size()) return Wrong(type, "needs one type id for each member");
  std::array<bool, 128> seen{};
  for (int8_t id : type.type_ids()) {
    if (id < 0) return Wrong(type, "type ids must be 0 to 127");
    if (seen[static_cast<size_t>(id)]) return Wrong(type, "type id " + std::to_string(id) + " stands for two members");
    seen[static_cast<size_t>(id)] = true;
  }
  return CheckChildren(type, type.children().size());
}

Status TypeChecker::CheckDictionary(const DataType& type) const {
  if (type.index_type() < TypeId::kInt8 || type.index_type() > TypeId::kUInt64) {
    return Wrong(type, "the index must be an integer type");
  }
  if (Status status = CheckChildren(type, 1); !status.ok()) return status;
  if (type.children()[0].type.id() == TypeId::kDictionary) {
    return Wrong(type, "a dictionary's values cannot be dictionary-encoded themselves");
  }
  return {};
}

Status TypeChecker::CheckRunEndEncoded(const DataType& type) const {
  if (Status status = CheckChildren(type, 2); !status.ok()) return status;
  const Field& run_ends = type.children()[0];
  const TypeId id = run_ends.type.id();
  if (id != TypeId::kInt16 && id != TypeId::kInt32 && id != TypeId::kInt64) {
    return Wrong(type, "run ends must be int16, int32 or int64");
  }
  if (run_ends.nullable) return Wrong(type, "run ends must not be nullable");
  return {};
}

Status TypeChecker::Check(const DataType& type) const {
  // Before anything else: ToString and all later walks recurse as deep as the type is.
  if (depth_ > kMaxTypeDepth) {
    return Status::InvalidArgument(PathPrefix(path_) + "types are nested more than " + std::to_string(kMaxTypeDepth) +
                                   " deep");
  }
  switch (type.id()) {
    case TypeId::kDecimal32:
      return CheckPrecision(type, 9);
    case TypeId::kDecimal64:
      return CheckPrecision(type, 18);
    case TypeId::kDecimal128:
      return CheckPrecision(type, 38);
    case TypeId::kDecimal256:
      return CheckPrecision(type, 76);
    case TypeId::kTime32:
      if (type.unit() == TimeUnit::kSecond || type.unit() == TimeUnit::kMilli) return CheckChildren(type, 0);
      return Wrong(type, "the unit must be seconds or milliseconds");
    case TypeId::kTime64:
      if (type.unit() == TimeUnit::kMicro || type.unit() == TimeUnit::kNano) return CheckChildren(type, 0);
      return Wrong(type, "the unit must be microseconds or nanoseconds");
    case TypeId::kTimestamp:
      if (IsUtf8(type.timezone())) return CheckChildren(type, 0);
      return Status::InvalidArgument(PathPrefix(path_) + "the timezone is not UTF-8");
    case TypeId::kFixedSizeBinary:
      if (type.byte_width() >= 0) return CheckChildren(type, 0);
      return Wrong(type, "the width must not be negative");
    case TypeId::kFixedSizeList:
      if (type.list_size() < 0) return Wrong(type, "the list size must not be negative");
      return CheckChildren(type, 1);
    case TypeId::kList:
    case TypeId::kLargeList:
    case TypeId::kListView:
    case TypeId::kLargeListView:
      return CheckChildren(type, 1);
    case TypeId::kStruct:
      return CheckChildren(type, type.children().size());
    case TypeId::kMap:
      return CheckMap(type);
    case TypeId::kDenseUnion:
    case TypeId::kSparseUnion:
      return CheckUnion(type);
    case TypeId::kDictionary:
      return CheckDictionary(type);
    case TypeId::kRunEndEncoded:
      return CheckRunEndEncoded(type);
    default:
      return CheckChildren(type, 0);
  }
}

}  // namespace

Status CheckMetadata(const KeyValueMetadata& metadata, const FieldPath* path) {
  for (const auto& [key, value] : metadata) {
    if (!IsUtf8(key) || !IsUtf8(value)) {
      return Status::InvalidArgument(PathPrefix(path) +
                                     "metadata key or value is not UTF-8: store binary values encoded");
    }
  }
  return {};
}

Status CheckFieldType(const Field& field) { return TypeChecker(nullptr, 0).CheckField(field); }

Status DataType::Validate() const try { return TypeChecker(nullptr, 1).Check(*this); } catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

Status Schema::Validate() const try {
  if (Status status = CheckMetadata(metadata, nullptr); !status.ok()) return status;
  const TypeChecker checker(nullptr, 0);
  for (const Field& field : fields) {
    if (Status status = checker.CheckField(field); !status.ok()) return status;
  }
  return {};
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay
