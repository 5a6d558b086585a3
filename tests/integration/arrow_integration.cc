// inlay_arrow_integration: what Archery, Arrow's integration tester, asks of an implementation of the IPC format.
//
//   --mode=JSON_TO_ARROW  --json=IN --arrow=OUT    writes a file of the JSON's values
//   --mode=VALIDATE       --json=IN --arrow=IN     exit code 0 when the file (or stream) has the JSON's values
//   --mode=FILE_TO_STREAM --arrow=IN > OUT
//   --mode=STREAM_TO_FILE < IN > OUT               or --arrow=IN
//
// Archery's --integration does nothing here. Its --validate_decimals=false, --validate_date64=false and
// --validate_times=false, for old files with values out of their types' ranges, each turn off the validation of all
// values.
#include <unistd.h>
#include <cstdio>
#include <string>
#include <string_view>

#include "tests/integration/ipc_table.h"

namespace inlay::integration {
namespace {

struct Arguments {
  std::string mode;
  std::string arrow;
  std::string json;
  ipc::ReadOptions read;
};

constexpr char kUsage[] =
    "usage: inlay_arrow_integration --mode=JSON_TO_ARROW|VALIDATE|FILE_TO_STREAM|STREAM_TO_FILE [--arrow=FILE] "
    "[--json=FILE]\n";

bool Parse(int argc, char** argv, Arguments* arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (name == "--integration") continue;
    if (equals == std::string_view::npos && i + 1 == argc) return false;
    const std::string_view value = equals == std::string_view::npos ? argv[++i] : word.substr(equals + 1);
    if (name == "--mode") {
      arguments->mode = value;
    } else if (name == "--arrow") {
      arguments->arrow = value;
    } else if (name == "--json") {
      arguments->json = value;
    } else if (name == "--validate_decimals" || name == "--validate_date64" || name == "--validate_times") {
      if (value == "false") arguments->read.validation = Validation::kBasic;
    } else {
      return false;
    }
  }
  return true;
}

template <typename Writer>
Status WriteAll(Result<Writer> writer, const std::vector<RecordBatch>& batches) {
  if (!writer.ok()) return writer.status();
  for (const RecordBatch& batch : batches) {
    if (Status status = writer->Write(batch); !status.ok()) return status;
  }
  return writer->Finish();
}

Status JsonToArrow(const Arguments& arguments) {
  const Table table = TableOfJson(LoadJson(arguments.json));
  return WriteAll(ipc::FileWriter::Open(arguments.arrow, *table.schema), table.batches);
}

Status Validate(const Arguments& arguments) {
  const Result<Table> actual = ReadTable(arguments.arrow, arguments.read);
  if (!actual.ok()) return actual.status();
  const std::string difference = Difference(*actual, TableOfJson(LoadJson(arguments.json)));
  return difference.empty() ? Status() : Status::InvalidArgument(difference);
}

Status FileToStream(const Arguments& arguments) {
  const Result<Table> table = ReadTable(arguments.arrow, arguments.read);
  if (!table.ok()) return table.status();
  FdSink sink(STDOUT_FILENO);
  return WriteAll(ipc::StreamWriter::Open(&sink, *table->schema), table->batches);
}

Result<ipc::StreamReader> OpenStream(const Arguments& arguments) {
  if (arguments.arrow.empty()) return ipc::StreamReader::OpenFd(STDIN_FILENO, arguments.read);
  auto source = OpenFileSource(arguments.arrow);
  if (!source.ok()) return source.status();
  return ipc::StreamReader::Open(std::move(*source), arguments.read);
}

Status StreamToFile(const Arguments& arguments) {
  Result<ipc::StreamReader> reader = OpenStream(arguments);
  if (!reader.ok()) return reader.status();
  FdSink sink(STDOUT_FILENO);
  // A stream may replace dictionaries, a file may not.
  const ipc::WriteOptions options{.dictionaries = ipc::DictionaryPolicy::kUnify};
  Result<ipc::FileWriter> writer = ipc::FileWriter::Open(&sink, reader->schema(), options);
  if (!writer.ok()) return writer.status();
  while (true) {
    const auto batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return writer->Finish();
    if (Status status = writer->Write(**batch); !status.ok()) return status;
  }
}

int Main(int argc, char** argv) {
  Arguments arguments;
  const bool parsed = Parse(argc, argv, &arguments);
  const auto is = [&](const char* mode) { return parsed && arguments.mode == mode; };
  Status status;
  try {
    if (is("JSON_TO_ARROW")) {
      status = JsonToArrow(arguments);
    } else if (is("VALIDATE")) {
      status = Validate(arguments);
    } else if (is("FILE_TO_STREAM")) {
      status = FileToStream(arguments);
    } else if (is("STREAM_TO_FILE")) {
      status = StreamToFile(arguments);
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  } catch (const JsonError& error) {
    status = Status::InvalidArgument(error.what());
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "inlay_arrow_integration: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace
}  // namespace inlay::integration

int main(int argc, char** argv) { return inlay::integration::Main(argc, argv); }
