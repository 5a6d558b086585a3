// Ends the program where something is not as it must be: fuzzers and replays both take that for a finding.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include <inlay/array.h>
#include <inlay/batch_operations.h>
#include <inlay/status.h>

namespace inlay::fuzz {

[[noreturn]] inline void Found(const std::string& what) {
  std::fprintf(stderr, "found: %s\n", what.c_str());
  std::abort();
}

inline void Check(bool good, const std::string& what) {
  if (!good) Found(what);
}

// Hostile input is an error of the kinds that readers name, never another.
inline void CheckKind(const Status& status, bool arguments_too = false) {
  const StatusCode code = status.code();
  Check(code == StatusCode::kOk || code == StatusCode::kCorruptData || code == StatusCode::kNotImplemented ||
            code == StatusCode::kLimitExceeded || (arguments_too && code == StatusCode::kInvalidArgument),
        "an error of the wrong kind: " + status.ToString());
}

// Touches every value of both.
inline void CheckEqual(const RecordBatchView& a, const RecordBatchView& b, const char* ways) {
  const auto difference = FindDifference(a, b);
  Check(difference.ok(), std::string(ways) + ": cannot be compared: " + difference.status().ToString());
  Check(!difference->has_value(),
        std::string(ways) + (difference->has_value() ? ": " + (*difference)->ToString() : ""));
}

}  // namespace inlay::fuzz
