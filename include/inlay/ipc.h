// Arrow IPC: stream and file, written and read (Columnar format, "Serialization and Interprocess Communication").
// Metadata V5 is written; V4 and V5 are read.
//
// Written: columns of every flat type but views and dictionaries. Read: these too. Anything else is kNotImplemented
// with the column's path, at the writer's Open and at the reader's first batch; a reader's schema() shows every type.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <inlay/array.h>
#include <inlay/codec.h>
#include <inlay/executor.h>
#include <inlay/export.h>
#include <inlay/memory.h>
#include <inlay/sink.h>
#include <inlay/source.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::ipc {

/// Options of both writers, checked by Open.
struct WriteOptions {
  Compression compression = {};  // none, lz4 (frames) or zstd; a buffer that does not shrink is stored as it is
  int32_t alignment_bytes = 64;  // of every buffer in the file: 8, 16, 32 or 64
  Executor* executor = nullptr;  // buffers are compressed on it; null: inline. Must outlive the writer
  const Allocator* allocator = &DefaultAllocator();
};

/// Writes a stream: schema, batches, end. Movable. One thread at a time; many writers may run side by side.
///
/// The first error of the sink sticks: every later call returns it. An invalid batch is refused before any of it is
/// written, and leaves the writer as it was.
class INLAY_EXPORT StreamWriter {
 public:
  /// Into a sink of the caller's, which must outlive the writer, or one that the writer owns. Writes the schema.
  static Result<StreamWriter> Open(Sink* sink, const Schema& schema, const WriteOptions& options = {});
  static Result<StreamWriter> Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options = {});
  StreamWriter(StreamWriter&&) noexcept;
  StreamWriter& operator=(StreamWriter&&) noexcept;
  ~StreamWriter();

  /// One record batch message, by one gathered append, from a batch whose schema equals the writer's in names, types
  /// and nullability. Exactly the values of slices are written; slots under nulls as they stand. Buffers that need no
  /// change go to the sink without a copy, but for small ones, which are gathered. Done with the caller's memory when
  /// it returns.
  Status Write(const RecordBatchView& batch);
  /// Hands what is buffered to the operating system (Sink::Flush); durable only with Sync.
  Status Flush();
  Status Sync();
  /// End-of-stream marker, and Finish of the sink. A second Finish, and any other call but the accessors, are errors
  /// then.
  Status Finish();
  const Schema& schema() const;
  int64_t bytes_written() const;  // given to the sink

 private:
  struct State;
  explicit StreamWriter(std::unique_ptr<State> state);
  static Result<StreamWriter> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                    const WriteOptions& options);
  std::unique_ptr<State> state_;
};

/// Writes a file: a stream between magic bytes, with a footer for random access. Otherwise as StreamWriter. Dropping it
/// without Finish abandons the file.
class INLAY_EXPORT FileWriter {
 public:
  /// Into `path`, which appears complete at Finish or never (FileSink).
  static Result<FileWriter> Open(const std::string& path, const Schema& schema, const WriteOptions& options = {});
  static Result<FileWriter> Open(Sink* sink, const Schema& schema, const WriteOptions& options = {});
  static Result<FileWriter> Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options = {});
  FileWriter(FileWriter&&) noexcept;
  FileWriter& operator=(FileWriter&&) noexcept;
  ~FileWriter();

  Status Write(const RecordBatchView& batch);
  Status Flush();
  Status Sync();
  /// Adds to the footer's metadata (the file's, not the schema's) until Finish; the last value of a key wins. UTF-8.
  Status AddMetadata(std::string key, std::string value);
  /// End-of-stream marker, footer, Finish of the sink.
  Status Finish();
  const Schema& schema() const;
  int64_t num_rows() const;  // written so far
  int64_t bytes_written() const;

 private:
  struct State;
  explicit FileWriter(std::unique_ptr<State> state);
  static Result<FileWriter> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                  const WriteOptions& options);
  std::unique_ptr<State> state_;
};

/// What a reader accepts before it refuses.
struct ReadOptions {
  Validation validation = Validation::kFull;
  int64_t max_message_bytes = int64_t{1} << 31;       // metadata + body declared by one message
  int64_t max_uncompressed_bytes = int64_t{1} << 33;  // of one batch; its rows are at most eight times this
  const Allocator* allocator = &DefaultAllocator();   // must outlive the batches
};

/// Where a record batch message stands, and what its metadata says.
struct BlockInfo {
  int64_t offset_bytes = 0;    // of its first byte, from the start of the stream or file
  int64_t metadata_bytes = 0;  // prefix and padding included
  int64_t body_bytes = 0;
  int64_t num_rows = 0;
  Codec compression = Codec::kNone;
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
  /// One entry a batch, from their metadata alone.
  Result<std::vector<BlockInfo>> ReadBlocks() const;

 private:
  struct State;
  explicit FileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inlay::ipc
