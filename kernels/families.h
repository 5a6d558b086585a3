// The list of kernel families: what `inlay::cpu`, the tests and the benches walk.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/rows.h"

namespace inlay::kernels {

struct Family {
  const char* name;      // the file's name, "bitmap"
  uint32_t own_targets;  // bit set of the targets with a row of their own
};

// All families, in alphabetical order.
std::span<const Family> Families();

// The target whose row the family uses now: the nearest own row at or below ActiveTarget().
Target FamilyTarget(const Family& family);

}  // namespace inlay::kernels
