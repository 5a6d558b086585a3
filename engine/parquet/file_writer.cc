// The file as a whole (parquet-format, README, File format):
//
//   "PAR1" | row group*  | FileMetaData (Thrift) | its length, 4 bytes LE | "PAR1"
//   row group = column chunk, one a leaf, in the order of the schema
#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include <inlay/parquet.h>
#include <inlay/version.h>

#include "engine/columns/schema_message.h"
#include "engine/columns/type_match.h"
#include "engine/parquet/base64.h"
#include "engine/parquet/build_hash.h"
#include "engine/parquet/chunk_memory.h"
#include "engine/parquet/column_chunk_writer.h"
#include "engine/parquet/properties.h"
#include "engine/parquet/schema.h"
#include "kernels/byte_order.h"

namespace inlay::parquet {
namespace {

constexpr uint8_t kMagic[4] = {'P', 'A', 'R', '1'};
constexpr std::string_view kArrowSchemaKey = "ARROW:schema";
// The row group's size is looked at so often; columns are encoded one after the other in slices of so many rows.
constexpr int64_t kSliceRows = 128 << 10;
// A slice brings at most this share of a row group's bytes, by the bytes in memory.
constexpr int64_t kSlicesPerRowGroup = 8;
constexpr int64_t kMaxRowGroups = INT16_MAX;  // RowGroup.ordinal is an i16

// Turns what standard containers throw into a Status: the library throws nothing.
template <typename Call>
auto CatchBadAlloc(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory();
  }
}

// Bytes of rows of a column in memory, as far as offsets tell.
int64_t BytesInMemory(const ArrayView& column, const LeafColumn& leaf, int64_t first_row, int64_t num_rows) {
  const auto offset = [&](int64_t row) {
    const int64_t i = column.offset + row;
    if (leaf.conversion == Conversion::kLargeByteArrays) {
      int64_t value;
      std::memcpy(&value, column.buffers[1].data + i * 8, 8);
      return value;
    }
    int32_t value;
    std::memcpy(&value, column.buffers[1].data + i * 4, 4);
    return int64_t{value};
  };
  if (leaf.physical_type != format::Type::kByteArray) return num_rows * leaf.physical_bytes;
  return offset(first_row + num_rows) - offset(first_row) + 4 * num_rows;
}

}  // namespace

struct FileWriter::State {
  Schema schema;
  WriterProperties properties;
  std::unique_ptr<Sink> owned_sink;
  Sink* sink = nullptr;
  std::vector<LeafColumn> leaves;
  std::vector<std::unique_ptr<ColumnChunkWriter>> columns;
  // Made with the first row group: a memory a column, and a workspace for each column that may run beside others.
  std::vector<std::unique_ptr<Workspace>> workspaces;
  std::vector<std::unique_ptr<ChunkMemory>> memories;
  std::vector<Status> column_status;
  format::FileMetaData metadata;
  format::RowGroup row_group;  // in progress
  KeyValueMetadata added_metadata;
  Status error;  // the first one, for good
  bool is_finished = false;
  int64_t row_group_rows = 0;
  int64_t num_rows = 0;
  int64_t bytes_written = 0;
  std::vector<BufferView> pieces;

  Status Begin();
  Status CheckOpen() const;
  Status CheckBatch(const RecordBatchView& batch) const;
  Status SchemaMismatch(const Schema& given) const;
  Status Write(const RecordBatchView& batch, bool is_last);
  Status AppendRows(const RecordBatchView& batch, int64_t first_row, int64_t num_rows, int64_t rows_ahead);
  int64_t BytesOfRows(const RecordBatchView& batch, int64_t first_row, int64_t rows) const;
  int64_t WholeRowGroupRows(const RecordBatchView& batch, int64_t first_row, bool is_last) const;
  Status WriteWholeRowGroup(const RecordBatchView& batch, int64_t first_row, int64_t rows);
  void MakeMemories();
  Status BeginRowGroup();
  Status WriteChunk(const ColumnChunkWriter& column);
  Status CloseRowGroup();
  int64_t SliceRows(const RecordBatchView& batch, int64_t first_row, int64_t max_rows) const;
  template <typename Task>
  Status ForEachColumn(Task task);
  Status EndRowGroup();
  Status WriteFooter();
  Status Append(std::span<const BufferView> appended);
  int64_t BufferedBytes() const;
  // Remembers the first error.
  Status Stick(Status status) {
    if (!status.ok() && error.ok()) error = status;
    return status;
  }
};

