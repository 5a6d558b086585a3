// The command line as such: usage, help, exit codes, the CPU.
#include "tests/tools/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <inlay/cpu.h>
#include <inlay/version.h>

namespace inlay::tools {
namespace {

using testing::HasSubstr;

TEST(Command, HelpAndVersionAreNoErrors) {
  const Said version = Inlay({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, "inlay " INLAY_VERSION_STRING "\n");
  const Said help = Inlay({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* word : {"convert", "inspect", "verify", "recover", "cpu", "INLAY_CPU", "Exit codes"})
    EXPECT_THAT(help.out, HasSubstr(word));
  const Said convert = Inlay({"convert", "--help"});
  EXPECT_EQ(convert.exit_code, 0);
  for (const char* word :
       {"--codec",      "--level",       "--row-group-rows", "--row-group-bytes",  "--page-bytes", "--page-rows",
        "--dictionary", "--encoding",    "--column",         "--metadata",         "--threads",    "--force",
        "--to",         "--append",      "--alignment",      "--metadata-version", "--legacy",     "--dictionaries",
        "--min-saving", "--buffer-bytes"}) {
    EXPECT_THAT(convert.out, HasSubstr(word));
  }
  EXPECT_THAT(convert.out, testing::Not(HasSubstr("--compress")));  // for columns alone
  for (const char* command : {"inspect", "verify", "recover"}) EXPECT_EQ(Inlay({command, "--help"}).exit_code, 0);
}

TEST(Command, UsageErrorsAreOneLineAndExitCodeTwo) {
  EXPECT_TRUE(IsError(Inlay({}), 2, "--help"));
  EXPECT_TRUE(IsError(Inlay({"encode"}), 2, "--help"));
  EXPECT_TRUE(IsError(Inlay({"convert"}), 2, "IN"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow"}), 2, "OUT"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow", "b.parquet", "--colour", "red"}), 2, "--colour"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow", "b.csv"}), 2, "--to parquet, file or stream"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow", "-"}), 2, "--to parquet, file or stream"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow", "b.parquet", "--to", "csv"}), 2, "parquet, file, stream"));
  EXPECT_TRUE(
      IsError(Inlay({"convert", "a.arrow", "b.parquet", "--codec", "lzo"}), 2, "none, snappy, gzip, lz4, zstd"));
  EXPECT_TRUE(IsError(Inlay({"convert", "a.arrow", "b.parquet", "--threads", "0"}), 2, "--threads"));
  EXPECT_TRUE(IsError(Inlay({"inspect"}), 2, "FILE"));
  EXPECT_TRUE(IsError(Inlay({"inspect", "/dev/null"}), 2, "no regular file"));
  EXPECT_TRUE(IsError(Inlay({"verify"}), 2, "FILE"));
  EXPECT_TRUE(IsError(Inlay({"recover", "a.arrow"}), 2, "OUT"));
  EXPECT_TRUE(IsError(Inlay({"recover", "/dev/null", "b.arrow"}), 2, "no regular file"));
}

TEST(Command, CpuNamesTargetsAndFamilies) {
  const Said cpu = Inlay({"cpu"});
  EXPECT_EQ(cpu.exit_code, 0);
  for (const std::string_view target : cpu::SupportedTargets()) EXPECT_THAT(cpu.out, HasSubstr(std::string(target)));
  for (const std::string_view family : cpu::KernelFamilies()) EXPECT_THAT(cpu.out, HasSubstr(std::string(family)));
  const std::string lowest(cpu::SupportedTargets().front());
  const Said capped = Inlay({"cpu"}, {"INLAY_CPU=" + lowest});
  EXPECT_EQ(capped.exit_code, 0);
  EXPECT_THAT(capped.out, HasSubstr("in use   " + lowest + "\n"));
  EXPECT_TRUE(IsError(Inlay({"cpu"}, {"INLAY_CPU=z80"}), 2, lowest));
}

TEST(Command, OutputThatCannotBeWrittenIsAnError) {
  const Said said = Running({"cpu"}, {}, -1, "/dev/full").Wait();
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("inlay: stdout"));
}

}  // namespace
}  // namespace inlay::tools
