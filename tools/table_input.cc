#include "tools/table_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/parquet/file_layout.h"

namespace inlay::tools {

FileKind KindOfFile(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return FileKind::kOther;
  const Result<std::unique_ptr<Source>> source = OpenFileSource(path);
  if (!source.ok()) return FileKind::kOther;
  if (parquet::LooksLikeParquet(**source)) return FileKind::kParquet;
  uint8_t magic[8];
  if ((*source)->size_bytes() < 8 || !(*source)->ReadAt(0, magic).ok()) return FileKind::kOther;
  return std::memcmp(magic, "ARROW1\0\0", 8) == 0 ? FileKind::kArrowFile : FileKind::kOther;
}

TableInput::TableInput(TableInput&& other) noexcept
    : name_(std::move(other.name_)),
      file_(std::move(other.file_)),
      stream_(std::move(other.stream_)),
      own_descriptor_(std::exchange(other.own_descriptor_, -1)),
      size_bytes_(other.size_bytes_),
      next_batch_(other.next_batch_),
      block_(std::move(other.block_)) {}

TableInput::~TableInput() {
  if (own_descriptor_ >= 0) close(own_descriptor_);
}

Outcome TableInput::Open(const std::string& path, const TableInputOptions& options, std::optional<TableInput>* input,
                         int* descriptor) {
  *descriptor = -1;
  TableInput table(path == "-" ? "stdin" : path);
  const ipc::ReadOptions read_options{.columns = options.columns, .executor = options.executor};
  struct stat info = {};
  if (path != "-" && stat(path.c_str(), &info) != 0) {
    return Outcome::Data(path, Status::IoError("cannot be opened", errno));
  }
  Status status;
  if (path == "-" || !S_ISREG(info.st_mode)) {
    *descriptor = STDIN_FILENO;
    if (path != "-") {
      *descriptor = table.own_descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (*descriptor < 0) return Outcome::Data(path, Status::IoError("cannot be opened", errno));
    }
    Result<ipc::StreamReader> reader = ipc::StreamReader::OpenFd(*descriptor, read_options);
    if (status = reader.status(); status.ok()) table.stream_.emplace(*std::move(reader));
  } else if (const FileKind kind = KindOfFile(path); kind == FileKind::kParquet) {
    return Outcome::Usage(path + " is a Parquet file; Arrow files and streams are read");
  } else if (kind == FileKind::kArrowFile) {
    table.size_bytes_ = info.st_size;
    Result<ipc::FileReader> reader =
        options.recover ? ipc::FileReader::Recover(path, read_options) : ipc::FileReader::Open(path, read_options);
    if (status = reader.status(); status.ok()) table.file_.emplace(*std::move(reader));
  } else {
    table.size_bytes_ = info.st_size;
    Result<std::unique_ptr<Source>> source = OpenMappedSource(path);
    if (!source.ok()) return Outcome::Data(path, source.status());
    Result<ipc::StreamReader> reader = ipc::StreamReader::Open(*std::move(source), read_options);
    if (status = reader.status(); status.ok()) table.stream_.emplace(*std::move(reader));
  }
  if (!options.columns.empty() && status.code() == StatusCode::kInvalidArgument) {
    return Outcome::Usage("--columns: " + status.message());
  }
  if (!status.ok()) return Outcome::Data(table.name_, status);
  input->emplace(std::move(table));
  return {};
}

const Schema& TableInput::schema() const { return file_ ? file_->schema() : stream_->schema(); }

Result<std::optional<RecordBatch>> TableInput::Next() {
  if (stream_) {
    Result<std::optional<RecordBatch>> batch = stream_->Next();
    if (batch.ok() && *batch) block_ = stream_->block();
    return batch;
  }
  if (next_batch_ == file_->num_batches()) return std::optional<RecordBatch>();
  const std::string where = "batch " + std::to_string(next_batch_);
  Result<ipc::BlockInfo> block = file_->ReadBlock(next_batch_);
  if (!block.ok()) return block.status().WithContext(where);
  Result<RecordBatch> batch = file_->ReadBatch(next_batch_);
  if (!batch.ok()) return batch.status().WithContext(where);
  block_ = *std::move(block);
  ++next_batch_;
  return std::optional<RecordBatch>(*std::move(batch));
}

double TableInput::fraction() const {
  if (file_) {
    const int64_t num_batches = file_->num_batches();
    return num_batches == 0 ? 1 : static_cast<double>(next_batch_) / static_cast<double>(num_batches);
  }
  if (size_bytes_ <= 0) return -1;
  return static_cast<double>(block_.offset_bytes + block_.metadata_bytes + block_.body_bytes) /
         static_cast<double>(size_bytes_);
}

}  // namespace inlay::tools
