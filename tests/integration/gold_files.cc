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

std::string OutOfRange(const GoldCase& gold) {
  const auto is = [&](const char* version, const char* name) {
    return gold.name.starts_with(version) && gold.name.ends_with(name);
  };
  if (is("1.0.0-", "_decimal") || is("0.", "_decimal")) return "decimals with more digits than their precision";
  return "";
}

}  // namespace inlay::integration
