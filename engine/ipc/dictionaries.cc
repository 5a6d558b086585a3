#include "engine/ipc/dictionaries.h"

#include <deque>
#include <vector>

#include "engine/columns/layout.h"

namespace inlay::ipc {
namespace {

alignas(8) constexpr uint8_t kZeroOffset[8] = {};

struct EmptyDictionary {
  DictionaryValues dictionary;
  std::deque<std::vector<ArrayView>> arrays;  // a deque: views point at what is in it
};

ArrayView MakeEmpty(const DataType& type, EmptyDictionary* out) {
  ArrayView array{.type = &type, .null_count = 0, .buffers = {{}, {kZeroOffset, 8}}};
  const std::vector<Field>& fields = type.children();
  if (fields.empty()) return array;
  std::vector<ArrayView>& children = out->arrays.emplace_back(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) children[i] = MakeEmpty(fields[i].type, out);
  if (type.id() == TypeId::kDictionary) {
    array.dictionary = children.data();
  } else {
    array.children = children;
  }
  return array;
}

}  // namespace

std::shared_ptr<const DictionaryValues> MakeEmptyDictionary(const DataType& type) {
  auto empty = std::make_shared<EmptyDictionary>();
  empty->dictionary.values = MakeEmpty(type, empty.get());
  return {empty, &empty->dictionary};
}

}  // namespace inlay::ipc
