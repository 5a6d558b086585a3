// The peer: Arrow C++ as the pyarrow wheel carries it, with its own default properties.
#include <arrow/api.h>
#include <arrow/io/api.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/writer.h>

#include <map>
#include <memory>
#include <vector>

#include "bench/writers/writers.h"

namespace inlay::bench {
namespace {

struct Wrapped {
  std::shared_ptr<arrow::Schema> schema;
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
};

std::shared_ptr<arrow::DataType> ArrowType(const DataType& type) {
  const auto unit = static_cast<arrow::TimeUnit::type>(type.unit());
  switch (type.id()) {
    case TypeId::kBool:
      return arrow::boolean();
    case TypeId::kInt32:
      return arrow::int32();
    case TypeId::kInt64:
      return arrow::int64();
    case TypeId::kFloat64:
      return arrow::float64();
    case TypeId::kUtf8:
      return arrow::utf8();
    case TypeId::kLargeUtf8:
      return arrow::large_utf8();
    case TypeId::kDate32:
      return arrow::date32();
    case TypeId::kTimestamp:
      return arrow::timestamp(unit, type.timezone());
    case TypeId::kDecimal128:
      return arrow::decimal128(type.precision(), type.scale());
    default:
      return nullptr;
  }
}

std::shared_ptr<arrow::Buffer> ArrowBuffer(const BufferView& view) {
  return view.data == nullptr ? nullptr : std::make_shared<arrow::Buffer>(view.data, view.size_bytes);
}

Result<Wrapped> Wrap(const Table& table) {
  Wrapped wrapped;
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const Field& field : table.batches.front().schema().fields) {
    auto type = ArrowType(field.type);
    if (type == nullptr) return Status::NotImplemented("no Arrow peer for column '" + field.name + "'");
    fields.push_back(arrow::field(field.name, type, field.nullable));
  }
  wrapped.schema = arrow::schema(fields);
  for (const RecordBatch& batch : table.batches) {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (size_t i = 0; i < fields.size(); ++i) {
      const ArrayView& view = batch.columns()[i];
      std::vector<std::shared_ptr<arrow::Buffer>> buffers = {ArrowBuffer(view.buffers[0]),
                                                             ArrowBuffer(view.buffers[1])};
      const TypeId id = view.type->id();
      if (id == TypeId::kUtf8 || id == TypeId::kLargeUtf8) buffers.push_back(ArrowBuffer(view.buffers[2]));
      columns.push_back(
          arrow::ArrayData::Make(fields[i]->type(), view.length, std::move(buffers), view.null_count, view.offset));
    }
    wrapped.batches.push_back(arrow::RecordBatch::Make(wrapped.schema, batch.num_rows(), std::move(columns)));
  }
  return wrapped;
}

std::map<const Table*, Wrapped>& Cache() {
  static std::map<const Table*, Wrapped> cache;
  return cache;
}

// Counts and forgets, as inlay's NullSink.
class NullStream final : public arrow::io::OutputStream {
 public:
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Write(const void*, int64_t size) override {
    position_ += size;
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

 private:
  int64_t position_ = 0;
};

arrow::Compression::type ArrowCodec(Codec codec) {
  switch (codec) {
    case Codec::kSnappy:
      return arrow::Compression::SNAPPY;
    case Codec::kGzip:
      return arrow::Compression::GZIP;
    case Codec::kLz4:
      return arrow::Compression::LZ4;
    case Codec::kZstd:
      return arrow::Compression::ZSTD;
    case Codec::kNone:
      break;
  }
  return arrow::Compression::UNCOMPRESSED;
}

arrow::Status WriteParquet(const Job& job, const Wrapped& wrapped, const std::shared_ptr<arrow::io::OutputStream>& sink,
                           arrow::MemoryPool* pool) {
  ::parquet::WriterProperties::Builder builder;
  builder.memory_pool(pool);
  builder.compression(ArrowCodec(job.compression.codec));
  if (job.compression.level.has_value()) builder.compression_level(*job.compression.level);
  ARROW_ASSIGN_OR_RAISE(auto writer, ::parquet::arrow::FileWriter::Open(*wrapped.schema, pool, sink, builder.build()));
  if (wrapped.batches.size() == 1) {
    ARROW_ASSIGN_OR_RAISE(auto table, arrow::Table::FromRecordBatches(wrapped.schema, wrapped.batches));
    ARROW_RETURN_NOT_OK(writer->WriteTable(*table));
  } else {
    for (const auto& batch : wrapped.batches) ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
  }
  return writer->Close();
}

arrow::Result<Outcome> Write(const Job& job, const Wrapped& wrapped) {
  arrow::ProxyMemoryPool pool(arrow::default_memory_pool());
  std::shared_ptr<arrow::io::OutputStream> sink = std::make_shared<NullStream>();
  if (!job.path.empty()) {
    ARROW_ASSIGN_OR_RAISE(sink, arrow::io::FileOutputStream::Open(job.path));
  }
  ARROW_RETURN_NOT_OK(WriteParquet(job, wrapped, sink, &pool));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, sink->Tell());
  ARROW_RETURN_NOT_OK(sink->Close());
  return Outcome{size, pool.max_memory()};
}

}  // namespace

Status PrepareArrow(const Table& table) {
  auto wrapped = Wrap(table);
  if (!wrapped.ok()) return wrapped.status();
  Cache()[&table] = std::move(*wrapped);
  return {};
}

Result<Outcome> WriteWithArrow(const Job& job) {
  const auto found = Cache().find(job.table);
  if (found == Cache().end())
    return Status::InvalidArgument("PrepareArrow was not called for table " + job.table->name);
  auto outcome = Write(job, found->second);
  if (!outcome.ok()) return Status::IoError(outcome.status().ToString());
  return *outcome;
}

}  // namespace inlay::bench
