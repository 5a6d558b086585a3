// Runs inlay_arrow_integration as Archery does.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#include "tests/integration/gold_files.h"
#include "tests/integration/ipc_table.h"
#include "tests/io/temporary_folder.h"
#include "tests/reference/random_columns.h"

namespace inlay::integration {
namespace {

class Archery : public testing::Test {
 protected:
  // Empty when the command ends with exit code 0, else what it said.
  std::string Run(const std::string& arguments) {
    const std::string command = INLAY_ARROW_INTEGRATION " --integration " + arguments + " 2> " + Path("err");
    return std::system(command.c_str()) == 0 ? "" : command + "\n" + folder_.Get("err");
  }
  std::string Path(const std::string& name) { return folder_.Path(name); }

  std::string JsonToFile(const std::string& json, const std::string& file) {
    return Run("--mode=JSON_TO_ARROW --json=" + json + " --arrow=" + file);
  }
  std::string Validate(const std::string& json, const std::string& arrow, const std::string& quirk = "") {
    return Run("--mode=VALIDATE --json=" + json + " --arrow=" + arrow + " " + quirk);
  }
  std::string FileToStream(const std::string& file, const std::string& stream, const std::string& quirk) {
    return Run(quirk + " --mode FILE_TO_STREAM --arrow " + file + " > " + stream);
  }
  std::string StreamToFile(const std::string& stream, const std::string& file, const std::string& quirk) {
    return Run(quirk + " --mode STREAM_TO_FILE < " + stream + " > " + file);
  }

  // Producer and consumer at once.
  void ProduceAndConsume(const std::string& json, const std::string& quirk = "") {
    EXPECT_EQ(JsonToFile(json, Path("file")), "");
    EXPECT_EQ(Validate(json, Path("file"), quirk), "");
    EXPECT_EQ(FileToStream(Path("file"), Path("stream"), quirk), "");
    EXPECT_EQ(StreamToFile(Path("stream"), Path("again"), quirk), "");
    EXPECT_EQ(Validate(json, Path("again"), quirk), "");
  }
  void Consume(const GoldCase& gold, const std::string& quirk) {
    EXPECT_EQ(Validate(gold.json, gold.file, quirk), "");
    EXPECT_EQ(StreamToFile(gold.stream, Path("consumed"), quirk), "");
    EXPECT_EQ(Validate(gold.json, Path("consumed"), quirk), "");
  }

  // JSON of random batches.
  std::string Random(const std::vector<Field>& fields, uint64_t seed) {
    reference::RandomTable random({fields, {{"key", "value"}}}, seed, reference::DictionaryHistory::kSame);
    const std::vector<RecordBatch> batches = {random.Next(17), random.Next(0), random.Next(70)};
    const std::string name = "random" + std::to_string(seed) + ".json";
    folder_.Put(name, JsonOfTable(random.schema(), {batches.begin(), batches.end()}).dump());
    return Path(name);
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Archery, Gold) {
  const auto cases = GoldCases();
  if (cases.empty()) std::puts("no gold files here: set INLAY_IPC_GOLD_DIR");
  for (const GoldCase& gold : cases) {
    SCOPED_TRACE(gold.name);
    const bool is_valid = integration::Validate(TableOfJson(LoadJson(gold.json))).ok();
    const std::string quirk = is_valid ? "" : "--validate_decimals=false";
    Consume(gold, quirk);
    ProduceAndConsume(gold.json, quirk);
    if (!is_valid) {
      EXPECT_FALSE(MayBeOutOfRange(gold).empty());
      EXPECT_NE(Validate(gold.json, gold.file), "") << MayBeOutOfRange(gold);
    }
  }
}

TEST_F(Archery, RandomBatches) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    ProduceAndConsume(Random(reference::FlatFields(), seed));
    ProduceAndConsume(Random(reference::NestedFields(seed), seed));
  }
}

TEST_F(Archery, ValidateTellsDifferences) {
  const std::vector<Field> fields = {{"a", Int32()}, {"b", Utf8()}};
  const std::string one = Random(fields, 1);
  const std::string two = Random(fields, 2);
  EXPECT_EQ(JsonToFile(one, Path("file")), "");
  EXPECT_EQ(Validate(one, Path("file")), "");
  EXPECT_THAT(Validate(two, Path("file")), testing::HasSubstr("row"));
  EXPECT_THAT(Validate(Path("absent"), Path("file")), testing::HasSubstr("absent"));
  EXPECT_THAT(Run("--mode=NOTHING"), testing::HasSubstr("usage"));
}

}  // namespace
}  // namespace inlay::integration
