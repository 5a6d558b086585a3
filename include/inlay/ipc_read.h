// Arrow IPC, read: stream, file, and bytes as they arrive.
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
#include <inlay/source.h>
#include <inlay/status.h>
#include <inlay/types.h>

namespace inlay::ipc {

/// What a reader accepts before it refuses.
///
/// Validation::kFull, the default, is for the input of strangers: what a reader returns then keeps every rule of the
/// format, and reading it touches nothing out of bounds. Validation::kBasic is the trusted mode, for bytes that this
/// library wrote and that nobody could change. It still checks that metadata are well-formed, that all messages, blocks
/// and buffers lie within the input and are large enough for the declared rows, sizes and limits, the first and the
/// last offset of each column, and nulls in required columns. It looks at no value: an offset between, a view, a
/// dictionary index, a union's type, a run end may point anywhere, text may not be UTF-8, null counts may be wrong.
/// Whoever reads such batches of a hostile file reads out of bounds.
struct ReadOptions {
  Validation validation = Validation::kFull;
  /// Dotted paths of the columns and members to read, as fields are named ("user.id", "tags.item"); empty: all. They
  /// come in the schema's order, whatever is below a path with it. What is not read is not looked at. A path that
  /// matches nothing is an error that names the nearest.
  std::vector<std::string> columns = {};
  int64_t max_message_bytes = int64_t{1} << 31;       // metadata + body declared by one message
  int64_t max_uncompressed_bytes = int64_t{1} << 33;  // of one batch; its rows are at most eight times this
  int max_depth = 64;                                 // of nested types; a flat column is 1. 1 to 64
  Executor* executor = nullptr;                       // decompresses and validates on it; must outlive the reader
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

/// Of one call of FileReader::ReadBatch.
struct BatchOptions {
  std::vector<std::string> columns = {};  // as ReadOptions::columns, which they replace; empty: those
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

  const Schema& schema() const;  // of the columns that are read
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

/// A stream whose bytes the caller brings, from an event loop for instance. Does no I/O and waits for nothing. Keeps
/// what has come of the message in hand and the dictionaries, no more: a length that is declared takes memory only as
/// its bytes arrive (at most twice as much and 1 MiB, or the size of the largest body before). Takes the forms that
/// StreamReader does. Movable; one thread at a time.
///
///   BufferView bytes = received;
///   while (true) {
///     auto batch = decoder.Decode(&bytes);
///     if (!batch.ok()) return batch.status();
///     if (!batch->has_value()) break;  // all bytes are taken, or the stream is at its end
///     Use(**batch);
///   }
class INLAY_EXPORT Decoder {
 public:
  static Result<Decoder> Make(const ReadOptions& options = {});
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  /// Takes bytes off the front of `*bytes`, copying them once, until a batch is whole: that one is returned, and the
  /// rest waits for the next call. Nothing when all bytes were taken, or at_end(): what follows the end-of-stream
  /// marker (a file's footer, another protocol) is left in `*bytes`. Batches own their memory and outlive the decoder.
  /// Errors as with StreamReader; the first one sticks.
  Result<std::optional<RecordBatch>> Decode(BufferView* bytes);
  /// The input has ended: kCorruptData within a message or before the schema. Streams may end without their marker.
  Status Finish();

  bool has_schema() const;
  /// Of the columns that are read. Requires has_schema().
  const Schema& schema() const;
  /// Of the last batch that Decode returned.
  const BlockInfo& block() const;
  /// The end-of-stream marker has come.
  bool at_end() const;
  /// How many bytes complete the part in hand: a word of the prefix, metadata, or a body. Whoever reads that many at a
  /// time never reads past the end of the stream. 0 at the end and after an error.
  int64_t wanted_bytes() const;

 private:
  struct State;
  explicit Decoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads a file at random. Movable. const members may be called from several threads.
class INLAY_EXPORT FileReader {
 public:
  /// Maps the file. Buffers as with StreamReader.
  static Result<FileReader> Open(const std::string& path, const ReadOptions& options = {});
  static Result<FileReader> Open(std::unique_ptr<Source> source, const ReadOptions& options = {});
  /// Opens what a crash left of a file: one with a good footer as Open does, another by its messages from byte 8 on, up
  /// to the first that is cut off, malformed or, as far as `options` have it checked, invalid. Reads and checks all of
  /// them. A dictionary that replaces another, which files do not allow, ends the good part too, and so does a message
  /// whose last data are zeros from the start of a sector (512 bytes) on where more zeros follow: what a power cut
  /// leaves. An error where not even the schema is whole, and for want of memory or I/O.
  static Result<FileReader> Recover(const std::string& path, const ReadOptions& options = {});
  static Result<FileReader> Recover(std::unique_ptr<Source> source, const ReadOptions& options = {});
  FileReader(FileReader&&) noexcept;
  FileReader& operator=(FileReader&&) noexcept;
  ~FileReader();

  const Schema& schema() const;  // of the columns that are read
  int64_t num_batches() const;
  int64_t num_dictionary_batches() const;
  int metadata_version() const;              // 4 or 5
  const KeyValueMetadata& metadata() const;  // the footer's
  /// Opened without a footer, by Recover. Its metadata are lost then.
  bool recovered() const;
  /// Where the last good message ends, if recovered; otherwise the size of the file.
  int64_t valid_bytes() const;
  /// If recovered: what is wrong with the first message that was not taken. Ok when the messages end as they should;
  /// kLimitExceeded or kNotImplemented when other options or another build might read on.
  const Status& damage() const;
  /// Requires 0 <= index < num_batches(); kInvalidArgument otherwise. Of a mapped file nothing but the columns that are
  /// read is touched, of another source nothing else is read. Dictionaries are read when a batch first needs them.
  Result<RecordBatch> ReadBatch(int64_t index) const;
  Result<RecordBatch> ReadBatch(int64_t index, const BatchOptions& options) const;
  /// These read the metadata of messages alone: of all batches, one entry each; of one (`index` as above); of all
  /// dictionary batches, in the order in which they apply; the sum of the batches' rows.
  Result<std::vector<BlockInfo>> ReadBlocks() const;
  Result<BlockInfo> ReadBlock(int64_t index) const;
  Result<std::vector<DictionaryBlockInfo>> ReadDictionaryBlocks() const;
  Result<int64_t> CountRows() const;

 private:
  struct State;
  static Result<FileReader> Start(std::unique_ptr<Source> source, const ReadOptions& options, bool may_recover);
  explicit FileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All of a file or stream.
struct FileContents {
  Schema schema = {};
  KeyValueMetadata metadata = {};  // the footer's, if there is one
  std::vector<RecordBatch> batches = {};
  int64_t num_rows = 0;
};

/// Maps `path`, a file or a stream (the first bytes tell), and reads every batch of it.
INLAY_EXPORT Result<FileContents> ReadFile(const std::string& path, const ReadOptions& options = {});

}  // namespace inlay::ipc
