#include "tests/reference/parquet_reader.h"

#include <cstring>
#include <span>
#include <stdexcept>

#include "engine/io/codec.h"
#include "tests/reference/crc32.h"

namespace inlay::reference {
namespace {

namespace format = parquet::format;

void Require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

uint32_t Load32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) | static_cast<uint32_t>(p[1]) << 8 | static_cast<uint32_t>(p[2]) << 16 |
         static_cast<uint32_t>(p[3]) << 24;
}

// Encodings.md, "RLE": as many values as are asked for.
std::vector<uint32_t> DecodeHybrid(std::span<const uint8_t> bytes, int bit_width, size_t num_values) {
  std::vector<uint32_t> values;
  size_t at = 0;
  const auto byte = [&]() -> uint32_t {
    Require(at < bytes.size(), "hybrid stream ends early");
    return bytes[at++];
  };
  while (values.size() < num_values) {
    uint64_t header = 0;
    for (int shift = 0;; shift += 7) {
      const uint32_t b = byte();
      header |= static_cast<uint64_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) break;
    }
    Require(header >> 1 > 0, "a run of no values");
    if ((header & 1) == 0) {
      uint32_t value = 0;
      for (int i = 0; i < (bit_width + 7) / 8; ++i) value |= byte() << (8 * i);
      Require(bit_width == 32 || value >> bit_width == 0, "a run's value is too wide");
      Require(values.size() + (header >> 1) <= num_values, "an RLE run is longer than the page");
      values.insert(values.end(), header >> 1, value);
      continue;
    }
    const size_t groups = header >> 1;
    Require(at + groups * static_cast<size_t>(bit_width) <= bytes.size(), "a bit-packed run ends early");
    for (size_t i = 0; i < groups * 8; ++i) {
      uint32_t value = 0;
      for (size_t k = 0; k < static_cast<size_t>(bit_width); ++k) {
        const size_t bit = i * static_cast<size_t>(bit_width) + k;
        value |= static_cast<uint32_t>((bytes[at + bit / 8] >> (bit % 8)) & 1) << k;
      }
      if (values.size() < num_values) {
        values.push_back(value);
      } else {
        Require(value == 0, "padding of the last group is not zero");
      }
    }
    at += groups * static_cast<size_t>(bit_width);
  }
  Require(at == bytes.size(), "bytes behind the hybrid stream");
  return values;
}

Codec CodecOf(format::CompressionCodec codec) {
  switch (codec) {
    case format::CompressionCodec::kUncompressed:
      return Codec::kNone;
    case format::CompressionCodec::kSnappy:
      return Codec::kSnappy;
    case format::CompressionCodec::kGzip:
      return Codec::kGzip;
    case format::CompressionCodec::kLz4Raw:
      return Codec::kLz4;
    case format::CompressionCodec::kZstd:
      return Codec::kZstd;
    default:
      throw std::runtime_error("a codec that is not written");
  }
}

std::vector<std::string> DecodePlain(std::span<const uint8_t> bytes, format::Type type, int32_t type_length, size_t n) {
  std::vector<std::string> values;
  size_t at = 0;
  const auto take = [&](size_t size) {
    Require(at + size <= bytes.size(), "PLAIN values end early");
    values.emplace_back(reinterpret_cast<const char*>(bytes.data()) + at, size);
    at += size;
  };
  for (size_t i = 0; i < n; ++i) {
    switch (type) {
      case format::Type::kBoolean:
        Require(i / 8 < bytes.size(), "booleans end early");
        values.emplace_back(1, static_cast<char>((bytes[i / 8] >> (i % 8)) & 1));
        at = i / 8 + 1;
        break;
      case format::Type::kInt32:
      case format::Type::kFloat:
        take(4);
        break;
      case format::Type::kInt64:
      case format::Type::kDouble:
        take(8);
        break;
      case format::Type::kFixedLenByteArray:
        take(static_cast<size_t>(type_length));
        break;
      case format::Type::kByteArray: {
        Require(at + 4 <= bytes.size(), "a length ends early");
        const uint32_t length = Load32(bytes.data() + at);
        at += 4;
        take(length);
        break;
      }
      default:
        throw std::runtime_error("a physical type that is not written");
    }
  }
  Require(at == bytes.size(), "bytes behind the PLAIN values");
  return values;
}

