// Arrow's gold cases: a stream, a file and JSON of the same values, by other implementations.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace inlay::integration {

struct GoldCase {
  std::string name;  // "VERSION/CASE"
  std::string json;  // paths
  std::string file;
  std::string stream;
};

// In order of their names; none where the folder is missing.
std::vector<GoldCase> GoldCases();

// Why a case may hold values that do not fit their types, which full validation says; empty for all others.
std::string MayBeOutOfRange(const GoldCase& gold);

}  // namespace inlay::integration
