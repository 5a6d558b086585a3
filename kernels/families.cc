#include "kernels/families.h"

#include <bit>

#include "kernels/bit_pack.h"
#include "kernels/bitmap.h"
#include "kernels/byte_array.h"
#include "kernels/byte_swap.h"
#include "kernels/compact.h"
#include "kernels/copy.h"
#include "kernels/crc32.h"
#include "kernels/dictionary.h"
#include "kernels/min_max.h"
#include "kernels/rle.h"
#include "kernels/utf8.h"

namespace inlay::kernels {

std::span<const Family> Families() {
  static const Family kFamilies[] = {
      {"bit_pack", BitPackTargets()},
      {"bitmap", BitmapTargets()},
      {"byte_array", ByteArrayTargets()},
      {"byte_swap", ByteSwapTargets()},
      {"compact", CompactTargets()},
      {"copy", CopyTargets()},
      {"crc32", Crc32Targets()},
      {"dictionary", DictionaryTargets()},
      {"min_max", MinMaxTargets()},
      {"min_max_bytes", MinMaxBytesTargets()},
      {"min_max_decimal", MinMaxDecimalTargets()},
      {"rle", RleTargets()},
      {"utf8", Utf8Targets()},
  };
  return kFamilies;
}

Target FamilyTarget(const Family& family) {
  const uint32_t at_most = family.own_targets & ((1u << (static_cast<unsigned>(ActiveTarget()) + 1)) - 1);
  return static_cast<Target>(std::bit_width(at_most) - 1);
}

}  // namespace inlay::kernels
