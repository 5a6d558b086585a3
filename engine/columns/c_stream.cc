// ArrowArrayStream in both directions.
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

#include "engine/columns/c_import.h"

namespace inlay {

struct ImportedStream::State {
  State(Taken<ArrowArrayStream> taken, Validation asked_validation)
      : stream(std::move(taken)), validation(asked_validation) {}

  // What the stream says about a call that returned `code`.
  Status Failed(const char* call, int code) {
    const char* text = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream.get());
    std::string message = "ArrowArrayStream ";
    message.append(call);
    if (text != nullptr) message.append(": ").append(text);
    return Status::IoError(std::move(message), code);
  }
  Status ReadSchema();
  Result<std::optional<RecordBatch>> Next();

  Taken<ArrowArrayStream> stream;
  Validation validation;
  std::shared_ptr<const Schema> schema;
  Status error;
  bool ended = false;
};

Status ImportedStream::State::ReadSchema() {
  if (stream->get_schema == nullptr || stream->get_next == nullptr) {
    return Status::InvalidArgument("ArrowArrayStream without its callbacks");
  }
  ArrowSchema c_schema{};
  if (const int code = stream->get_schema(stream.get(), &c_schema); code != 0) return Failed("get_schema", code);
  Result<Schema> read = ImportSchema(&c_schema);
  if (!read.ok()) return read.status();
  schema = std::make_shared<const Schema>(std::move(*read));
  return {};
}

Result<std::optional<RecordBatch>> ImportedStream::State::Next() {
  if (ended) return std::optional<RecordBatch>();
  ArrowArray c_array{};
  if (const int code = stream->get_next(stream.get(), &c_array); code != 0) return Failed("get_next", code);
  if (c_array.release == nullptr) {
    ended = true;
    return std::optional<RecordBatch>();
  }
  Result<RecordBatch> batch = ImportBatch(Taken<ArrowArray>(&c_array), schema, validation);
  if (!batch.ok()) return batch.status();
  return std::optional(std::move(*batch));
}

ImportedStream::ImportedStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImportedStream::ImportedStream(ImportedStream&&) noexcept = default;
ImportedStream& ImportedStream::operator=(ImportedStream&&) noexcept = default;
ImportedStream::~ImportedStream() = default;

const Schema& ImportedStream::schema() const { return *state_->schema; }

Result<std::optional<RecordBatch>> ImportedStream::Next() {
  if (!state_->error.ok()) return state_->error;
  try {
    Result<std::optional<RecordBatch>> next = state_->Next();
    if (!next.ok()) state_->error = next.status();
    return next;
  } catch (const std::exception&) {
    state_->error = Status::OutOfMemory();
    return Status::OutOfMemory();
  }
}

Result<ImportedStream> ImportStream(ArrowArrayStream* stream, Validation validation) {
  Taken<ArrowArrayStream> taken(stream);
  try {
    if (Status status = taken.Check("ArrowArrayStream"); !status.ok()) return status;
    auto state = std::make_unique<ImportedStream::State>(std::move(taken), validation);
    if (Status status = state->ReadSchema(); !status.ok()) return status;
    return ImportedStream(std::move(state));
  } catch (const std::exception&) {
    return Status::OutOfMemory();
  }
}

namespace {

struct ExportedStream {
  // Keeps the error for get_last_error, and for every later call.
  int Fail(Status status) {
    error = std::move(status);
    switch (error.code()) {
      case StatusCode::kOutOfMemory:
        return ENOMEM;
      case StatusCode::kInvalidArgument:
      case StatusCode::kCorruptData:
        return EINVAL;
      case StatusCode::kNotImplemented:
        return ENOSYS;
      default:
        return error.os_errno() != 0 ? error.os_errno() : EIO;
    }
  }

  Schema schema;
  BatchSource next;
  Status error;
  std::string error_text;
};

ExportedStream* Self(ArrowArrayStream* stream) { return static_cast<ExportedStream*>(stream->private_data); }

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  Status status = ExportSchema(Self(stream)->schema, out);
  return status.ok() ? 0 : Self(stream)->Fail(std::move(status));
}

Status DrawNext(ExportedStream* self, ArrowArray* out) {
  Result<std::optional<RecordBatch>> next = self->next();
  if (!next.ok()) return next.status();
  if (!next->has_value()) return {};
  return ExportRecordBatch(**next, out);
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  ExportedStream* const self = Self(stream);
  *out = {};
  if (!self->error.ok()) return self->Fail(self->error);
  try {
    Status status = DrawNext(self, out);
    return status.ok() ? 0 : self->Fail(std::move(status));
  } catch (...) {
    // Nothing may be thrown into C. The source is the caller's code, so this need not be bad_alloc, but most likely is.
    return self->Fail(Status::OutOfMemory());
  }
}

const char* GetLastError(ArrowArrayStream* stream) {
  ExportedStream* const self = Self(stream);
  if (self->error.ok()) return nullptr;
  try {
    self->error_text = self->error.ToString();
    return self->error_text.c_str();
  } catch (const std::exception&) {
    return "out of memory";
  }
}

void ReleaseStream(ArrowArrayStream* stream) {
  delete Self(stream);
  stream->release = nullptr;
}

}  // namespace

Status ExportStream(const Schema& schema, BatchSource next, ArrowArrayStream* out) try {
  *out = {};
  if (Status status = schema.Validate(); !status.ok()) return status;
  auto state = std::make_unique<ExportedStream>();
  state->schema = schema;
  state->next = std::move(next);
  *out = {&GetSchema, &GetNext, &GetLastError, &ReleaseStream, state.release()};
  return {};
} catch (const std::exception&) {
  return Status::OutOfMemory();
}

Status ExportStream(const Schema& schema, std::vector<RecordBatch> batches, ArrowArrayStream* out) try {
  const auto draw = [batches = std::move(batches), at = size_t{0}]() mutable -> Result<std::optional<RecordBatch>> {
    if (at == batches.size()) return std::optional<RecordBatch>();
    return std::optional(std::move(batches[at++]));
  };
  return ExportStream(schema, BatchSource(draw), out);
} catch (const std::exception&) {
  *out = {};
  return Status::OutOfMemory();
}

}  // namespace inlay
