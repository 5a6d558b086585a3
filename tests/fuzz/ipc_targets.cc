#include <inlay/ipc.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "tests/fuzz/check.h"
#include "tests/fuzz/counting_memory.h"
#include "tests/fuzz/targets.h"
#include "tests/ipc/unmapped_source.h"

namespace inlay::fuzz {
namespace {

using ipc::ReadOptions;

// Small enough that an input of some kilobytes cannot declare seconds of work.
ReadOptions Limits(const CountingMemory& memory) {
  ReadOptions options;
  options.max_message_bytes = 16 << 20;
  options.max_uncompressed_bytes = 2 << 20;
  options.allocator = memory.get();
  return options;
}

// What came of reading: batches, and the error that ended it.
struct Outcome {
  std::vector<RecordBatch> batches;
  Status status;
};

// Errors tell where they were seen, so only their kinds need to agree.
void CheckSame(const Outcome& a, const Outcome& b, const char* ways) {
  Check(a.status.code() == b.status.code(),
        std::string(ways) + ": " + a.status.ToString() + " and " + b.status.ToString());
  Check(a.batches.size() == b.batches.size(), std::string(ways) + ": another number of batches");
  for (size_t i = 0; i < a.batches.size(); ++i) CheckEqual(a.batches[i], b.batches[i], ways);
}

Outcome DrainStream(std::unique_ptr<Source> source, const ReadOptions& options) {
  Outcome outcome;
  auto reader = ipc::StreamReader::Open(std::move(source), options);
  outcome.status = reader.status();
  while (outcome.status.ok()) {
    auto batch = reader->Next();
    outcome.status = batch.status();
    if (!batch.ok() || !batch->has_value()) break;
    outcome.batches.push_back(std::move(**batch));
  }
  CheckKind(outcome.status);
  return outcome;
}

Outcome PushStream(BufferView bytes, const ReadOptions& options) {
  Outcome outcome;
  auto decoder = ipc::Decoder::Make(options);
  Check(decoder.ok(), "no decoder: " + decoder.status().ToString());
  int64_t piece_bytes = 1 + bytes.size_bytes % 13;
  while (outcome.status.ok() && bytes.size_bytes > 0 && !decoder->at_end()) {
    BufferView piece{bytes.data, std::min(piece_bytes, bytes.size_bytes)};
    const int64_t whole_bytes = piece.size_bytes;
    piece_bytes = piece_bytes * 7 % 1013;
    while (true) {
      auto batch = decoder->Decode(&piece);
      outcome.status = batch.status();
      if (!batch.ok() || !batch->has_value()) break;
      outcome.batches.push_back(std::move(**batch));
    }
    bytes.data += whole_bytes - piece.size_bytes;
    bytes.size_bytes -= whole_bytes - piece.size_bytes;
  }
  if (outcome.status.ok()) outcome.status = decoder->Finish();
  CheckKind(outcome.status);
  return outcome;
}

Outcome DrainFile(const Result<ipc::FileReader>& reader) {
  Outcome outcome;
  outcome.status = reader.status();
  for (int64_t i = 0; outcome.status.ok() && i < reader->num_batches(); ++i) {
    auto batch = reader->ReadBatch(i);
    outcome.status = batch.status();
    if (batch.ok()) outcome.batches.push_back(std::move(*batch));
  }
  CheckKind(outcome.status);
  return outcome;
}

// What is told without reading batches fits them.
void CheckMetadata(const ipc::FileReader& reader, const Outcome& outcome) {
  const auto blocks = reader.ReadBlocks();
  const auto dictionaries = reader.ReadDictionaryBlocks();
  const auto num_rows = reader.CountRows();
  for (const Status& status : {blocks.status(), dictionaries.status(), num_rows.status()}) CheckKind(status);
  if (!outcome.status.ok()) return;
  Check(blocks.ok() && num_rows.ok(), "batches are read, but not their metadata");
  int64_t sum = 0;
  for (size_t i = 0; i < outcome.batches.size(); ++i) {
    Check((*blocks)[i].num_rows == outcome.batches[i].num_rows(), "another number of rows in the metadata");
    sum += outcome.batches[i].num_rows();
  }
  Check(sum == *num_rows, "another sum of rows");
}

// The first column alone is what it is among the others, unless an error stands in another one.
void CheckFirstColumn(const Result<ipc::FileReader>& reader, const Outcome& whole) {
  if (!reader.ok() || reader->schema().fields.size() < 2) return;
  const std::string& name = reader->schema().fields[0].name;
  for (size_t i = 0; i < whole.batches.size() && i < 4; ++i) {
    const auto batch = reader->ReadBatch(static_cast<int64_t>(i), {.columns = {name}});
    // A name may stand for several columns, or hold a dot.
    if (!batch.ok()) {
      CheckKind(batch.status(), true);
      continue;
    }
    if (batch->columns().size() != 1) continue;
    RecordBatchView first = whole.batches[i];
    const Schema schema{{first.schema->fields[0]}, first.schema->metadata};
    if (!(schema.fields[0] == batch->schema().fields[0])) continue;
    first.schema = &schema;
    first.columns = first.columns.first(1);
    CheckEqual(*batch, first, "a column alone and among others");
  }
}

}  // namespace

bool ReadStream(BufferView bytes) {
  const CountingMemory memory;
  const ReadOptions options = Limits(memory);
  const Outcome mapped = DrainStream(MakeBufferSource(bytes), options);
  CheckSame(mapped, DrainStream(std::make_unique<ipc::UnmappedSource>(bytes), options), "stream mapped and copied");
  CheckSame(mapped, PushStream(bytes, options), "stream mapped and pushed");
  return mapped.status.ok();
}

bool ReadFile(BufferView bytes) {
  const CountingMemory memory;
  const ReadOptions options = Limits(memory);
  const auto reader = ipc::FileReader::Open(MakeBufferSource(bytes), options);
  const Outcome mapped = DrainFile(reader);
  const auto copying = ipc::FileReader::Open(std::make_unique<ipc::UnmappedSource>(bytes), options);
  CheckSame(mapped, DrainFile(copying), "file mapped and copied");
  if (reader.ok()) CheckMetadata(*reader, mapped);
  CheckFirstColumn(copying, mapped);
  const auto recovered = ipc::FileReader::Recover(MakeBufferSource(bytes), options);
  const Outcome rescued = DrainFile(recovered);
  if (recovered.ok() && recovered->recovered()) Check(rescued.status.ok(), "a recovered batch that is not good");
  return mapped.status.ok();
}

}  // namespace inlay::fuzz
