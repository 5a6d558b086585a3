// Arrow IPC, written: stream and file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
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
/// validity bits. Arrow C++ (26) does not read V4 batches that have metadata of their own.
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

/// Writes a stream: schema, dictionaries, batches, end. Movable. One thread at a time; many writers may run side by
/// side.
///
/// The first error of the sink sticks: every later call returns it. An invalid batch is refused before any of it is
/// written, and leaves the writer as it was. Dropping a writer without Finish abandons its output.
///
/// Memory: what one batch's small, changed and compressed buffers take, buffer_bytes, and a copy of the dictionary of
/// each dictionary-encoded field: the caller's may change after Write, and the next batch's is compared with it, value
/// by value where a comparison of memory does not do.
class INLAY_EXPORT StreamWriter {
 public:
  /// Into a sink of the caller's, which must outlive the writer, or one that the writer owns. Writes the schema.
  static Result<StreamWriter> Open(Sink* sink, const Schema& schema, const WriteOptions& options = {});
  static Result<StreamWriter> Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options = {});
  StreamWriter(StreamWriter&&) noexcept;
  StreamWriter& operator=(StreamWriter&&) noexcept;
  ~StreamWriter();

  /// One record batch message and the dictionaries that have to come before it, by one gathered append, from a batch
  /// whose schema equals the writer's in names, types and nullability. Exactly the values of slices are written; slots
  /// under nulls as they stand. Buffers that need no change go to the sink without a copy, but for small ones, which
  /// are gathered. Done with the caller's memory when it returns. `metadata`: the message's own, UTF-8.
  ///
  /// A dictionary that is to be sent is checked wholly (Validation::kFull); what else the batch holds is checked as
  /// Validation::kBasic says. Indexes that point outside their dictionary are refused where they are rewritten (kUnify)
  /// and are the reader's to find where not.
  Status Write(const RecordBatchView& batch, const KeyValueMetadata& metadata = {});
  /// The bytes that Write would append for this batch at this moment, those of its dictionaries included. Encodes it to
  /// know; changes nothing.
  Result<int64_t> EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata = {});
  /// Hands what is gathered to the sink and what is buffered there to the operating system (Sink::Flush); durable only
  /// with Sync.
  Status Flush();
  Status Sync();
  /// End-of-stream marker, and Finish of the sink. A second Finish, and any other call but Close and the accessors, are
  /// errors then.
  Status Finish();
  /// Finish, unless that is done. May be called again, and returns the first error again.
  Status Close();
  const Schema& schema() const;
  /// Null once it is released.
  Sink* sink() const;
  /// Hands over an owned sink, after Finish, Close or an error of the sink. Null before that, and for a sink of the
  /// caller's.
  std::unique_ptr<Sink> ReleaseSink();
  int64_t num_rows() const;  // written so far
  int64_t num_batches() const;
  int64_t bytes_written() const;  // of the output, what is gathered included

 private:
  struct State;
  explicit StreamWriter(std::unique_ptr<State> state);
  static Result<StreamWriter> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                    const WriteOptions& options);
  std::unique_ptr<State> state_;
};

/// Writes a file: a stream between magic bytes, with a footer for random access. Otherwise as StreamWriter.
class INLAY_EXPORT FileWriter {
 public:
  /// Into `path`, which appears complete at Finish or never (FileSink).
  static Result<FileWriter> Open(const std::string& path, const Schema& schema, const WriteOptions& options = {});
  static Result<FileWriter> Open(Sink* sink, const Schema& schema, const WriteOptions& options = {});
  static Result<FileWriter> Open(std::unique_ptr<Sink> sink, const Schema& schema, const WriteOptions& options = {});
  /// Goes on with the file of that name. Its messages are copied to a new file, which takes its place at Finish; until
  /// then, and if that never comes, the old one stays as it is. Its batches and its footer's metadata are kept, its
  /// dictionaries known and not sent again (see DictionaryPolicy). `schema` must be the file's in names, types and
  /// nullability; metadata of schema and fields stay the file's. Metadata version and framing are the file's, too,
  /// whatever the options say; alignment is that of the options from the first appended batch on.
  ///
  /// kCorruptData for a file that is cut off (FileReader::Recover reads it), kInvalidArgument for another schema or
  /// compression where the file has V4, kNotImplemented for values in the other byte order. num_rows and num_batches
  /// count what is appended; bytes_written counts all.
  static Result<FileWriter> AppendTo(const std::string& path, const Schema& schema, const WriteOptions& options = {});
  FileWriter(FileWriter&&) noexcept;
  FileWriter& operator=(FileWriter&&) noexcept;
  ~FileWriter();

  Status Write(const RecordBatchView& batch, const KeyValueMetadata& metadata = {});
  Result<int64_t> EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata = {});
  Status Flush();
  Status Sync();
  /// Adds to the footer's metadata (the file's, not the schema's) until Finish; the last value of a key wins. UTF-8.
  Status AddMetadata(std::string key, std::string value);
  /// End-of-stream marker, footer, Finish of the sink.
  Status Finish();
  Status Close();
  const Schema& schema() const;
  Sink* sink() const;
  std::unique_ptr<Sink> ReleaseSink();
  int64_t num_rows() const;  // written so far
  int64_t num_batches() const;
  int64_t bytes_written() const;

 private:
  struct State;
  explicit FileWriter(std::unique_ptr<State> state);
  static Result<FileWriter> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                  const WriteOptions& options);
  std::unique_ptr<State> state_;
};

/// Makes the bytes of a stream and leaves the sending to the caller: for services with an event loop of their own.
/// Movable. One thread at a time.
///
/// Each call returns pieces, which are to be sent in order and whole. They are valid until the next call, and as long
/// as the batch's memory. A call that fails changes nothing. buffer_bytes plays no part.
class INLAY_EXPORT Encoder {
 public:
  static Result<Encoder> Make(const Schema& schema, const WriteOptions& options = {});
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

  /// The schema message. First, and once.
  Result<std::span<const BufferView>> Start();
  /// The batch's message behind the dictionaries that it needs. As StreamWriter::Write; what is returned counts as
  /// sent.
  Result<std::span<const BufferView>> Encode(const RecordBatchView& batch, const KeyValueMetadata& metadata = {});
  /// The end-of-stream marker. Last, and once.
  Result<std::span<const BufferView>> Finish();
  const Schema& schema() const;

 private:
  struct State;
  explicit Encoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inlay::ipc
