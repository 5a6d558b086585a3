#pragma once

#include <memory>

#include <inlay/array.h>
#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/ipc/dictionaries.h"

namespace inlay::ipc {

// The values of `a` and then those of `b`: a dictionary and a delta to it. Both of one flat type, with offset 0 and a
// good shape. The bytes of views are not copied: the result keeps both owners. kLimitExceeded past 2 GiB of 32-bit
// offsets.
Result<std::shared_ptr<const DictionaryValues>> Concatenate(const DictionaryValues& a, const DictionaryValues& b,
                                                            const Allocator* allocator);

}  // namespace inlay::ipc
