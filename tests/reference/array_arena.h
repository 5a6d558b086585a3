// What arrays that a test makes point into: each buffer is an allocation of its own and of just its size, so that a
// sanitizer sees every byte read past its end.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <inlay/array.h>

namespace inlay::reference {

class ArrayArena {
 public:
  BufferView Keep(std::vector<uint8_t> bytes) {
    const std::vector<uint8_t>& kept = buffers_.emplace_back(bytes.begin(), bytes.end());
    return {kept.data(), static_cast<int64_t>(kept.size())};
  }
  BufferView Keep(std::string_view bytes) { return Keep(std::vector<uint8_t>(bytes.begin(), bytes.end())); }
  std::span<const BufferView> Keep(std::vector<BufferView> views) { return views_.emplace_back(std::move(views)); }
  std::span<const ArrayView> Keep(std::vector<ArrayView> arrays) { return arrays_.emplace_back(std::move(arrays)); }
  const ArrayView* Keep(const ArrayView& array) { return &arrays_.emplace_back(1, array).front(); }
  const Schema* Keep(Schema schema) { return &schemas_.emplace_back(std::move(schema)); }

 private:
  std::deque<std::vector<uint8_t>> buffers_;
  std::deque<std::vector<BufferView>> views_;
  std::deque<std::vector<ArrayView>> arrays_;
  std::deque<Schema> schemas_;
};

}  // namespace inlay::reference
