// Names of the file form of IPC:
//
//   "ARROW1" 00 00   stream, its end-of-stream marker included   flatbuffer (Footer)   int32 LE its length   "ARROW1"
#pragma once

#include <cstdint>

namespace inlay::ipc {

inline constexpr uint8_t kFileHead[8] = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};
inline constexpr int64_t kMagicBytes = 6;  // of kFileHead, at the start and the end
inline constexpr int64_t kFooterTailBytes = 4 + kMagicBytes;

}  // namespace inlay::ipc