class ChunkReader {
 public:
  ChunkReader(std::span<const uint8_t> file, const format::ColumnMetaData& metadata,
              const format::SchemaElement& element)
      : file_(file), element_(element) {
    chunk_.metadata = metadata;
  }

  ReadChunk Read() {
    const format::ColumnMetaData& m = chunk_.metadata;
    const int64_t begin = m.dictionary_page_offset.value_or(m.data_page_offset);
    const int64_t end = begin + m.total_compressed_size;
    Require(end <= static_cast<int64_t>(file_.size()), "the chunk reaches past the file");
    int64_t uncompressed = 0;
    for (int64_t at = begin; at < end;) {
      int64_t header_bytes = 0;
      auto header = format::ReadPageHeader(file_.subspan(static_cast<size_t>(at)), &header_bytes);
      Require(header.ok(), "page header: " + header.status().ToString());
      if (chunk_.pages.size() == (m.dictionary_page_offset.has_value() ? 1u : 0u)) {
        Require(at == m.data_page_offset, "data_page_offset is not the first data page");
      }
      chunk_.pages.push_back({*header, at});
      const auto body =
          file_.subspan(static_cast<size_t>(at + header_bytes), static_cast<size_t>(header->compressed_page_size));
      if (header->crc.has_value()) {
        Require(static_cast<uint32_t>(*header->crc) == Crc32(0, body.data(), static_cast<int64_t>(body.size())), "CRC");
      }
      ReadPageBody(*header, Decompress(*header, body));
      uncompressed += header_bytes + header->uncompressed_page_size;
      at += header_bytes + header->compressed_page_size;
      Require(at <= end, "pages are larger than the chunk says");
    }
    Require(uncompressed == m.total_uncompressed_size, "total_uncompressed_size");
    Require(static_cast<int64_t>(chunk_.values.size()) == m.num_values, "num_values of the chunk");
    return std::move(chunk_);
  }

 private:
  std::vector<uint8_t> Decompress(const format::PageHeader& header, std::span<const uint8_t> body) {
    const Codec codec = CodecOf(chunk_.metadata.codec);
    if (codec == Codec::kNone) {
      Require(header.uncompressed_page_size == header.compressed_page_size, "sizes of an uncompressed page differ");
      return {body.begin(), body.end()};
    }
    auto decompressor = Decompressor::Make(codec, CodecFraming::kParquet, &DefaultAllocator());
    Require(decompressor.ok(), decompressor.status().ToString());
    std::vector<uint8_t> out(static_cast<size_t>(header.uncompressed_page_size));
    const Status status = decompressor->Decompress({body.data(), static_cast<int64_t>(body.size())}, out.data(),
                                                   header.uncompressed_page_size);
    Require(status.ok(), status.ToString());
    return out;
  }

  void ReadPageBody(const format::PageHeader& header, const std::vector<uint8_t>& body) {
    const int32_t type_length = element_.type_length.value_or(0);
    if (header.type == format::PageType::kDictionaryPage) {
      Require(header.dictionary_page_header.has_value() && chunk_.pages.size() == 1, "a dictionary page out of place");
      dictionary_ = DecodePlain(body, *element_.type, type_length,
                                static_cast<size_t>(header.dictionary_page_header->num_values));
      return;
    }
    Require(header.type == format::PageType::kDataPage && header.data_page_header.has_value(), "not a V1 data page");
    const auto num_levels = static_cast<size_t>(header.data_page_header->num_values);
    std::span<const uint8_t> rest = body;
    std::vector<uint32_t> levels(num_levels, 1);
    if (element_.repetition_type == format::FieldRepetitionType::kOptional) {
      Require(rest.size() >= 4, "levels end early");
      const uint32_t size = Load32(rest.data());
      Require(4 + size <= rest.size(), "levels are longer than the page");
      levels = DecodeHybrid(rest.subspan(4, size), 1, num_levels);
      rest = rest.subspan(4 + size);
    }
    size_t present = 0;
    for (uint32_t level : levels) present += level;
    const std::vector<std::string> values = DecodeValues(header.data_page_header->encoding, rest, present, type_length);
    size_t next = 0;
    for (uint32_t level : levels) {
      chunk_.values.push_back(level == 1 ? PhysicalValue(values[next++]) : PhysicalValue());
    }
  }

