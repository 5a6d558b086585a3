// Good inputs to begin with.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/mutation.h"

namespace inlay::fuzz {

struct Seed {
  std::string name;
  bool is_file = false;  // otherwise a stream
  Bytes bytes;
};

// Small streams and files of every type, nested ones too, by inlay's writers with and without compression.
std::vector<Seed> WrittenSeeds();
// The streams and files below a folder, gold or malformed; none when there is no such folder.
std::vector<Seed> StoredSeeds(const std::string& folder);
// Recipes for ImportCData.
std::vector<Seed> RecipeSeeds(int count);

}  // namespace inlay::fuzz