Status FileWriter::State::Append(std::span<const BufferView> appended) {
  if (Status s = sink->Append(appended); !s.ok()) return s;
  for (const BufferView& piece : appended) bytes_written += piece.size_bytes;
  return {};
}

Status FileWriter::State::Begin() {
  if (Status s = schema.Validate(); !s.ok()) return s;
  auto file_schema = MakeFileSchema(schema);
  if (!file_schema.ok()) return file_schema.status();
  metadata.schema = std::move(file_schema->elements);
  leaves = std::move(file_schema->leaves);
  auto settings = ResolveProperties(properties, leaves);
  if (!settings.ok()) return settings.status();
  for (size_t i = 0; i < leaves.size(); ++i) {
    columns.push_back(std::make_unique<ColumnChunkWriter>(&leaves[i], (*settings)[i]));
  }
  column_status.resize(columns.size());
  metadata.created_by = "inlay version " INLAY_VERSION_STRING " (build " INLAY_BUILD_HASH ")";
  metadata.column_orders.assign(leaves.size(), format::ColumnOrder::kTypeOrder);
  if (properties.store_arrow_schema) {
    // Parquet is little-endian wherever it is written.
    auto message = EncodeSchemaMessage(schema, {.byte_order = std::endian::little});
    if (!message.ok()) return message.status();
    metadata.key_value_metadata.push_back({std::string(kArrowSchemaKey), EncodeBase64(*message)});
  }
  const BufferView magic{kMagic, 4};
  return Append({&magic, 1});
}

Status FileWriter::State::CheckOpen() const {
  if (!error.ok()) return error;
  if (is_finished) return Status::InvalidArgument("the Parquet file is finished; open another writer for more");
  return {};
}

Status FileWriter::State::CheckBatch(const RecordBatchView& batch) const {
  if (Status s = ValidateBatch(batch, Validation::kBasic); !s.ok()) return s;
  // The schema of the batch may be another object, and looser about nulls than its data.
  if (batch.schema->fields.size() != schema.fields.size()) return SchemaMismatch(*batch.schema);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    const Field& given = batch.schema->fields[i];
    const Field& wanted = schema.fields[i];
    if (given.name != wanted.name || !SameType(given.type, wanted.type)) return SchemaMismatch(*batch.schema);
    if (given.nullable && !wanted.nullable) {
      if (Status s = ValidateArray(batch.columns[i], wanted, Validation::kBasic); !s.ok()) return s;
    }
  }
  return {};
}

Status FileWriter::State::SchemaMismatch(const Schema& given) const {
  return Status::InvalidArgument("the batch's schema is not the writer's; the batch has\n" + given.ToString() +
                                 "\nthe writer\n" + schema.ToString());
}

template <typename Task>
Status FileWriter::State::ForEachColumn(Task task) {
  struct Context {
    State* state;
    Task* task;
  } context{this, &task};
  const auto run = [](void* opaque, int64_t i) {
    auto* c = static_cast<Context*>(opaque);
    const auto index = static_cast<size_t>(i);
    c->state->column_status[index] =
        CatchBadAlloc([&] { return (*c->task)(*c->state->columns[index], c->state->leaves[index]); });
  };
  const auto num_columns = static_cast<int64_t>(columns.size());
  if (properties.executor != nullptr) {
    properties.executor->Run(num_columns, run, &context);
  } else {
    for (int64_t i = 0; i < num_columns; ++i) run(&context, i);
  }
  for (const Status& status : column_status) {
    if (!status.ok()) return status;
  }
  return {};
}

