// Where in a schema something stands: "user.id". Made of parts on the stack of a recursion, so that the good case costs
// nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <inlay/types.h>

namespace inlay {

// Types nest at most this deep: a flat column is 1.
inline constexpr int kMaxTypeDepth = 64;

struct FieldPath {
  const FieldPath* parent = nullptr;
  std::string_view name;
};

// "user.id"; empty without a path.
std::string PathText(const FieldPath* path);

// "column 'user.id': ", for the start of a message; empty without a path.
std::string PathPrefix(const FieldPath* path);

// The paths of all fields of a schema, each before those below it: "user", "user.id". A dictionary's values are the
// field itself, as they are in the formats.
std::vector<std::string> AllPaths(const Schema& schema);

// "; nearest: 'price', 'prize'": those of `paths` that a misspelt one may have meant, at most three, for the end of a
// message. Empty when there are none.
std::string NearestPaths(std::string_view path, std::span<const std::string> paths);

}  // namespace inlay
