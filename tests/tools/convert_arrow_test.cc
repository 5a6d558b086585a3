// `inlay convert` from Arrow to Arrow: everything stays as it is, but for what is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <inlay/batch_operations.h>

#include "tests/ipc/message_maker.h"
#include "tests/reference/array_values.h"
#include "tests/tools/command.h"
#include "tests/tools/sample_table.h"

namespace inlay::tools {
namespace {

using ipc::Int32s;
using ipc::StreamMaker;
using ipc::Strings;
using testing::ElementsAre;
using testing::HasSubstr;

using Words = std::vector<std::optional<std::string>>;

class ConvertArrowTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.Path(name); }
  void Put(const char* name, const StreamMaker& maker) const {
    folder_.Put(name, {reinterpret_cast<const char*>(maker.bytes().data()), maker.bytes().size()});
  }
  void Convert(const std::string& in, const std::string& out, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"convert", Path(in), Path(out)});
    const Said said = Inlay(options);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_EQ(Inlay({"verify", Path(out)}).err, "");
  }
  ipc::FileReader Open(const std::string& name) const { return *ipc::FileReader::Open(Path(name)); }
  std::vector<Words> WordsOf(const std::string& name) const {
    std::vector<Words> words;
    const ipc::FileReader reader = Open(name);
    for (int64_t i = 0; i < reader.num_batches(); ++i) {
      const Result<RecordBatch> batch = reader.ReadBatch(i);
      EXPECT_TRUE(batch.ok()) << batch.status().ToString();
      if (batch.ok()) words.push_back(reference::ValuesOf(batch->columns()[0]));
    }
    return words;
  }
  StreamMaker WordStream() const {
    StreamMaker maker;
    maker.AddSchema(words_);
    return maker;
  }

  TemporaryFolder folder_;
  const Schema words_{.fields = {{"w", Dictionary(TypeId::kInt32, Utf8())}}};
};

// A stream may replace its dictionaries, a file may not.
TEST_F(ConvertArrowTest, ReplacedDictionariesBecomeOneInAFile) {
  StreamMaker maker = WordStream();
  maker.AddDictionary(0, Strings({"a", "b"}));
  maker.AddBatch(Int32s({1, 0}));
  maker.AddDictionary(0, Strings({"c", "b"}));
  maker.AddBatch(Int32s({0, 1}));
  maker.AddEnd();
  Put("in.arrows", maker);
  const std::vector<Words> expected = {{"b", "a"}, {"c", "b"}};
  Convert("in.arrows", "out.arrow");
  EXPECT_EQ(Open("out.arrow").schema(), words_);
  EXPECT_EQ(Open("out.arrow").num_dictionary_batches(), 2);
  EXPECT_EQ(WordsOf("out.arrow"), expected);
  Convert("out.arrow", "back.arrows");
  Convert("back.arrows", "again.arrow", {"--codec", "zstd"});
  EXPECT_EQ(WordsOf("again.arrow"), expected);
  Convert("in.arrows", "same.arrows");  // replaced there too
  EXPECT_EQ(Inlay({"convert", Path("same.arrows"), Path("no.arrow"), "--dictionaries", "replace"}).exit_code, 1);
  Convert("same.arrows", "same.arrow");
  EXPECT_EQ(WordsOf("same.arrow"), expected);
}

TEST_F(ConvertArrowTest, MetadataOfSchemaFileAndBatchesPass) {
  StreamMaker maker;
  const Schema schema{.fields = {{"a", Int32(), true, {{"unit", "m"}}}}, .metadata = {{"origin", "test"}}};
  maker.AddSchema(schema);
  maker.metadata = {{"batch", "one"}};
  maker.AddBatch(Int32s({1}));
  maker.metadata = {{"batch", "two"}};
  maker.AddBatch(Int32s({2}));
  maker.AddEnd();
  Put("in.arrows", maker);
  const ipc::Blob file = maker.File(schema, {{"footer", "kept"}});
  folder_.Put("in.arrow", {reinterpret_cast<const char*>(file.data()), file.size()});
  Convert("in.arrows", "a.arrow");
  Convert("in.arrow", "b.arrow");
  Convert("b.arrow", "c.arrows");
  Convert("c.arrows", "d.arrow", {"--metadata", "origin=other"});
  for (const char* name : {"a.arrow", "b.arrow", "d.arrow"}) {
    const ipc::FileReader reader = Open(name);
    EXPECT_EQ(reader.schema().fields, schema.fields);
    ASSERT_EQ(reader.num_batches(), 2);
    EXPECT_THAT(reader.ReadBlock(0)->metadata, ElementsAre(std::pair("batch", "one")));
    EXPECT_THAT(reader.ReadBlock(1)->metadata, ElementsAre(std::pair("batch", "two")));
  }
  EXPECT_EQ(Open("b.arrow").schema(), schema);
  EXPECT_THAT(Open("b.arrow").metadata(), ElementsAre(std::pair("footer", "kept")));
  EXPECT_THAT(Open("d.arrow").schema().metadata, ElementsAre(std::pair("origin", "other")));
}

