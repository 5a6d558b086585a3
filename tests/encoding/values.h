// PageValues over ordinary vectors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/encoding/page_values.h"

namespace inlay::encoding {

template <typename T>
PageValues NumbersOf(const std::vector<T>& values) {
  PageValues page;
  page.layout = ValueLayout::kNumbers;
  page.value_bytes = sizeof(T);
  page.num_values = static_cast<int64_t>(values.size());
  page.data = reinterpret_cast<const uint8_t*>(values.data());
  return page;
}

// Strings side by side, as an Arrow column has them.
class Strings {
 public:
  explicit Strings(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      starts_.push_back(static_cast<uint32_t>(bytes_.size()));
      lengths_.push_back(static_cast<uint32_t>(value.size()));
      bytes_ += value;
    }
  }
  PageValues page() const {
    PageValues page;
    page.layout = ValueLayout::kByteArrays;
    page.num_values = static_cast<int64_t>(starts_.size());
    page.data = reinterpret_cast<const uint8_t*>(bytes_.data());
    page.readable_end = page.data + bytes_.size();
    page.starts = starts_.data();
    page.lengths = lengths_.data();
    return page;
  }

 private:
  std::string bytes_;
  std::vector<uint32_t> starts_, lengths_;
};

}  // namespace inlay::encoding
