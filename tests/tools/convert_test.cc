// `inlay convert` from end to end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "engine/parquet/file_layout.h"
#include "tests/ipc/message_maker.h"
#include "tests/tools/command.h"
#include "tests/tools/sample_table.h"

namespace inlay::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConvertTest : public testing::Test {
 protected:
  static constexpr int64_t kNumRows = 5000;

  void SetUp() override { table_.WriteFile(In(), 700); }
  std::string In() const { return folder_.Path("in.arrow"); }
  std::string Out(const char* name) const { return folder_.Path(name); }
  void PutStream(const char* name, bool ended) const {
    const std::vector<uint8_t> bytes = table_.StreamBytes(700, ended);
    folder_.Put(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  testing::AssertionResult IsWhole(const std::string& path) const {
    Result<std::unique_ptr<Source>> source = OpenFileSource(path);
    if (!source.ok()) return testing::AssertionFailure() << source.status().ToString();
    Result<ipc::StreamReader> reader = ipc::StreamReader::Open(*std::move(source));
    if (!reader.ok()) return testing::AssertionFailure() << reader.status().ToString();
    return table_.IsWholeIn(&*reader);
  }
  parquet::Footer FooterOf(const std::string& path) const {
    const Result<std::unique_ptr<Source>> source = OpenFileSource(path);
    EXPECT_TRUE(source.ok());
    const Result<parquet::Footer> footer = parquet::ReadFooter(**source);
    EXPECT_TRUE(footer.ok()) << footer.status().ToString();
    return footer.ok() ? *footer : parquet::Footer{};
  }

  TemporaryFolder folder_;
  SampleTable table_{kNumRows};
};

TEST_F(ConvertTest, ArrowToArrowInEveryFormAndBack) {
  const struct {
    std::vector<std::string> arguments;
  } steps[] = {
      {{In(), Out("a.arrows")}},
      {{Out("a.arrows"), Out("b.arrow"), "--codec", "zstd", "--level", "3"}},
      {{Out("b.arrow"), Out("c.feather"), "--codec", "lz4", "--threads", "2"}},
      {{Out("c.feather"), Out("d.bin"), "--to", "stream"}},
  };
  for (const auto& step : steps) {
    std::vector<std::string> arguments = {"convert"};
    arguments.insert(arguments.end(), step.arguments.begin(), step.arguments.end());
    const Said said = Inlay(arguments);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_EQ(said.out + said.err, "");  // silent where there is no terminal
  }
  for (const char* name : {"a.arrows", "d.bin"}) EXPECT_TRUE(IsWhole(Out(name))) << name;
  for (const char* name : {"b.arrow", "c.feather"}) {
    const Result<ipc::FileReader> reader = ipc::FileReader::Open(Out(name));
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    EXPECT_EQ(reader->schema(), table_.schema);
    int64_t row = 0;
    for (int64_t i = 0; i < reader->num_batches(); ++i) {
      const Result<RecordBatch> batch = reader->ReadBatch(i);
      ASSERT_TRUE(batch.ok());
      EXPECT_TRUE(table_.HasRows(batch->view(), &row));
    }
    EXPECT_EQ(row, kNumRows);
  }
}

TEST_F(ConvertTest, ToParquetWithKeysForTheFileAndForAColumn) {
  const Said said = Inlay(
      {"convert",       In(),       Out("a.parquet"),    "--codec",    "zstd",      "--row-group-rows",     "2000",
       "--page-rows",   "500",      "--dictionary",      "off",        "--column",  "symbol:dictionary=on", "--column",
       "id:codec=none", "--column", "id:statistics=off", "--metadata", "made=here", "--metadata",           "a=b=c"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  using namespace parquet::format;
  const FileMetaData metadata = FooterOf(Out("a.parquet")).metadata;
  EXPECT_EQ(metadata.num_rows, kNumRows);
  ASSERT_EQ(metadata.row_groups.size(), 3u);
  EXPECT_EQ(metadata.row_groups[0].num_rows, 2000);
  const auto column = [&](size_t i) { return *metadata.row_groups[0].columns[i].meta_data; };
  EXPECT_EQ(column(0).codec, CompressionCodec::kUncompressed);
  EXPECT_EQ(column(1).codec, CompressionCodec::kZstd);
  EXPECT_FALSE(column(0).statistics && column(0).statistics->min_value);
  EXPECT_EQ(column(1).statistics->null_count, 667);
  EXPECT_EQ(column(1).dictionary_page_offset, std::nullopt);
  EXPECT_NE(column(2).dictionary_page_offset, std::nullopt);
  ASSERT_FALSE(column(1).encoding_stats.empty());
  EXPECT_EQ(column(1).encoding_stats[0].count, 4);
  const auto has = [&](const char* key, const char* value) {
    return std::count(metadata.key_value_metadata.begin(), metadata.key_value_metadata.end(), KeyValue{key, value});
  };
  EXPECT_EQ(has("made", "here"), 1);
  EXPECT_EQ(has("a", "b=c"), 1);
  EXPECT_EQ(has("origin", "sample"), 1);
}

TEST_F(ConvertTest, MetadataOfArrowOutputReplacesAndAdds) {
  ASSERT_EQ(Inlay({"convert", In(), Out("a.arrow"), "--metadata", "origin=new", "--metadata", "x=y"}).exit_code, 0);
  const Result<ipc::FileReader> reader = ipc::FileReader::Open(Out("a.arrow"));
  ASSERT_TRUE(reader.ok());
  EXPECT_THAT(reader->schema().metadata, ElementsAre(std::pair("origin", "new"), std::pair("x", "y")));
}

TEST_F(ConvertTest, DictionariesAreValuesInParquet) {
  ipc::StreamMaker maker;
  maker.AddSchema({.fields = {{"d", Dictionary(TypeId::kInt32, Utf8())}}});
  maker.AddDictionary(0, ipc::Strings({"A", "BB"}));
  maker.AddBatch(ipc::Int32s({1, 0, 1}));
  maker.AddEnd();
  folder_.Put("d.arrows", {reinterpret_cast<const char*>(maker.bytes().data()), maker.bytes().size()});
  const Said said = Inlay({"convert", Out("d.arrows"), Out("d.parquet")});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const parquet::format::ColumnMetaData column =
      *FooterOf(Out("d.parquet")).metadata.row_groups[0].columns[0].meta_data;
  EXPECT_EQ(column.num_values, 3);
  EXPECT_EQ(column.statistics->min_value, "A");
  EXPECT_EQ(column.statistics->max_value, "BB");
}

TEST_F(ConvertTest, StdinAndStdout) {
  PutStream("in.arrows", true);
  const int in = open(Out("in.arrows").c_str(), O_RDONLY);
  ASSERT_GE(in, 0);
  const Said said = Running({"convert", "-", "-", "--to", "stream"}, {}, in, Out("out.arrows")).Wait();
  close(in);
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(IsWhole(Out("out.arrows")));
}

TEST_F(ConvertTest, TheBytesDoNotDependOnThreads) {
  ASSERT_EQ(Inlay({"convert", In(), Out("1.parquet"), "--codec", "snappy"}).exit_code, 0);
  ASSERT_EQ(Inlay({"convert", In(), Out("4.parquet"), "--codec", "snappy", "--threads", "4"}).exit_code, 0);
  EXPECT_TRUE(folder_.Get("1.parquet") == folder_.Get("4.parquet"));
}

TEST_F(ConvertTest, AnExistingFileIsReplacedOnlyByForce) {
  folder_.Put("a.parquet", "precious");
  EXPECT_TRUE(IsError(Inlay({"convert", In(), Out("a.parquet")}), 2, "--force"));
  EXPECT_EQ(folder_.Get("a.parquet"), "precious");
  EXPECT_EQ(Inlay({"convert", In(), Out("a.parquet"), "--force"}).exit_code, 0);
  EXPECT_EQ(FooterOf(Out("a.parquet")).metadata.num_rows, kNumRows);
}

TEST_F(ConvertTest, UnknownColumnsAreUsageErrorsThatNameTheNearest) {
  EXPECT_TRUE(IsError(Inlay({"convert", In(), Out("a.parquet"), "--column", "symbl:dictionary=on"}), 2, "symbol"));
  EXPECT_THAT(folder_.Names(), ElementsAre("in.arrow"));
}

TEST_F(ConvertTest, BrokenInputLeavesNothingBehind) {
  PutStream("whole.arrows", true);
  const std::string whole = folder_.Get("whole.arrows");
  folder_.Put("cut.arrows", std::string_view(whole).substr(0, whole.size() / 2));
  folder_.Put("text.arrows", "time,price\n1,2\n");
  folder_.Put("empty.arrows", "");
  folder_.Put("old.parquet", "old");
  for (const char* in : {"cut.arrows", "text.arrows", "empty.arrows", "missing.arrows"}) {
    for (const char* out : {"new.parquet", "new.arrow", "new.arrows", "old.parquet"}) {
      const Said said = Inlay({"convert", Out(in), Out(out), "--force"});
      EXPECT_TRUE(IsError(said, 1, in)) << in << " to " << out;
    }
  }
  EXPECT_EQ(folder_.Get("old.parquet"), "old");
  EXPECT_THAT(folder_.Names(),
              ElementsAre("cut.arrows", "empty.arrows", "in.arrow", "old.parquet", "text.arrows", "whole.arrows"));
}

TEST_F(ConvertTest, OutputThatCannotBeWrittenIsAnError) {
  EXPECT_TRUE(IsError(Inlay({"convert", In(), Out("no/such/folder/a.parquet")}), 1, "a.parquet"));
  EXPECT_TRUE(IsError(Inlay({"convert", In(), "/dev/full", "--to", "stream"}), 1, "/dev/full"));
  EXPECT_TRUE(IsError(Inlay({"convert", In(), "/dev/full", "--to", "parquet"}), 1, "/dev/full"));
}

TEST_F(ConvertTest, ParquetIsNoInputYet) {
  ASSERT_EQ(Inlay({"convert", In(), Out("a.parquet")}).exit_code, 0);
  EXPECT_TRUE(IsError(Inlay({"convert", Out("a.parquet"), Out("b.arrow")}), 2, "Parquet"));
}

// The input stalls in mid-stream; a signal then ends the command, and what it had begun is gone.
TEST_F(ConvertTest, ASignalLeavesNothingBehind) {
  for (const int signal_number : {SIGINT, SIGTERM}) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    Running running({"convert", "-", Out("out.parquet")}, {}, ends[0]);
    close(ends[0]);
    const std::vector<uint8_t> bytes = table_.StreamBytes(200, false);
    ASSERT_EQ(write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    const auto begun = [&] { return folder_.Names().size() > 1; };
    for (int i = 0; i < 1000 && !begun(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(begun());
    EXPECT_EQ(kill(running.pid(), signal_number), 0);
    EXPECT_EQ(running.Wait().exit_code, 128 + signal_number);
    close(ends[1]);
    EXPECT_THAT(folder_.Names(), ElementsAre("in.arrow"));
  }
}

}  // namespace
}  // namespace inlay::tools
