// A dictionary by an ordered map: the oracle of kernels/dictionary.h.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace inlay::reference {

// Ids in order of first occurrence.
template <typename Value>
struct Dictionary {
  std::map<Value, uint32_t> ids;
  std::vector<Value> entries;

  uint32_t IdOf(const Value& value) {
    const auto [it, is_new] = ids.try_emplace(value, static_cast<uint32_t>(entries.size()));
    if (is_new) entries.push_back(value);
    return it->second;
  }
};

}  // namespace inlay::reference
