// `inlay inspect` from end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ipc/message_maker.h"
#include "tests/tools/command.h"
#include "tests/tools/json_check.h"
#include "tests/tools/sample_table.h"

namespace inlay::tools {
namespace {

using testing::HasSubstr;

class InspectTest : public testing::Test {
 protected:
  void SetUp() override {
    table_.WriteFile(Path("in.arrow"), 700);
    ASSERT_EQ(Inlay({"convert", Path("in.arrow"), Path("a.parquet"), "--codec", "zstd"}).exit_code, 0);
    ASSERT_EQ(Inlay({"convert", Path("in.arrow"), Path("a.arrows"), "--codec", "lz4"}).exit_code, 0);
  }
  std::string Path(const char* name) const { return folder_.Path(name); }

  TemporaryFolder folder_;
  SampleTable table_{2000};
};

TEST_F(InspectTest, ParquetForPeople) {
  const Said said = Inlay({"inspect", Path("a.parquet")});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.err, "");
  for (const char* part : {"Parquet", "2,000 rows", "3 columns", "origin = sample", "INT64", "BYTE_ARRAY", "STRING",
                           "ZSTD", "symbol-0", "symbol-9", "1999", "1 row group,", "667", "24.75"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

TEST_F(InspectTest, ParquetAsJson) {
  const Said said = Inlay({"inspect", Path("a.parquet"), "--json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(IsJson(said.out)) << said.out;
  for (const char* part :
       {"\"format\": \"parquet\"", "\"rows\": 2000", "\"path\": \"symbol\"", "\"codec\": \"ZSTD\"", "\"nulls\": 667",
        "\"min\": \"symbol-0\"", "\"max\": \"symbol-9\"", "\"max\": \"1999\"", "\"column_order\": \"TYPE_ORDER\"",
        "\"logical_type\": \"STRING\"", "\"crc\": true", "\"encoding_stats\""}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

TEST_F(InspectTest, ArrowFilesAndStreams) {
  for (const char* name : {"in.arrow", "a.arrows"}) {
    const Said said = Inlay({"inspect", Path(name)});
    ASSERT_EQ(said.exit_code, 0) << said.err;
    const bool is_file = std::string(name) == "in.arrow";
    for (const char* part : {is_file ? "Arrow file" : "Arrow stream", "2,000 rows", "3 batches", "origin = sample",
                             "float64", "utf8", is_file ? "none" : "lz4", "700"}) {
      EXPECT_THAT(said.out, HasSubstr(part));
    }
    const Said json = Inlay({"inspect", Path(name), "--json"});
    ASSERT_EQ(json.exit_code, 0);
    EXPECT_TRUE(IsJson(json.out)) << json.out;
    EXPECT_THAT(json.out, HasSubstr(is_file ? "\"format\": \"arrow file\"" : "\"format\": \"arrow stream\""));
    EXPECT_THAT(json.out, HasSubstr("\"rows\": 700"));
  }
}

TEST_F(InspectTest, MessagesDictionariesAndBuffers) {
  ipc::StreamMaker maker;
  const Schema schema{
      .fields = {{"w", Dictionary(TypeId::kInt32, Utf8()), true, {{"unit", "word"}}}, {"l", List({"item", Int32()})}}};
  maker.AddSchema(schema);
  maker.AddDictionary(0, ipc::Strings({"a", "b"}));
  maker.AddDictionary(0, ipc::Strings({"c"}), true);
  maker.metadata = {{"part", "first"}};
  const ipc::Blob offsets = ipc::BlobOf(std::vector<int32_t>{0, 2, 3});
  maker.AddBatch(
      {.num_rows = 2,
       .nodes = {{2, 0}, {2, 0}, {3, 0}},
       .buffers = {
           {}, ipc::BlobOf(std::vector<int32_t>{0, 2}), {}, offsets, {}, ipc::BlobOf(std::vector<int32_t>{7, 8, 9})}});
  maker.AddEnd();
  const ipc::Blob file = maker.File(schema, {{"footer", "words"}});
  folder_.Put("w.arrow", {reinterpret_cast<const char*>(file.data()), file.size()});
  const Said said = Inlay({"inspect", Path("w.arrow"), "--buffers"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  for (const char* part :
       {"Arrow file V5", "2 rows", "1 batch, 2 dictionary batches", "footer = words", "unit = word", "dictionary",
        "delta", "part = first", "w (dictionary 0)", "l.item", "indexes", "offsets", "data", "1.00", "(all)"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
  const Said json = Inlay({"inspect", Path("w.arrow"), "--buffers", "--json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_TRUE(IsJson(json.out)) << json.out;
  for (const char* part : {"\"kind\": \"delta\"", "\"dictionary\": 0", "\"column\": \"l.item\"",
                           "\"buffer\": \"values\"", "\"uncompressed_bytes\": 12", "\"footer_metadata\""}) {
    EXPECT_THAT(json.out, HasSubstr(part));
  }
  // Without --buffers their totals stay.
  EXPECT_THAT(Inlay({"inspect", Path("w.arrow")}).out, testing::Not(HasSubstr("indexes")));
  EXPECT_TRUE(IsError(Inlay({"inspect", Path("a.parquet"), "--buffers"}), 2, "for Arrow alone"));
}

TEST_F(InspectTest, RatiosOfCompressedColumns) {
  ASSERT_EQ(Inlay({"convert", Path("in.arrow"), Path("z.arrow"), "--codec", "zstd"}).exit_code, 0);
  const Said said = Inlay({"inspect", Path("z.arrow"), "--json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("\"uncompressed_bytes\": 16000"));  // id: 2000 values of 8 bytes
  EXPECT_THAT(said.out, testing::Not(HasSubstr("\"bytes\": 16000")));
}

TEST_F(InspectTest, BrokenFilesAreErrorsWithTheirName) {
  const std::string whole = folder_.Get("a.parquet");
  folder_.Put("cut.parquet", std::string_view(whole).substr(0, whole.size() - 20));
  std::string damaged = whole;
  damaged[4] = '\x7F';  // the first page header
  folder_.Put("damaged.parquet", damaged);
  const std::string arrow = folder_.Get("in.arrow");
  folder_.Put("cut.arrow", std::string_view(arrow).substr(0, arrow.size() / 2));
  folder_.Put("cut.arrows", std::string_view(folder_.Get("a.arrows")).substr(0, 1000));
  folder_.Put("empty", "");
  for (const char* name : {"cut.parquet", "damaged.parquet", "cut.arrow", "cut.arrows", "empty", "missing"}) {
    EXPECT_TRUE(IsError(Inlay({"inspect", Path(name)}), 1, name)) << name;
    EXPECT_TRUE(IsError(Inlay({"inspect", Path(name), "--json"}), 1, name)) << name;
  }
}

}  // namespace
}  // namespace inlay::tools
