// Arrow data of other libraries, and ours for them, without a copy: the Arrow C Data, C Stream and C Device
// Interfaces.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <inlay/array.h>
#include <inlay/export.h>
#include <inlay/status.h>
#include <inlay/types.h>

// The structures, as both specifications define them; their guards let several libraries define the same ones.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

}  // extern "C"
#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

}  // extern "C"
#endif  // ARROW_C_STREAM_INTERFACE

#ifndef ARROW_C_DEVICE_DATA_INTERFACE
#define ARROW_C_DEVICE_DATA_INTERFACE

typedef int32_t ArrowDeviceType;

#define ARROW_DEVICE_CPU 1
#define ARROW_DEVICE_CUDA 2
#define ARROW_DEVICE_CUDA_HOST 3
#define ARROW_DEVICE_OPENCL 4
#define ARROW_DEVICE_VULKAN 7
#define ARROW_DEVICE_METAL 8
#define ARROW_DEVICE_VPI 9
#define ARROW_DEVICE_ROCM 10
#define ARROW_DEVICE_ROCM_HOST 11
#define ARROW_DEVICE_EXT_DEV 12
#define ARROW_DEVICE_CUDA_MANAGED 13
#define ARROW_DEVICE_ONEAPI 14
#define ARROW_DEVICE_WEBGPU 15
#define ARROW_DEVICE_HEXAGON 16

extern "C" {

struct ArrowDeviceArray {
  struct ArrowArray array;
  int64_t device_id;
  ArrowDeviceType device_type;
  void* sync_event;
  int64_t reserved[3];
};

}  // extern "C"
#endif  // ARROW_C_DEVICE_DATA_INTERFACE

#ifndef ARROW_C_DEVICE_STREAM_INTERFACE
#define ARROW_C_DEVICE_STREAM_INTERFACE

extern "C" {

struct ArrowDeviceArrayStream {
  ArrowDeviceType device_type;
  int (*get_schema)(struct ArrowDeviceArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowDeviceArrayStream*, struct ArrowDeviceArray* out);
  const char* (*get_last_error)(struct ArrowDeviceArrayStream*);
  void (*release)(struct ArrowDeviceArrayStream*);
  void* private_data;
};

}  // extern "C"
#endif  // ARROW_C_DEVICE_STREAM_INTERFACE

namespace inlay {

// Import. Each function takes the structure over, whatever comes of it: it is left marked as released, and its release
// callback is called exactly once, by the function itself on an error, else when the last owner of the result goes.
// What can be told from a structure is checked: null pointers, negative counts, formats, buffer counts, then
// ValidateBatch. Sizes of buffers are not in it; they follow from lengths and offsets, so memory that is shorter than
// those say cannot be noticed.

/// The fields of a struct ("+s") schema, their types and metadata. At most 2^18 fields, 64 deep.
INLAY_EXPORT Result<Schema> ImportSchema(ArrowSchema* schema);
/// One field, of any type.
INLAY_EXPORT Result<Field> ImportField(ArrowSchema* field);
/// A struct array as a batch, without a copy. `schema` says what is in it, and is copied. Null rows of the struct
/// itself are an error. kBasic spares the pass over the data when its producer is trusted.
INLAY_EXPORT Result<RecordBatch> ImportRecordBatch(ArrowArray* array, const Schema& schema,
                                                   Validation validation = Validation::kFull);

class ImportedStream;
/// Takes the stream over and asks it for its schema, which must be a struct.
INLAY_EXPORT Result<ImportedStream> ImportStream(ArrowArrayStream* stream, Validation validation = Validation::kFull);

/// The batches of an ArrowArrayStream, one after the other. Movable. One thread at a time.
class INLAY_EXPORT ImportedStream {
 public:
  ImportedStream(ImportedStream&&) noexcept;
  ImportedStream& operator=(ImportedStream&&) noexcept;
  /// Releases the stream.
  ~ImportedStream();

  const Schema& schema() const;
  /// The next batch, or nothing at the end. Batches own their data and outlive the stream. An error of the stream is
  /// kIoError with its text and number; the first error sticks, and the stream is asked no more.
  Result<std::optional<RecordBatch>> Next();

 private:
  struct State;
  friend Result<ImportedStream> ImportStream(ArrowArrayStream* stream, Validation validation);
  explicit ImportedStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The same of the C Device Data Interface, for arrays in the CPU's memory (device type 1, no event to wait for). Those
/// of other devices are kNotImplemented, which names the device: copy them to the CPU first. A stream that says it is
/// on the CPU and then gives an array of another device fails with kIoError.
INLAY_EXPORT Result<RecordBatch> ImportDeviceRecordBatch(ArrowDeviceArray* array, const Schema& schema,
                                                         Validation validation = Validation::kFull);
INLAY_EXPORT Result<ImportedStream> ImportDeviceStream(ArrowDeviceArrayStream* stream,
                                                       Validation validation = Validation::kFull);

// Export. `out` is overwritten, and on an error marked as released. Whoever receives it calls its release callback.

INLAY_EXPORT Status ExportSchema(const Schema& schema, ArrowSchema* out);
INLAY_EXPORT Status ExportField(const Field& field, ArrowSchema* out);
/// A batch as a struct array, without a copy: the batch's owner lives until the array, and every child that was moved
/// out of it, is released.
INLAY_EXPORT Status ExportRecordBatch(const RecordBatch& batch, ArrowArray* out);

/// Gives the next batch, nothing at the end, or an error.
using BatchSource = std::function<Result<std::optional<RecordBatch>>()>;
/// A stream that draws its batches from `next`. The first error of `next` sticks.
INLAY_EXPORT Status ExportStream(const Schema& schema, BatchSource next, ArrowArrayStream* out);
/// A stream of these batches.
INLAY_EXPORT Status ExportStream(const Schema& schema, std::vector<RecordBatch> batches, ArrowArrayStream* out);

}  // namespace inlay
