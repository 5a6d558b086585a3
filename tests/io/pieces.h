// Text as the pieces that sinks take.
#pragma once

#include <inlay/sink.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace inlay {

inline BufferView View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())};
}

inline Status AppendText(Sink& sink, std::string_view text) {
  const BufferView piece = View(text);
  return sink.Append({&piece, 1});
}

inline std::string RandomText(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

}  // namespace inlay
