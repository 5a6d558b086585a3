// Parquet files: one writer, its properties, and a look at what stands in a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <inlay/array.h>
#include <inlay/codec.h>
#include <inlay/executor.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/sink.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::parquet {

/// How values become bytes (Encodings.md).
enum class Encoding : uint8_t {
  kPlain,
  kRle,         // booleans only
  kDictionary,  // RLE_DICTIONARY, with PLAIN after a fallback
};

/// "plain", "rle", "dictionary": as the command line spells them.
INLAY_EXPORT std::string_view EncodingName(Encoding encoding);
INLAY_EXPORT Result<Encoding> EncodingFromName(std::string_view name);

/// What may differ from column to column. Unset members take the file's value.
struct ColumnProperties {
  std::optional<Compression> compression = {};
  /// Unset: chosen early from the data among dictionary (where `dictionary` allows it) and PLAIN; booleans: PLAIN.
  std::optional<Encoding> encoding = {};
  std::optional<bool> dictionary = {};
  std::optional<int64_t> max_dictionary_bytes = {};
  std::optional<bool> statistics = {};
  std::optional<int64_t> max_page_bytes = {};
  std::optional<int64_t> max_page_rows = {};
};

/// Properties of a file. Plain values with defaults; checked by Open.
struct WriterProperties {
  Compression compression = {};
  std::optional<Encoding> encoding = {};
  bool dictionary = true;
  int64_t max_dictionary_bytes = 1 << 20;  // of the PLAIN dictionary page; a larger dictionary is given up
  bool statistics = true;
  int64_t max_statistics_bytes = 64;  // longer bounds of strings are truncated, and said to be inexact
  int64_t max_page_bytes = 1 << 20;   // encoded, before compression; a single larger value still makes a page
  int64_t max_page_rows = 64 << 10;
  int64_t max_row_group_rows = 1 << 20;
  int64_t max_row_group_bytes = 128 << 20;  // encoded and compressed, of all columns
  bool page_crc = true;
  bool store_arrow_schema = true;  // "ARROW:schema" key, so that Arrow readers restore exact types
  KeyValueMetadata metadata = {};  // besides the schema's own
  /// By dotted path: {{"user.id", {.dictionary = false}}}. A path that names no leaf is an error that names the nearest
  /// ones.
  std::vector<std::pair<std::string, ColumnProperties>> columns = {};
  Executor* executor = nullptr;  // columns are encoded on it; null: inline. Must outlive the writer
  const Allocator* allocator = &DefaultAllocator();
};

/// Writes one file. Movable. One thread at a time; many writers may run side by side.
///
/// The first error of the sink sticks: every later call returns it. An invalid batch is refused before any of it is
/// taken, and leaves the writer as it was. Dropping a writer without Finish abandons the file.
class INLAY_EXPORT FileWriter {
 public:
  /// Into `path`, which appears complete at Finish or never (FileSink).
  static Result<FileWriter> Open(const std::string& path, const Schema& schema,
                                 const WriterProperties& properties = {});
  /// Into a sink of the caller's, which must outlive the writer, or one that the writer owns.
  static Result<FileWriter> Open(Sink* sink, const Schema& schema, const WriterProperties& properties = {});
  static Result<FileWriter> Open(std::unique_ptr<Sink> sink, const Schema& schema,
                                 const WriterProperties& properties = {});
  FileWriter(FileWriter&&) noexcept;
  FileWriter& operator=(FileWriter&&) noexcept;
  ~FileWriter();

  /// Appends the rows of a batch whose schema equals the writer's in names and types. Done with the caller's memory
  /// when it returns. Row groups are cut by rows and bytes, within a batch too.
  Status Write(const RecordBatchView& batch);
  /// The same, and ends the row group after it: the last batch of a file (or of a row group) is then not copied first.
  Status WriteLast(const RecordBatchView& batch);
  /// Ends the row group, if it has rows. The next batch begins another.
  Status EndRowGroup();
  /// Adds to the file's key/value metadata until Finish; the last value of a key wins.
  Status AddMetadata(std::string key, std::string value);
  /// Ends the last row group, writes the footer, finishes the sink. A second Finish, and a Write after it, are errors.
  Status Finish();

  const Schema& schema() const;
  int64_t num_rows() const;        // taken so far
  int64_t buffered_bytes() const;  // encoded bytes held until the row group ends
  int64_t bytes_written() const;   // given to the sink

 private:
  struct State;
  explicit FileWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One batch, one file.
INLAY_EXPORT Status WriteFile(const std::string& path, const RecordBatchView& batch,
                              const WriterProperties& properties = {});

}  // namespace inlay::parquet
