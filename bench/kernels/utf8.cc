#include "kernels/utf8.h"

#include <string>

#include "bench/kernels/targets.h"

namespace inlay::kernels {
namespace {

void Validate(benchmark::State& state, std::string_view piece) {
  std::string text;
  while (text.size() + piece.size() <= static_cast<size_t>(state.range(0))) text += piece;
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  const int64_t size = static_cast<int64_t>(text.size());
  for (auto _ : state) benchmark::DoNotOptimize(ValidUtf8Prefix(data, size));
  state.SetBytesProcessed(state.iterations() * size);
}

const bool kRegistered = [] {
  RegisterForTargets("ValidUtf8Prefix/ascii", 1 << 18,
                     [](benchmark::State& state) { Validate(state, "plain text. "); });
  RegisterForTargets("ValidUtf8Prefix/german", 1 << 18,
                     [](benchmark::State& state) { Validate(state, "Über die Größe der Wörter und Sätze. "); });
  RegisterForTargets("ValidUtf8Prefix/japanese", 1 << 18,
                     [](benchmark::State& state) { Validate(state, "日本語の文章です。"); });
  return true;
}();

}  // namespace
}  // namespace inlay::kernels
