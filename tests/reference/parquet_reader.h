// A small, slow reader of Parquet files of flat columns, for tests. It shares with the library the metadata structures
// and the decompressors, and nothing of what encodes: levels, hybrids, dictionaries and PLAIN are read value by value
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/parquet/metadata.h"

namespace inlay::reference {

// A value in its physical form: little-endian numbers of 4 or 8 bytes, one byte for a boolean, the bytes of a byte
// array.
using PhysicalValue = std::optional<std::string>;

struct ReadPage {
  parquet::format::PageHeader header;
  int64_t offset = 0;  // of the header, in the file
};

struct ReadChunk {
  parquet::format::ColumnMetaData metadata;
  std::vector<ReadPage> pages;
  std::vector<PhysicalValue> values;
};

struct ReadFile {
  parquet::format::FileMetaData metadata;
  std::vector<std::vector<ReadChunk>> row_groups;  // [row group][leaf]

  // All values of a leaf, over the row groups.
  std::vector<PhysicalValue> Column(size_t leaf) const;
};

// Checks on the way: magic bytes, CRCs, page and chunk sizes, value counts. The text of the first fault, or the file.
struct ReadOutcome {
  std::string fault;
  ReadFile file;
};
ReadOutcome ReadParquet(const std::vector<uint8_t>& bytes);

}  // namespace inlay::reference
