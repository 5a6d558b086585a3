// What stream and file writer share: one sink, its first error, gathering, the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <inlay/ipc.h>

#include "engine/base/aligned_buffer.h"
#include "engine/ipc/message_encoder.h"

namespace inlay::ipc {

class MessageWriter {
 public:
  // Checks the options and the schema, and writes `head` and the schema message by one append. `owned` may be null.
  static Result<std::unique_ptr<MessageWriter>> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                                      const WriteOptions& options, const OutputStart& start,
                                                      BufferView head);
  // As Start, behind what stands in the output already: its messages are copied from `kept`.
  static Result<std::unique_ptr<MessageWriter>> Continue(std::unique_ptr<Sink> sink,
                                                         std::unique_ptr<MessageEncoder> encoder, BufferView kept);

  // The first error of the sink, or that the writer is finished.
  Status Ready() const;
  // Two halves of writing a batch: all that may refuse it, and then the append. Append requires a successful Prepare.
  Status Prepare(const RecordBatchView& batch, const KeyValueMetadata& metadata);
  Status Append();
  Result<int64_t> EncodedSize(const RecordBatchView& batch, const KeyValueMetadata& metadata);
  Status Flush();
  Status Sync();
  // Writes `tail`, finishes the sink.
  Status Finish(std::span<const BufferView> tail);
  // What Close returns when there is nothing to finish: the first error, or Ok. Nothing: not finished yet.
  std::optional<Status> Ended() const;
  Sink* sink() const { return sink_; }
  std::unique_ptr<Sink> ReleaseSink();

  int64_t bytes_written() const { return bytes_written_; }
  int64_t num_rows() const { return num_rows_; }
  int64_t num_batches() const { return num_batches_; }
  const MessageEncoder& encoder() const { return *encoder_; }

 private:
  MessageWriter(Sink* sink, std::unique_ptr<Sink> owned, std::unique_ptr<MessageEncoder> encoder)
      : encoder_(std::move(encoder)),
        owned_sink_(std::move(owned)),
        sink_(sink),
        gathered_(encoder_->options().allocator) {}
  Status ReserveRoom();
  Status Send(std::span<const BufferView> pieces);
  Status Drain();
  Status Keep(Status status);  // a sink's error is kept for good

  std::unique_ptr<MessageEncoder> encoder_;
  std::unique_ptr<Sink> owned_sink_;
  Sink* sink_;
  AlignedBuffer gathered_;
  int64_t gathered_bytes_ = 0;
  Status error_;
  bool finished_ = false;
  int64_t bytes_written_ = 0;
  int64_t prepared_rows_ = 0;
  int64_t num_rows_ = 0;
  int64_t num_batches_ = 0;
};

}  // namespace inlay::ipc
