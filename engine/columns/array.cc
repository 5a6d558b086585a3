#include <inlay/array.h>

#include "engine/columns/layout.h"
#include "kernels/bitmap.h"

namespace inlay {

int64_t ArrayView::CountNulls() const {
  const Layout layout = LayoutOf(type->id());
  if (layout == Layout::kNull) return length;
  if (!HasValidity(layout)) return 0;
  if (null_count >= 0) return null_count;
  if (buffers[0].size_bytes == 0) return 0;
  return length - kernels::CountSetBits(buffers[0].data, offset, length);
}

ArrayView ArrayView::Slice(int64_t start, int64_t count) const {
  ArrayView slice = *this;
  slice.offset += start;
  slice.length = count;
  // None and all stay none and all; anything between must be counted again.
  if (null_count == length) {
    slice.null_count = count;
  } else if (null_count != 0 && count != length) {
    slice.null_count = kUnknownNullCount;
  }
  return slice;
}

}  // namespace inlay
