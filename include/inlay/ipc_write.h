// Arrow IPC, written: stream and file.
#pragma once

#include <cstdint>
#include <memory>
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

namespace inlay::ipc {

/// MetadataVersion of the format's Schema.fbs. V4 is what Arrow before 1.0 reads: no compression, and unions have
/// validity bits.
enum class MetadataVersion : uint8_t { kV4, kV5 };

/// What is done when the dictionary of a column is not the one that was sent last. An equal one is never sent again.
enum class DictionaryPolicy : uint8_t {
  kReplace,  // stream: it is sent whole. File, which has one dictionary a column: the batch is refused
  kDelta,    // where it begins with all of the last one, the rest is sent as a delta; otherwise as kReplace
  kUnify,    // the writer keeps one growing dictionary a column, rewrites the indexes, and sends new values as deltas
};

/// Of one column or member.
struct ColumnWriteOptions {
  bool compress = true;  // false: its buffers, and those below it, are stored as they are
};

/// Options of the writers and the encoder, checked by Open.
struct WriteOptions {
  Compression compression = {};  // none, lz4 (frames) or zstd; a buffer that does not shrink is stored as it is
  /// By dotted path ("user.id", "tags.item"). One that matches nothing is an error that names the nearest.
  std::vector<std::pair<std::string, ColumnWriteOptions>> columns = {};
  double min_saving = 0.0;            // a buffer is stored as it is unless more than this share is saved: 0 <= x < 1
  bool sample_incompressible = true;  // large buffers: a few samples of fixed places say whether compression is tried
  int32_t alignment_bytes = 64;       // of every buffer in the stream or file: 8, 16, 32 or 64
  MetadataVersion metadata_version = MetadataVersion::kV5;
  bool legacy_framing = false;  // messages without the FF FF FF FF of Arrow 0.15 and later; V4 only
  DictionaryPolicy dictionaries = DictionaryPolicy::kReplace;
  int64_t buffer_bytes = 0;      // gathered before the sink sees it; 0: one append a Write
  Executor* executor = nullptr;  // buffers are compressed on it; null: inline. Must outlive the writer
  const Allocator* allocator = &DefaultAllocator();

  /// kInvalidArgument with the option that is wrong. Paths are looked up by Open, which knows the schema.
  INLAY_EXPORT Status Validate() const;
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

}  // namespace inlay::ipc
