// The command `inlay`.
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
#include "tools/write_keys.h"

namespace inlay::tools {
namespace {

constexpr const char* kFooter =
    "Environment: INLAY_CPU=TARGET caps the instruction set (`inlay cpu` lists them).\n"
    "Exit codes: 0 done, 1 data or I/O, 2 usage.";
constexpr const char* kConvertFooter =
    "Example: inlay convert trades.arrow trades.parquet --codec zstd --column symbol:dictionary=on\n"
    "OUT appears complete or not at all. N may end in K, M or G (powers of 1024).";

struct InspectRequest {
  std::string file;
  bool json = false;
};

void AddConvert(CLI::App* app, ConvertRequest* request) {
  CLI::App* convert = app->add_subcommand("convert", "Arrow in; Parquet, Arrow file or Arrow stream out");
  convert->footer(kConvertFooter);
  convert->add_option("IN", request->in, "Arrow file or stream; - is stdin")->required();
  convert->add_option("OUT", request->out, "by its extension .parquet, .arrow (file) or .arrows (stream); - is stdout")
      ->required();
  convert->add_option("--to", request->to, "parquet, file or stream, whatever OUT is called");
  convert->add_flag("--force", request->force, "replace OUT");
  for (const WriteKey& key : WriteKeys()) {
    const auto keep = [request, name = std::string(key.name)](const std::string& value) {
      request->write.keys.emplace_back(name, value);
    };
    convert->add_option_function<std::string>("--" + std::string(key.name), keep, std::string(key.help))
        ->type_name(std::string(key.value));
  }
  convert->add_option("--column", request->write.columns, "the same for one column, as in price:codec=none; repeatable")
      ->type_name("PATH:KEY=VALUE")
      ->allow_extra_args(false);
  convert->add_option("--metadata", request->write.metadata, "adds to the file's key/value metadata; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  convert->add_option("--threads", request->threads, "threads that encode; the output does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

void AddInspect(CLI::App* app, InspectRequest* request) {
  CLI::App* inspect = app->add_subcommand("inspect", "show what stands in a Parquet or Arrow file");
  inspect->add_option("FILE", request->file, "Parquet file, Arrow file or Arrow stream")->required();
  inspect->add_flag("--json", request->json, "as JSON");
}

Outcome RunCommand(const CLI::App& app, const ConvertRequest& convert, const InspectRequest& inspect) {
  if (const char* target = std::getenv("INLAY_CPU"); target != nullptr && *target != '\0') {
    if (Outcome outcome = CapCpu(target); outcome.code != kExitOk) return outcome;
  }
  if (app.got_subcommand("convert")) return Convert(convert);
  std::string text;
  Outcome outcome;
  if (app.got_subcommand("inspect")) {
    outcome = Inspect(inspect.file, inspect.json, &text);
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
  ConvertRequest convert;
  InspectRequest inspect;
  AddConvert(&app, &convert);
  AddInspect(&app, &inspect);
  app.add_subcommand("cpu", "show the instruction sets of this machine and those in use");
  Outcome outcome;
  try {
    app.parse(argc, argv);
    outcome = RunCommand(app, convert, inspect);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    outcome = Outcome::Usage(std::string(error.what()) + "; `inlay --help` and `inlay convert --help` tell more");
  } catch (const std::bad_alloc&) {
    outcome = Outcome::Data("memory", Status::OutOfMemory());
  }
  if (outcome.code != kExitOk) std::fprintf(stderr, "inlay: %s\n", outcome.message.c_str());
  return outcome.code;
}

}  // namespace
}  // namespace inlay::tools

int main(int argc, char** argv) { return inlay::tools::Main(argc, argv); }
