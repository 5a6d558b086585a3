#include "tests/integration/gold_files.h"

#include <algorithm>

namespace inlay::integration {

std::vector<GoldCase> GoldCases() {
  std::vector<GoldCase> cases;
  const std::filesystem::path folder = INLAY_IPC_GOLD_DIR;
  if (folder.empty() || !std::filesystem::is_directory(folder)) return cases;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().string();
    const std::string suffix = ".json.gz";
    if (!path.ends_with(suffix)) continue;
    const std::string stem = path.substr(0, path.size() - suffix.size());
    const std::string name = std::filesystem::relative(stem, folder).string();
    cases.push_back({name, path, stem + ".arrow_file", stem + ".stream"});
  }
  std::sort(cases.begin(), cases.end(), [](const GoldCase& a, const GoldCase& b) { return a.name < b.name; });
  return cases;
}

std::string MayBeOutOfRange(const GoldCase& gold) {
  const bool is_old = gold.name.starts_with("0.") || gold.name.starts_with("1.0.0-");
  const bool has_decimals = gold.name.find("_decimal") != std::string::npos;
  return is_old && has_decimals ? "decimals with more digits than their precision" : "";
}

}  // namespace inlay::integration
