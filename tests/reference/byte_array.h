// Parquet PLAIN of BYTE_ARRAY one byte at a time: the oracle of kernels/byte_array.h.
#pragma once

#include <cstdint>
#include <vector>

namespace inlay::reference {

inline std::vector<uint8_t> PlainByteArray(const uint8_t* base, const std::vector<uint32_t>& starts,
                                           const std::vector<uint32_t>& lengths) {
  std::vector<uint8_t> out;
  for (size_t i = 0; i < starts.size(); ++i) {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(lengths[i] >> shift));
    for (uint32_t b = 0; b < lengths[i]; ++b) out.push_back(base[starts[i] + b]);
  }
  return out;
}

}  // namespace inlay::reference
