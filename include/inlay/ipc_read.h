// Arrow IPC, read: stream and file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <inlay/array.h>
#include <inlay/codec.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/source.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::ipc {

/// What a reader accepts before it refuses.
struct ReadOptions {
  Validation validation = Validation::kFull;
  int64_t max_message_bytes = int64_t{1} << 31;       // metadata + body declared by one message
  int64_t max_uncompressed_bytes = int64_t{1} << 33;  // of one batch; its rows are at most eight times this
  int max_depth = 64;                                 // of nested types; a flat column is 1. 1 to 64
  const Allocator* allocator = &DefaultAllocator();   // must outlive the batches
};

/// Where a record batch message stands, and what its metadata says.
struct BlockInfo {
  int64_t offset_bytes = 0;    // of its first byte, from the start of the stream or file
  int64_t metadata_bytes = 0;  // prefix and padding included
  int64_t body_bytes = 0;
  int64_t num_rows = 0;
  Codec compression = Codec::kNone;
  KeyValueMetadata metadata = {};  // the message's own
};

/// The same of a dictionary batch message.
struct DictionaryBlockInfo {
  int64_t id = 0;
  bool is_delta = false;  // adds to what the id had before
  BlockInfo block = {};   // num_rows: of values
};

/// Reads a stream in order, from a Source or from a descriptor (pipe, socket, stdin). A file's bytes are read too, up
/// to its footer. Movable; one thread at a time.
///
/// Errors: kCorruptData for bytes that break the format, kNotImplemented, kLimitExceeded. The first one sticks.
class INLAY_EXPORT StreamReader {
 public:
  /// Reads the schema. Batches keep the source alive; where it is mapped, their buffers point into it, unless
  /// compressed, in the other byte order, or not aligned to their elements (up to 8 bytes): those are copied.
  static Result<StreamReader> Open(std::unique_ptr<Source> source, const ReadOptions& options = {});
  /// The descriptor is the caller's to close. Nothing past the end of the stream is read.
  static Result<StreamReader> OpenFd(int fd, const ReadOptions& options = {});
  StreamReader(StreamReader&&) noexcept;
  StreamReader& operator=(StreamReader&&) noexcept;
  ~StreamReader();

  const Schema& schema() const;
  /// The next batch, or nothing at the end: the marker, or input that ends between messages. Batches share ownership of
  /// what they point to and outlive the reader.
  Result<std::optional<RecordBatch>> Next();
  /// Of the last batch that Next returned.
  const BlockInfo& block() const;

 private:
  struct State;
  explicit StreamReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads a file at random. Movable. const members may be called from several threads.
class INLAY_EXPORT FileReader {
 public:
  /// Maps the file. Buffers as with StreamReader.
  static Result<FileReader> Open(const std::string& path, const ReadOptions& options = {});
  static Result<FileReader> Open(std::unique_ptr<Source> source, const ReadOptions& options = {});
  FileReader(FileReader&&) noexcept;
  FileReader& operator=(FileReader&&) noexcept;
  ~FileReader();

  const Schema& schema() const;
  int64_t num_batches() const;
  int64_t num_dictionary_batches() const;
  int metadata_version() const;              // 4 or 5
  const KeyValueMetadata& metadata() const;  // the footer's
  /// Requires 0 <= index < num_batches(); kInvalidArgument otherwise.
  Result<RecordBatch> ReadBatch(int64_t index) const;
  /// These read the metadata of messages alone: of all batches, one entry each; of one (`index` as above); of all
  /// dictionary batches, in the order in which they apply; the sum of the batches' rows.
  Result<std::vector<BlockInfo>> ReadBlocks() const;
  Result<BlockInfo> ReadBlock(int64_t index) const;
  Result<std::vector<DictionaryBlockInfo>> ReadDictionaryBlocks() const;
  Result<int64_t> CountRows() const;

 private:
  struct State;
  explicit FileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inlay::ipc
