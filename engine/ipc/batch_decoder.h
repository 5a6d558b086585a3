// Record batch messages -> batches. Input is untrusted: the verifier has seen the flatbuffer, everything else is
// checked here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

#include "engine/base/arena.h"
#include "engine/columns/schema_flatbuffer.h"
#include "engine/ipc/message_input.h"

namespace inlay::ipc {

// What the columns of one message point to, beside the body.
struct DecodedColumns {
  explicit DecodedColumns(const Allocator* allocator) : arena(allocator) {}

  std::vector<ArrayView> columns;
  std::vector<std::vector<BufferView>> variadic_buffers;  // what views' variadic_buffers span
  Arena arena;                                            // buffers that could not be borrowed
  std::vector<std::shared_ptr<const void>> owners;
};

// The values of one dictionary.
struct DictionaryValues {
  ArrayView values;
  std::shared_ptr<const void> owner;
};

// The dictionaries of a stream or file as far as they are known, by id. A value; replaced entries live on in batches.
using Dictionaries = std::map<int64_t, std::shared_ptr<const DictionaryValues>>;

// Decodes the batches of one schema. Threads may share it.
class BatchDecoder {
 public:
  BatchDecoder(std::shared_ptr<const DecodedSchema> schema, const ReadOptions* options)
      : schema_(std::move(schema)), options_(*options) {}

  // Requires that the message's header is a record batch. kNotImplemented for columns that CheckReadable refuses.
  Result<RecordBatch> DecodeBatch(const Message& message, const Dictionaries& dictionaries) const;
  // Requires that the header is a dictionary batch. Adds it to `dictionaries`. A second one of an id that is no delta
  // is kCorruptData unless `replace`.
  Status DecodeDictionary(const Message& message, bool replace, Dictionaries* dictionaries) const;

 private:
  std::shared_ptr<const DecodedSchema> schema_;
  const ReadOptions& options_;
};

}  // namespace inlay::ipc