  std::vector<std::string> DecodeValues(format::Encoding encoding, std::span<const uint8_t> bytes, size_t n,
                                        int32_t type_length) {
    if (encoding == format::Encoding::kPlain) return DecodePlain(bytes, *element_.type, type_length, n);
    std::vector<std::string> values;
    if (encoding == format::Encoding::kRle) {
      Require(bytes.size() >= 4 && Load32(bytes.data()) == bytes.size() - 4, "length of RLE booleans");
      for (uint32_t value : DecodeHybrid(bytes.subspan(4), 1, n)) values.emplace_back(1, static_cast<char>(value));
      return values;
    }
    Require(encoding == format::Encoding::kRleDictionary, "an encoding that is not written");
    Require(!bytes.empty() && bytes[0] >= 1 && bytes[0] <= 32, "index bit width");
    for (uint32_t index : DecodeHybrid(bytes.subspan(1), bytes[0], n)) {
      Require(index < dictionary_.size(), "an index behind the dictionary");
      values.push_back(dictionary_[index]);
    }
    return values;
  }

  std::span<const uint8_t> file_;
  const format::SchemaElement& element_;
  ReadChunk chunk_;
  std::vector<std::string> dictionary_;
};

ReadFile Read(const std::vector<uint8_t>& bytes) {
  Require(bytes.size() >= 12 && std::memcmp(bytes.data(), "PAR1", 4) == 0, "no magic at the start");
  Require(std::memcmp(bytes.data() + bytes.size() - 4, "PAR1", 4) == 0, "no magic at the end");
  const uint32_t footer_bytes = Load32(bytes.data() + bytes.size() - 8);
  Require(footer_bytes + 12 <= bytes.size(), "the footer is longer than the file");
  const std::span<const uint8_t> all = bytes;
  int64_t used = 0;
  auto metadata = format::ReadFileMetaData(all.subspan(all.size() - 8 - footer_bytes, footer_bytes), &used);
  Require(metadata.ok(), metadata.status().ToString());
  Require(used == static_cast<int64_t>(footer_bytes), "bytes behind the footer");
  ReadFile file;
  file.metadata = *metadata;
  int64_t rows = 0;
  for (const format::RowGroup& group : file.metadata.row_groups) {
    file.row_groups.emplace_back();
    Require(group.columns.size() + 1 == file.metadata.schema.size(), "columns of a row group");
    for (size_t i = 0; i < group.columns.size(); ++i) {
      ChunkReader reader(all, *group.columns[i].meta_data, file.metadata.schema[i + 1]);
      file.row_groups.back().push_back(reader.Read());
      Require(static_cast<int64_t>(file.row_groups.back().back().values.size()) == group.num_rows, "rows of a chunk");
    }
    rows += group.num_rows;
  }
  Require(rows == file.metadata.num_rows, "num_rows of the file");
  return file;
}

}  // namespace

std::vector<PhysicalValue> ReadFile::Column(size_t leaf) const {
  std::vector<PhysicalValue> all;
  for (const auto& group : row_groups) all.insert(all.end(), group[leaf].values.begin(), group[leaf].values.end());
  return all;
}

ReadOutcome ReadParquet(const std::vector<uint8_t>& bytes) {
  try {
    return {"", Read(bytes)};
  } catch (const std::exception& error) {
    return {error.what(), {}};
  }
}

}  // namespace inlay::reference
