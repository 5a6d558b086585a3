// Dictionaries of a stream or file, by id.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include <inlay/array.h>

namespace inlay::ipc {

// The values of one dictionary.
struct DictionaryValues {
  ArrayView values;
  std::shared_ptr<const void> owner;
};

// As far as they are known. A value; replaced entries live on in batches.
using Dictionaries = std::map<int64_t, std::shared_ptr<const DictionaryValues>>;

// No values of `type`, which must outlive the result.
std::shared_ptr<const DictionaryValues> MakeEmptyDictionary(const DataType& type);

}  // namespace inlay::ipc
