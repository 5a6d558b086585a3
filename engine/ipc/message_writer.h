// What stream and file writer share: one sink, its first error, the schema message, batches, the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <inlay/ipc.h>

#include "engine/ipc/batch_encoder.h"

namespace inlay::ipc {

class MessageWriter {
 public:
  // Checks the options and the schema, and writes `head` and the schema message by one append. `owned` may be null.
  static Result<std::unique_ptr<MessageWriter>> Start(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema,
                                                      const WriteOptions& options, BufferView head);

  // The first error of the sink, or that the writer is finished.
  Status Ready() const;
  // Two halves of writing a batch: all that may refuse it, and then the append. Append requires a successful Prepare.
  Status Prepare(const RecordBatchView& batch);
  Status Append();
  Status Flush();
  Status Sync();
  // Writes `tail`, finishes the sink.
  Status Finish(std::span<const BufferView> tail);

  const Schema& schema() const { return schema_; }
  int64_t bytes_written() const { return bytes_written_; }
  const BatchEncoder& encoder() const { return *encoder_; }

 private:
  MessageWriter(Sink* sink, std::unique_ptr<Sink> owned, const Schema& schema)
      : schema_(schema), owned_sink_(std::move(owned)), sink_(sink) {}
  Status Send(std::span<const BufferView> pieces);
  Status Keep(Status status);  // a sink's error is kept for good

  Schema schema_;
  std::unique_ptr<Sink> owned_sink_;
  Sink* sink_;
  std::optional<BatchEncoder> encoder_;
  Status error_;
  bool finished_ = false;
  int64_t bytes_written_ = 0;
};

// The end-of-stream marker.
inline constexpr uint8_t kEndOfStream[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};

}  // namespace inlay::ipc