TEST_F(ConvertArrowTest, NestedColumnsAndViewsKeepTheirTypes) {
  StreamMaker maker;
  const Schema schema{.fields = {{"l", List({"item", Int32()})}, {"v", Utf8View()}}};
  maker.AddSchema(schema);
  ipc::Blob views(32, 0);
  views[0] = 1, views[4] = 'x', views[16] = 2, views[20] = 'y', views[21] = 'z';
  maker.AddBatch(
      {.num_rows = 2,
       .nodes = {{2, 0}, {3, 0}, {2, 0}},
       .buffers =
           {{}, ipc::BlobOf(std::vector<int32_t>{0, 1, 3}), {}, ipc::BlobOf(std::vector<int32_t>{7, 8, 9}), {}, views},
       .variadic_counts = {0}});
  maker.AddEnd();
  Put("in.arrows", maker);
  Convert("in.arrows", "a.arrow");
  Convert("a.arrow", "b.arrows", {"--codec", "lz4"});
  Convert("b.arrows", "c.arrow");
  const Result<RecordBatch> a = Open("a.arrow").ReadBatch(0), c = Open("c.arrow").ReadBatch(0);
  ASSERT_TRUE(a.ok() && c.ok());
  EXPECT_EQ(a->schema(), schema);
  const auto difference = FindDifference(*a, *c);
  ASSERT_TRUE(difference.ok());
  EXPECT_FALSE(difference->has_value()) << (*difference)->ToString();
  EXPECT_EQ(reference::ValuesOf(c->columns()[1]), (Words{"x", "yz"}));
}

TEST_F(ConvertArrowTest, OptionsReachTheWriter) {
  const SampleTable table(3000);
  table.WriteFile(Path("in.arrow"), 1500);
  Convert("in.arrow", "v4.arrows", {"--metadata-version", "4", "--legacy", "on"});
  EXPECT_NE(folder_.Get("v4.arrows").substr(0, 4), "\xFF\xFF\xFF\xFF");
  Convert("in.arrow", "v4.arrow", {"--metadata-version", "4", "--alignment", "8"});
  EXPECT_EQ(Open("v4.arrow").metadata_version(), 4);
  EXPECT_LT(folder_.Get("v4.arrow").size(), folder_.Get("in.arrow").size());
  Convert("in.arrow", "zstd.arrow", {"--codec", "zstd", "--buffer-bytes", "1M", "--sample", "off"});
  Convert("in.arrow", "part.arrow", {"--codec", "zstd", "--column", "symbol:compress=off"});
  Convert("in.arrow", "none.arrow", {"--codec", "zstd", "--min-saving", "0.999"});
  EXPECT_LT(folder_.Get("zstd.arrow").size(), folder_.Get("part.arrow").size());
  EXPECT_LT(folder_.Get("part.arrow").size(), folder_.Get("none.arrow").size());
  EXPECT_TRUE(
      IsError(Inlay({"convert", Path("in.arrow"), Path("x.arrow"), "--column", "symbl:compress=off"}), 2, "symbol"));
  EXPECT_TRUE(IsError(Inlay({"convert", Path("in.arrow"), Path("x.arrow"), "--legacy", "on"}), 2, "legacy"));
}

TEST_F(ConvertArrowTest, ColumnsOfTheInput) {
  StreamMaker maker;
  maker.AddSchema({.fields = {{"s", Struct({{"a", Int32()}, {"b", Int32()}})}, {"c", Int32()}, {"d", Int32()}}});
  const auto ints = [](int32_t value) { return ipc::BlobOf(std::vector<int32_t>{value}); };
  maker.AddBatch({.num_rows = 1,
                  .nodes = {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}},
                  .buffers = {{}, {}, ints(1), {}, ints(2), {}, ints(3), {}, ints(4)}});
  maker.AddEnd();
  Put("in.arrows", maker);
  const std::vector<Field> expected = {{"s", Struct({{"b", Int32()}})}, {"d", Int32()}};
  Convert("in.arrows", "a.arrow", {"--columns", "d,s.b"});
  Convert("in.arrows", "all.arrow");
  Convert("all.arrow", "b.arrow", {"--columns", "s.b", "--columns", "d"});
  for (const char* name : {"a.arrow", "b.arrow"}) {
    EXPECT_EQ(Open(name).schema().fields, expected);
    const Result<RecordBatch> batch = Open(name).ReadBatch(0);
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(reference::ValuesOf(batch->columns()[1]), Words{ipc::Little(4)});
  }
  ASSERT_EQ(Inlay({"convert", Path("all.arrow"), Path("d.parquet"), "--columns", "d"}).exit_code, 0);
  EXPECT_TRUE(IsError(Inlay({"convert", Path("all.arrow"), Path("x.arrow"), "--columns", "s.x"}), 2, "nearest"));
}

TEST_F(ConvertArrowTest, AppendAddsToAFile) {
  StreamMaker first = WordStream(), second = WordStream();
  first.AddDictionary(0, Strings({"a", "b"}));
  first.AddBatch(Int32s({1, 0}));
  second.AddDictionary(0, Strings({"c", "a"}));
  second.AddBatch(Int32s({0, 1, 1}));
  Put("first.arrows", first);
  Put("second.arrows", second);
  Convert("first.arrows", "out.arrow");
  Convert("second.arrows", "out.arrow", {"--append", "--metadata", "added=yes"});
  Convert("second.arrows", "second.arrow");
  Convert("second.arrow", "out.arrow", {"--append"});
  EXPECT_EQ(WordsOf("out.arrow"), (std::vector<Words>{{"b", "a"}, {"c", "a", "a"}, {"c", "a", "a"}}));
  EXPECT_THAT(Open("out.arrow").metadata(), ElementsAre(std::pair("added", "yes")));
  EXPECT_TRUE(IsError(Inlay({"convert", Path("first.arrows"), Path("x.arrows"), "--append"}), 2, "--append"));
  EXPECT_TRUE(IsError(Inlay({"convert", Path("first.arrows"), Path("missing.arrow"), "--append"}), 1, "missing"));
  SampleTable(10).WriteFile(Path("other.arrow"), 10);
  EXPECT_TRUE(IsError(Inlay({"convert", Path("first.arrows"), Path("other.arrow"), "--append"}), 1, "other.arrow"));
}

}  // namespace
}  // namespace inlay::tools
