#include "tools/write_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace inlay::tools {
namespace {

using testing::HasSubstr;

TEST(ParseCount, KnowsSuffixesAndLimits) {
  const struct {
    const char* text;
    int64_t count;
  } good[] = {{"0", 0},
              {"4096", 4096},
              {"64K", 65536},
              {"1m", 1 << 20},
              {"2G", int64_t{2} << 30},
              {"9223372036854775807", INT64_MAX},
              {"8388607G", int64_t{8388607} << 30}};
  for (const auto& c : good) {
    int64_t count = -1;
    EXPECT_TRUE(ParseCount(c.text, &count)) << c.text;
    EXPECT_EQ(count, c.count);
  }
  for (const char* bad : {"", "K", "-1", "1.5M", "1KB", "9223372036854775808", "8589934592G", "1 K", " 1", "0x10"}) {
    int64_t count;
    EXPECT_FALSE(ParseCount(bad, &count)) << bad;
  }
}

TEST(PlanWrite, KeysReachTheirProperties) {
  WritePlan plan;
  const WriteRequest request = {.keys = {{"codec", "zstd"},
                                         {"level", "3"},
                                         {"encoding", "plain"},
                                         {"dictionary", "off"},
                                         {"dictionary-bytes", "2K"},
                                         {"statistics", "off"},
                                         {"page-bytes", "64K"},
                                         {"page-rows", "1000"},
                                         {"row-group-bytes", "1M"},
                                         {"row-group-rows", "5000"}},
                                .columns = {"a:b=c:codec=none", "x:dictionary=on", "x:page-rows=7", "y:level=5"},
                                .metadata = {"k=v=w", "empty="}};
  const Outcome outcome = PlanWrite(request, Format::kParquet, &plan);
  ASSERT_EQ(outcome.code, kExitOk) << outcome.message;
  EXPECT_EQ(plan.parquet.compression, Zstd(3));
  EXPECT_EQ(plan.arrow.compression, Zstd(3));
  EXPECT_EQ(plan.parquet.encoding, parquet::Encoding::kPlain);
  EXPECT_FALSE(plan.parquet.dictionary);
  EXPECT_EQ(plan.parquet.max_dictionary_bytes, 2048);
  EXPECT_FALSE(plan.parquet.statistics);
  EXPECT_EQ(plan.parquet.max_page_bytes, 65536);
  EXPECT_EQ(plan.parquet.max_page_rows, 1000);
  EXPECT_EQ(plan.parquet.max_row_group_bytes, 1 << 20);
  EXPECT_EQ(plan.parquet.max_row_group_rows, 5000);
  ASSERT_EQ(plan.parquet.columns.size(), 3u);
  EXPECT_EQ(plan.parquet.columns[0].first, "a:b=c");
  EXPECT_EQ(plan.parquet.columns[0].second.compression, Uncompressed());
  EXPECT_EQ(plan.parquet.columns[1].first, "x");
  EXPECT_EQ(plan.parquet.columns[1].second.dictionary, true);
  EXPECT_EQ(plan.parquet.columns[1].second.max_page_rows, 7);
  EXPECT_EQ(plan.parquet.columns[1].second.compression, std::nullopt);
  EXPECT_EQ(plan.parquet.columns[2].second.compression, Zstd(5));
  EXPECT_EQ(plan.metadata, (KeyValueMetadata{{"k", "v=w"}, {"empty", ""}}));
}

TEST(PlanWrite, KeysReachTheOptionsOfArrow) {
  WritePlan plan;
  const WriteRequest request = {.keys = {{"codec", "none"},
                                         {"alignment", "16"},
                                         {"min-saving", "0.25"},
                                         {"sample", "off"},
                                         {"metadata-version", "4"},
                                         {"legacy", "on"},
                                         {"dictionaries", "unify"},
                                         {"buffer-bytes", "64K"}},
                                .columns = {"a.b:compress=off", "c:compress=on"}};
  const Outcome outcome = PlanWrite(request, Format::kStream, &plan);
  ASSERT_EQ(outcome.code, kExitOk) << outcome.message;
  EXPECT_EQ(plan.arrow.alignment_bytes, 16);
  EXPECT_EQ(plan.arrow.min_saving, 0.25);
  EXPECT_FALSE(plan.arrow.sample_incompressible);
  EXPECT_EQ(plan.arrow.metadata_version, ipc::MetadataVersion::kV4);
  EXPECT_TRUE(plan.arrow.legacy_framing);
  EXPECT_EQ(plan.dictionaries, ipc::DictionaryPolicy::kUnify);
  EXPECT_EQ(plan.arrow.buffer_bytes, 65536);
  ASSERT_EQ(plan.arrow.columns.size(), 2u);
  EXPECT_EQ(plan.arrow.columns[0].first, "a.b");
  EXPECT_FALSE(plan.arrow.columns[0].second.compress);
  EXPECT_TRUE(plan.arrow.columns[1].second.compress);
}

TEST(PlanWrite, WithoutKeysTheDefaultsOfTheLibraryHold) {
  WritePlan plan;
  ASSERT_EQ(PlanWrite({}, Format::kParquet, &plan).code, kExitOk);
  const parquet::WriterProperties defaults;
  EXPECT_EQ(plan.parquet.compression, defaults.compression);
  EXPECT_EQ(plan.parquet.encoding, defaults.encoding);
  EXPECT_EQ(plan.parquet.dictionary, defaults.dictionary);
  EXPECT_EQ(plan.parquet.max_row_group_rows, defaults.max_row_group_rows);
  EXPECT_EQ(plan.parquet.max_page_bytes, defaults.max_page_bytes);
}

TEST(PlanWrite, MistakesAreUsageErrorsThatSayWhatThereIs) {
  const struct {
    WriteRequest request;
    Format format;
    const char* message;
  } cases[] = {
      {{.keys = {{"codec", "lzo"}}}, Format::kParquet, "none, snappy, gzip, lz4, zstd"},
      {{.keys = {{"level", "x"}}}, Format::kParquet, "whole number"},
      {{.keys = {{"level", "3"}}}, Format::kParquet, "level"},
      {{.keys = {{"codec", "zstd"}, {"level", "99"}}}, Format::kParquet, "22"},
      {{.keys = {{"dictionary", "maybe"}}}, Format::kParquet, "on or off"},
      {{.keys = {{"page-rows", "0"}}}, Format::kParquet, "from 1 on"},
      {{.keys = {{"encoding", "delta"}}}, Format::kParquet, "plain, rle, dictionary"},
      {{.keys = {{"page-rows", "5"}}}, Format::kFile, "--page-rows is for Parquet"},
      {{.keys = {{"codec", "gzip"}}}, Format::kStream, "none, lz4 and zstd"},
      {{.keys = {{"alignment", "8"}}}, Format::kParquet, "--alignment is for Arrow"},
      {{.keys = {{"alignment", "24"}}}, Format::kFile, "8, 16, 32 or 64"},
      {{.keys = {{"alignment", "4294967304"}}}, Format::kFile, "8, 16, 32 or 64"},
      {{.keys = {{"metadata-version", "3"}}}, Format::kFile, "4 or 5"},
      {{.keys = {{"legacy", "on"}}}, Format::kStream, "legacy"},
      {{.keys = {{"dictionaries", "drop"}}}, Format::kFile, "replace, delta, unify"},
      {{.keys = {{"min-saving", "1"}}}, Format::kFile, "min_saving"},
      {{.keys = {{"min-saving", "some"}}}, Format::kFile, "a share"},
      {{.columns = {"x:codec=zstd"}}, Format::kStream, "no key 'codec'; they have compress"},
      {{.columns = {"x:compress=off"}}, Format::kParquet, "no key 'compress'"},
      {{.columns = {"x"}}, Format::kParquet, "PATH:KEY=VALUE"},
      {{.columns = {"x=1"}}, Format::kParquet, "PATH:KEY=VALUE"},
      {{.columns = {"x:row-group-rows=5"}}, Format::kParquet, "codec, level, encoding, dictionary"},
      {{.columns = {"x:colour=red"}}, Format::kParquet, "no key 'colour'"},
      {{.columns = {"x:codec=lzo"}}, Format::kParquet, "--column x"},
      {{.metadata = {"novalue"}}, Format::kParquet, "KEY=VALUE"},
      {{.metadata = {"=v"}}, Format::kParquet, "KEY=VALUE"},
  };
  for (const auto& c : cases) {
    WritePlan plan;
    const Outcome outcome = PlanWrite(c.request, c.format, &plan);
    EXPECT_EQ(outcome.code, kExitUsage) << c.message;
    EXPECT_THAT(outcome.message, HasSubstr(c.message));
  }
}

TEST(WriteKeys, EveryKeyHasHelpAndAWorkingSetter) {
  ASSERT_GE(WriteKeys().size(), 10u);
  for (const WriteKey& key : WriteKeys()) {
    EXPECT_FALSE(key.help.empty()) << key.name;
    WritePlan plan;
    const Format format = (key.uses & kParquetFile) != 0 ? Format::kParquet : Format::kFile;
    const Outcome outcome = PlanWrite({.keys = {{std::string(key.name), "?"}}}, format, &plan);
    EXPECT_EQ(outcome.code, kExitUsage) << key.name;
    EXPECT_THAT(outcome.message, HasSubstr(std::string(key.name)));
  }
}

}  // namespace
}  // namespace inlay::tools
