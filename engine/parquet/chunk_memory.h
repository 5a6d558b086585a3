// All memory that a column chunk in progress works in. Columns that are written one after the other share one, which
// then stays in the cache; columns that stay open from batch to batch each have their own.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <inlay/codec.h>
#include <inlay/memory.h>
#include <inlay/status.h>

#include "engine/base/aligned_buffer.h"
#include "engine/base/arena.h"
#include "engine/encoding/bit_builder.h"
#include "engine/encoding/dictionary_builder.h"
#include "engine/io/codec.h"

namespace inlay::parquet {

struct ChunkMemory {
  explicit ChunkMemory(const Allocator* from)
      : allocator(from),
        arena(from),
        dictionary(from),
        scratch(from),
        validity(from),
        bits(from),
        indexes(from),
        plain(from),
        dense(from),
        converted(from),
        starts(from),
        lengths(from) {}
  ChunkMemory(const ChunkMemory&) = delete;
  ChunkMemory& operator=(const ChunkMemory&) = delete;

  // A compressor with its context, made at first use.
  Result<Compressor*> CompressorFor(const Compression& compression) {
    for (auto& [key, compressor] : compressors) {
      if (key == compression) return compressor.get();
    }
    auto made = Compressor::Make(compression, CodecFraming::kParquet, allocator);
    if (!made.ok()) return made.status();
    compressors.emplace_back(compression, std::make_unique<Compressor>(std::move(*made)));
    return compressors.back().second.get();
  }

  const Allocator* allocator;
  Arena arena;  // finished pages
  encoding::DictionaryBuilder dictionary;
  std::vector<std::pair<Compression, std::unique_ptr<Compressor>>> compressors;
  AlignedBuffer scratch;  // of ColumnChunkWriter
  // The page in progress: PageBuilder.
  encoding::BitBuilder validity;
  encoding::BitBuilder bits;
  AlignedBuffer indexes;
  AlignedBuffer plain;
  // The block in progress: LeafReader.
  AlignedBuffer dense;
  AlignedBuffer converted;
  AlignedBuffer starts;
  AlignedBuffer lengths;
};

}  // namespace inlay::parquet
