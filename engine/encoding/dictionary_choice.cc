#include "engine/encoding/dictionary_choice.h"

#include <algorithm>

#include "engine/encoding/dictionary_indexes.h"
#include "engine/encoding/plain.h"

namespace inlay::encoding {
namespace {

// A dictionary costs time in the writer and a look-up in every reader; it has to earn that in bytes.
constexpr double kMostShareOfPlain = 0.8;
// An estimate close to the limit would mean work that is thrown away at the fallback.
constexpr double kMostShareOfLimit = 0.9;
constexpr int64_t kSampleLimitBytes = int64_t{64} << 20;

}  // namespace

Status DictionaryChoice::Start(ValueLayout layout, int32_t value_bytes) {
  windows_ = 0;
  sampled_values_ = 0;
  sampled_plain_bytes_ = 0;
  last_window_.clear();
  window_count_.clear();
  return builder_->Start(layout, value_bytes, kSampleLimitBytes);
}

Status DictionaryChoice::AddWindow(const PageValues& values) {
  uint32_t indexes[kWindowValues];
  ++windows_;
  auto done = builder_->Encode(values, indexes);
  if (!done.ok()) return done.status();
  const auto entries = static_cast<size_t>(builder_->num_entries());
  last_window_.resize(entries);
  window_count_.resize(entries);
  for (int64_t i = 0; i < *done; ++i) {
    if (last_window_[indexes[i]] == windows_) continue;
    last_window_[indexes[i]] = windows_;
    ++window_count_[indexes[i]];
  }
  sampled_values_ += *done;
  sampled_plain_bytes_ += PlainBytes(values.Slice(0, *done));
  return {};
}

double DictionaryChoice::EstimateDistinct(int64_t num_values) const {
  const auto seen = static_cast<double>(builder_->num_entries());
  if (sampled_values_ == 0 || sampled_values_ >= num_values) return seen;
  const auto once = static_cast<double>(std::count(window_count_.begin(), window_count_.end(), 1u));
  const auto twice = static_cast<double>(std::count(window_count_.begin(), window_count_.end(), 2u));
  const double unseen = twice > 0 ? once * once / (2 * twice) : once * (once - 1) / 2;
  // More than as many again for every further sample of this size there cannot be.
  return std::min(seen + unseen, seen * static_cast<double>(num_values) / static_cast<double>(sampled_values_));
}

bool DictionaryChoice::DictionaryPays(int64_t num_values, int64_t max_dictionary_bytes) const {
  if (sampled_values_ == 0) return false;
  const double value_bytes = static_cast<double>(sampled_plain_bytes_) / static_cast<double>(sampled_values_);
  const double distinct = EstimateDistinct(num_values);
  const double dictionary_bytes = distinct * value_bytes;
  if (dictionary_bytes > kMostShareOfLimit * static_cast<double>(max_dictionary_bytes)) return false;
  const auto n = static_cast<double>(num_values);
  const double index_bytes = n * DictionaryIndexWidth(static_cast<int64_t>(distinct)) / 8;
  return dictionary_bytes + index_bytes < kMostShareOfPlain * n * value_bytes;
}

}  // namespace inlay::encoding
