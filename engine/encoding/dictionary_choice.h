// Decides from a sample whether a column chunk is better off with a dictionary, before any of it is encoded.
#pragma once

#include <cstdint>
#include <vector>

#include <inlay/status.h>

#include "engine/encoding/dictionary_builder.h"
#include "engine/encoding/page_values.h"

namespace inlay::encoding {

// The sample is a number of windows, each of neighbouring values. How many values are distinct in the whole is
// estimated from how many were seen in one window alone and in two (the Chao2 estimator): values that repeat only near
// each other, as in sorted columns, then do not pass for values that repeat everywhere.
class DictionaryChoice {
 public:
  static constexpr int64_t kWindows = 16;
  static constexpr int64_t kWindowValues = 256;

  // Counts distinct values by `builder`, which it starts anew and leaves to its owner.
  explicit DictionaryChoice(DictionaryBuilder* builder) : builder_(builder) {}

  Status Start(ValueLayout layout, int32_t value_bytes);
  // At most kWindowValues values.
  Status AddWindow(const PageValues& values);
  // True when `num_values` values like the sample are expected to take clearly fewer bytes as dictionary and indexes
  // than as PLAIN, and the dictionary to stay within its limit.
  bool DictionaryPays(int64_t num_values, int64_t max_dictionary_bytes) const;
  // Distinct values to expect among `num_values`.
  double EstimateDistinct(int64_t num_values) const;

 private:
  DictionaryBuilder* builder_;
  std::vector<uint32_t> last_window_;   // of each entry, counted from 1
  std::vector<uint32_t> window_count_;  // of each entry: in how many windows it was seen
  uint32_t windows_ = 0;
  int64_t sampled_values_ = 0;
  int64_t sampled_plain_bytes_ = 0;
};

}  // namespace inlay::encoding
