// Where in a schema something stands: "user.id". Made of parts on the stack of a recursion, so that the good case costs
// nothing.
#pragma once

#include <string>
#include <string_view>

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

}  // namespace inlay
