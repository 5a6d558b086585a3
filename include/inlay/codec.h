// Which codec compresses, and how hard.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <inlay/export.h>
#include <inlay/status.h>

namespace inlay {

enum class Codec : uint8_t {
  kNone,
  kSnappy,
  kGzip,
  kLz4,  // Parquet: LZ4_RAW (block format); IPC: LZ4_FRAME
  kZstd,
};

/// "none", "snappy", "gzip", "lz4", "zstd".
INLAY_EXPORT std::string_view CodecName(Codec codec);

/// A codec and its level. Without a level the codec's own default holds: zstd 1, gzip 6, lz4 fast. Levels: zstd
/// -131072..22, gzip 0..12, lz4 1..12 (3 and above: the slower high-compression form), snappy and none take no level.
struct Compression {
  Codec codec = Codec::kNone;
  std::optional<int> level;

  bool operator==(const Compression&) const = default;
};

inline Compression Uncompressed() { return {}; }
inline Compression Snappy() { return {Codec::kSnappy, {}}; }
inline Compression Gzip(std::optional<int> level = {}) { return {Codec::kGzip, level}; }
inline Compression Lz4(std::optional<int> level = {}) { return {Codec::kLz4, level}; }
inline Compression Zstd(std::optional<int> level = {}) { return {Codec::kZstd, level}; }

/// Ok when this build has the codec (kNotImplemented otherwise) and the level is in its range (kInvalidArgument).
INLAY_EXPORT Status ValidateCompression(const Compression& compression);
/// By name, as CodecName spells it; an unknown name is kInvalidArgument and lists the known ones.
INLAY_EXPORT Result<Codec> CodecFromName(std::string_view name);

}  // namespace inlay
