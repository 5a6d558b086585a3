// A whole file or stream in one call.
#include <cstring>
#include <new>
#include <utility>

#include <inlay/ipc.h>

#include "engine/ipc/file_format.h"

namespace inlay::ipc {
namespace {

Status Add(RecordBatch batch, FileContents* contents) {
  if (__builtin_add_overflow(contents->num_rows, batch.num_rows(), &contents->num_rows)) {
    return Status::CorruptData("the batches have more rows than 64 bits count");
  }
  contents->batches.push_back(std::move(batch));
  return {};
}

Result<FileContents> ReadAll(const FileReader& reader) {
  FileContents contents{.schema = reader.schema(), .metadata = reader.metadata()};
  for (int64_t i = 0; i < reader.num_batches(); ++i) {
    auto batch = reader.ReadBatch(i);
    if (!batch.ok()) return batch.status();
    if (Status status = Add(std::move(*batch), &contents); !status.ok()) return status;
  }
  return contents;
}

Result<FileContents> ReadAll(StreamReader reader) {
  FileContents contents{.schema = reader.schema()};
  while (true) {
    auto batch = reader.Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return contents;
    if (Status status = Add(std::move(**batch), &contents); !status.ok()) return status;
  }
}

}  // namespace

Result<FileContents> ReadFile(const std::string& path, const ReadOptions& options) try {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  const BufferView bytes = (*source)->mapped();
  if (bytes.size_bytes >= kMagicBytes && std::memcmp(bytes.data, kFileHead, kMagicBytes) == 0) {
    const auto reader = FileReader::Open(std::move(*source), options);
    if (!reader.ok()) return reader.status();
    return ReadAll(*reader);
  }
  auto reader = StreamReader::Open(std::move(*source), options);
  if (!reader.ok()) return reader.status();
  return ReadAll(std::move(*reader));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace inlay::ipc
