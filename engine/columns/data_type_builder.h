// Types part by part, for readers of foreign schemas that the public functions cannot express: entries of a map under
// another name, a dictionary whose values carry metadata.
#pragma once

#include <inlay/types.h>

#include <utility>

namespace inlay {

struct DataTypeBuilder {
  DataType type;

  explicit DataTypeBuilder(TypeId id) : type(id) {}
  DataTypeBuilder& Precision(int32_t precision, int32_t scale) {
    type.precision_ = precision;
    type.scale_ = scale;
    return *this;
  }
  DataTypeBuilder& ByteWidth(int32_t byte_width) {
    type.byte_width_ = byte_width;
    return *this;
  }
  DataTypeBuilder& ListSize(int32_t list_size) {
    type.list_size_ = list_size;
    return *this;
  }
  DataTypeBuilder& Unit(TimeUnit unit) {
    type.unit_ = unit;
    return *this;
  }
  DataTypeBuilder& Timezone(std::string timezone) {
    type.timezone_ = std::move(timezone);
    return *this;
  }
  // Map: keys are sorted; dictionary: its order has a meaning.
  DataTypeBuilder& Flag(bool flag) {
    type.flag_ = flag;
    return *this;
  }
  DataTypeBuilder& IndexType(TypeId index_type) {
    type.index_type_ = index_type;
    return *this;
  }
  DataTypeBuilder& TypeIds(std::vector<int8_t> type_ids) {
    type.type_ids_ = std::move(type_ids);
    return *this;
  }
  DataTypeBuilder& Children(std::vector<Field> children) {
    type.children_ = std::move(children);
    return *this;
  }
  DataTypeBuilder& Child(Field child) {
    type.children_.push_back(std::move(child));
    return *this;
  }
  // The type, moved out.
  DataType Build() { return std::move(type); }
};

}  // namespace inlay