int64_t FileWriter::State::BufferedBytes() const {
  int64_t bytes = 0;
  if (row_group_rows == 0) return bytes;
  for (const auto& column : columns) bytes += column->buffered_bytes();
  return bytes;
}

// As many rows as may be encoded before the size of the row group is looked at again.
int64_t FileWriter::State::SliceRows(const RecordBatchView& batch, int64_t first_row, int64_t max_rows) const {
  const int64_t max_bytes = std::max<int64_t>(properties.max_row_group_bytes / kSlicesPerRowGroup, 1);
  int64_t rows = std::min(max_rows, kSliceRows);
  while (rows > 1 && BytesOfRows(batch, first_row, rows) > max_bytes) rows = (rows + 1) / 2;
  return rows;
}

int64_t FileWriter::State::BytesOfRows(const RecordBatchView& batch, int64_t first_row, int64_t rows) const {
  int64_t bytes = 0;
  for (const LeafColumn& leaf : leaves) {
    bytes += BytesInMemory(batch.columns[static_cast<size_t>(leaf.column)], leaf, first_row, rows);
  }
  return bytes;
}

Status FileWriter::State::AppendRows(const RecordBatchView& batch, int64_t first_row, int64_t slice_rows,
                                     int64_t rows_ahead) {
  return ForEachColumn([&](ColumnChunkWriter& column, const LeafColumn& leaf) {
    return column.Append(batch.columns[static_cast<size_t>(leaf.column)], first_row, slice_rows, rows_ahead);
  });
}

// Rows from first_row on that make a row group of their own: as many as it may have, or the last ones, and even in
// memory not more bytes than it may have. 0: the row group stays open for more, or must be watched while it grows.
int64_t FileWriter::State::WholeRowGroupRows(const RecordBatchView& batch, int64_t first_row, bool is_last) const {
  if (properties.executor != nullptr || row_group_rows > 0) return 0;
  const int64_t rows = std::min(batch.num_rows - first_row, properties.max_row_group_rows);
  if (rows < properties.max_row_group_rows && !is_last) return 0;
  return BytesOfRows(batch, first_row, rows) <= properties.max_row_group_bytes ? rows : 0;
}

// A row group that a batch covers is written column by column: one chunk's memory serves all, and nothing is copied
// that the format takes as it is.
Status FileWriter::State::WriteWholeRowGroup(const RecordBatchView& batch, int64_t first_row, int64_t rows) {
  if (Status s = BeginRowGroup(); !s.ok()) return s;
  row_group_rows = rows;
  ChunkMemory& memory = *memories.front();
  for (size_t i = 0; i < columns.size(); ++i) {
    ColumnChunkWriter& column = *columns[i];
    column.Begin(&memory);
    const ArrayView& values = batch.columns[static_cast<size_t>(leaves[i].column)];
    if (Status s = column.Append(values, first_row, rows, rows); !s.ok()) return s;
    if (Status s = column.Finish(); !s.ok()) return s;
    if (Status s = WriteChunk(column); !s.ok()) return s;
  }
  return CloseRowGroup();
}

