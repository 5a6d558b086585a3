#include "tools/convert.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <inlay/executor.h>

#include "tools/flatten.h"
#include "tools/interrupt.h"
#include "tools/progress.h"
#include "tools/table_input.h"
#include "tools/table_output.h"

namespace inlay::tools {
namespace {

Outcome ChooseFormat(const ConvertRequest& request, Format* format) {
  if (request.to.empty()) {
    const std::optional<Format> found = FormatOfPath(request.out);
    if (!found) {
      return Outcome::Usage("cannot tell the format of '" + request.out +
                            "': name it with --to parquet, file or stream, or by .parquet, .arrow or .arrows");
    }
    *format = *found;
  } else if (request.to == "parquet") {
    *format = Format::kParquet;
  } else if (request.to == "file") {
    *format = Format::kFile;
  } else if (request.to == "stream") {
    *format = Format::kStream;
  } else {
    return Outcome::Usage("--to is one of parquet, file, stream; not '" + request.to + "'");
  }
  return {};
}

// What happens where a dictionary changes. Files have one dictionary a column, so it grows there; of a stream that
// grows its dictionaries the output is one that does.
ipc::DictionaryPolicy ChoosePolicy(const ConvertRequest& request, Format format, const TableInput& input) {
  const bool is_one = input.file() != nullptr && !request.append;
  return format == Format::kFile && !is_one ? ipc::DictionaryPolicy::kUnify : ipc::DictionaryPolicy::kDelta;
}

// Writes a batch whose columns must be flattened first: in pieces where it grows too large by that.
Status WriteFlat(const RecordBatchView& batch, const Schema& flat, bool is_last, TableOutput* output) {
  FlatBatch piece;
  int64_t piece_rows = batch.num_rows;
  int64_t first_row = 0;
  do {
    const int64_t num_rows = std::min(piece_rows, batch.num_rows - first_row);
    Status status = piece.Fill(batch, flat, first_row, num_rows);
    if (status.code() == StatusCode::kLimitExceeded && num_rows > 1) {
      piece_rows = num_rows / 2;
      continue;
    }
    if (status.ok()) status = output->Write(piece.view(), {}, is_last && first_row + num_rows == batch.num_rows);
    if (!status.ok()) return status;
    first_row += num_rows;
  } while (first_row < batch.num_rows);
  return {};
}

// Batches are read one ahead, so that the writer is told which is the last.
Outcome Copy(TableInput* input, const Schema& flat, TableOutput* output) {
  const bool is_flat = flat == input->schema();
  Progress progress;
  int64_t num_rows = 0;
  Result<std::optional<RecordBatch>> next = input->Next();
  if (!next.ok()) return Outcome::Data(input->name(), next.status());
  while (*next && NotedSignal() == 0) {
    const std::optional<RecordBatch> batch = *std::move(next);
    const KeyValueMetadata metadata = input->block().metadata;
    next = input->Next();
    if (!next.ok()) return Outcome::Data(input->name(), next.status());
    if (NotedSignal() != 0) return {};
    const bool is_last = !*next;
    const Status status =
        is_flat ? output->Write(*batch, metadata, is_last) : WriteFlat(batch->view(), flat, is_last, output);
    if (!status.ok()) return Outcome::Data(output->name(), status);
    num_rows += batch->num_rows();
    progress.Show(num_rows, output->bytes_written(), input->fraction());
  }
  if (NotedSignal() != 0) return {};
  if (Status status = output->Finish(); !status.ok()) return Outcome::Data(output->name(), status);
  progress.Close(num_rows, output->bytes_written());
  return {};
}

}  // namespace

Outcome Convert(const ConvertRequest& request) {
  Format format = Format::kParquet;
  WritePlan plan;
  const Existing existing = request.append ? Existing::kAppend : request.force ? Existing::kReplace : Existing::kRefuse;
  Outcome outcome = ChooseFormat(request, &format);
  if (outcome.code == kExitOk && request.append && (format != Format::kFile || request.out == "-" || request.force)) {
    outcome = Outcome::Usage("--append is for Arrow files, and without --force");
  }
  if (outcome.code == kExitOk) outcome = PlanWrite(request.write, format, &plan);
  if (outcome.code == kExitOk) outcome = CheckTarget(request.out, existing);
  if (outcome.code != kExitOk) return outcome;

  std::unique_ptr<ThreadPool> pool;
  if (request.threads > 1) {
    Result<std::unique_ptr<ThreadPool>> started = ThreadPool::Start(request.threads);
    if (!started.ok()) return Outcome::Data("--threads", started.status());
    pool = *std::move(started);
    plan.parquet.executor = plan.arrow.executor = pool.get();
  }

  {
    std::optional<TableInput> input;
    std::optional<TableOutput> output;
    int descriptor;
    outcome = TableInput::Open(request.in, {.columns = request.columns, .executor = pool.get()}, &input, &descriptor);
    if (outcome.code != kExitOk) return outcome;
    NoteSignals(descriptor);
    plan.arrow.dictionaries = plan.dictionaries.value_or(ChoosePolicy(request, format, *input));
    const Schema schema = format == Format::kParquet ? FlatSchema(input->schema()) : input->schema();
    outcome = TableOutput::Open(request.out, existing, format, schema, plan, &output);
    if (outcome.code == kExitOk && input->file() != nullptr && !request.append) {
      const Status status = output->AddFileMetadata(input->file()->metadata());
      if (!status.ok()) outcome = Outcome::Data(output->name(), status);
    }
    if (outcome.code == kExitOk) outcome = Copy(&*input, schema, &*output);
  }  // an output that was not finished is taken away here
  if (NotedSignal() != 0) EndBySignal();
  return outcome;
}

}  // namespace inlay::tools
