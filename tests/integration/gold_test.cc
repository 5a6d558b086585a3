// Gold files of other implementations: the stream and the file have the values of the JSON, and so has all that is
// written of them again.
#include <gmock/gmock.h>

#include <cstdio>
#include <iterator>

#include "tests/integration/gold_files.h"
#include "tests/integration/ipc_table.h"

namespace inlay::integration {
namespace {

struct Form {
  std::string name;
  bool is_file = false;
  ipc::WriteOptions options;
};

// {stream, file} x {V5 with each codec, V4} x alignment.
std::vector<Form> Forms() {
  std::vector<Form> forms;
  for (const bool is_file : {false, true}) {
    for (const int32_t alignment : {8, 64}) {
      for (const Codec codec : {Codec::kNone, Codec::kLz4, Codec::kZstd}) {
        for (const auto version : {ipc::MetadataVersion::kV5, ipc::MetadataVersion::kV4}) {
          const bool is_v4 = version == ipc::MetadataVersion::kV4;
          if (is_v4 && codec != Codec::kNone) continue;  // compression came with V5
          const std::string name = std::string(is_file ? "file" : "stream") + " " + std::string(CodecName(codec)) +
                                   (is_v4 ? " V4 " : " V5 ") + std::to_string(alignment);
          forms.push_back(
              {name, is_file, {.compression = {codec, {}}, .alignment_bytes = alignment, .metadata_version = version}});
        }
      }
    }
  }
  return forms;
}

TEST(Gold, StreamAndFileEqualTheJson) {
  const auto cases = GoldCases();
  if (cases.empty()) std::puts("no gold files here: set INLAY_IPC_GOLD_DIR");
  for (const GoldCase& gold : cases) {
    SCOPED_TRACE(gold.name);
    const Table wanted = TableOfJson(LoadJson(gold.json));
    const Status valid = Validate(wanted);
    ASSERT_TRUE(valid.ok() || !MayBeOutOfRange(gold).empty()) << valid.ToString();
    for (const std::string& path : {gold.stream, gold.file}) {
      const Result<Table> checked = ReadTable(path);
      if (valid.ok()) {
        ASSERT_TRUE(checked.ok()) << checked.status().ToString();
        EXPECT_EQ(Difference(*checked, wanted), "");
      } else {
        EXPECT_EQ(checked.status().code(), StatusCode::kCorruptData) << MayBeOutOfRange(gold);
      }
      const Result<Table> trusted = ReadTable(path, {.validation = Validation::kBasic});
      ASSERT_TRUE(trusted.ok()) << trusted.status().ToString();
      EXPECT_EQ(Difference(*trusted, wanted), "");
    }
  }
}

TEST(Gold, WrittenAgainTheyAreEqual) {
  for (const GoldCase& gold : GoldCases()) {
    const ipc::ReadOptions read{.validation = MayBeOutOfRange(gold).empty() ? Validation::kFull : Validation::kBasic};
    const Result<Table> table = ReadTable(gold.stream, read);
    ASSERT_TRUE(table.ok()) << gold.name << ": " << table.status().ToString();
    for (const Form& form : Forms()) {
      SCOPED_TRACE(gold.name + ", " + form.name);
      const auto bytes = WriteTable(*table, form.is_file, form.options);
      ASSERT_TRUE(bytes.ok()) << bytes.status().ToString();
      const BufferView view{bytes->data(), static_cast<int64_t>(bytes->size())};
      const Result<Table> again = ReadTable(view, read);
      ASSERT_TRUE(again.ok()) << again.status().ToString();
      EXPECT_EQ(*again->schema, *table->schema);
      EXPECT_EQ(Difference(*again, *table), "");
      if (!form.is_file) continue;
      // A file from byte 8 on is a stream.
      const Result<Table> inner = ReadTable({view.data + 8, view.size_bytes - 8}, read);
      ASSERT_TRUE(inner.ok()) << inner.status().ToString();
      EXPECT_EQ(Difference(*inner, *table), "");
    }
  }
}

}  // namespace
}  // namespace inlay::integration
