#include "tools/recover.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "tools/interrupt.h"
#include "tools/table_input.h"
#include "tools/table_output.h"
#include "tools/text_table.h"

namespace inlay::tools {
namespace {

struct Saved {
  int64_t num_batches = 0;
  int64_t num_rows = 0;
  int64_t valid_bytes = 0;  // of the input
  bool is_whole = false;
  Status damage;
};

Outcome CheckPaths(const RecoverRequest& request) {
  struct stat in, out;
  if (stat(request.in.c_str(), &in) != 0) return Outcome::Data(request.in, Status::IoError("cannot be opened", errno));
  if (!S_ISREG(in.st_mode)) return Outcome::Usage(request.in + " is no regular file: `recover` needs one");
  if (stat(request.out.c_str(), &out) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
    return Outcome::Usage(request.out + " is the file to be recovered: name another");
  }
  return CheckTarget(request.out, request.force ? Existing::kReplace : Existing::kRefuse);
}

// The batches up to the damage, compressed as they are in the input.
Outcome Copy(const RecoverRequest& request, TableInput* input, Saved* saved) {
  std::optional<TableOutput> output;
  Result<std::optional<RecordBatch>> batch = input->Next();
  if (batch.ok() && *batch) {
    WritePlan plan;
    plan.arrow.compression.codec = input->block().compression;
    // A file has one dictionary a column; streams may have had several.
    if (input->file() == nullptr) plan.arrow.dictionaries = ipc::DictionaryPolicy::kUnify;
    const Existing existing = request.force ? Existing::kReplace : Existing::kRefuse;
    const Outcome opened = TableOutput::Open(request.out, existing, Format::kFile, input->schema(), plan, &output);
    if (opened.code != kExitOk) return opened;
  }
  for (; batch.ok() && *batch && NotedSignal() == 0; batch = input->Next()) {
    const ipc::BlockInfo& block = input->block();
    if (Status status = output->Write(**batch, block.metadata, false); !status.ok()) {
      return Outcome::Data(output->name(), status);
    }
    ++saved->num_batches;
    saved->num_rows += (*batch)->num_rows();
    saved->valid_bytes = block.offset_bytes + block.metadata_bytes + block.body_bytes;
  }
  if (NotedSignal() != 0) return {};
  saved->damage = batch.status();
  saved->is_whole = batch.ok();
  if (const ipc::FileReader* file = input->file(); file != nullptr && batch.ok()) {
    saved->is_whole = !file->recovered();
    saved->valid_bytes = file->valid_bytes();
    saved->damage = file->damage();
    Status status = output ? output->AddFileMetadata(file->metadata()) : Status();
    if (!status.ok()) return Outcome::Data(output->name(), status);
  }
  const StatusCode code = saved->damage.code();
  if (code == StatusCode::kOutOfMemory || code == StatusCode::kIoError) {
    return Outcome::Data(input->name(), saved->damage);
  }
  if (!output) {
    const Status nothing = saved->damage.ok() ? Status::CorruptData("it ends before the first batch") : saved->damage;
    return Outcome::Data(input->name(), nothing.WithContext("not one whole batch"));
  }
  const Status status = output->Finish();
  return status.ok() ? Outcome{} : Outcome::Data(output->name(), status);
}

std::string Report(const TableInput& input, const Saved& saved) {
  std::string text =
      "saved: " + CountedText(saved.num_batches, "batch", "batches") + ", " + CountedText(saved.num_rows, "row");
  if (saved.is_whole) return text + "; the input is whole\n";
  const int64_t lost_bytes = std::max<int64_t>(input.size_bytes() - saved.valid_bytes, 0);
  text += "; left: " + CountedText(lost_bytes, "byte") + " from byte " + CountText(saved.valid_bytes) + " on";
  if (!saved.damage.ok()) text += " (" + saved.damage.message() + ")";
  return text + "\n";
}

}  // namespace

Outcome Recover(const RecoverRequest& request, std::string* text) {
  Outcome outcome = CheckPaths(request);
  if (outcome.code != kExitOk) return outcome;
  NoteSignals(-1);
  {
    std::optional<TableInput> input;
    int descriptor;
    outcome = TableInput::Open(request.in, {.recover = true}, &input, &descriptor);
    if (outcome.code != kExitOk) return outcome;
    Saved saved;
    outcome = Copy(request, &*input, &saved);
    if (outcome.code == kExitOk) *text += Report(*input, saved);
  }  // an output that was not finished is taken away here
  if (NotedSignal() != 0) EndBySignal();
  return outcome;
}

}  // namespace inlay::tools
