#include "kernels/families.h"

#include <bit>

#include "kernels/bit_pack.h"
#include "kernels/bitmap.h"
#include "kernels/byte_array.h"
#include "kernels/compact.h"
#include "kernels/dictionary.h"
#include "kernels/rle.h"

namespace inlay::kernels {

std::span<const Family> Families() {
  static const Family kFamilies[] = {
      {"bit_pack", BitPackTargets()},
      {"bitmap", BitmapTargets()},
      {"byte_array", ByteArrayTargets()},
      {"compact", CompactTargets()},
      {"dictionary", DictionaryTargets()},
      {"rle", RleTargets()},
  };
  return kFamilies;
}

Target FamilyTarget(const Family& family) {
  const uint32_t at_most = family.own_targets & ((1u << (static_cast<unsigned>(ActiveTarget()) + 1)) - 1);
  return static_cast<Target>(std::bit_width(at_most) - 1);
}

}  // namespace inlay::kernels