Status FileWriter::State::Write(const RecordBatchView& batch, bool is_last) {
  for (int64_t row = 0; row < batch.num_rows;) {
    if (const int64_t rows = WholeRowGroupRows(batch, row, is_last); rows > 0) {
      if (Status s = WriteWholeRowGroup(batch, row, rows); !s.ok()) return s;
      row += rows;
      continue;
    }
    if (row_group_rows == 0) {
      if (Status s = BeginRowGroup(); !s.ok()) return s;
      for (size_t i = 0; i < columns.size(); ++i) columns[i]->Begin(memories[i].get());
    }
    const int64_t rows_ahead = std::min(batch.num_rows - row, properties.max_row_group_rows - row_group_rows);
    const int64_t slice = SliceRows(batch, row, rows_ahead);
    if (Status s = AppendRows(batch, row, slice, rows_ahead); !s.ok()) return s;
    row += slice;
    row_group_rows += slice;
    if (row_group_rows == properties.max_row_group_rows || BufferedBytes() >= properties.max_row_group_bytes) {
      if (Status s = EndRowGroup(); !s.ok()) return s;
    }
  }
  num_rows += batch.num_rows;
  if (is_last) return EndRowGroup();
  if (row_group_rows == 0) return {};
  return ForEachColumn([](ColumnChunkWriter& column, const LeafColumn&) { return column.Detach(); });
}

void FileWriter::State::MakeMemories() {
  while (memories.size() < std::max<size_t>(columns.size(), 1)) {
    if (workspaces.empty() || properties.executor != nullptr) {
      workspaces.push_back(std::make_unique<Workspace>(properties.allocator));
    }
    memories.push_back(std::make_unique<ChunkMemory>(workspaces.back().get(), properties.allocator));
  }
}

Status FileWriter::State::BeginRowGroup() {
  if (static_cast<int64_t>(metadata.row_groups.size()) == kMaxRowGroups) {
    return Status::LimitExceeded(
        "a Parquet file holds at most 32767 row groups; raise max_row_group_rows or max_row_group_bytes");
  }
  MakeMemories();
  row_group = {};
  row_group.file_offset = bytes_written;
  row_group.ordinal = static_cast<int16_t>(metadata.row_groups.size());
  row_group.total_compressed_size = 0;
  return {};
}

// The bytes and the metadata of a finished chunk, the next one of the row group.
Status FileWriter::State::WriteChunk(const ColumnChunkWriter& column) {
  format::ColumnChunk chunk;
  chunk.meta_data = column.MakeMetaData(bytes_written);
  row_group.total_byte_size += chunk.meta_data->total_uncompressed_size;
  row_group.total_compressed_size = *row_group.total_compressed_size + chunk.meta_data->total_compressed_size;
  row_group.columns.push_back(std::move(chunk));
  pieces.clear();
  column.AppendPieces(&pieces);
  return Append(pieces);
}

Status FileWriter::State::CloseRowGroup() {
  row_group.num_rows = row_group_rows;
  metadata.num_rows += row_group_rows;
  metadata.row_groups.push_back(std::move(row_group));
  row_group_rows = 0;
  return {};
}

Status FileWriter::State::EndRowGroup() {
  if (row_group_rows == 0) return {};
  const auto finish = [](ColumnChunkWriter& column, const LeafColumn&) { return column.Finish(); };
  if (Status s = ForEachColumn(finish); !s.ok()) return s;
  for (const auto& column : columns) {
    if (Status s = WriteChunk(*column); !s.ok()) return s;
  }
  return CloseRowGroup();
}

Status FileWriter::State::WriteFooter() {
  // The last value of a key wins: over the properties', which win over the schema's.
  KeyValueMetadata all = schema.metadata;
  all.insert(all.end(), properties.metadata.begin(), properties.metadata.end());
  all.insert(all.end(), added_metadata.begin(), added_metadata.end());
  for (size_t i = 0; i < all.size(); ++i) {
    const auto same_key = [&](const auto& later) { return later.first == all[i].first; };
    if (std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(), same_key) != all.end()) continue;
    metadata.key_value_metadata.push_back({all[i].first, all[i].second});
  }
  ThriftWriter thrift;
  format::WriteFileMetaData(metadata, &thrift);
  const std::span<const uint8_t> bytes = thrift.bytes();
  if (bytes.size() > INT32_MAX) {
    return Status::LimitExceeded("the Parquet footer has 2 GiB or more; write fewer row groups or columns to one file");
  }
  uint8_t length[4];
  kernels::StoreLe32(static_cast<uint32_t>(bytes.size()), length);
  const BufferView footer[] = {{bytes.data(), static_cast<int64_t>(bytes.size())}, {length, 4}, {kMagic, 4}};
  return Append(footer);
}

