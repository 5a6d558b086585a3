// The memory that column chunks are made in.
#pragma once

#include <inlay/codec.h>
#include <inlay/memory.h>
#include <inlay/status.h>

#include <memory>
#include <utility>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/base/arena.h"
#include "engine/encoding/bit_builder.h"
#include "engine/encoding/dictionary_builder.h"
#include "engine/io/codec.h"

namespace inlay::parquet {

// What is needed while a call lasts: one for all columns that are encoded one after the other.
struct Workspace {
  explicit Workspace(const Allocator* from)
      : allocator(from), scratch(from), compressed(from), dense(from), converted(from), starts(from), lengths(from) {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

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
  std::vector<std::pair<Compression, std::unique_ptr<Compressor>>> compressors;
  AlignedBuffer scratch;     // of ColumnChunkWriter
  AlignedBuffer compressed;  // a page as its codec wrote it, until its size is known
  // The block in progress: LeafReader.
  AlignedBuffer dense;
  AlignedBuffer converted;
  AlignedBuffer starts;
  AlignedBuffer lengths;
};

// What a chunk in progress holds from call to call. Columns that are written one after the other, each whole, share
// one, which then stays in the cache; columns that stay open from batch to batch have one each.
struct ChunkMemory {
  ChunkMemory(Workspace* shared, const Allocator* from)
      : work(shared),
        arena(from),
        small(from),
        dictionary(from),
        validity(from),
        bits(from),
        indexes(from),
        plain(from) {}
  ChunkMemory(const ChunkMemory&) = delete;
  ChunkMemory& operator=(const ChunkMemory&) = delete;

  Workspace* work;
  Arena arena;  // values of finished pages
  Arena small;  // their headers and levels, apart so that pages lie close in their blocks
  encoding::DictionaryBuilder dictionary;
  // The page in progress: PageBuilder.
  encoding::BitBuilder validity;
  encoding::BitBuilder bits;
  AlignedBuffer indexes;
  AlignedBuffer plain;
};

}  // namespace inlay::parquet
