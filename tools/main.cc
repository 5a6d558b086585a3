// The command `inlay`.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <inlay/version.h>
#include <CLI/CLI.hpp>

#include "tools/convert.h"
#include "tools/cpu_report.h"
#include "tools/inspect.h"
#include "tools/recover.h"
#include "tools/verify.h"
#include "tools/write_keys.h"

namespace inlay::tools {
namespace {

constexpr const char* kFooter =
    "Environment: INLAY_CPU=TARGET caps the instruction set (`inlay cpu` lists them).\n"
    "Exit codes: 0 done, 1 data or I/O, 2 usage.";
constexpr const char* kConvertFooter =
    "Example: inlay convert trades.arrow trades.parquet --codec zstd --column symbol:dictionary=on\n"
    "Arrow output has the input's types, metadata and batches. For Parquet dictionaries become their values and views\n"
    "strings with offsets.\n"
    "OUT appears complete or not at all. N may end in K, M or G (powers of 1024).";

void AddConvert(CLI::App* app, ConvertRequest* request) {
  CLI::App* convert = app->add_subcommand("convert", "Arrow in; Parquet, Arrow file or Arrow stream out");
  convert->footer(kConvertFooter);
  convert->add_option("IN", request->in, "Arrow file or stream; - is stdin")->required();
  convert->add_option("OUT", request->out, "by its extension .parquet, .arrow (file) or .arrows (stream); - is stdout")
      ->required();
  convert->add_option("--to", request->to, "parquet, file or stream, whatever OUT is called");
  convert->add_flag("--force", request->force, "replace OUT");
  convert->add_flag("--append", request->append, "add the batches to OUT, an Arrow file with the same columns");
  convert->add_option("--columns", request->columns, "the columns and members to read, as in a,b.c; repeatable")
      ->type_name("PATH,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  for (const WriteKey& key : WriteKeys()) {
    if ((key.uses & (kParquetFile | kArrowFile)) == 0) continue;
    const auto keep = [request, name = std::string(key.name)](const std::string& value) {
      request->write.keys.emplace_back(name, value);
    };
    convert->add_option_function<std::string>("--" + std::string(key.name), keep, std::string(key.help))
        ->type_name(std::string(key.value));
  }
  convert
      ->add_option("--column", request->write.columns,
                   "the same for one column, as in price:codec=none; Arrow: price:compress=off; repeatable")
      ->type_name("PATH:KEY=VALUE")
      ->allow_extra_args(false);
  convert->add_option("--metadata", request->write.metadata, "adds to the file's key/value metadata; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  convert->add_option("--threads", request->threads, "threads that read and encode; the output does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

void AddInspect(CLI::App* app, InspectRequest* request) {
  CLI::App* inspect = app->add_subcommand("inspect", "show what stands in a Parquet or Arrow file");
  inspect->add_option("FILE", request->file, "Parquet file, Arrow file or Arrow stream")->required();
  inspect->add_flag("--json", request->json, "as JSON");
  inspect->add_flag("--buffers", request->buffers, "each buffer of an Arrow file or stream");
}

void AddVerify(CLI::App* app, VerifyRequest* request) {
  CLI::App* verify = app->add_subcommand("verify", "check an Arrow file or stream, and name the first fault");
  verify->add_option("FILE", request->file, "Arrow file or stream")->required();
  verify->add_option("--max-bytes", request->max_bytes, "largest batch, uncompressed (8G)")->type_name("N");
}

void AddRecover(CLI::App* app, RecoverRequest* request) {
  CLI::App* recover = app->add_subcommand("recover", "save the whole batches of an Arrow file that was cut off");
  recover->add_option("IN", request->in, "Arrow file or stream; it stays as it is")->required();
  recover->add_option("OUT", request->out, "Arrow file")->required();
  recover->add_flag("--force", request->force, "replace OUT");
}

// What the command line asks for.
struct Requests {
  ConvertRequest convert;
  InspectRequest inspect;
  VerifyRequest verify;
  RecoverRequest recover;
};

Outcome RunCommand(const CLI::App& app, const Requests& requests) {
  if (const char* target = std::getenv("INLAY_CPU"); target != nullptr && *target != '\0') {
    if (Outcome outcome = CapCpu(target); outcome.code != kExitOk) return outcome;
  }
  if (app.got_subcommand("convert")) return Convert(requests.convert);
  std::string text;
  Outcome outcome;
  if (app.got_subcommand("inspect")) {
    outcome = Inspect(requests.inspect, &text);
  } else if (app.got_subcommand("verify")) {
    outcome = Verify(requests.verify, &text);
  } else if (app.got_subcommand("recover")) {
    outcome = Recover(requests.recover, &text);
  } else {
    text = CpuReport();
  }
  if (outcome.code == kExitOk &&
      (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)) {
    return Outcome::Data("stdout", Status::IoError("cannot be written", errno));
  }
  return outcome;
}

int Main(int argc, char** argv) {
  CLI::App app("inlay: columns to Parquet and Arrow IPC", "inlay");
  app.footer(kFooter);
  app.set_version_flag("--version", "inlay " INLAY_VERSION_STRING);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  Requests requests;
  AddConvert(&app, &requests.convert);
  AddInspect(&app, &requests.inspect);
  AddVerify(&app, &requests.verify);
  AddRecover(&app, &requests.recover);
  app.add_subcommand("cpu", "show the instruction sets of this machine and those in use");
  Outcome outcome;
  try {
    app.parse(argc, argv);
    outcome = RunCommand(app, requests);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    outcome = Outcome::Usage(std::string(error.what()) + "; `inlay --help` and `inlay convert --help` tell more");
  } catch (const std::bad_alloc&) {
    outcome = Outcome::Data("memory", Status::OutOfMemory());
  }
  std::replace(outcome.message.begin(), outcome.message.end(), '\n', ' ');
  if (outcome.code != kExitOk) std::fprintf(stderr, "inlay: %s\n", outcome.message.c_str());
  return outcome.code;
}

}  // namespace
}  // namespace inlay::tools

int main(int argc, char** argv) { return inlay::tools::Main(argc, argv); }
