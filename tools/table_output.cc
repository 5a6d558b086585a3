#include "tools/table_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/parquet/schema.h"

namespace inlay::tools {
namespace {

// `metadata` over that of the schema: a key that is there gets the new value.
Schema WithMetadata(Schema schema, const KeyValueMetadata& metadata) {
  for (const auto& [key, value] : metadata) {
    const auto old = std::find_if(schema.metadata.begin(), schema.metadata.end(),
                                  [&key = key](const auto& entry) { return entry.first == key; });
    if (old != schema.metadata.end()) {
      old->second = value;
    } else {
      schema.metadata.emplace_back(key, value);
    }
  }
  return schema;
}

}  // namespace

Outcome CheckTarget(const std::string& path, Existing existing) {
  if (path == "-") {
    if (isatty(STDOUT_FILENO) == 1) return Outcome::Usage("stdout is a terminal: redirect it, or name a file");
    return {};
  }
  struct stat info;
  if (existing == Existing::kRefuse && stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    return Outcome::Usage(path + " exists: --force replaces it");
  }
  return {};
}

std::optional<Format> FormatOfPath(const std::string& path) {
  if (path.ends_with(".parquet") || path.ends_with(".pq")) return Format::kParquet;
  if (path.ends_with(".arrow") || path.ends_with(".feather") || path.ends_with(".ipc")) return Format::kFile;
  if (path.ends_with(".arrows") || path.ends_with(".stream")) return Format::kStream;
  return {};
}

TableOutput::TableOutput(TableOutput&& other) noexcept
    : name_(std::move(other.name_)),
      own_descriptor_(std::exchange(other.own_descriptor_, -1)),
      parquet_(std::move(other.parquet_)),
      file_(std::move(other.file_)),
      stream_(std::move(other.stream_)) {}

TableOutput::~TableOutput() {
  // The writers first: their sinks use the descriptor.
  parquet_.reset(), file_.reset(), stream_.reset();
  if (own_descriptor_ >= 0) close(own_descriptor_);
}

Result<std::unique_ptr<Sink>> TableOutput::OpenSink(const std::string& path, bool replace) {
  if (path == "-") return std::unique_ptr<Sink>(std::make_unique<FdSink>(STDOUT_FILENO));
  // Devices and pipes take bytes; they are not replaced by a file.
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    own_descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (own_descriptor_ < 0) return Status::IoError("cannot be opened", errno);
    return std::unique_ptr<Sink>(std::make_unique<FdSink>(own_descriptor_));
  }
  FileSink::Options options;
  options.replace = replace;
  Result<std::unique_ptr<FileSink>> sink = FileSink::Open(path, options);
  if (!sink.ok()) return sink.status();
  return std::unique_ptr<Sink>(*std::move(sink));
}

Outcome TableOutput::Open(const std::string& path, Existing existing, Format format, const Schema& schema,
                          const WritePlan& plan, std::optional<TableOutput>* output) {
  TableOutput table(path == "-" ? "stdout" : path);
  Status status;
  if (existing == Existing::kAppend) {
    Result<ipc::FileWriter> writer = ipc::FileWriter::AppendTo(path, schema, plan.arrow);
    if (status = writer.status(); status.ok()) {
      table.file_.emplace(*std::move(writer));
      status = table.AddFileMetadata(plan.metadata);
    }
    if (!status.ok()) return Outcome::Data(table.name_, status);
    output->emplace(std::move(table));
    return {};
  }
  Result<std::unique_ptr<Sink>> sink = table.OpenSink(path, existing == Existing::kReplace);
  if (!sink.ok()) return Outcome::Data(table.name_, sink.status());
  // With a schema that can be written, it is the keys that are wrong.
  bool takes_schema = true;
  if (format == Format::kParquet) {
    parquet::WriterProperties properties = plan.parquet;
    properties.metadata = plan.metadata;
    Result<parquet::FileWriter> writer = parquet::FileWriter::Open(*std::move(sink), schema, properties);
    if (status = writer.status(); status.ok()) table.parquet_.emplace(*std::move(writer));
    takes_schema = status.ok() || parquet::MakeFileSchema(schema).ok();
  } else if (format == Format::kFile) {
    Result<ipc::FileWriter> writer =
        ipc::FileWriter::Open(*std::move(sink), WithMetadata(schema, plan.metadata), plan.arrow);
    if (status = writer.status(); status.ok()) table.file_.emplace(*std::move(writer));
  } else {
    Result<ipc::StreamWriter> writer =
        ipc::StreamWriter::Open(*std::move(sink), WithMetadata(schema, plan.metadata), plan.arrow);
    if (status = writer.status(); status.ok()) table.stream_.emplace(*std::move(writer));
  }
  if (status.code() == StatusCode::kInvalidArgument && takes_schema) {
    return Outcome::Usage(table.name_ + ": " + status.message());
  }
  if (!status.ok()) return Outcome::Data(table.name_, status);
  output->emplace(std::move(table));
  return {};
}

Status TableOutput::Write(const RecordBatchView& batch, const KeyValueMetadata& metadata, bool is_last) {
  if (parquet_) return is_last ? parquet_->WriteLast(batch) : parquet_->Write(batch);
  return file_ ? file_->Write(batch, metadata) : stream_->Write(batch, metadata);
}

Status TableOutput::AddFileMetadata(const KeyValueMetadata& metadata) {
  Status status;
  for (size_t i = 0; file_ && status.ok() && i < metadata.size(); ++i) {
    status = file_->AddMetadata(metadata[i].first, metadata[i].second);
  }
  return status;
}

Status TableOutput::Finish() {
  if (parquet_) return parquet_->Finish();
  return file_ ? file_->Finish() : stream_->Finish();
}

int64_t TableOutput::bytes_written() const {
  if (parquet_) return parquet_->bytes_written();
  return file_ ? file_->bytes_written() : stream_->bytes_written();
}

}  // namespace inlay::tools
