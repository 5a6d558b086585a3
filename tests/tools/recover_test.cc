// `inlay recover` from end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/command.h"
#include "tests/tools/sample_table.h"

namespace inlay::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RecoverTest : public testing::Test {
 protected:
  void SetUp() override {
    table_.WriteFile(Path("whole.arrow"), 500, {.compression = Lz4()});
    const Result<ipc::FileReader> reader = ipc::FileReader::Open(Path("whole.arrow"));
    ASSERT_TRUE(reader.ok());
    Result<std::vector<ipc::BlockInfo>> blocks = reader->ReadBlocks();
    ASSERT_TRUE(blocks.ok());
    blocks_ = *blocks;
    ASSERT_EQ(blocks_.size(), 4u);
  }
  std::string Path(const char* name) const { return folder_.Path(name); }
  // The first bytes of the file, under another name.
  void Cut(const char* name, int64_t size_bytes) const {
    folder_.Put(name, std::string_view(folder_.Get("whole.arrow")).substr(0, static_cast<size_t>(size_bytes)));
  }
  // A good file with this many of the table's rows.
  void ExpectRows(const char* name, int64_t num_rows) const {
    EXPECT_EQ(Inlay({"verify", Path(name)}).exit_code, 0);
    const Result<ipc::FileReader> reader = ipc::FileReader::Open(Path(name));
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    int64_t row = 0;
    for (int64_t i = 0; i < reader->num_batches(); ++i) {
      const Result<RecordBatch> batch = reader->ReadBatch(i);
      ASSERT_TRUE(batch.ok());
      EXPECT_TRUE(table_.HasRows(batch->view(), &row));
      EXPECT_EQ(reader->ReadBlock(i)->compression, Codec::kLz4);
    }
    EXPECT_EQ(row, num_rows);
    EXPECT_EQ(reader->schema(), table_.schema);
  }

  TemporaryFolder folder_;
  SampleTable table_{2000};
  std::vector<ipc::BlockInfo> blocks_;
};

TEST_F(RecoverTest, BatchesBeforeTheCut) {
  const int64_t good = blocks_[3].offset_bytes;
  Cut("cut.arrow", good + blocks_[3].metadata_bytes + 10);
  const std::string before = folder_.Get("cut.arrow");
  const Said said = Inlay({"recover", Path("cut.arrow"), Path("saved.arrow")});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, testing::StartsWith("saved: 3 batches, 1,500 rows; left: "));
  EXPECT_THAT(said.out, HasSubstr(std::to_string(blocks_[3].metadata_bytes + 10) + " bytes from byte "));
  ExpectRows("saved.arrow", 1500);
  EXPECT_TRUE(folder_.Get("cut.arrow") == before);
}

TEST_F(RecoverTest, AFileThatLostOnlyItsFooter) {
  Cut("cut.arrow", blocks_[3].offset_bytes + blocks_[3].metadata_bytes + blocks_[3].body_bytes);
  const Said said = Inlay({"recover", Path("cut.arrow"), Path("saved.arrow")});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("saved: 4 batches, 2,000 rows; left: 0 bytes"));
  ExpectRows("saved.arrow", 2000);
}

TEST_F(RecoverTest, AWholeFile) {
  const Said said = Inlay({"recover", Path("whole.arrow"), Path("saved.arrow")});
  EXPECT_EQ(said.out, "saved: 4 batches, 2,000 rows; the input is whole\n");
  ExpectRows("saved.arrow", 2000);
}

TEST_F(RecoverTest, AStream) {
  ASSERT_EQ(Inlay({"convert", Path("whole.arrow"), Path("whole.arrows"), "--codec", "lz4"}).exit_code, 0);
  const std::string whole = folder_.Get("whole.arrows");
  folder_.Put("cut.arrows", std::string_view(whole).substr(0, whole.size() - 50));
  const Said said = Inlay({"recover", Path("cut.arrows"), Path("saved.arrow")});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("saved: 3 batches, 1,500 rows; left: "));
  ExpectRows("saved.arrow", 1500);
}

TEST_F(RecoverTest, NothingToBeSaved) {
  Cut("first.arrow", blocks_[0].offset_bytes + 20);
  EXPECT_TRUE(IsError(Inlay({"recover", Path("first.arrow"), Path("x.arrow")}), 1, "not one whole batch"));
  Cut("schema.arrow", 50);
  EXPECT_TRUE(IsError(Inlay({"recover", Path("schema.arrow"), Path("x.arrow")}), 1, "schema.arrow"));
  folder_.Put("text", "no Arrow at all, but some bytes");
  EXPECT_TRUE(IsError(Inlay({"recover", Path("text"), Path("x.arrow")}), 1, "text"));
  EXPECT_TRUE(IsError(Inlay({"recover", Path("missing"), Path("x.arrow")}), 1, "missing"));
  EXPECT_THAT(folder_.Names(), ElementsAre("first.arrow", "schema.arrow", "text", "whole.arrow"));
}

TEST_F(RecoverTest, TheInputIsNeverTouched) {
  EXPECT_TRUE(IsError(Inlay({"recover", Path("whole.arrow"), Path("whole.arrow"), "--force"}), 2, "name another"));
  folder_.Put("old.arrow", "precious");
  EXPECT_TRUE(IsError(Inlay({"recover", Path("whole.arrow"), Path("old.arrow")}), 2, "--force"));
  EXPECT_EQ(folder_.Get("old.arrow"), "precious");
  EXPECT_EQ(Inlay({"recover", Path("whole.arrow"), Path("old.arrow"), "--force"}).exit_code, 0);
  ExpectRows("old.arrow", 2000);
}

}  // namespace
}  // namespace inlay::tools