FileWriter::FileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter& FileWriter::operator=(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;

Result<FileWriter> FileWriter::Open(std::unique_ptr<Sink> sink, const Schema& schema,
                                    const WriterProperties& properties) {
  Sink* borrowed = sink.get();
  auto writer = Open(borrowed, schema, properties);
  if (writer.ok()) writer->state_->owned_sink = std::move(sink);
  return writer;
}

Result<FileWriter> FileWriter::Open(Sink* sink, const Schema& schema, const WriterProperties& properties) {
  if (sink == nullptr) return Status::InvalidArgument("the sink is null");
  return CatchBadAlloc([&]() -> Result<FileWriter> {
    auto state = std::make_unique<State>();
    state->schema = schema;
    state->properties = properties;
    state->sink = sink;
    if (Status s = state->Begin(); !s.ok()) return s;
    return FileWriter(std::move(state));
  });
}

Result<FileWriter> FileWriter::Open(const std::string& path, const Schema& schema, const WriterProperties& properties) {
  auto sink = FileSink::Open(path);
  if (!sink.ok()) return sink.status();
  return Open(std::unique_ptr<Sink>(std::move(*sink)), schema, properties);
}

Status FileWriter::Write(const RecordBatchView& batch) {
  if (Status s = state_->CheckOpen(); !s.ok()) return s;
  if (Status s = CatchBadAlloc([&] { return state_->CheckBatch(batch); }); !s.ok()) return s;
  return state_->Stick(CatchBadAlloc([&] { return state_->Write(batch, false); }));
}

Status FileWriter::WriteLast(const RecordBatchView& batch) {
  if (Status s = state_->CheckOpen(); !s.ok()) return s;
  if (Status s = CatchBadAlloc([&] { return state_->CheckBatch(batch); }); !s.ok()) return s;
  return state_->Stick(CatchBadAlloc([&] { return state_->Write(batch, true); }));
}

Status FileWriter::EndRowGroup() {
  if (Status s = state_->CheckOpen(); !s.ok()) return s;
  return state_->Stick(CatchBadAlloc([&] { return state_->EndRowGroup(); }));
}

Status FileWriter::AddMetadata(std::string key, std::string value) {
  if (Status s = state_->CheckOpen(); !s.ok()) return s;
  return CatchBadAlloc([&]() -> Status {
    state_->added_metadata.emplace_back(std::move(key), std::move(value));
    return {};
  });
}

Status FileWriter::Finish() {
  if (Status s = state_->CheckOpen(); !s.ok()) return s;
  return state_->Stick(CatchBadAlloc([&]() -> Status {
    if (Status s = state_->EndRowGroup(); !s.ok()) return s;
    if (Status s = state_->WriteFooter(); !s.ok()) return s;
    if (Status s = state_->sink->Finish(); !s.ok()) return s;
    state_->is_finished = true;
    return {};
  }));
}

const Schema& FileWriter::schema() const { return state_->schema; }
int64_t FileWriter::num_rows() const { return state_->num_rows; }
int64_t FileWriter::buffered_bytes() const { return state_->BufferedBytes(); }
int64_t FileWriter::bytes_written() const { return state_->bytes_written; }

Status WriteFile(const std::string& path, const RecordBatchView& batch, const WriterProperties& properties) {
  if (batch.schema == nullptr) return Status::InvalidArgument("the batch has no schema");
  auto writer = FileWriter::Open(path, *batch.schema, properties);
  if (!writer.ok()) return writer.status();
  if (Status s = writer->WriteLast(batch); !s.ok()) return s;
  return writer->Finish();
}

}  // namespace inlay::parquet
